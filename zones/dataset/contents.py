"""The tables of the rules, each after those it refers to."""

from __future__ import annotations

from zones.dataset.aliases import Aliases
from zones.dataset.history import (
    PlacementVersions,
    PolicyVersions,
    Revisions,
    ZoneCoverageVersions,
    ZoneVersions,
)
from zones.dataset.places import Cities, CustomsDistricts, FormerPlacements, Provinces
from zones.dataset.policies import Policies
from zones.dataset.programmes import Batches, Programmes
from zones.dataset.sources import Issuers, Sources
from zones.dataset.statistics import Indicators, Statistics
from zones.dataset.topics import Choices, FocusAreas, Topics
from zones.dataset.zones import ZoneCoverage, Zones

TABLES = (
    Provinces(),
    CustomsDistricts(),
    Cities(),
    FormerPlacements(),
    Programmes(),
    Issuers(),
    Sources(),
    Batches(),
    Zones(),
    ZoneCoverage(),
    FocusAreas(),
    Topics(),
    Choices(),
    Policies(),
    Indicators(),
    Statistics(),
    Aliases(),
)

#: What a history holds in the place of the tables of current versions.
HISTORY = (
    Revisions(),
    PlacementVersions(),
    ZoneVersions(),
    ZoneCoverageVersions(),
    PolicyVersions(),
)
