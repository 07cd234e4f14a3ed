"""Pages whose table can be taken along, as a workbook or as CSV, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from cbec_portal.api.sheets import TableSheet, csv_of
from cbec_portal.china_time import today_in_china
from cbec_portal.file_names import name_of_file
from cbec_portal.pdf import CannotPrintError
from zones.models import City, Topic
from zones.models.labels import label
from zones.pages.cards import CardPage, with_card
from zones.pages.tables.sheet_parts import (
    NAME,
    TEXT,
    PageTable,
    References,
    sheet,
    without_empty_columns,
)
from zones.rules.vocabulary import Certainty
from zones.selectors.answer_sources import sources_of_answers
from zones.selectors.placements import cities_on

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The forms in which a table is taken along, and what each is to a browser.
KINDS = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
#: With what caution any table is to be read.
NO_ADVICE = gettext_noop(
    "Working material, not legal advice. Each answer names its source and its certainty."
)
NOT_NO = gettext_noop("Unknown is not no: “not researched” means that nobody has looked yet.")


class TablePage(CardPage):
    """A page that answers the same question as a file, at its own address and ``table.xlsx``."""

    #: The form in which this is answered: none as the page itself.
    form = ""
    #: The forms in which the table is offered.
    forms: tuple[str, ...] = ("xlsx", "csv")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        """Begin an answer; a file answers no question that is wrong in part."""
        super().setup(*args, **kwargs)
        if self.form:
            self.answers_the_rest = False

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the table that the page shows, made of the same context as the page."""
        raise NotImplementedError

    def references(
        self, topics: Sequence[Topic], cities: Sequence[City] | None = None
    ) -> References:
        """Return the documents by which some cities, or all, answer topics on the day."""
        asked = list(cities_on(self.inquiry).values()) if cities is None else cities
        return References(sources_of_answers(asked, topics, self.inquiry))

    def data_link(self) -> str:
        """Return what the API is asked for the same; blank where it does not answer that."""
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return where the table is taken along from, beside what the page gives."""
        asked = self.request.GET.urlencode(safe="@,:")
        files = [(form.upper(), self.own_path(f"table.{form}", asked)) for form in self.forms]
        data = self.data_link()
        return super().get_context_data(
            lasting_address=self.lasting_address(),
            table_files=[*files, *([("JSON", f"{data}&format=json")] if data else [])],
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Return the page, or its table as a file that is named after the question."""
        if not self.form:
            return super().render_to_response(context, **kwargs)
        table = self.table(context)
        try:
            content = self.file(table, context)
        except CannotPrintError as missing:
            told = {"missing": str(missing), "to_print": self.lasting_address()}
            return render(self.request, "portal/no_pdf.html", told, status=501)
        response = HttpResponse(content, content_type=KINDS[self.form])
        name = f"{name_of_file(table.title)} {self.day_answered()}.{self.form}".strip()
        response.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=name
        )
        return response

    def file(self, table: PageTable, context: dict[str, Any]) -> bytes:
        """Return the table as a file.

        Raises:
            CannotPrintError: it is to be printed, and what that needs is not there.
        """
        if self.form == "csv":
            return csv_of(without_empty_columns(table.seen))
        # The library is needed for nothing else, and takes a while to be read.
        from cbec_portal.api.workbooks import workbook_of

        sheets = [table.seen, *table.details, table.cited.sheet(), self._about(table)]
        return workbook_of([without_empty_columns(one) for one in sheets], table.title)

    def _about(self, table: PageTable) -> TableSheet:
        """What was asked and when, and with what caution the answer is to be read."""
        any_does = self.certainty is Certainty.UNVERIFIED
        # What has no revisions of its own was taken when one was the newest.
        revision: list[str | int] = (
            [_("Revision"), self.known_at]
            if self.is_of_a_revision()
            else [capfirst(pgettext("field", "newest revision")), self.snapshot.newest]
        )
        return sheet(
            _("About this table"),
            [(_("About this table"), NAME), ("", TEXT * 2)],
            [
                [_("Question"), table.title],
                [
                    pgettext("column", "Day"),
                    self.day_answered(),
                ],
                revision,
                [_("Certainty at least"), _("any") if any_does else label(self.certainty)],
                [_("Permalink"), self.lasting_address()],
                [_("Taken on"), today_in_china()],
                *(
                    [pgettext("column", "Note"), note]
                    for note in (_(NO_ADVICE), _(NOT_NO), *table.notes)
                ),
            ],
        )


def with_table(route: str, page: type[TablePage], name: str) -> Sequence[URLPattern]:
    """Return the addresses of a page, of its table in each form, and of its card."""
    view: Callable[..., Any] = page.as_view
    files = [
        path(f"{route}table.{form}", view(form=form), name=f"{name}-{form}") for form in page.forms
    ]
    return [path(route, view(), name=name), *files, *with_card(route, page, name)]
