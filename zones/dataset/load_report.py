"""What a load did, or would do, in lines that a person can check."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from zones.dataset.certainty_cells import COLUMN, raises_certainty
from zones.dataset.line_fates import line_fates
from zones.dataset.problems import Problem
from zones.dataset.same_numbers import same_numbers
from zones.dataset.source_tables import Sources
from zones.dataset.table import Cells, Changes, Key, Table
from zones.models import Revision
from zones.models.labels import label
from zones.rules.vocabulary import Fate

#: More than this part of a table is not lost by mistake without anybody noticing.
TENTH = 10


@dataclass
class Report:
    """What a load did, or would do. ``replaces`` says whether absent rows go."""

    changes: dict[str, Changes] = field(default_factory=dict)
    revision: Revision | None = None
    tables: list[Table] = field(default_factory=list)
    left_alone: list[Table] = field(default_factory=list)
    replaces: bool = False
    #: All that is wrong, of what is refused.
    problems: list[Problem] = field(default_factory=list)

    def fates(self, table: Table) -> dict[int, Fate]:
        """Return what becomes of each line of the file of a table."""
        return line_fates(table, self.changes[table.name], self.problems)

    def counts(self) -> Iterator[tuple[Table, Counter[Fate]]]:
        """Yield of each table how many lines of its file, and rows that go, fare so."""
        for table in self.tables:
            gone = len(self.changes[table.name].absent) if self.replaces else 0
            yield table, Counter(self.fates(table).values()) + Counter({Fate.TAKEN_OUT: gone})

    @property
    def added(self) -> int:
        """Return the number of new rows."""
        return sum(len(changes.added) for changes in self.changes.values())

    @property
    def corrected(self) -> int:
        """Return the number of changed rows."""
        return sum(len(changes.corrected) for changes in self.changes.values())

    @property
    def unchanged(self) -> int:
        """Return the number of rows that say what was known."""
        return sum(changes.unchanged for changes in self.changes.values())

    @property
    def kept(self) -> int:
        """Return the number of rows that stay, as they changed here since the file was made."""
        return sum(len(changes.kept) for changes in self.changes.values())

    @property
    def withdrawn(self) -> int:
        """Return the number of rows that go because the input lacks them."""
        return sum(len(c.absent) for c in self.changes.values()) if self.replaces else 0

    def losing_much(self) -> list[str]:
        """Return a line for each table that loses more than a tenth of its rows."""
        return [
            f"{name}.csv lacks {len(changes.absent)} of {len(changes.before)} rows"
            for name, changes in self.changes.items()
            if self.replaces and len(changes.absent) * TENTH > len(changes.before)
        ]

    def withdrawals(self) -> Iterator[str]:
        """Yield a line for each row that goes."""
        for table in self.tables if self.replaces else ():
            for key in self.changes[table.name].absent:
                yield f"{table.file}: {table.taken_out} {' '.join(key)}"

    def doubles(self) -> Iterator[str]:
        """Yield a line for each document that gets a number that another has."""
        for one in same_numbers(self.changes, withdraw=self.replaces):
            yield f"{Sources().file}, line {one.row.line}: {one.words}"

    def readings(self) -> Iterator[str]:
        """Yield a line for each cell that was read otherwise than it is written, and for what was
        passed over.
        """
        for table in self.tables:
            yield from (f"{table.file}: {words}" for words in self.changes[table.name].said)
            for note in self.changes[table.name].notes:
                where = f"{table.file}, line {note.line}, column {note.column}"
                told = f"{where}: read {note.written} as {note.read}"
                yield f"{told}, as it was exported" if note.as_exported else told

    def details(self) -> Iterator[str]:
        """Yield a line for each row that is new, changed, in conflict, refused or kept.

        Of a changed row it tells the old and new of each cell, of one in conflict what it was as
        well, and of one that is refused all that is wrong with it.
        """
        for table in self.tables:
            changes = self.changes[table.name]
            wrong: dict[int | None, list[str]] = defaultdict(list)
            for one in self.problems:
                if one.file == table.file:
                    wrong[one.line].append(f"{one.column}: {one.why}" if one.column else one.why)
            for line, fate in self.fates(table).items():
                if fate != Fate.SAME:
                    told = _told(fate, changes.lines.get(line), changes, wrong[line])
                    yield f"{table.file}, line {line}: {label(fate)}{told}"
            for key in changes.kept:
                yield f"{table.file}: kept {' '.join(key)}, which was changed here since"


def _told(fate: Fate, key: Key | None, changes: Changes, wrong: list[str]) -> str:
    """Which row a line is, what it becomes, and why not."""
    if fate == Fate.CONFLICT and key:
        return f": {changes.conflicts[key].why}"
    told = f" {' '.join(key)}" if key else ""
    if fate == Fate.REFUSED or key is None:
        return f"{told}: {'; '.join(wrong)}"
    after, before = changes.rows[key].cells, changes.before.get(key)
    cells = f": {_cells(before, after)}" if before else ""
    return told + cells + _claim(before, after)


def _cells(before: Cells, after: Cells) -> str:
    return "; ".join(
        f"{name} {before[name]!r} -> {cell!r}"
        for name, cell in after.items()
        if cell != before[name]
    )


def _claim(before: Cells | None, after: Cells) -> str:
    """What a load takes on trust, and the desk does not."""
    if not raises_certainty(before, after):
        return ""
    return f" (its {COLUMN} {after[COLUMN]} is taken on trust: the desk asks for a quote)"
