"""What leaves the portal with a checklist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import content_disposition_header

from cbec_portal.api.renderers import write_csv, write_xlsx
from cbec_portal.file_names import name_of_file
from cbec_portal.languages import active_language, in_language
from cbec_portal.pdf import CannotPrintError, pdf_of
from checklists.api.filters import ItemFilters
from checklists.exports.audit_pack import audit_pack
from checklists.exports.due_calendar import due_calendar
from checklists.exports.item_table import item_rows
from checklists.models import Attachment, Item, ItemBasis
from checklists.pages.law_change_display import stands
from checklists.pages.private_pages import ChecklistPage
from checklists.permissions import Action, checklist_policy
from checklists.rules.applicability import Verdict
from checklists.selectors.gate_states import gates_of
from checklists.selectors.law_changes import day_of
from checklists.services.calendar_addresses import reader_of
from zones.selectors.rendered_values import clause_in, source_shape

TABLES: dict[str, tuple[str, Callable[[list[dict[str, Any]]], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", lambda rows: write_csv(rows).encode()),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
}


class Download(ChecklistPage):
    """A file made of a checklist, always an attachment."""

    answers_the_rest = False

    def attached(self, response: HttpResponse, ending: str) -> HttpResponse:
        """Name the file after the checklist."""
        return named_after(self.checklist.title, response, ending)


class ItemTable(Download):
    """The items that fit the filters, as CSV or as a workbook."""

    known_parameters = tuple(ItemFilters.base_filters)

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Return the table of the items as an attachment."""
        ending = self.kwargs["ending"]
        media_type, write = TABLES[ending]
        rows = item_rows(context["items"], self.language)
        return self.attached(HttpResponse(write(rows), content_type=media_type), ending)

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Return the items that fit the filters."""
        found = ItemFilters(self.request.GET, queryset=self.checklist.items.live_or_signed())
        found.refuse_misunderstood()
        return {"items": found.qs.distinct().order_by("position", "pk")}


class DueDays(Download):
    """The due days of one checklist as iCalendar."""

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Return the calendar of the items as an attachment."""
        calendar = due_calendar(context["items"], self._address, language=self.language)
        return self.attached(HttpResponse(calendar, content_type="text/calendar"), "ics")

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Return the items with a due day, the earliest first."""
        dated = self.checklist.items.live().exclude(due_on=None)
        return {"items": dated.select_related("checklist").order_by("due_on", "pk")}

    def _address(self, item: Item) -> str:
        path = reverse("checklists:item", args=[item.checklist.key, item.pk])
        return self.request.build_absolute_uri(path)


class AuditPack(Download):
    """Everything a checklist says and stands on, with checksums."""

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Return the pack as an attachment, which is streamed."""
        pack = audit_pack(self.checklist, self.inquiry)
        response: Any = FileResponse(pack, content_type="application/zip")
        return self.attached(response, "zip")

    def get_context_data(self, **_kwargs: Any) -> dict[str, Any]:
        """Return nothing, for a pack needs nothing beside the checklist itself."""
        return {}


class SheetPage(ChecklistPage):
    """The checklist to be printed: every item in full, sources as footnotes, a sign-off page."""

    template_name = "checklists/sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return all items with what they stand on; those that fell away are apart."""
        items = list(
            self.checklist.items.live_or_signed()
            .select_related("focus_area", "source", "assignee")
            .prefetch_related(
                Prefetch("bases", ItemBasis.objects.select_related("place__city", "finding")),
                Prefetch("attachments", Attachment.objects.select_related("evidence")),
                "attachments__evidence__versions",
                "signed_periods__closed_by",
            )
        )
        policies = {g.policy_id for item in items for g in item.bases.all() if g.policy_id}
        rendered = self.snapshot.rendered(policies, self.language)
        sources: dict[str, dict[str, Any]] = {}
        rows = [self._row(item, rendered, sources) for item in items]
        fallen = [row for row in rows if row["fallen"]]
        return super().get_context_data(
            rows=[row for row in rows if not row["fallen"]],
            fallen=fallen,
            sources=sources.values(),
            day=day_of(self.checklist),
            template_name=in_language(self.checklist.template, "name", self.language),
            places=[
                place.called(self.language)
                for place in self.checklist.places.select_related("city")
            ],
            gates=gates_of(self.checklist, self.inquiry),
            **kwargs,
        )

    def _row(self, item: Item, rendered: Any, sources: dict[str, dict[str, Any]]) -> dict[str, Any]:
        def note(source: dict[str, Any]) -> int:
            sources.setdefault(source["id"], {**source, "note": len(sources) + 1})
            return int(sources[source["id"]]["note"])

        bases = [
            {
                "place": g.place.called(self.language),
                **stands(g.verdict, g.why, g.policy_id, g.finding_id, rendered, self.snapshot),
                "finding": g.finding,
            }
            for g in item.bases.all()
        ]
        for basis in bases:
            basis["note"] = note(basis["policy"]["source"]) if basis["policy"] else 0
        return {
            "item": item,
            "title": in_language(item, "title", self.language),
            "guidance": in_language(item, "guidance", self.language),
            "clause": clause_in(item, self.language),
            "area": in_language(item.focus_area, "name", self.language),
            "fallen": all(basis["verdict"] == Verdict.EXCLUDED for basis in bases),
            "note": note(source_shape(item.source, self.language)),
            "bases": bases,
            "evidence": [
                (one.evidence, version)
                for one in item.attachments.all()
                for version in one.versions[:1]
            ],
            "periods": list(item.signed_periods.all()),
        }


class SheetPdf(SheetPage):
    """The printed checklist as PDF."""

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> HttpResponse:
        """Return the PDF, or a page that says what is missing to make one."""
        html = render_to_string(self.template_name, context, request=self.request)
        try:
            pdf = pdf_of(html, self.request.build_absolute_uri("/"))
        except CannotPrintError as missing:
            to_print = reverse("checklists:sheet", args=[self.checklist.key])
            rendered = {"missing": str(missing), "to_print": to_print}
            return render(self.request, "portal/no_pdf.html", rendered, status=501)
        response = HttpResponse(pdf, content_type="application/pdf")
        return named_after(self.checklist.title, response, "pdf")


def followed_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the due days of all open checklists that the owner of a private address sees."""
    user = reader_of(secret)
    if user is None:
        raise Http404("There is no such calendar.")
    seen = checklist_policy.rows(Action.SEE, user).open()
    items = Item.objects.live().filter(checklist__in=seen).exclude(due_on=None)

    def address(item: Item) -> str:
        path = reverse("checklists:item", args=[item.checklist.key, item.pk])
        return request.build_absolute_uri(path)

    rows = items.select_related("checklist").order_by("due_on", "pk")
    calendar = due_calendar(rows, address, language=active_language())
    response = HttpResponse(calendar, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def named_after(title: str, response: HttpResponse, ending: str) -> HttpResponse:
    """Return an answer that is saved as a file called so."""
    name = f"{name_of_file(title) or 'checklist'}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
