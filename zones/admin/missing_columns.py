"""Columns that a grid lacks and its new rows need: each told once, with one box for all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.urls import reverse

from cbec_portal.punctuation import by_semicolons
from cbec_portal.quotation import quoted
from zones.dataset.naming import naming_of
from zones.dataset.problems import Problem
from zones.dataset.table import Table
from zones.desk.grid_heads import column_names
from zones.desk.grid_judgement import JudgedGrid, JudgedRow
from zones.desk.grid_names import folded
from zones.desk.row_evidence import labels_beside

#: The name of a box, and of what says to which lines it gives the cell, by their places.
_NAME = re.compile(r"lacking-([a-z_]{1,60})")
_LINES = "lines-lacking-"


class MissingBox(NamedTuple):
    """One box for a column that the head lacks: the lines of new rows that need it, by their
    places, and what is wrong with them for want of it.
    """

    table: Table
    column: str
    lines: tuple[int, ...]
    why: str

    @property
    def name(self) -> str:
        """Return what the form calls the box."""
        return f"lacking-{self.column}"

    @property
    def lines_name(self) -> str:
        """Return what the form calls the places of the lines."""
        return f"{_LINES}{self.column}"

    @property
    def places(self) -> str:
        """Return the places of the lines, as the form sends them."""
        return ",".join(map(str, self.lines))

    @property
    def words(self) -> str:
        """Return what people call the column."""
        own = self.table.column_named(self.column)
        return str(own.label) if own else labels_beside(self.table).get(self.column, self.column)

    @property
    def quoted_words(self) -> str:
        """Return that between quotation marks: so it may stand in the head, too."""
        return quoted(self.words)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return what may be chosen, where a list says it."""
        own = self.table.column_named(self.column)
        return own.choices if own else []

    @property
    def values(self) -> str:
        """Return what may be written in the column, where a list says it."""
        return by_semicolons([words for _option, words in self.options])

    @property
    def pick(self) -> str:
        """Return where rows are offered for what is typed; nothing if none are."""
        named = naming_of(self.table, self.column, {})
        return reverse("admin:desk-pick", args=[named.table]) if named else ""


def take_missing(judged: JudgedGrid) -> list[MissingBox]:
    """Take out of new rows what is wrong with them for want of a column that the head lacks, and
    return its boxes. The rows stay refused; those that are known keep what they say there.
    """
    sheet, table = judged.reading.sheet, judged.reading.table
    known = column_names(table)
    given = {name for cell in sheet.lines[0].cells for name in known.get(folded(cell), ())}
    own = {name for names in known.values() for name in names} - given
    place = {line.number: at for at, line in enumerate(sheet.lines)}
    found: dict[tuple[str, str], list[int]] = {}
    for row in judged.rows:
        lacking = [one for one in row.problems if one.column in own and _is_new(row)]
        for problem in lacking:
            found.setdefault(_told(problem), []).append(place[row.row.line])
        row.problems = [one for one in row.problems if one not in lacking]
        row.lacks = list(dict.fromkeys(one.column or "" for one in lacking))
    boxes: dict[str, MissingBox] = {}
    for (column, why), lines in found.items():
        before = boxes.get(column, MissingBox(table, column, (), why))
        boxes[column] = before._replace(lines=tuple(sorted({*before.lines, *lines})))
    return list(boxes.values())


def _told(problem: Problem) -> tuple[str, str]:
    return problem.column or "", problem.why


def _is_new(row: JudgedRow) -> bool:
    return row.row.column is None and row.judged is not None and row.judged.before is None


def cells_missing(posted: Mapping[str, str]) -> dict[str, dict[int, str]]:
    """Return the cells that boxes of lacking columns give, by the names of the columns and the
    places of the lines that need them.
    """
    found: dict[str, dict[int, str]] = {}
    for name, text in posted.items():
        if not (named := _NAME.fullmatch(name)) or not text.strip():
            continue
        told = posted.get(f"{_LINES}{named[1]}", "").split(",")
        lines = {int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 7}
        found[named[1]] = {line: text.strip() for line in lines if line}
    return found
