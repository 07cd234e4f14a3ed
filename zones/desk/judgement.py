"""What would become of each row of a change set, were it published now. Nothing is written here.

A row is merged cell by cell: its base (what stood there when the cell was proposed), what is
proposed, and what is known now. A cell that moved here as well is a conflict, which stays until
somebody settles it; other cells of the row are taken over as they are now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, assert_never

from django.utils.translation import gettext as _

from zones.dataset.blocking_references import HeldBy, Hindrance, TakenOut
from zones.dataset.differences import refuse_doubles
from zones.dataset.expectations import expected_of
from zones.dataset.naming import naming_of, rows_named
from zones.dataset.problems import Problem, Problems, RowMention
from zones.dataset.table import Cells, Changes, Key, Load, Spell, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.current_keys import CurrentKeys, keys_now
from zones.desk.kinds_said import refuse_unfitting_kinds
from zones.desk.quotes import refuse_unquoted
from zones.desk.row_evidence import labels_beside, refuse_wrong_beside
from zones.desk.unknown_names import tell_unknown
from zones.models import ChangeSet, ProposedRow
from zones.rules.kinds_of_change import fitting_changes
from zones.rules.vocabulary import Fate, Proposal
from zones.services.forecast import Expectation

#: What makes a row another than it is known.
BROUGHT = (Fate.NEW, Fate.CHANGED, Fate.TAKEN_OUT)
#: What is mended or settled before a set is sent, and counts for nothing until then.
UNREADY = (Fate.REFUSED, Fate.CONFLICT)


class CellConflict(NamedTuple):
    """A cell that moved here since it was proposed otherwise: its base, what is proposed, and what
    is here. Without a column it is the whole row, which came or went.
    """

    column: str
    base: str | None
    mine: str | None
    live: str | None


@dataclass
class RowJudgement:
    """What would become of one proposed row; ``before`` is the row as known now."""

    row: ProposedRow
    table: Table
    key: Key
    fate: Fate
    before: Cells | None = None
    after: Cells | None = None
    conflicts: list[CellConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    #: Why a row that would be taken out stays for earlier revisions, if it does.
    stays: Problem | None = None

    @property
    def moved(self) -> dict[str, tuple[str, str]]:
        """Return the columns whose cells would be others, each with its old and new cell."""
        before, after = self.before or {}, self.after or {}
        return {
            column.name: (before.get(column.name, ""), after.get(column.name, ""))
            for column in self.table.columns
            if before.get(column.name, "") != after.get(column.name, "")
        }

    @property
    def said(self) -> Cells:
        """Return the row as it is proposed: where a cell is in conflict, what is proposed of it."""
        return {**(self.after or {}), **_mine(self.conflicts)}

    @property
    def applied_key(self) -> Key:
        """Return the key under which the row is among the changes of its table: of a new one that
        which its cells make in their normal form.
        """
        if self.before is None and self.after is not None:
            return self.table.key_of(self.after)
        return self.key

    def label_of(self, column: str) -> str:
        """Return what people call a column of the row; without a name it is the whole row."""
        own = self.table.column_named(column)
        if own:
            return str(own.label)
        return labels_beside(self.table).get(column) or _("the whole row")

    def refuse(
        self,
        column: str | None,
        why: str,
        rows: Iterable[RowMention] = (),
        mended_in: tuple[str, ...] = (),
    ) -> None:
        """Note that the row cannot be published, why, of which rows that tells, and in which other
        columns it may be mended. A row in conflict stays one: that is to be settled as well.
        """
        self.fate = Fate.CONFLICT if self.conflicts else Fate.REFUSED
        own = Problem(self.table.file, None, column, why, tuple(rows), mended_in=mended_in)
        self.problems.append(own)

    def let_stay(self, hindrance: Hindrance) -> None:
        """Let the row be as it is, though it was to be taken out."""
        self.fate, self.after = Fate.SAME, self.before
        self.stays = Problem(self.table.file, None, None, hindrance.why, hindrance.rows)


def _mine(conflicts: Iterable[CellConflict]) -> Cells:
    """What is proposed in cells that are in conflict."""
    return {one.column: one.mine for one in conflicts if one.column and one.mine is not None}


@dataclass
class Judgement:
    """What would become of all rows, and the changes of tables that this comes to."""

    rows: list[RowJudgement] = field(default_factory=list)
    changes: dict[str, Changes] = field(default_factory=dict)
    #: Problems of a whole table, of which nobody can tell the row.
    problems: list[Problem] = field(default_factory=list)
    #: The revision as which it is public, of what was published.
    published_as: int | None = None

    @cached_property
    def expected(self) -> Expectation:
        """Return what will be known once the rows are published that can be."""
        return expected_of(without_refused(self), withdraw=True)

    @property
    def tables(self) -> list[Table]:
        """Return the tables that change, each after those it refers to."""
        return [table for table in registry if table.name in self.changes]

    def count(self, fate: Fate) -> int:
        """Return how many rows would fare so."""
        return sum(row.fate == fate for row in self.rows)

    @property
    def hinders(self) -> bool:
        """Return whether something must be mended or settled before this can be published."""
        return bool(self.problems) or any(row.fate in UNREADY for row in self.rows)

    @property
    def brings(self) -> bool:
        """Return whether anything would be another than it is known now."""
        return any(row.fate in BROUGHT for row in self.rows)


def judge(change_set: ChangeSet) -> Judgement:
    """Hold the rows of a set against what is known now, and against the rules of their tables."""
    return judge_rows(change_set.rows.select_related("copy__source"))


def judge_rows(proposed: Iterable[ProposedRow]) -> Judgement:
    """Hold proposed rows against what is known now; those of one table are read in one query."""
    found = Judgement()
    by_table: dict[str, list[ProposedRow]] = defaultdict(list)
    for row in proposed:
        by_table[row.table].append(row)
    followed = CurrentKeys()
    for table in registry:
        if table.name in by_table:
            _judge_table(table, by_table[table.name], found, followed)
    _check(found)
    for judged in found.rows:
        _tell_nothing_within(judged)
    refuse_wrong_beside(found)
    refuse_unfitting_kinds(found)
    refuse_unquoted(found)
    tell_unknown(found.rows)
    return found


def conflicting(proposed: Iterable[ProposedRow]) -> list[RowJudgement]:
    """Return those of proposed rows, of whatever sets, that are in conflict with what is known now.

    Nothing else is looked into. Those of one table are read in one query.
    """
    found: list[RowJudgement] = []
    by_table: dict[str, list[ProposedRow]] = defaultdict(list)
    for row in proposed:
        by_table[row.table].append(row)
    followed = CurrentKeys()
    for table in registry:
        if own := by_table.get(table.name):
            known = table.known(followed.key(table, row) for row in own)
            keys = keys_now(table, own, known, followed)
            for row in own:
                followed.put(table, row)
            known |= table.known(moved) if (moved := set(keys) - known.keys()) else {}
            spell = table.speller({table.name: Changes(before=known)})
            merged = (
                _merged(table, row, key, known.get(key), spell)
                for row, key in zip(own, keys, strict=True)
            )
            found.extend(judged for judged in merged if judged.fate == Fate.CONFLICT)
    return found


def _judge_table(
    table: Table, proposed: list[ProposedRow], found: Judgement, followed: CurrentKeys
) -> None:
    known = table.known_beside(followed.key(table, row) for row in proposed)
    keys = keys_now(table, proposed, known, followed)
    for row in proposed:
        followed.put(table, row)
    changes = found.changes[table.name] = Changes(before=known)
    spell = table.speller(found.changes)
    taken: set[Key] = set()
    free = {
        key
        for row, key in zip(proposed, keys, strict=True)
        if row.proposal == Proposal.TAKE_OUT and row.before == known.get(key)
    }
    stays = known.keys() - free
    for row, key in zip(proposed, keys, strict=True):
        judged = _merged(table, row, key, known.get(key), spell)
        found.rows.append(judged)
        if judged.before is None and (now := followed.now_of(table, key)):
            told = {"key": key[-1], "now": now}
            why = _("%(key)s was the key of %(now)s and leads there for ever: choose another.")
            judged.refuse(table.key[-1], why % told)
        if row.proposal == Proposal.TAKE_OUT and judged.before is None and row.before is None:
            # Of one that somebody else took out meanwhile it is told that this is so already.
            judged.refuse(table.key[-1], _("There is no such row, so none can be taken out."))
            continue
        if judged.fate == Fate.TAKEN_OUT and judged.before:
            changes.absent[key] = judged.before
        elif judged.after is not None:
            _read(judged, changes, spell, taken, stays, others=found.rows)


def _merged(
    table: Table, row: ProposedRow, key: Key, live: Cells | None, spell: Spell
) -> RowJudgement:
    judged = RowJudgement(row, table, key, Fate.CHANGED, before=live)
    base: Cells | None = row.before
    if row.proposal == Proposal.TAKE_OUT:
        judged.fate = Fate.SAME if live is None else Fate.TAKEN_OUT
        if live is not None and not base:  # it came, or came back, meanwhile
            judged.conflicts = [CellConflict("", None, None, " ".join(key))]
        elif live is not None and base:
            judged.conflicts = [
                CellConflict(name, base[name], None, cell)
                for name, cell in live.items()
                if cell != base.get(name, cell)
            ]
        judged.fate = Fate.CONFLICT if judged.conflicts else judged.fate
        fitting = fitting_changes(stands=True, is_taken_out=True)
        if row.change and row.change not in fitting and judged.fate == Fate.TAKEN_OUT:
            judged.refuse("change", _("It is taken out: that is no other kind of change."))
        return judged
    names = [column.name for column in table.columns]
    if base is None or live is None:
        blank = {column.name: column.until_then for column in table.columns}
        known = {name: cell for name, cell in (base or {}).items() if cell is not None}
        mine = blank | dict(zip(table.key, key, strict=True)) | known | row.cells
        judged.fate, judged.after = Fate.NEW, mine
        if live is not None:  # somebody else wrote the same row meanwhile
            judged.after = live | row.cells
            judged.conflicts = [
                CellConflict(name, None, mine[name], live[name])
                for name in names
                if name in row.cells and not _alike(table, spell, name, mine[name], live)
            ]
        elif base is not None:  # somebody took it out meanwhile
            judged.conflicts = [CellConflict("", " ".join(key), " ".join(key), None)]
    else:
        judged.after = dict(live)
        # In the order of the table: that in which a database keeps cells is its own.
        for name in (name for name in names if name in row.cells):
            cell = row.cells[name]
            if name not in live or _alike(table, spell, name, cell, live):
                continue
            if live[name] == base.get(name, live[name]):
                judged.after[name] = cell
            else:
                judged.conflicts.append(CellConflict(name, base[name], cell, live[name]))
    judged.fate = Fate.CONFLICT if judged.conflicts else judged.fate
    return judged


def _alike(table: Table, spell: Spell, name: str, cell: str, live: Cells) -> bool:
    """Whether a proposed cell says what stands there, however it is written."""
    if cell == live[name]:
        return True
    row = table.read(0, {**live, name: cell}, spell)
    return not row.unread and table.says_the_same(row, live)


def _read(
    judged: RowJudgement,
    changes: Changes,
    spell: Spell,
    taken: set[Key],
    stays: Collection[Key],
    *,
    others: list[RowJudgement],
) -> None:
    """Read the cells of a row, the last of the ``others``, and sort it in among the changes of its
    table; one that is refused, or in conflict, among those that are checked, and nothing else.

    ``taken`` are the keys of rows that were read before it, ``stays`` those of known rows that the
    set does not take out.
    """
    table = judged.table
    row = table.read(len(others), judged.said, spell)
    for column, why in row.wrong:
        if column not in judged.row.unread:  # of those it is told already
            judged.refuse(column, why)
    row.unread |= judged.row.unread
    for column, why in table.days_to_come(row, judged.before):
        if column in judged.row.cells:
            judged.refuse(column, why)
    row.change = judged.row.change
    same = not row.unread and judged.before is not None and table.says_the_same(row, judged.before)
    if not judged.conflicts:
        judged.after = row.cells
        if same and judged.fate != Fate.REFUSED:
            judged.fate = Fate.SAME
            return
    key = table.key_of(row.cells)
    row.is_double = judged.row.is_apart
    if row.bears(table.key):
        row.is_double = _refuse_key(judged, key, changes, taken, stays, others)
        taken.add(key)
    if not row.is_double:
        # Nothing more is told of a row that rests on what is wrong with its key.
        row.unread |= {problem.of for problem in judged.problems if problem.of in table.key}
    is_left = judged.fate in (Fate.REFUSED, Fate.CONFLICT)
    if is_left or row.unread or row.is_double:
        changes.refused.append((key if judged.before is None else judged.key, row))
        return
    if judged.before is None:
        changes.added[key] = row
    else:
        changes.corrected[judged.key] = row


def _refuse_key(
    judged: RowJudgement,
    key: Key,
    changes: Changes,
    taken: Collection[Key],
    stays: Collection[Key],
    others: list[RowJudgement],
) -> bool:
    """Refuse a row whose key is another than it has, or that of another row; return whether it is
    the latter.
    """
    table = judged.table
    if judged.key in changes.corrected or judged.key in changes.absent:
        words = _("The change set holds such a row already: change that one.")
        judged.refuse(table.key[-1], words, [_other_of(judged, judged.key, others)])
        return True
    if judged.before is not None and key != judged.key:
        after, before = judged.said, judged.before
        moved = [name for name in table.key if after[name] != before[name]]
        fixed = next((name for name in moved if name not in table.movable), None)
        if fixed:
            judged.refuse(fixed, _("This names the row: take it out, and write another."))
            return False
    is_new = judged.before is None or key != judged.key
    is_there = key in taken or (is_new and key in stays)
    if is_there:
        words, told = _("%s is there already."), _other_of(judged, key, others)
        judged.refuse(table.key[-1], words % told.called, [told])
    return is_there


def _other_of(judged: RowJudgement, key: Key, others: Iterable[RowJudgement]) -> RowMention:
    """The row that has a key already: of the set, else as it is known."""
    same = (one for one in others if one is not judged and one.table is judged.table)
    own = next((one for one in same if key in (one.key, one.applied_key)), None)
    return RowMention(judged.table.name, key, " ".join(key), own.row.pk if own else None)


def _check(found: Judgement) -> None:
    """Let each table say what is wrong with its rows, beside those rows."""
    problems = Problems(most=None)  # a set tells everything that is wrong with it
    load = Load(problems, found.changes, withdraw=True, gives_keys=True)
    _let_stay(found, load)
    if any(_undoes(judged) for judged in found.rows):
        _keep_parts(found, load)
    for table in found.tables:
        table.check(found.changes[table.name], load)
        refuse_doubles(table, found.changes[table.name], problems, replace=True)
    _refuse_leant_on(found, load)
    by_line = dict(enumerate(found.rows, start=1))
    for problem in problems.found:
        judged = by_line.get(problem.line or 0)
        if judged is None:
            found.problems.append(problem)
        else:
            judged.refuse(problem.column, problem.why, problem.rows)


def _tell_nothing_within(judged: RowJudgement) -> None:
    """Tell nothing of a cell that names a row within another, such as a batch by 第5批, where the
    cell that names the other one cannot be read: only that is told.
    """
    wrong = {problem.of for problem in judged.problems} | set(judged.row.unread)
    cells = judged.said

    def is_told(column: str | None) -> bool:
        named = naming_of(judged.table, column, cells) if column and cells.get(column) else None
        return not (named and named.within and named.within in wrong)

    judged.problems = [problem for problem in judged.problems if is_told(problem.of)]


def _let_stay(found: Judgement, load: Load) -> None:
    """Let rows stay that the set takes out and that nothing names from then on, but earlier
    revisions name for ever; and what those rows name themselves.

    That is so where the set itself takes out, or corrects, what named them, and in every set that
    takes a revision back: as much goes as can. Where nothing is free by it whoever wants the row
    gone is refused.
    """
    kept: set[tuple[str, Key]] = set()
    going = [judged for judged in found.rows if judged.fate == Fate.TAKEN_OUT]
    while going:
        taken = TakenOut(load)
        told = {name: taken.hindered(table_named(name)) for name in taken.gone}
        new = []
        for judged in going:
            table, own = judged.table, told[judged.table.name].get(judged.key)
            there = judged.key in found.changes[table.name].rows
            if own and not there and _may_stay(judged, own, taken, kept):
                judged.let_stay(own)
                del found.changes[table.name].absent[judged.key]
                new.append(judged)
        if not new:
            return
        kept |= {(judged.table.name, judged.key) for judged in new}
        _list_still(found, new)
        going = [judged for judged in going if judged not in new]


def _undoes(judged: RowJudgement) -> bool:
    """Whether a row is of a set that takes a revision back."""
    change_set = judged.row.change_set if judged.row.change_set_id else None
    return change_set is not None and change_set.undoes_id is not None


def _keep_parts(found: Judgement, load: Load) -> None:
    """Let rows keep parts that cannot go, and say why; what changes nothing else stays as it is."""
    for table in found.tables:
        own = found.changes[table.name]
        for key, why in table.keep_parts(own, load).items():
            for judged in found.rows:
                if judged.table is table and judged.key == key:
                    judged.stays = Problem(table.file, None, None, why)
                    if judged.after == judged.before:
                        judged.fate = Fate.SAME
                        own.corrected.pop(key, None)


def _list_still(found: Judgement, staying: Iterable[RowJudgement]) -> None:
    """Let rows of the set go on to list those of their parts that stay."""
    wholes = {
        (own.table.name, named.table, named.key)
        for own in staying
        for named in rows_named(own.table, own.before or {})
    }
    for judged in found.rows:
        table, before = judged.table, judged.before
        row = found.changes[table.name].corrected.get(judged.key)
        listed = [
            column
            for column, parts in table.lists.items()
            if (parts, table.name, judged.key) in wholes
        ]
        if judged.fate != Fate.CHANGED or row is None or before is None or not listed:
            continue
        row.cells |= {column: before[column] for column in listed}
        if row.cells == before:
            judged.fate = Fate.SAME
            del found.changes[judged.table.name].corrected[judged.key]


def _may_stay(
    judged: RowJudgement, own: Hindrance, taken: TakenOut, kept: Collection[tuple[str, Key]]
) -> bool:
    undoes = _undoes(judged)
    match own.by:
        case HeldBy.ROWS:
            return all((one.table, one.key) in kept for one in own.rows)
        case HeldBy.FORMER:
            return undoes or (judged.table.name, judged.key) in taken.set_free
        case HeldBy.WHOLE | HeldBy.KIND:
            return undoes
        case HeldBy.OTHERS:
            return False
        case kind:
            assert_never(kind)


def _refuse_leant_on(found: Judgement, load: Load) -> None:
    """Refuse to take out what others refer to, and to refer to what is taken out."""
    taken = TakenOut(load)
    for judged in found.rows:
        if judged.after and (named := taken.named_by(judged.table, judged.said)):
            why = _("This change set takes out %s, to which it refers.")
            why = _("%s was taken out: write it again first.") if taken.is_aside(named) else why
            key = " ".join(named.key)
            judged.refuse(named.column, why % key, [RowMention(named.table, named.key, key)])
    for table in found.tables:
        told = taken.hindered(table) if table.name in taken.gone else {}
        for judged in found.rows:
            if judged.table is table and judged.fate == Fate.TAKEN_OUT and judged.key in told:
                own = told[judged.key]
                judged.refuse(None, own.why, own.rows)


def without_refused(found: Judgement) -> Mapping[str, Changes]:
    """Return the changes of the rows that could be published, for what the others leave visible."""
    refused = {id(judged) for judged in found.rows if judged.fate == Fate.REFUSED}
    kept: dict[str, Changes] = {}
    for table in found.tables:
        changes = found.changes[table.name]
        own = [j for j in found.rows if j.table is table and id(j) in refused]
        gone = {j.key for j in own} | {table.key_of(j.after) for j in own if j.after}
        kept[table.name] = Changes(
            {key: row for key, row in changes.added.items() if key not in gone},
            {key: row for key, row in changes.corrected.items() if key not in gone},
            {key: cells for key, cells in changes.absent.items() if key not in gone},
            changes.before,
        )
    return kept
