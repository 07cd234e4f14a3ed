"""The API of templates, which is public, and of checklists, which are private."""

from checklists.viewsets.checklists import (
    AnswersView,
    AuditPackView,
    ChangesView,
    ChecklistsView,
    ChecklistView,
    FindingsView,
    FindingView,
    LogView,
    OwnerView,
    RelocationView,
    SharesView,
)
from checklists.viewsets.evidence import EvidenceContentView, EvidenceListView, EvidenceView
from checklists.viewsets.items import CommentsView, ItemEvidenceView, ItemsView, ItemView
from checklists.viewsets.notices import CalendarView, NoticesView
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
