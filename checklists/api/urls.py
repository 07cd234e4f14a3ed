"""The API of templates and checklists."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from checklists.api import viewsets

router = SimpleRouter()
router.register("templates", viewsets.TemplateViewSet)

OF_ONE = [
    path("", viewsets.ChecklistView.as_view(), name="api-checklist"),
    path("items/", viewsets.ItemsView.as_view(), name="api-items"),
    path("items/<int:item>/", viewsets.ItemView.as_view(), name="api-item"),
    path("items/<int:item>/comments/", viewsets.CommentsView.as_view(), name="api-comments"),
    path(
        "items/<int:item>/evidence/",
        viewsets.ItemEvidenceView.as_view(),
        name="api-item-evidence",
    ),
    path("answers/", viewsets.AnswersView.as_view(), name="api-answers"),
    path("changes/", viewsets.ChangesView.as_view(), name="api-checklist-changes"),
    path("shares/", viewsets.SharesView.as_view(), name="api-shares"),
    path("owner/", viewsets.OwnerView.as_view(), name="api-owner"),
    path("findings/", viewsets.FindingsView.as_view(), name="api-findings"),
    path("findings/<uuid:finding>/", viewsets.FindingView.as_view(), name="api-finding"),
    path("relocation/", viewsets.RelocationView.as_view(), name="api-relocation"),
    path("audit-pack/", viewsets.AuditPackView.as_view(), name="api-pack"),
    path("log/", viewsets.LogView.as_view(), name="api-log"),
]

urlpatterns = [
    path(
        "templates/<slug:slug>/preview/",
        viewsets.PreviewView.as_view(),
        name="api-preview",
    ),
    path("checklists/", viewsets.ChecklistsView.as_view(), name="api-checklists"),
    path("checklists/<uuid:key>/", include(OF_ONE)),
    path("checklists/notices/", viewsets.NotificationsView.as_view(), name="api-notices"),
    path("checklists/calendar/", viewsets.CalendarView.as_view(), name="api-calendar"),
    path("evidence/", viewsets.EvidenceListView.as_view(), name="api-evidence-list"),
    path("evidence/<uuid:key>/", viewsets.EvidenceView.as_view(), name="api-evidence"),
    path(
        "evidence/<uuid:key>/<int:number>/content/",
        viewsets.EvidenceContentView.as_view(),
        name="api-evidence-content",
    ),
    path("", include(router.urls)),
]
