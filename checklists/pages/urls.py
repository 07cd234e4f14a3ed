"""Pages of checklists."""

from __future__ import annotations

from django.urls import path, re_path

from checklists import pages

app_name = "checklists"
urlpatterns = [
    path("templates/", pages.TemplateListView.as_view(), name="template-list"),
    path("templates/<slug:slug>/", pages.TemplateView.as_view(), name="template"),
    path("templates/<slug:slug>/preview/", pages.PreviewPage.as_view(), name="preview"),
    path("checklists/", pages.DashboardView.as_view(), name="dashboard"),
    path("checklists/start/", pages.StartView.as_view(), name="start"),
    path("checklists/notices/", pages.NoticesView.as_view(), name="notices"),
    path("checklists/<uuid:key>/", pages.ChecklistView.as_view(), name="checklist"),
    path("checklists/<uuid:key>/items/<int:item>/", pages.ItemView.as_view(), name="item"),
    path("checklists/<uuid:key>/changes/", pages.ChangesView.as_view(), name="changes"),
    path("checklists/<uuid:key>/answers/", pages.AnswersView.as_view(), name="answers"),
    path("checklists/<uuid:key>/findings/", pages.FindingsView.as_view(), name="findings"),
    path("checklists/<uuid:key>/people/", pages.PeopleView.as_view(), name="people"),
    path("checklists/<uuid:key>/relocation/", pages.RelocationView.as_view(), name="relocation"),
    path("checklists/<uuid:key>/log/", pages.LogView.as_view(), name="log"),
    path("checklists/<uuid:key>/print/", pages.SheetView.as_view(), name="sheet"),
    path("checklists/<uuid:key>/checklist.pdf", pages.SheetPdf.as_view(), name="pdf"),
    path("checklists/<uuid:key>/due.ics", pages.DueDays.as_view(), name="due"),
    path("checklists/<uuid:key>/audit-pack.zip", pages.AuditPack.as_view(), name="pack"),
    re_path(
        "^checklists/(?P<key>[0-9a-f-]{36})/items[.](?P<ending>csv|xlsx)$",
        pages.ItemTable.as_view(),
        name="items-table",
    ),
    path("calendar/<str:secret>.ics", pages.followed_calendar, name="calendar"),
    path("evidence/", pages.EvidenceListView.as_view(), name="evidence-list"),
    path("evidence/<uuid:key>/", pages.EvidenceView.as_view(), name="evidence"),
    path(
        "evidence/<uuid:key>/<int:number>/",
        pages.EvidenceVersionView.as_view(),
        name="evidence-version",
    ),
]
