"""What would become of each row of a grid, before any of it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.punctuation import by_semicolons
from cbec_portal.widths import half_width
from zones.dataset.problems import Offer, Problem
from zones.dataset.same_numbers import SameNumber
from zones.dataset.table import Table
from zones.desk.current_keys import call_by_today
from zones.desk.grid import CHOICES
from zones.desk.grid_files import GridLine
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridReading, GridRow, as_grid
from zones.desk.held_rows import HeldRow, held_rows, says_again
from zones.desk.judgement import RowJudgement, judge_rows
from zones.desk.new_rows import NewRows
from zones.desk.pickers import UnknownPickError, not_found
from zones.desk.row_drafts import RowDraft, drafted, drafted_apart
from zones.desk.source_warnings import doubles_of
from zones.desk.unknown_names import MOST_LOOKED_FOR, offered_rows
from zones.models import ChangeSet
from zones.models.fields import told_option
from zones.rules.vocabulary import Fate, Proposal

OF_THE_MATRIX = (None, "topic", "scope_kind", "scope_code", "value", "state")
READY = (Fate.NEW, Fate.CHANGED, Fate.TAKEN_OUT, Fate.CONFLICT)


@dataclass
class JudgedRow:
    """A row of a grid, what would become of it, and everything that is wrong with it.

    ``held`` is what the set says of the row already, where the grid says something else.
    """

    row: GridRow
    fate: Fate
    judged: RowJudgement | None = None
    problems: list[Problem] = field(default_factory=list)
    held: HeldRow | None = None
    #: Columns that the head lacks and the row needs: what is wrong with it for want of them is
    #: told once for all rows.
    lacks: list[str] = field(default_factory=list)
    #: Documents whose number the row gives its own.
    doubles: list[SameNumber] = field(default_factory=list)

    @property
    def moved(self) -> Mapping[str, tuple[str, str]]:
        """Return the columns that would change, each with its cell before and after."""
        is_left = self.fate in (Fate.REFUSED, Fate.SAME)
        return self.judged.moved if self.judged and not is_left else {}


@dataclass
class JudgedGrid:
    """A grid with the fate of every row; ``problems`` are of the grid as a whole."""

    reading: GridReading
    rows: list[JudgedRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def count(self, fate: Fate) -> int:
        """Return how many rows would fare so."""
        return sum(row.fate == fate for row in self.rows)

    @property
    def refused(self) -> list[JudgedRow]:
        """Return the rows that must be mended first."""
        return [row for row in self.rows if row.fate == Fate.REFUSED]

    @property
    def ready(self) -> list[RowDraft]:
        """Return what can be proposed; rows that would change nothing are no part of it."""
        return [row.row.draft for row in self.rows if row.row.draft and row.fate in READY]

    @property
    def mark_of_ready(self) -> str:
        """Return what tells the rows that can be proposed from others; empty if none can be."""
        said = [(draft.table.name, *draft[1:]) for draft in self.ready]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16] if said else ""

    def over_others(self, person: Any) -> list[tuple[int, HeldRow]]:
        """Return the rows of somebody else in the set that proposing it would write over."""
        return [
            (row.judged.row.pk, row.held)
            for row in self.rows
            if row.fate in READY and row.judged and row.held and not row.held.is_by(person)
        ]

    @property
    def doubles(self) -> list[tuple[RowJudgement, SameNumber]]:
        """Return the documents of one number that would be proposed, each with its row."""
        ready = (row for row in self.rows if row.row.draft and row.fate in READY)
        return [(row.judged, one) for row in ready if row.judged for one in row.doubles]

    @property
    def lines_given_back(self) -> list[GridLine]:
        """Return the head and the lines that are refused; all, while the grid has problems."""
        head, *lines = self.reading.sheet.lines
        refused = {row.row.line for row in self.refused}
        return [head, *(line for line in lines if self.problems or line.number in refused)]

    @property
    def given_back(self) -> str:
        """Return the lines that are refused as a grid, to be mended in place; empty if none is."""
        lines = [line.number for line in self.lines_given_back]
        return as_grid(self.reading, lines) if self.problems or len(lines) > 1 else ""

    @property
    def brings_nothing(self) -> bool:
        """Return whether there is nothing to do: every row says what is known already, or what the
        set says.
        """
        return not self.problems and all(row.fate in (Fate.SAME, Fate.HELD) for row in self.rows)


def nothing_to_do() -> str:
    """Return that a grid brings nothing."""
    return _("There is nothing to do: every row says what is known, or what the set says already.")


def judged_grid(
    reading: GridReading, change_set: ChangeSet | None = None, words: GridWords | None = None
) -> JudgedGrid:
    """Return what would become of each row, beside those that a change set holds already.

    Nothing is saved. A row with something wrong is judged as well, so that all is said at once.
    """
    found = JudgedGrid(reading, problems=list(reading.problems))
    judgeable = [row for row in reading.rows if row.draft and not row.is_gone]
    own = drafted(change_set, [row.draft for row in judgeable if row.draft])
    numbers = {row.pk for row in own}
    there = call_by_today(change_set.rows.all()) if change_set else []
    # A line of which no cell was edited leaves its row to whoever wrote it: the others are judged
    # beside that as it stands.
    in_set = {row.pk: row for row in there}
    unedited = {
        row.pk: in_set[row.pk]
        for line, row in zip(judgeable, own, strict=True)
        if row.pk in in_set and _is_unedited(line)
    }
    for line, proposed in zip(judgeable, own, strict=True):
        proposed.unread = frozenset(problem.column for problem in line.problems if problem.column)
    own = [unedited.get(row.pk, row) for row in own]
    apart = [row for row in reading.rows if row.apart]
    by_themselves = drafted_apart(change_set, [row.apart for row in apart if row.apart])
    for line, proposed in zip(apart, by_themselves, strict=True):
        proposed.unread = line.untold
    beside = [row for row in there if row.pk not in numbers]
    judgement = judge_rows([*beside, *own, *by_themselves])
    by_row = {id(judged.row): judged for judged in judgement.rows}
    judged_of = {
        id(row): by_row[id(proposed)]
        for row, proposed in zip([*judgeable, *apart], [*own, *by_themselves], strict=True)
    }
    held = held_rows(change_set, there, own)
    for row in reading.rows:
        judged = _judged(reading, row, judged_of.get(id(row)), unedited)
        if judged.judged:
            proposed = judged.judged.row
            judged.held = held.get(proposed.pk)
            old = in_set.get(proposed.pk)
            # The set has the row, whatever is wrong with it there: that is told beside it.
            if old and judged.fate in (*READY, Fate.REFUSED) and says_again(old, proposed):
                judged.fate = Fate.HELD
        found.rows.append(judged)
    found.problems += judgement.problems
    by_judged = {id(judged.judged): judged for judged in found.rows}
    for row_judged, one in doubles_of(judgement):
        if own_row := by_judged.get(id(row_judged)):
            own_row.doubles.append(one)
    _suggest(found, words or GridWords(), _new_keys(judgement.rows))
    for judged in found.rows:
        _offer_options(judged, reading.table)
        _place(judged)
    return found


def _place(judged: JudgedRow) -> None:
    """Let problems of a cell of a matrix stand where the cell is, not in a column of policies."""
    head = judged.row.column
    if head is not None:
        judged.problems = [
            replace(problem, column=head, said_of=problem.of)
            if problem.column in OF_THE_MATRIX
            else problem
            for problem in judged.problems
        ]


def _is_unedited(row: GridRow) -> bool:
    """Whether a line writes a row and says nothing else than what it was made from."""
    draft = row.draft
    return (
        draft is not None
        and draft.proposal == Proposal.WRITE
        and not (draft.cells or row.beside or row.problems or row.doubled)
    )


def _judged(
    reading: GridReading,
    row: GridRow,
    judged: RowJudgement | None,
    unedited: Collection[int],
) -> JudgedRow:
    """A row with all that is wrong with it, what reading it said first."""
    if row.is_gone:
        return JudgedRow(row, Fate.SAME)
    if judged and judged.row.pk in unedited:
        return JudgedRow(row, Fate.SAME, judged)
    problems = list(row.problems)
    told = {problem.column for problem in problems}
    for problem in judged.problems if judged else ():
        if problem.column is None or problem.column not in told:
            problems.append(replace(problem, file=reading.sheet.name, line=row.line))
    problems += row.doubled
    fate = Fate.REFUSED if problems or judged is None else judged.fate
    # How a cell was read is no news beside why it is refused; a part of a key may be right, and
    # the row be there already, as a cell may that another mends.
    refused = {problem.of for problem in problems if not problem.mended_in}
    refused -= {*reading.table.key}
    row.notes = [note for note in row.notes if note.column not in refused]
    return JudgedRow(row, fate, judged, problems)


def _new_keys(judged: Iterable[RowJudgement]) -> set[tuple[str, str]]:
    """Rows of one key that the set would bring: cells may name them, though nobody knows them."""
    new = (row for row in judged if row.fate == Fate.NEW and row.key)
    return {(row.table.name, row.key[-1]) for row in new}


def _suggest(found: JudgedGrid, words: GridWords, new: set[tuple[str, str]]) -> None:
    """Say of cells that name nothing what they may have meant, once for each that is refused."""
    told: dict[tuple[str, str | None, str], UnknownPickError] = {}
    beside = NewRows()
    for judged in found.rows:
        for column, (table, within) in judged.row.unresolved.items():
            cell = judged.row.cells.get(column, "")
            if not judged.problems or (table, cell) in new:
                continue
            if table == CHOICES:
                _tell_choices(judged, words.choices(judged.row.cells.get("topic", "")))
                continue
            asked = (table, within, cell)
            if asked not in told:
                looks = len(told) < MOST_LOOKED_FOR
                told[asked] = not_found(table, cell, within=within, brought=beside, looks=looks)
            _tell_unknown(judged, found.reading.table, column, told[asked])


def _offer_options(judged: JudgedRow, table: Table) -> None:
    """Offer the words of a list where a cell is none of them, as what is wrong tells them."""
    for place, problem in enumerate(judged.problems):
        column = table.column_named(problem.column or "")
        if problem.offers or column is None or not column.options:
            continue
        if half_width(judged.row.cells.get(column.name, "")).strip() in column.options:
            continue
        # An empty cell is offered by what it is called, as which it is read.
        told = ((words, own or words) for own, words in column.choices)
        offers = tuple(Offer(told_option(*one), one[1]) for one in told)
        judged.problems[place] = replace(problem, offers=offers)


def _tell_choices(judged: JudgedRow, choices: Sequence[tuple[str, str]]) -> None:
    for place, problem in enumerate(judged.problems):
        if problem.column == "value" and choices:
            offers = tuple(Offer(told_option(*choice), choice[1]) for choice in choices)
            told = _("Its choices are: %s.") % by_semicolons(offer.called for offer in offers)
            judged.problems[place] = replace(problem, why=f"{problem.why}. {told}", offers=offers)


def _tell_unknown(judged: JudgedRow, table: Table, column: str, unknown: UnknownPickError) -> None:
    """Say of a cell that it names nothing, in the place of what else is wrong with it."""
    file, line = judged.problems[0].file, judged.row.line
    others = [problem for problem in judged.problems if problem.column != column]
    offers = offered_rows(unknown, table, column, judged.row.cells)
    judged.problems = [*others, Problem(file, line, column, str(unknown), offers=offers)]
