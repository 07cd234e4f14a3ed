"""How many open checklists depend on what waits in the research queue: other apps say so."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Set
from dataclasses import replace

from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.queue_entry import QueueEntry

#: What open checklists rest on: a table, and the first part of the key of a row there.
RestsOn = tuple[str, str]
#: Tells how many open checklists rest on rows.
WeightReader = Callable[[], Mapping[RestsOn, int]]
#: A topic in a city, by its key and the id of that; in a place without pilot status it has none.
Cell = tuple[str, int | None]
#: Tells which open checklists rest on each topic in each place.
CellWeightReader = Callable[[], Mapping[Cell, Set[Hashable]]]

_weights: list[WeightReader] = []
_cell_weights: list[CellWeightReader] = []


def add_weights(weights: WeightReader) -> None:
    """Add someone who knows of things that depend on rows."""
    if weights not in _weights:
        _weights.append(weights)


def add_cell_weights(weights: CellWeightReader) -> None:
    """Add someone who knows of things that depend on a topic in a city."""
    if weights not in _cell_weights:
        _cell_weights.append(weights)


class ChecklistWeights:
    """How many open checklists depend on what waits: on answers by their cells, each checklist
    once, and on whatever has no cells by the row that it is about.
    """

    def __init__(self, inquiry: Inquiry) -> None:
        self._rows: Counter[RestsOn] = Counter()
        for read in _weights:
            self._rows.update(read())
        self._cells: dict[str, dict[int | None, set[Hashable]]] = defaultdict(dict)
        for number, own in enumerate(_cell_weights):
            for (topic, city), checklists in own().items():
                named = self._cells[topic].setdefault(city, set())
                named.update((number, one) for one in checklists)
        self._everywhere = frozenset(cities_on(inquiry))

    def weighed(self, entry: QueueEntry) -> QueueEntry:
        """Return an entry with how many checklists depend on it, and on each of its parts."""
        if entry.parts:
            on_parts = [self._on_cells(part.topic, part.places) for part in entry.parts]
            parts = [
                part._replace(checklists=len(own))
                for part, own in zip(entry.parts, on_parts, strict=True)
            ]
            count = len(set[Hashable]().union(*on_parts))
            if not any(part.topic for part in parts):
                count = max(self._rows[part.table, part.key[0]] for part in parts)
            parts.sort(key=lambda part: (-part.weight, part.key, sorted(part.cells.items())))
            return replace(entry, parts=tuple(parts), checklists=count)
        if entry.topic and entry.places:
            count = len(self._on_cells(entry.topic, entry.places))
        else:
            count = self._rows[entry.rests_on]
        return replace(entry, checklists=count)

    def _on_cells(self, topic: str, places: frozenset[int]) -> set[Hashable]:
        """The checklists that rest on a topic in some cities; those about places without pilot
        status where all cities are meant.
        """
        cells = self._cells.get(topic, {})
        named = cells.keys() & places
        if None in cells and places >= self._everywhere:
            named |= {None}
        return set[Hashable]().union(*(cells[city] for city in named))
