"""Rules as a document to be printed: tables that fit the paper, with all that a cell stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cbec_portal.pdf import pdf_of
from zones.pages.cell_tags import all_say_the_same
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
    """Some of the columns of a comparison: what the table is called, its heads and its rows. It
    has no heads where each cell stands for all columns.
    """

    title: str
    heads: Sequence[ColumnHead]
    rows: Sequence[PrintedRow]

    @property
    def width(self) -> int:
        """Return how many columns it has on paper, that of the topics among them."""
        return 1 + max(1, len(self.heads))


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
    """Yield the tables in which all columns are printed, as many abreast as the paper holds.

    Where they are more, what all of them say alike is printed once, in a table of its own.
    """
    rows, many = list(rule_rows(sections)), len(heads)
    splits = many > MOST_ABREAST
    alike = [one for one in rows if splits and all_say_the_same(one.row["noted"])]
    shared = {id(one.row) for one in alike}
    apart = [one for one in rows if id(one.row) not in shared]
    for first in range(0, many, MOST_ABREAST):
        here = slice(first, first + MOST_ABREAST)
        own = heads[here]
        told = {"first": first + 1, "last": first + len(own), "many": many}
        title = _("Columns %(first)s to %(last)s of %(many)s") % told if splits else ""
        yield PrintedTable(title, own, list(_printed(apart, here)))
    if alike:
        title = _("The same in all %(many)s columns") % {"many": many}
        yield PrintedTable(title, [], list(_printed(alike, slice(1))))


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
