"""The API of templates, which is public, and of checklists, which are private."""

from checklists.api.viewsets.checklist_views import AuditPackView, ChecklistsView, ChecklistView
from checklists.api.viewsets.evidence_views import (
    EvidenceContentView,
    EvidenceListView,
    EvidenceView,
)
from checklists.api.viewsets.finding_views import FindingsView, FindingView
from checklists.api.viewsets.item_views import (
    CommentsView,
    ItemEvidenceView,
    ItemsView,
    ItemView,
)
from checklists.api.viewsets.law_change_views import (
    AnswersView,
    ChangesView,
    RelocationView,
)
from checklists.api.viewsets.notification_views import CalendarView, NotificationsView
from checklists.api.viewsets.sharing_views import LogView, OwnerView, SharesView
from checklists.api.viewsets.template_views import PreviewView, TemplateViewSet

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
    "NotificationsView",
    "OwnerView",
    "PreviewView",
    "RelocationView",
    "SharesView",
    "TemplateViewSet",
]
