"""The tables of the rules."""

from zones.models.aliases import Alias
from zones.models.change_sets import (
    Acknowledgement,
    AppliedRow,
    ChangeSet,
    ProposedRow,
    RowEdit,
    SetComment,
)
from zones.models.edits import Edit
from zones.models.link_checks import LinkCheck
from zones.models.places import (
    City,
    CustomsDistrict,
    DistrictInPart,
    Level,
    Placement,
    Province,
    Region,
)
from zones.models.policies import InForce, Policy, StartQualifier
from zones.models.posted_forms import PostedForm
from zones.models.programmes import Batch, Coverage, Programme, Zone
from zones.models.reader_reports import ReaderReport
from zones.models.research_marks import ResearchMark
from zones.models.revisions import Edition, Revision
from zones.models.saved_filters import SavedFilter
from zones.models.scopes import BODIES
from zones.models.second_readings import ReadingDraw, SecondReading
from zones.models.source_copies import SourceCopy
from zones.models.sources import Issuer, IssuerKind, Source, SourceIssuer, SourceKind, SourceStatus
from zones.models.statistics import Flow, Indicator, Release, Series, Statistic
from zones.models.topics import Choice, Direction, FocusArea, Topic
from zones.models.value_types import ValueType

#: What readers see is in the rows of these from the moment they are written. Versions, and what
#: follows from them, count with the revision that publishes them: drafts are nobody's business.
PUBLIC = (
    *(body.model for body in BODIES.values()),
    *(Issuer, Source, SourceIssuer, FocusArea, Topic, Choice),
    *(Batch, Indicator, Statistic, Revision, Alias),
)
VERSIONED = (Policy, Zone, Coverage, Placement, DistrictInPart, InForce)

__all__ = [
    "PUBLIC",
    "VERSIONED",
    "Acknowledgement",
    "Alias",
    "AppliedRow",
    "Batch",
    "ChangeSet",
    "Choice",
    "City",
    "Coverage",
    "CustomsDistrict",
    "Direction",
    "DistrictInPart",
    "Edit",
    "Edition",
    "Flow",
    "FocusArea",
    "InForce",
    "Indicator",
    "Issuer",
    "IssuerKind",
    "Level",
    "LinkCheck",
    "Placement",
    "Policy",
    "PostedForm",
    "Programme",
    "ProposedRow",
    "Province",
    "ReaderReport",
    "ReadingDraw",
    "Region",
    "Release",
    "ResearchMark",
    "Revision",
    "RowEdit",
    "SavedFilter",
    "SecondReading",
    "Series",
    "SetComment",
    "Source",
    "SourceCopy",
    "SourceIssuer",
    "SourceKind",
    "SourceStatus",
    "StartQualifier",
    "Statistic",
    "Topic",
    "ValueType",
    "Zone",
]
