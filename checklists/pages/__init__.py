"""Pages: templates for everyone, checklists for those who share them and for nobody else."""

from checklists.pages.answers import AnswersView
from checklists.pages.changes import ChangesView
from checklists.pages.checklist import ChecklistView
from checklists.pages.dashboard import DashboardView
from checklists.pages.downloads import (
    AuditPack,
    DueDays,
    ItemTable,
    SheetPdf,
    SheetView,
    followed_calendar,
)
from checklists.pages.evidence import EvidenceListView, EvidenceVersionView, EvidenceView
from checklists.pages.findings import FindingsView
from checklists.pages.item import ItemView
from checklists.pages.log import LogView
from checklists.pages.notices import NoticesView
from checklists.pages.people import PeopleView
from checklists.pages.relocation import RelocationView
from checklists.pages.start import StartView
from checklists.pages.templates import PreviewPage, TemplateListView, TemplateView

__all__ = [
    "AnswersView",
    "AuditPack",
    "ChangesView",
    "ChecklistView",
    "DashboardView",
    "DueDays",
    "EvidenceListView",
    "EvidenceVersionView",
    "EvidenceView",
    "FindingsView",
    "ItemTable",
    "ItemView",
    "LogView",
    "NoticesView",
    "PeopleView",
    "PreviewPage",
    "RelocationView",
    "SheetPdf",
    "SheetView",
    "StartView",
    "TemplateListView",
    "TemplateView",
    "followed_calendar",
]
