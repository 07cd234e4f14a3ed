"""The tables of the rules."""

from zones.models.certainty import Verification
from zones.models.places import City, CustomsDistrict, Level, Placement, Province, Region
from zones.models.policies import InForce, Policy, RecordedState, ScopeKind, StartQualifier
from zones.models.programmes import Batch, Coverage, Programme, Zone
from zones.models.revisions import Change, Edition, Revision
from zones.models.sources import Issuer, IssuerKind, Source, SourceIssuer, SourceKind, SourceStatus
from zones.models.statistics import Flow, Indicator, Release, Series, Statistic
from zones.models.topics import Choice, Direction, FocusArea, Topic, ValueType

__all__ = [
    "Batch",
    "Change",
    "Choice",
    "City",
    "Coverage",
    "CustomsDistrict",
    "Direction",
    "Edition",
    "Flow",
    "FocusArea",
    "InForce",
    "Indicator",
    "Issuer",
    "IssuerKind",
    "Level",
    "Placement",
    "Policy",
    "Programme",
    "Province",
    "RecordedState",
    "Region",
    "Release",
    "Revision",
    "ScopeKind",
    "Series",
    "Source",
    "SourceIssuer",
    "SourceKind",
    "SourceStatus",
    "StartQualifier",
    "Statistic",
    "Topic",
    "ValueType",
    "Verification",
    "Zone",
]
