"""Pages of checklists."""

from __future__ import annotations

from django.urls import path, register_converter

from checklists import pages
from zones.pages.cards import with_card


class TableEnding:
    """The ending of a table, which says its format."""

    regex = "csv|xlsx"

    def to_python(self, text: str) -> str:
        """Return the ending."""
        return text

    def to_url(self, ending: str) -> str:
        """Return the ending."""
        return ending


register_converter(TableEnding, "table")

app_name = "checklists"
urlpatterns = [
    path("templates/", pages.TemplateListPage.as_view(), name="template-list"),
    *with_card("templates/", pages.TemplateListPage, "template-list"),
    path("templates/<slug:slug>/", pages.TemplatePage.as_view(), name="template"),
    *with_card("templates/<slug:slug>/", pages.TemplatePage, "template"),
    path("templates/<slug:slug>/preview/", pages.PreviewPage.as_view(), name="preview"),
    *with_card("templates/<slug:slug>/preview/", pages.PreviewPage, "preview"),
    path("checklists/", pages.DashboardPage.as_view(), name="dashboard"),
    path("checklists/start/", pages.StartPage.as_view(), name="start"),
    path("checklists/notices/", pages.NotificationsPage.as_view(), name="notices"),
    path("checklists/<uuid:key>/", pages.ChecklistItemsPage.as_view(), name="checklist"),
    path("checklists/<uuid:key>/items/<int:item>/", pages.ItemPage.as_view(), name="item"),
    path("checklists/<uuid:key>/changes/", pages.LawChangesPage.as_view(), name="changes"),
    path("checklists/<uuid:key>/answers/", pages.AnswersPage.as_view(), name="answers"),
    path("checklists/<uuid:key>/findings/", pages.FindingsPage.as_view(), name="findings"),
    path("checklists/<uuid:key>/people/", pages.PeoplePage.as_view(), name="people"),
    path("checklists/<uuid:key>/relocation/", pages.RelocationPage.as_view(), name="relocation"),
    path("checklists/<uuid:key>/log/", pages.LogPage.as_view(), name="log"),
    path("checklists/<uuid:key>/print/", pages.SheetPage.as_view(), name="sheet"),
    path("checklists/<uuid:key>/checklist.pdf", pages.SheetPdf.as_view(), name="pdf"),
    path("checklists/<uuid:key>/due.ics", pages.DueDays.as_view(), name="due"),
    path("checklists/<uuid:key>/audit-pack.zip", pages.AuditPack.as_view(), name="pack"),
    path(
        "checklists/<uuid:key>/items.<table:ending>", pages.ItemTable.as_view(), name="items-table"
    ),
    path("calendar/<str:secret>.ics", pages.followed_calendar, name="calendar"),
    path("evidence/", pages.EvidenceListPage.as_view(), name="evidence-list"),
    path("evidence/<uuid:key>/", pages.EvidencePage.as_view(), name="evidence"),
    path(
        "evidence/<uuid:key>/<int:number>/",
        pages.EvidenceVersionPage.as_view(),
        name="evidence-version",
    ),
]
