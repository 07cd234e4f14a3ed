"""Rules as a document to be printed: tables that fit the paper, with all that a cell stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cbec_portal.pdf import pdf_of
from zones.pages.table_pages import NO_ADVICE, NOT_NO, TablePage
from zones.pages.tables.rule_sheets import ColumnHead, RuleRow, rule_rows, rules_table
from zones.pages.tables.sheet_parts import PageTable

#: How many places stand beside each other on a sheet of paper.
MOST_ABREAST = 4


class PrintedRow(NamedTuple):
    """A row of a table: the part and the focus area where they begin with it, its topic, and its
    cells.
    """

    part: str
    area: str
    row: Mapping[str, Any]
    cells: Sequence[Mapping[str, Any]]


class PrintedTable(NamedTuple):
    """Some of the columns of a comparison: what the table is called, its heads and its rows."""

    title: str
    heads: Sequence[ColumnHead]
    rows: Sequence[PrintedRow]


class PrintedPage(TablePage):
    """A page of rules that is printed as well, lengthwise, in as many tables as it needs."""

    forms = ("xlsx", "csv", "pdf")

    def heads(self) -> Sequence[ColumnHead]:
        """Return the columns of the rules."""
        raise NotImplementedError

    def title(self) -> str:
        """Return what the table is called."""
        raise NotImplementedError

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the rows that are shown, in their sections."""
        return rules_table(
            self.title(), self.heads(), context["sections"], context["sources"], self.language
        )

    def file(self, table: PageTable, context: dict[str, Any]) -> bytes:
        """Return the table as a file, printed if so asked.

        Raises:
            CannotPrintError: it is to be printed, and what that needs is not there.
        """
        if self.form != "pdf":
            return super().file(table, context)
        printed = {
            **context,
            "table_title": table.title,
            "known_at": self.known_at,
            "compares": len(self.heads()) > 1,
            "printed_tables": printed_tables(self.heads(), context["sections"]),
            "lasting_address": self.lasting_address(),
            "cautions": [_(NO_ADVICE), _(NOT_NO)],
        }
        html = render_to_string("zones/printed/rules.html", printed, request=self.request)
        return pdf_of(html, self.request.build_absolute_uri("/"))


def printed_tables(
    heads: Sequence[ColumnHead], sections: Mapping[str, Any]
) -> Iterator[PrintedTable]:
    """Yield the tables in which all columns are printed, as many abreast as the paper holds."""
    rows, many = list(rule_rows(sections)), len(heads)
    for first in range(0, many, MOST_ABREAST):
        here = slice(first, first + MOST_ABREAST)
        own = heads[here]
        title = ""
        if many > MOST_ABREAST:
            told = {"first": first + 1, "last": first + len(own), "many": many}
            title = _("Columns %(first)s to %(last)s of %(many)s") % told
        yield PrintedTable(title, own, list(_printed(rows, here)))


def _printed(rows: Sequence[RuleRow], here: slice) -> Iterator[PrintedRow]:
    part = area = ""
    for one in rows:
        begins = one.part != part
        yield PrintedRow(
            one.part if begins else "",
            one.area if begins or one.area != area else "",
            one.row,
            one.row["noted"][here],
        )
        part, area = one.part, one.area
