"""Pages: templates for everyone, checklists for those who share them and for nobody else."""

from checklists.pages.checklist_page import ChecklistView
from checklists.pages.dashboard_page import DashboardView
from checklists.pages.downloads import (
    AuditPack,
    DueDays,
    ItemTable,
    SheetPdf,
    SheetView,
    followed_calendar,
)
from checklists.pages.evidence_pages import EvidenceListView, EvidenceVersionView, EvidenceView
from checklists.pages.finding_page import FindingsView
from checklists.pages.intake_page import AnswersView
from checklists.pages.item_page import ItemView
from checklists.pages.law_change_page import ChangesView
from checklists.pages.log_page import LogView
from checklists.pages.notification_page import NoticesView
from checklists.pages.relocation_page import RelocationView
from checklists.pages.sharing_page import PeopleView
from checklists.pages.start_page import StartView
from checklists.pages.template_pages import PreviewPage, TemplateListView, TemplateView

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
