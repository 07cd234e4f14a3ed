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
from checklists.viewsets.items import (
    CommentsView,
    EvidenceContentView,
    EvidenceView,
    ItemEvidenceView,
    ItemsView,
    ItemView,
)
from checklists.viewsets.templates import PreviewView, TemplateViewSet

__all__ = [
    "AnswersView",
    "AuditPackView",
    "ChangesView",
    "ChecklistView",
    "ChecklistsView",
    "CommentsView",
    "EvidenceContentView",
    "EvidenceView",
    "FindingView",
    "FindingsView",
    "ItemEvidenceView",
    "ItemView",
    "ItemsView",
    "LogView",
    "OwnerView",
    "PreviewView",
    "RelocationView",
    "SharesView",
    "TemplateViewSet",
]
