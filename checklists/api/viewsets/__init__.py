"""The API of templates, which is public, and of checklists, which are private."""

from checklists.api.viewsets.checklists import AuditPackView, ChecklistsView, ChecklistView
from checklists.api.viewsets.evidence import EvidenceContentView, EvidenceListView, EvidenceView
from checklists.api.viewsets.findings import FindingsView, FindingView
from checklists.api.viewsets.items import CommentsView, ItemEvidenceView, ItemsView, ItemView
from checklists.api.viewsets.moves import AnswersView, ChangesView, RelocationView
from checklists.api.viewsets.notices import CalendarView, NoticesView
from checklists.api.viewsets.people import LogView, OwnerView, SharesView
from checklists.api.viewsets.templates import PreviewView, TemplateViewSet

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
