"""The cells of a grid that are wrong, as boxes where they are said to be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from zlib import crc32

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cbec_portal.punctuation import bracketed
from zones.admin.offered_rows import TAKE
from zones.dataset.naming import naming_of, scope_tables
from zones.dataset.problems import Offer, Problem
from zones.desk.cell_words import CellWords
from zones.desk.grid_files import MOST_COLUMNS, Sheet, escaped
from zones.desk.grid_heads import column_names
from zones.desk.grid_judgement import OF_THE_MATRIX, JudgedGrid, JudgedRow
from zones.desk.grid_names import folded
from zones.rules.vocabulary import Fate

#: A box of a cell: the place of its line, the head's being 0, and its own in that line, or the name
#: of its column, where the head lacks that.
_NAME = re.compile(r"mend-([0-9]{1,5})-([0-9]{1,3})")
_ADDED = re.compile(r"mend-([0-9]{1,5})-([a-z_]{1,60})")
#: What a button sends that writes an offer into a cell: the box, what tells the cell as it was
#: shown from others, and the offer.
_TAKEN = re.compile(rf"{TAKE} mend-([0-9]{{1,5}})-([0-9]{{1,3}})-([0-9a-f]{{8}}) (.*)", re.DOTALL)


class MendBox(NamedTuple):
    """A cell that can be typed anew where it is said to be wrong: its name, head and text, and
    where rows are offered for what is typed, if it names any.
    """

    name: str
    head: str
    text: str
    pick: str = ""

    @property
    def is_long(self) -> bool:
        """Return whether it has several lines."""
        return "\n" in self.text


class TakenCell(NamedTuple):
    """A cell into which a button writes an offer: its places, what tells what it said from
    anything else, and what it is to say.
    """

    place: tuple[int, int]
    mark: str
    cell: str

    def is_of(self, sheet: Sheet) -> bool:
        """Return whether a grid has the cell, and that says what it said."""
        place, at = self.place
        is_there = place < len(sheet.lines) and at < MOST_COLUMNS
        return is_there and _mark(_cell_at(sheet, place, at)) == self.mark


def cells_typed_anew(posted: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return the cells that boxes give, by the places of their lines and their own."""
    found = ((_NAME.fullmatch(name), text) for name, text in posted.items())
    places = {(int(own[1]), int(own[2])): text for own, text in found if own}
    return {place: text for place, text in places.items() if place[1] < MOST_COLUMNS}


def cells_added(
    posted: Mapping[str, str], lacking: Mapping[str, Mapping[int, str]]
) -> dict[str, dict[int, str]]:
    """Return the cells of columns that the head lacks, by the names of the columns and the places
    of their lines: what the box of a line says goes before what is given for all that lack it.
    """
    found = {name: dict(given) for name, given in lacking.items()}
    for name, text in posted.items():
        if (own := _ADDED.fullmatch(name)) and text.strip() and int(own[1]):
            found.setdefault(own[2], {})[int(own[1])] = text.strip()
    return found


def cell_taken(do: str) -> TakenCell | None:
    """Return the cell into which a button writes an offer; nothing of a button of another kind."""
    if not (found := _TAKEN.fullmatch(do)):
        return None
    return TakenCell((int(found[1]), int(found[2])), found[3], found[4])


def gives_cells(name: str) -> bool:
    """Return whether a form may give cells under a name: of a box, or of a column that lacks."""
    return name.startswith(("mend-", "lacking-"))


def places_mended(
    sheet: Sheet, cells: Mapping[tuple[int, int], str], added: Mapping[str, Mapping[int, str]]
) -> frozenset[int]:
    """Return the places of the lines of which boxes give a cell that is another than it was."""
    # A form sends line breaks as two characters each, whatever stood in it.
    typed = {
        place
        for (place, at), cell in cells.items()
        if cell.replace("\r\n", "\n") != _cell_at(sheet, place, at).replace("\r\n", "\n")
    }
    return frozenset(typed.union(*added.values()))


def _cell_at(sheet: Sheet, place: int, at: int) -> str:
    """A cell as a box shows it."""
    own = sheet.lines[place].cells if place < len(sheet.lines) else []
    return escaped(own[at]) if at < len(own) else ""


def _mark(cell: str) -> str:
    return f"{crc32(cell.encode()):08x}"


class MendBoxes:
    """Gives rows that are refused the boxes of their cells, each once in a grid, and the buttons by
    which what a cell may have meant is written into it.
    """

    def __init__(self, judged: JudgedGrid, words: CellWords) -> None:
        self._judged, self._words = judged, words
        self._table = judged.reading.table
        self._sheet = judged.reading.sheet
        self._place = {line.number: place for place, line in enumerate(self._sheet.lines)}
        self._heads = self._sheet.lines[0].cells if self._sheet.lines else ()
        known = column_names(self._table)
        self._columns = {at: known.get(folded(cell), ()) for at, cell in enumerate(self._heads)}
        given = {name for names in self._columns.values() for name in names}
        self._lacking = {name for names in known.values() for name in names} - given
        self._given: set[tuple[int, int | str]] = set()

    def of(self, one: JudgedRow) -> list[MendBox]:
        """Return the boxes of what is wrong with a row; of its key, where no column is to blame."""
        found: list[MendBox] = []
        if one.fate != Fate.REFUSED:
            return found
        cells: list[tuple[int, int | str]] = [*self._wrong(one), *self._added(one)]
        for place, at in cells:
            if (place, at) not in self._given:
                self._given.add((place, at))
                found.append(self._box(one, place, at))
        return found

    def buttons(self, one: JudgedRow, problem: Problem) -> dict[str, SafeString]:
        """Return the buttons of what a cell may have meant, by how that is called."""
        if not problem.offers or (cell := self._cell_of(one, problem)) is None:
            return {}
        mark = _mark(_cell_at(self._sheet, *cell))
        act = f"{TAKE} mend-{cell[0]}-{cell[1]}-{mark}"
        return {
            offer.called: button(f"{act} {offer.cell}", offer, "grid") for offer in problem.offers
        }

    def _cell_of(self, one: JudgedRow, problem: Problem) -> tuple[int, int] | None:
        """The cell of which a problem tells, by the places of its line and its own."""
        place, head = self._place[one.row.line], one.row.column
        of_head = next((at for at, why in one.row.wrong_heads.items() if why == problem.why), None)
        if of_head is not None:
            kind, at = of_head
            return (0, at) if kind == "column" else (place, 0)
        names = {problem.column or ""}
        if head is not None and problem.column == head and problem.of in OF_THE_MATRIX:
            return next(((place, at) for at, own in enumerate(self._heads) if own == head), None)
        return next(((place, at) for at in self._at(names)), None)

    def _wrong(self, one: JudgedRow) -> Iterator[tuple[int, int]]:
        """The cells that a row has, of those that are wrong or may mend it."""
        place = self._place[one.row.line]
        if one.row.column is not None:
            yield from self._of_matrix(one, place)
            return
        named = self._named(one)
        own = self._at(named)
        key = set(self._table.key)
        is_lacking = bool(one.lacks or named & self._lacking)
        if not own and (named & {"", *key} or not is_lacking):
            own = self._at(key)
        yield from ((place, at) for at in own)
        if "" in named:
            # What stands behind the last column of the head has no other box.
            width = max((at + 1 for at, cell in enumerate(self._heads) if cell), default=0)
            cells = self._sheet.lines[place].cells
            yield from ((place, at) for at in range(width, len(cells)) if cells[at])

    def _added(self, one: JudgedRow) -> Iterator[tuple[int, str]]:
        """The cells that a row lacks, since the head has no such column."""
        named = {*self._named(one), *one.lacks} & self._lacking
        place = self._place[one.row.line]
        yield from ((place, name) for name in self._words.columns(self._table) if name in named)

    @staticmethod
    def _named(one: JudgedRow) -> set[str]:
        """The columns that problems of a row name, and those in which they may be mended."""
        named = {name for own in one.problems for name in (own.column or "").split(", ")}
        return named.union(*(own.mended_in for own in one.problems))

    def _of_matrix(self, one: JudgedRow, place: int) -> Iterator[tuple[int, int]]:
        """A cell among others, and the names above and beside it if one of them names nothing."""
        heads = [at for at, head in enumerate(self._heads) if head == one.row.column]
        if "topic" not in one.row.cells or "scope_code" not in one.row.cells:
            yield place, 0
            yield from ((0, at) for at in heads)
        yield from ((place, at) for at in heads)
        # Columns beside the matrix say what a line shares, and may be what is wrong.
        named = self._named(one) - {"", one.row.column}
        yield from ((place, at) for at in self._at(named))

    def _at(self, columns: set[str]) -> list[int]:
        return [at for at, names in self._columns.items() if columns & {self._heads[at], *names}]

    def _box(self, one: JudgedRow, place: int, at: int | str) -> MendBox:
        text = _cell_at(self._sheet, place, at) if isinstance(at, int) else ""
        named = self._names(one, place, at)
        pick = reverse("admin:desk-pick", args=[named]) if named else ""
        return MendBox(f"mend-{place}-{at}", self._label(one, place, at), text, pick)

    def _label(self, one: JudgedRow, place: int, at: int | str) -> str:
        """What the cell is called here, and what was pasted above it, where that is another."""
        labels = self._words.columns(self._table)
        if isinstance(at, str):
            return labels.get(at, at)
        pasted = self._heads[at] if at < len(self._heads) else ""
        called = self._called(one, place, at)
        if called and folded(called) != folded(pasted) and pasted and place:
            return bracketed(called, pasted)
        return called or pasted or _("Cell %s") % (at + 1)

    def _called(self, one: JudgedRow, place: int, at: int) -> str:
        """What the column of a cell is called, by the table or by what the head above it names."""
        labels = self._words.columns(self._table)
        head, cells = one.row.column, one.row.cells
        names = self._columns.get(at, ())
        if head is None or (len(names) == 1 and place and at):
            return labels.get(names[0], "") if names else ""
        across = one.row.head_names
        if place == 0 or at == 0:
            down = "scope_code" if across == "topic" else "topic"
            return labels[across if place == 0 else down]
        if across == "topic":
            return self._words.topic(cells["topic"]) if "topic" in cells else ""
        is_named = "scope_code" in cells
        return self._words.scope(cells["scope_kind"], cells["scope_code"]) if is_named else ""

    def _names(self, one: JudgedRow, place: int, at: int | str) -> str:
        """The table whose rows a cell names; nothing if none, or those of a row beside it."""
        scopes = scope_tables().get(one.row.cells.get("scope_kind", ""), "places")
        if one.row.column is not None and (at == 0 or place == 0):
            is_of_topics = (one.row.head_names == "topic") == (place == 0)
            return "topics" if is_of_topics else scopes
        columns = (at,) if isinstance(at, str) else self._columns.get(at, ())
        named = next(
            (found for name in columns if (found := naming_of(self._table, name, one.row.cells))),
            None,
        )
        return named.table if named and not named.within and not named.many else ""


def button(sent: str, offer: Offer, form: str) -> SafeString:
    """Return a button of a form that stands elsewhere on the page, which takes what is offered."""
    return format_html(
        '<button type="submit" form="{}" class="quiet" name="do" value="{}">{}</button>',
        form,
        sent,
        offer.called,
    )
