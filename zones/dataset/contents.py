"""The tables of the rules, each after those it refers to."""

from __future__ import annotations

from zones.dataset.places import Cities, CustomsDistricts, Provinces
from zones.dataset.policies import Policies
from zones.dataset.programmes import Batches, Programmes, ZoneCoverage, Zones
from zones.dataset.sources import Issuers, Sources
from zones.dataset.statistics import Indicators, Statistics
from zones.dataset.topics import Choices, FocusAreas, Topics

TABLES = (
    Provinces(),
    CustomsDistricts(),
    Cities(),
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
)
