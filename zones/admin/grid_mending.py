"""The cells of a grid that are wrong, as boxes where they are said to be so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.urls import reverse

from zones.dataset.naming import naming_of, scope_tables
from zones.desk.grid_files import MOST_COLUMNS, Sheet, escaped
from zones.desk.grid_heads import column_names
from zones.desk.grid_judgement import JudgedGrid, JudgedRow
from zones.desk.grid_names import folded
from zones.rules.vocabulary import Fate

#: The name of a box: the place of its line, the head's being 0, and its own in that line.
_NAME = re.compile(r"mend-([0-9]{1,5})-([0-9]{1,3})")


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


def cells_typed_anew(posted: Mapping[str, str]) -> dict[tuple[int, int], str]:
    """Return the cells that boxes give, by the places of their lines and their own."""
    found = ((_NAME.fullmatch(name), text) for name, text in posted.items())
    places = {(int(own[1]), int(own[2])): text for own, text in found if own}
    return {place: text for place, text in places.items() if place[1] < MOST_COLUMNS}


def gives_cells(name: str) -> bool:
    """Return whether a form may give cells under a name: of a box, or of a column that lacks."""
    return name.startswith(("mend-", "lacking-"))


def places_mended(sheet: Sheet, cells: Mapping[tuple[int, int], str]) -> frozenset[int]:
    """Return the places of the lines of which boxes give a cell that is another than it was."""

    def was(place: int, at: int) -> str:
        own = sheet.lines[place].cells if place < len(sheet.lines) else []
        return escaped(own[at]) if at < len(own) else ""

    # A form sends line breaks as two characters each, whatever stood in it.
    return frozenset(
        place
        for (place, at), cell in cells.items()
        if cell.replace("\r\n", "\n") != was(place, at).replace("\r\n", "\n")
    )


class MendBoxes:
    """Gives rows that are refused the boxes of their cells, each once in a grid."""

    def __init__(self, judged: JudgedGrid) -> None:
        self._judged = judged
        self._lines = judged.reading.sheet.lines
        self._place = {line.number: place for place, line in enumerate(self._lines)}
        self._heads = self._lines[0].cells if self._lines else ()
        known = column_names(judged.reading.table)
        self._columns = {at: known.get(folded(cell), ()) for at, cell in enumerate(self._heads)}
        self._given: set[tuple[int, int]] = set()

    def of(self, one: JudgedRow) -> list[MendBox]:
        """Return the boxes of what is wrong with a row; of its key, where no column is to blame."""
        found: list[MendBox] = []
        if one.fate != Fate.REFUSED:
            return found
        for place, at in self._wrong(one):
            if (place, at) not in self._given:
                self._given.add((place, at))
                found.append(self._box(one, place, at))
        return found

    def _wrong(self, one: JudgedRow) -> Iterator[tuple[int, int]]:
        place = self._place[one.row.line]
        if one.row.column is not None:
            yield from self._of_matrix(one, place)
            return
        named = {name for own in one.problems for name in (own.column or "").split(", ")}
        own = self._at(named)
        key = set(self._judged.reading.table.key)
        if not own and (named & {"", *key}) and one.problems:
            own = self._at(key)
        yield from ((place, at) for at in own)

    def _of_matrix(self, one: JudgedRow, place: int) -> Iterator[tuple[int, int]]:
        """A cell among others, and the names above and beside it if one of them names nothing."""
        heads = [at for at, head in enumerate(self._heads) if head == one.row.column]
        if "topic" not in one.row.cells or "scope_code" not in one.row.cells:
            yield place, 0
            yield from ((0, at) for at in heads)
        yield from ((place, at) for at in heads)
        # Columns beside the matrix say what a line shares, and may be what is wrong.
        named = {problem.column for problem in one.problems if problem.column} - {one.row.column}
        yield from ((place, at) for at in self._at(named))

    def _at(self, columns: set[str]) -> list[int]:
        return [at for at, names in self._columns.items() if columns & {self._heads[at], *names}]

    def _box(self, one: JudgedRow, place: int, at: int) -> MendBox:
        cells = self._lines[place].cells
        text = escaped(cells[at]) if at < len(cells) else ""
        head = self._heads[at] if place and at < len(self._heads) else ""
        named = self._names(one, place, at)
        pick = reverse("admin:desk-pick", args=[named]) if named else ""
        return MendBox(f"mend-{place}-{at}", head, text, pick)

    def _names(self, one: JudgedRow, place: int, at: int) -> str:
        """The table whose rows a cell names; nothing if none, or those of a row beside it."""
        if one.row.column is not None and at == 0:
            return scope_tables().get(one.row.cells.get("scope_kind", ""), "places")
        if place == 0:
            return "topics"
        named = next(
            (
                found
                for name in self._columns.get(at, ())
                if (found := naming_of(self._judged.reading.table, name, one.row.cells))
            ),
            None,
        )
        return named.table if named and not named.within and not named.many else ""
