"""Reading a grid as rows of a table: its head, its cells, and what it was made from.

The columns are those of the dataset, in any order, by their names or by what they are called in
either language. What is read otherwise than it is written is said, cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.languages import active_language
from cbec_portal.widths import half_width
from zones.dataset.alias_table import Aliases, SuccessorKeys, with_keys_as_written
from zones.dataset.columns import same_list
from zones.dataset.csv_files import short_words
from zones.dataset.naming import Naming, naming_of
from zones.dataset.policy_table import Policies, spelled
from zones.dataset.problems import Offer, Problem, offers_of, words_of
from zones.dataset.row_origins import MADE_FROM, Bases, unsaid
from zones.dataset.table import Cells, Key, Note, Table, needed_of
from zones.desk.cell_words import CellWords
from zones.desk.grid_files import GridLine, Sheet
from zones.desk.grid_heads import called, column_names, wrong_head
from zones.desk.grid_names import GridWords, folded
from zones.desk.grid_origins import (
    MOST_BASES,
    GivenLine,
    months_of,
    read_as_exported,
    tell_origins,
)
from zones.desk.grid_rows import GridReading, GridRow, Unresolved
from zones.desk.row_drafts import RowDraft, wrong_length_of
from zones.desk.row_evidence import KIND_OF_CHANGE, beside_cells
from zones.models.fields import told_option
from zones.models.spellings import (
    UnreadError,
    date_text,
    truth_text,
    ungrouped_text,
)
from zones.models.value_types import ANSWER_TYPES
from zones.rules.values import listed
from zones.rules.vocabulary import ScopeKind

#: Where a cell names a choice of its topic.
CHOICES = "choices"
#: Columns that say what others name.
_FIRST = ("scope_kind", "kind")
#: Codes of trade modes, which have four digits.
_MODE_DIGITS = 4

Read = Callable[[str], str]


def read_table(table: Table, sheet: Sheet, words: GridWords | None = None) -> GridReading:
    """Return what a grid says of the rows of a table."""
    reading = GridReading(table, sheet, told=list(sheet.notes))
    columns = _columns_of(reading, sheet.lines[0])
    if reading.problems:
        return reading
    cells = CellReader(table, words or GridWords())
    wrong_cells: dict[int, list[Problem]] = {}
    for wrong in sheet.wrong:
        name = columns.get(wrong.column) if wrong.column is not None else None
        problem = Problem(sheet.name, wrong.line, name, wrong.why)
        wrong_cells.setdefault(wrong.line, []).append(problem)
    told = _told_by_file(sheet, columns)
    bases: list[tuple[GridRow, str]] = []
    lines: list[GivenLine] = []
    months: dict[int, tuple[Key, Mapping[str, str]]] = {}
    for line in sheet.lines[1:]:
        row = GridRow(line.number, notes=told.get(line.number, []))
        row.problems = wrong_cells.get(line.number, [])
        given = _given(reading, row, columns, line)
        made_from = given.pop(MADE_FROM, "")
        lines.append(GivenLine(line, row, given, made_from))
        if made_from and (own := months_of(table, sheet, columns, line, given)):
            cells.read(tried := GridRow(line.number), {**given, **own}, sheet.name)
            months[line.number] = tried.key, own
    read_as_exported(table, sheet, columns, lines, months)
    for _line, row, given, made_from in lines:
        cells.read_beside(row, given, sheet.name)
        cells.read(row, given, sheet.name)
        reading.rows.append(row)
        bases.append((row, made_from))
    known = draft_rows(reading, bases)
    reading.told += [
        short_words(row.line, row.lacks, is_known=row.key in known)
        for row, _made_from in bases
        if row.lacks
    ]
    if known and not any(made_from for _row, made_from in bases):
        reading.told.append(unsaid())
    return reading


def _columns_of(reading: GridReading, head: GridLine) -> dict[int, str]:
    """The column that stands at each place of a head."""
    known = column_names(reading.table)
    found: dict[int, str] = {}
    filled = {n for line in reading.sheet.lines[1:] for n, cell in enumerate(line.cells) if cell}
    for place, cell in enumerate(head.cells):
        possible = known.get(folded(cell), ())
        if not cell:
            if place in filled and place < len(head.cells):
                why = _("The head says nothing above the cells of column %s.") % (place + 1)
                reading.refuse(head.number, None, why)
        elif len(possible) != 1:
            why = wrong_head(reading.table, cell, known, possible)
            reading.refuse(head.number, cell[:40], why)
        elif possible[0] in found.values():
            reading.refuse(head.number, cell[:40], _("This column stands twice in the head."))
        else:
            found[place] = possible[0]
    missing = [name for name in needed_of(reading.table) if name not in found.values()]
    if missing:
        words = _("The head lacks %(columns)s, by which a row of %(table)s is known.")
        told = {"columns": called(reading.table, missing), "table": reading.table.label}
        reading.refuse(head.number, None, words % told)
    return found


def _told_by_file(sheet: Sheet, columns: Mapping[int, str]) -> dict[int, list[Note]]:
    """What was read otherwise in the file itself, by line."""
    found: dict[int, list[Note]] = {}
    for note in sheet.cell_notes:
        if note.column in columns:
            own = Note(note.line, columns[note.column], note.written, note.read)
            found.setdefault(note.line, []).append(own)
    return found


def _given(reading: GridReading, row: GridRow, columns: Mapping[int, str], line: GridLine) -> Cells:
    """The cells of a line by their columns; those that a short line lacks are not given."""
    width = max(columns) + 1
    if any(line.cells[width:]):
        words = _("It has %(found)s cells; the head has %(wanted)s. Put texts in quotes.")
        told = {"found": len(line.cells), "wanted": width}
        row.problems.append(Problem(reading.sheet.name, line.number, None, words % told))
    elif len(line.cells) < width:
        row.lacks = (len(line.cells), width)
    return {name: line.cells[at] for at, name in columns.items() if at < len(line.cells)}


class CellReader:
    """Reads the cells of rows of a table in the form of the dataset."""

    def __init__(self, table: Table, words: GridWords) -> None:
        self.table, self.words = table, words
        self.columns = {column.name: column for column in table.columns}
        #: The normal forms of cells, by their column and, of a value, the type of its topic.
        self._normals: dict[tuple[str, str, str | None], str] = {}
        self.put = with_keys_as_written(table, SuccessorKeys())
        named = (naming_of(table, column.name, {}) for column in table.columns)
        first = {*_FIRST, *(one.within for one in named if one)}
        self.order = sorted(self.columns, key=lambda name: name not in first)

    def read(self, row: GridRow, given: Mapping[str, str], file: str) -> None:
        """Read the cells that are given of a row; note how, and what can be read in two ways."""
        read: Cells = {}
        for name in self.order:
            if name not in given:
                continue
            cell = given[name]
            try:
                read[name] = self.cell(name, cell, read, row.unresolved) if cell else ""
            except UnreadError as refused:
                wrong = Problem(file, row.line, name, words_of(refused), offers=offers_of(refused))
                row.problems.append(wrong)
                read[name] = cell
        put = self.put(read)
        unread = {problem.column for problem in row.problems}
        row.cells = {
            name: cell if name in unread else self._normal(name, cell, put)
            for name, cell in put.items()
        }
        for name, cell in row.cells.items():
            in_order = self.columns[name].same is same_list and same_list(cell, given[name])
            # A reading that is refused is no news beside why it is.
            is_other = cell != given[name].strip() and name not in unread
            if is_other and not in_order and self._can_read(name, cell):
                row.notes.append(Note(row.line, name, given[name], cell))
        if set(self.table.key) <= row.cells.keys() or not set(needed_of(self.table)) - set(
            row.cells
        ):
            row.key = tuple(row.cells.get(name, "") for name in self.table.key)

    def read_beside(self, row: GridRow, given: dict[str, str], file: str) -> None:
        """Take out of the cells of a line what stands beside those of the row, and read it."""
        found = {name: given.pop(name, "").strip() for name in beside_cells(self.table)}
        if KIND_OF_CHANGE.name in found:
            try:
                found[KIND_OF_CHANGE.name] = self.kind_of_change(found[KIND_OF_CHANGE.name])
            except UnreadError as refused:
                name, choices = KIND_OF_CHANGE.name, KIND_OF_CHANGE.choices
                offers = tuple(Offer(told_option(words, own), own) for own, words in choices)
                wrong = Problem(file, row.line, name, words_of(refused), offers=offers)
                row.problems.append(wrong)
                del found[name]
        row.beside = {name: cell for name, cell in found.items() if cell}

    def kind_of_change(self, cell: str) -> str:
        """Return the kind of change that a cell says, by itself or by what it is called in either
        language; nothing where it says none.

        Raises:
            UnreadError: there is no such kind.
        """
        kind = self.words.option(self.table, KIND_OF_CHANGE, cell)
        try:
            return str(KIND_OF_CHANGE.value_of(kind))
        except ValueError as refused:
            raise UnreadError(words_of(refused)) from None

    def cell(self, name: str, cell: str, beside: Cells, unresolved: Unresolved) -> str:
        """Return a cell in the form of the dataset, or as it is if it cannot be read.

        Raises:
            UnreadError: it can be read in more than one way, or is in another unit.
        """
        column = self.columns[name]
        if self.table.name == Policies.name and name == "value":
            return self._value(beside.get("topic", ""), cell, unresolved)
        if name == "scope_code" and beside.get("scope_kind") == ScopeKind.NATION:
            return self.words.nation(cell) or cell
        named = naming_of(self.table, name, {**beside, name: cell})
        if named and not named.called:
            return self._reference(name, named, cell, beside, unresolved)
        if column.is_of_days:
            return date_text(cell)
        if column.type == "boolean":
            return truth_text(cell)
        if column.type in ("number", "integer"):
            return ungrouped_text(cell)
        if column.options:
            return self.words.option(self.table, column, cell)
        if (self.table.name, name) == (Aliases.name, "kind"):
            return self.words.kind(cell)
        if name == "trade_modes":
            return ";".join(_mode(part) for part in listed(half_width(cell)))
        if (name,) == self.table.key:
            return self.words.rows(self.table.name).code(cell)
        return cell

    def _reference(
        self,
        name: str,
        named: Naming,
        cell: str,
        beside: Cells,
        unresolved: Unresolved,
    ) -> str:
        if named.joint or (named.nation and (nation := self.words.nation(cell))):
            return cell if named.joint else nation
        within = beside.get(named.within, "") if named.within else None
        rows = self.words.rows(named.table, within)
        if named.many:
            return ";".join(map(rows.key, listed(cell)))
        key = rows.key(cell)
        # Of what lies within a row that nobody knows, nothing is told.
        if key not in rows.keys and named.within not in unresolved:
            unresolved[name] = named.table, within
        return key

    def _value(self, topic: str, cell: str, unresolved: Unresolved) -> str:
        own = ANSWER_TYPES.get(self.words.types.get(topic, ""))
        if own and own.is_listed:
            if not self.words.is_choice(topic, choice := self.words.choice(topic, cell)):
                unresolved["value"] = CHOICES, None
            return choice
        return own.spelled(cell, self.words.units.get(topic, ())) if own else cell

    def _can_read(self, name: str, cell: str) -> bool:
        """Whether the column of a cell takes it by itself."""
        try:
            self.columns[name].value_of(cell)
        except ValueError:
            return False
        return True

    def _normal(self, name: str, cell: str, beside: Cells) -> str:
        """The normal form of a cell that can be read; what cannot is judged later as it stands."""
        is_value = self.table.name == Policies.name and name == "value"
        of_type = self.words.types.get(beside.get("topic", "")) if is_value else None
        # Most cells of a grid say what others of their column do.
        if (name, cell, of_type) not in self._normals:
            self._normals[name, cell, of_type] = self._read_out(name, cell, of_type)
        return self._normals[name, cell, of_type]

    def _read_out(self, name: str, cell: str, of_type: str | None) -> str:
        column = self.columns[name]
        with suppress(ValueError):
            value = column.value_of(cell)
            normal = value if type(value) is str else column.cell_of(value)
            return str(spelled(of_type, normal) if of_type and normal else normal)
        return cell


def _mode(code: str) -> str:
    code = code.strip()
    return code.zfill(_MODE_DIGITS) if code.isascii() and code.isdigit() else code


def draft_rows(reading: GridReading, rows: Iterable[tuple[GridRow, str]]) -> Mapping[Key, Cells]:
    """Make drafts of rows that were read, each beside what it was made from, or what is known.

    Those that are known are returned.
    """
    table, told = reading.table, list(rows)
    if len({made_from for _row, made_from in told}) > MOST_BASES:
        words = _("The grid is put together from more than %s exports: hand it in in parts.")
        reading.refuse(None, MADE_FROM, words % MOST_BASES)
        reading.rows.clear()
        return {}
    known = table.known([row.key for row, _made_from in told if row.key])
    bases = Bases(table, known, SuccessorKeys())
    seen: dict[Key, GridRow] = {}
    told_by: CellWords | None = None
    for row, made_from in told:
        row.untold = frozenset(problem.column for problem in row.problems if problem.column)
        if not any(row.key):
            _set_apart(reading, row, made_from, known, bases)
            if row.problems:
                continue  # they say why it cannot be named
            needed = needed_of(table) or table.key
            lacking = [name for name in needed if not row.cells.get(name, "").strip()]
            named = called(table, lacking or needed)
            words = _("It lacks %s, by which a row is known.")
            row.problems.append(Problem(reading.sheet.name, row.line, None, words % named))
            continue
        if why := wrong_length_of(row.key):
            _set_apart(reading, row, made_from, known, bases)
            row.problems.append(Problem(reading.sheet.name, row.line, ", ".join(table.key), why))
            continue
        if row.key in seen:
            _set_apart(reading, row, made_from, known, bases)
            told_by = told_by or CellWords(active_language())
            _refuse_both(reading, seen[row.key], row, told_by.row(table, row.key))
            continue
        seen[row.key] = row
        _draft_row(reading, row, made_from, known, bases)
    tell_origins(table, told, known)
    return known


def _refuse_both(reading: GridReading, first: GridRow, second: GridRow, name: str) -> None:
    """Refuse two lines of one key: nobody but who wrote them knows which of them is wrong."""
    columns = ", ".join(reading.table.key)
    told = {"key": name, "line": first.line}
    why = _("%(key)s stands on line %(line)s already.") % told
    second.problems.append(Problem(reading.sheet.name, second.line, columns, why))
    if not first.doubled:
        why = _("%(key)s stands on line %(line)s as well.") % (told | {"line": second.line})
        first.doubled.append(Problem(reading.sheet.name, first.line, columns, why))


def _set_apart(
    reading: GridReading,
    row: GridRow,
    made_from: str,
    known: Mapping[Key, Cells],
    bases: Bases,
) -> None:
    """Let a row be judged by itself whose key is wanting, too long, or that of another line.

    Where no row is named, nobody knows what the cells are that it does not give.
    """
    _draft_row(reading, row, made_from, known, bases)
    row.apart, row.draft, row.is_gone = row.draft, None, False
    if not any(row.key):
        given = {name for name, cell in row.cells.items() if cell or name not in reading.table.key}
        row.untold |= {column.name for column in reading.table.columns} - given


def _draft_row(
    reading: GridReading,
    row: GridRow,
    made_from: str,
    known: Mapping[Key, Cells],
    bases: Bases,
) -> None:
    table, live = reading.table, known.get(row.key)
    if not made_from:
        row.draft = RowDraft(table, row.key, _edited(table, row.cells, live))
    elif bases.is_known(made_from):
        base = bases.row(made_from, row.key)
        edited = _edited(table, row.cells, base)
        row.is_gone = base is not None and live is None and not edited
        row.draft = RowDraft(table, row.key, edited, base=base, has_base=True)
    else:
        edited = _edited(table, row.cells, live)
        row.draft = RowDraft(table, row.key, edited)
        if edited or live is None:
            words = _("What changed here since this was exported cannot be told: export it anew.")
            row.problems.append(Problem(reading.sheet.name, row.line, MADE_FROM, words))
    beside: Any = row.beside
    row.draft = row.draft._replace(**beside)


def _edited(table: Table, cells: Cells, known: Cells | None) -> Cells:
    """The cells of a row that say something else than is known of it."""
    if known is None:
        return dict(cells)
    found = {}
    for column in table.columns:
        if column.name not in cells or cells[column.name] == known[column.name]:
            continue
        cell = cells[column.name]
        with suppress(ValueError, ArithmeticError):
            if column.same and column.same(cell, known[column.name]):
                continue
        found[column.name] = cell
    return found
