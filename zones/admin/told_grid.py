"""How the page of a grid tells what becomes of each row, and what is wrong with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.punctuation import enumerated
from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.grid_mending import MendBoxes
from zones.admin.grid_row_words import (
    InConflict,
    brings_nothing,
    held_cells,
    moved_cells,
    needs_eyes,
    notes,
    notes_of_all,
    origin_words,
    told_once,
    urgency,
)
from zones.admin.offered_rows import TAKE
from zones.admin.problem_words import ProblemWords
from zones.dataset.policy_table import Policies
from zones.dataset.problems import Problem
from zones.dataset.table import Table
from zones.desk.cell_words import CellWords
from zones.desk.fate_counts import fate_counts
from zones.desk.grid_judgement import JudgedGrid, JudgedRow
from zones.desk.grid_rows import as_grid
from zones.desk.line_numbers import told_numbers
from zones.desk.new_rows import NewRows
from zones.desk.row_evidence import labels_beside
from zones.desk.source_warnings import mark_of
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import Fate, ScopeKind

#: So many rows are listed: those to be mended first, then what they bring, last what is known.
SHOWN = 500


class TellsGrid(DeskPage):
    """A page that tells what becomes of the rows of a grid which it read for a set."""

    judged: JudgedGrid | None = None
    #: Rows that must be mended are shown alone, with boxes of what is wrong in them.
    only_errors = False
    #: The places of the lines of which cells were typed anew in boxes.
    mended: frozenset[int] = frozenset()
    #: So many lines stand above those that were typed, and nobody typed them.
    lines_before = 0

    @cached_property
    def change_set(self) -> ChangeSet:
        """Return the set that the address names."""
        return get_object_or_404(ChangeSet, pk=self.kwargs["number"])

    @cached_property
    def brought(self) -> NewRows:
        """Return the rows that the set brings, which those of a grid may name."""
        return NewRows(self.change_set)

    @cached_property
    def shared_wrong(self) -> dict[str, list[str]]:
        """Return what is wrong with what all cells share, by its box."""
        return {}

    def told_grid(self, judged: JudgedGrid) -> dict[str, Any]:
        """Return for the template the rows that were read, each with its fate."""
        words = CellWords(self.language, self.brought)
        boxes = MendBoxes(judged, words)
        told = self.problem_words(words, self.change_set)
        self.only_errors = self.only_errors and bool(judged.refused)
        sheet_lines = judged.reading.sheet.lines
        mended = {sheet_lines[at].number for at in self.mended if at < len(sheet_lines)}
        listed = [
            one
            for one in judged.rows
            if not self.only_errors or needs_eyes(one) or one.row.line in mended
        ]
        rows = told_once(sorted(listed, key=lambda one: urgency(one, mended)))
        before = self._shown_before(len(rows))
        earlier, rows = rows[:before], rows[before:]
        # What proposing it would write over, or double, is listed however much else is.
        shown = [*rows[:SHOWN], *(one for one in rows[SHOWN:] if one.held or one.doubles)]
        lines = [line.number for line in sheet_lines]
        in_conflict = InConflict(shown, words)
        told_rows = [
            self._shown(one, words, told, boxes)
            | {"boxes": boxes.of(one) if self.only_errors else []}
            | {"conflict": in_conflict.told(one)}
            for one in shown
        ]
        return {
            "judged": judged,
            "counts": fate_counts(judged.count),
            "told": [*judged.reading.told, *notes_of_all(told_rows)],
            "problems": [self._wrong(one) for one in judged.problems],
            "settling_kinds": [
                (f"{TAKE} scope_kind {kind}", label(ScopeKind(kind)), count)
                for kind, count in judged.reading.of_several_kinds.items()
            ],
            "shown": told_rows,
            "bringing": [row for row in told_rows if not row["brings_nothing"]],
            "known": [row for row in told_rows if row["brings_nothing"]],
            "doubles": mark_of(judged.doubles),
            "lines": told_numbers(sheet_lines),
            "ready": judged.mark_of_ready,
            "left_out": len(earlier) + len(rows) - len(shown),
            "part_before": before // SHOWN if before else 0,
            "part_after": before // SHOWN + 2 if len(rows) > SHOWN and self.only_errors else 0,
            "grid_text": as_grid(judged.reading, lines),
        }

    def _shown_before(self, count: int) -> int:
        """How many rows to mend stand in parts before the one that is asked for."""
        act, _blank, part = self.posted("do").partition(" ")
        asked = whole_number(part) if act == "mend" and self.only_errors else None
        return min(max((asked or 1) - 1, 0), max(count - 1, 0) // SHOWN) * SHOWN

    def shared_words(self) -> str:
        """Return how much is wrong with what all rows share, if anything is."""
        if not (count := sum(map(len, self.shared_wrong.values()))):
            return ""
        words = ngettext(
            "%s thing is wrong with what all rows share: it is said beside its box.",
            "%s things are wrong with what all rows share: each is said beside its box.",
            count,
        )
        return words % count

    def _shown(
        self, one: JudgedRow, words: CellWords, told: ProblemWords, boxes: MendBoxes
    ) -> dict[str, Any]:
        table = self._table
        may_mend = self.change_set.is_open
        return {
            "line": one.row.line - self.lines_before,
            "left_by": f"leave {one.row.line}" if may_mend and one.fate == Fate.REFUSED else "",
            "name": words.row(table, one.judged.key)
            if one.judged and any(one.row.key)
            else " ".join(one.row.key) or self._written_at(one.row.line),
            "fate": label(one.fate),
            "is_refused": one.fate == Fate.REFUSED,
            "brings_nothing": brings_nothing(one),
            "cells": moved_cells(table, one, words),
            "held": one.held,
            "held_cells": held_cells(table, one, words),
            "problems": [
                (
                    self._where(one, problem),
                    told.why(problem, self._buttons(one, problem, boxes) if may_mend else {}),
                )
                for problem in one.problems
            ]
            or [(self._called(name), _lacking_words(name)) for name in one.lacks],
            "origin": list(origin_words(table, one.row, words)),
            "notes": list(notes(table, one.row, words)),
            "doubles": [double.words for double in one.doubles],
        }

    def _written_at(self, number: int) -> str:
        """What the first cell of a line says that says anything: what names no row is called so."""
        lines = self.judged.reading.sheet.lines if self.judged else []
        cells = next((line.cells for line in lines if line.number == number), [])
        return next(filter(None, cells), "")[:80]

    def _buttons(
        self, one: JudgedRow, problem: Problem, boxes: MendBoxes
    ) -> Mapping[str, SafeString]:
        """The buttons of what a cell may have meant, by how that is called."""
        return boxes.buttons(one, problem)

    @property
    def _table(self) -> Table:
        return self.judged.reading.table if self.judged else Policies()

    def _where(self, _one: JudgedRow, problem: Problem) -> str:
        """What people call that of which a problem of a row tells."""
        return self._called(problem.column)

    def _called(self, column: str | None) -> str:
        """What people call the columns that a problem names; none is the whole row."""
        names = (column or "").split(", ")
        return enumerated(self._labels.get(name, name) for name in names)

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        beside = labels_beside(self._table)
        return {own.name: str(own.label) for own in self._table.columns} | beside

    def _wrong(self, problem: Problem) -> str:
        """What is wrong with a grid as a whole, and where."""
        line = _("Line %s") % problem.line if problem.line else ""
        where = filter(None, (line, self._called(problem.column)))
        return _(": ").join((*where, problem.why))


def _lacking_words(column: str) -> SafeString:
    """Why a line is refused with which nothing is wrong but that the head lacks a column: of all
    such lines it is said above, once.
    """
    words = _("the head lacks this column, which is said above")
    return format_html('<a href="#lacking-{}-error">{}</a>', column, words)
