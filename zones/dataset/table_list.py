"""The tables of the rules, each after those it refers to."""

from __future__ import annotations

from zones.dataset.alias_table import Aliases
from zones.dataset.desk_tables import DESK
from zones.dataset.history_tables import (
    PlacementVersions,
    PolicyVersions,
    Revisions,
    ZoneCoverageVersions,
    ZoneVersions,
)
from zones.dataset.place_tables import (
    Cities,
    CustomsDistricts,
    FormerPlacements,
    Provinces,
    table_of_bodies,
)
from zones.dataset.policy_table import Policies
from zones.dataset.programme_tables import Batches, Programmes
from zones.dataset.source_tables import Issuers, Sources
from zones.dataset.statistic_tables import Indicators, Statistics
from zones.dataset.topic_tables import Choices, FocusAreas, Topics
from zones.dataset.zone_tables import ZoneCoverage, Zones
from zones.models.scopes import BODIES

TABLES = (
    Provinces(),
    CustomsDistricts(),
    Cities(),
    FormerPlacements(),
    *(table_of_bodies(body) for body in BODIES.values() if body.members),
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
    *DESK,
)
