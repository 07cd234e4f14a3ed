"""Pages of checklists."""

from __future__ import annotations

from django.urls import path, re_path

from checklists import views

app_name = "checklists"
urlpatterns = [
    path("templates/", views.TemplateListView.as_view(), name="template-list"),
    path("templates/<slug:slug>/", views.TemplateView.as_view(), name="template"),
    path("templates/<slug:slug>/preview/", views.PreviewPage.as_view(), name="preview"),
    path("checklists/", views.DashboardView.as_view(), name="dashboard"),
    path("checklists/start/", views.StartView.as_view(), name="start"),
    path("checklists/notices/", views.NoticesView.as_view(), name="notices"),
    path("checklists/<uuid:key>/", views.ChecklistView.as_view(), name="checklist"),
    path("checklists/<uuid:key>/items/<int:item>/", views.ItemView.as_view(), name="item"),
    path("checklists/<uuid:key>/changes/", views.ChangesView.as_view(), name="changes"),
    path("checklists/<uuid:key>/answers/", views.AnswersView.as_view(), name="answers"),
    path("checklists/<uuid:key>/findings/", views.FindingsView.as_view(), name="findings"),
    path("checklists/<uuid:key>/people/", views.PeopleView.as_view(), name="people"),
    path("checklists/<uuid:key>/relocation/", views.RelocationView.as_view(), name="relocation"),
    path("checklists/<uuid:key>/log/", views.LogView.as_view(), name="log"),
    path("checklists/<uuid:key>/print/", views.SheetView.as_view(), name="sheet"),
    path("checklists/<uuid:key>/checklist.pdf", views.SheetPdf.as_view(), name="pdf"),
    path("checklists/<uuid:key>/due.ics", views.DueDays.as_view(), name="due"),
    path("checklists/<uuid:key>/audit-pack.zip", views.AuditPack.as_view(), name="pack"),
    re_path(
        "^checklists/(?P<key>[0-9a-f-]{36})/items[.](?P<ending>csv|xlsx)$",
        views.ItemTable.as_view(),
        name="items-table",
    ),
    path("calendar/<str:secret>.ics", views.followed_calendar, name="calendar"),
    path("evidence/", views.EvidenceListView.as_view(), name="evidence-list"),
    path("evidence/<uuid:key>/", views.EvidenceView.as_view(), name="evidence"),
    path(
        "evidence/<uuid:key>/<int:number>/",
        views.EvidenceVersionView.as_view(),
        name="evidence-version",
    ),
]
