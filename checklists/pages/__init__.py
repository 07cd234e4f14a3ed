"""Pages: templates for everyone, checklists for those who share them and for nobody else."""

from checklists.pages.checklist_page import ChecklistItemsPage
from checklists.pages.dashboard_page import DashboardPage
from checklists.pages.downloads import (
    AuditPack,
    DueDays,
    ItemTable,
    SheetPage,
    SheetPdf,
    followed_calendar,
)
from checklists.pages.evidence_pages import EvidenceListPage, EvidencePage, EvidenceVersionPage
from checklists.pages.finding_page import FindingsPage
from checklists.pages.intake_page import AnswersPage
from checklists.pages.item_page import ItemPage
from checklists.pages.law_change_page import LawChangesPage
from checklists.pages.log_page import LogPage
from checklists.pages.notification_page import NotificationsPage
from checklists.pages.relocation_page import RelocationPage
from checklists.pages.sharing_page import PeoplePage
from checklists.pages.start_page import StartPage
from checklists.pages.template_pages import PreviewPage, TemplateListPage, TemplatePage

__all__ = [
    "AnswersPage",
    "AuditPack",
    "ChecklistItemsPage",
    "DashboardPage",
    "DueDays",
    "EvidenceListPage",
    "EvidencePage",
    "EvidenceVersionPage",
    "FindingsPage",
    "ItemPage",
    "ItemTable",
    "LawChangesPage",
    "LogPage",
    "NotificationsPage",
    "PeoplePage",
    "PreviewPage",
    "RelocationPage",
    "SheetPage",
    "SheetPdf",
    "StartPage",
    "TemplateListPage",
    "TemplatePage",
    "followed_calendar",
]
