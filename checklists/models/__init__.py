"""Templates of duties, the questions that decide some of them, and checklists worked on."""

from checklists.models.checklists import Checklist, GivenAnswer, Place, Role, Share
from checklists.models.evidence import Attachment, Evidence, EvidenceVersion, Proof
from checklists.models.findings import Finding, OfferedFinding
from checklists.models.intake import IntakeChoice, IntakeQuestion
from checklists.models.items import (
    SETTLED,
    Comment,
    GateBasis,
    Item,
    ItemBasis,
    SignedPeriod,
    Status,
)
from checklists.models.log import Act, LogEntry
from checklists.models.notifications import CalendarAddress, Notification, Subject
from checklists.models.requirement_versions import RequirementVersion
from checklists.models.templates import GateValue, Recurrence, Requirement, Template, Wording

__all__ = [
    "SETTLED",
    "Act",
    "Attachment",
    "CalendarAddress",
    "Checklist",
    "Comment",
    "Evidence",
    "EvidenceVersion",
    "Finding",
    "GateBasis",
    "GateValue",
    "GivenAnswer",
    "IntakeChoice",
    "IntakeQuestion",
    "Item",
    "ItemBasis",
    "LogEntry",
    "Notification",
    "OfferedFinding",
    "Place",
    "Proof",
    "Recurrence",
    "Requirement",
    "RequirementVersion",
    "Role",
    "Share",
    "SignedPeriod",
    "Status",
    "Subject",
    "Template",
    "Wording",
]
