"""Pages: templates for everyone, checklists for those who share them and for nobody else."""

from checklists.views.answers import AnswersView
from checklists.views.changes import ChangesView
from checklists.views.checklist import ChecklistView
from checklists.views.dashboard import DashboardView
from checklists.views.downloads import (
    AuditPack,
    DueDays,
    ItemTable,
    SheetPdf,
    SheetView,
    followed_calendar,
)
from checklists.views.evidence import EvidenceListView, EvidenceVersionView, EvidenceView
from checklists.views.findings import FindingsView
from checklists.views.item import ItemView
from checklists.views.log import LogView
from checklists.views.notices import NoticesView
from checklists.views.people import PeopleView
from checklists.views.relocation import RelocationView
from checklists.views.start import StartView
from checklists.views.templates import PreviewPage, TemplateListView, TemplateView

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
