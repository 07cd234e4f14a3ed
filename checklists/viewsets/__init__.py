"""The API of templates, which is public, and of checklists, which are private."""

from checklists.viewsets.checklists import AuditPackView, ChecklistsView, ChecklistView
from checklists.viewsets.evidence import EvidenceContentView, EvidenceListView, EvidenceView
from checklists.viewsets.findings import FindingsView, FindingView
from checklists.viewsets.items import CommentsView, ItemEvidenceView, ItemsView, ItemView
from checklists.viewsets.moves import AnswersView, ChangesView, RelocationView
from checklists.viewsets.notices import CalendarView, NoticesView
from checklists.viewsets.people import LogView, OwnerView, SharesView
from checklists.viewsets.templates import PreviewView, TemplateViewSet

__all__ = [
    "AnswersView",
    "AuditPackView",
    "CalendarView",
    "ChangesView",
    "ChecklistView",
    "ChecklistsView",
    "CommentsView",
    "EvidenceContentView",
    "EvidenceListView",
    "EvidenceView",
    "FindingView",
    "FindingsView",
    "ItemEvidenceView",
    "ItemView",
    "ItemsView",
    "LogView",
    "NoticesView",
    "OwnerView",
    "PreviewView",
    "RelocationView",
    "SharesView",
    "TemplateViewSet",
]
