"""An entry of the research queue: what is to be looked into, why, and how much depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from zones.models import ResearchMark
from zones.rules.vocabulary import ToResearch

#: An open checklist weighs as much as so many cities.
CHECKLIST_WEIGHT = 20


class QueuePart(NamedTuple):
    """One of the rows or cells that an entry stands for: a row of a table, or a topic in a place of
    which nobody has looked what it says there.

    ``key`` is that of the row of ``table``; of a cell it is the topic's, and ``cells`` begin an
    answer. ``places`` are the ids of the cities that are answered by it today, or have no answer.
    Somebody may look into it, or let it rest, by its own ``subject``: it is an entry then.
    """

    table: str
    key: tuple[str, ...]
    topic: str
    places: frozenset[int] = frozenset()
    checklists: int = 0
    cells: Mapping[str, str] = {}
    subject: str = ""
    title: str = ""

    @property
    def weight(self) -> int:
        """Return how much depends on it."""
        return len(self.places) + CHECKLIST_WEIGHT * self.checklists


@dataclass(frozen=True)
class QueueEntry:
    """Something to be looked into: why, what it is about, and how much depends on it.

    ``key`` is the natural key of the row of ``table`` that it is about; of a gap it is the topic's.
    ``cities`` is how many cities are answered by it today, or have no answer; ``places`` are their
    ids, where they are known. One that is said of several rows or cells alike stands for its
    ``parts``, first those on which most depends.
    """

    kind: ToResearch
    subject: str
    title: str
    table: str
    key: tuple[str, ...]
    topic: str = ""
    cities: int = 0
    checklists: int = 0
    detail: str = ""
    #: What tells a document from others of its title: its number, else the day of its issue.
    beside: str = ""
    #: Cells to begin an answer with.
    cells: Mapping[str, str] = field(default_factory=dict)
    #: What else is told of it, line by line, to whoever looks into it.
    more: tuple[str, ...] = ()
    mark: ResearchMark | None = None
    #: The change set in which it is settled, if it is.
    change_set: int | None = None
    parts: tuple[QueuePart, ...] = ()
    places: frozenset[int] = frozenset()
    #: How many more it stands for that are not shown, but are marked with it.
    left_out: int = 0

    @property
    def weight(self) -> int:
        """Return how much depends on it."""
        return self.cities + CHECKLIST_WEIGHT * self.checklists

    @property
    def is_apart(self) -> bool:
        """Return whether it is one of several that are said alike, which is marked by itself."""
        return [part.subject for part in self.parts] == [self.subject]

    @property
    def topics(self) -> set[str]:
        """Return the topics that it is about."""
        named = {part.topic for part in self.parts} if self.parts else {self.topic}
        return named - {""}

    @property
    def rests_on(self) -> tuple[str, str]:
        """Return what open checklists that depend on it rest on: its topic, or its own row."""
        return ("topics", self.topic) if self.topic else (self.table, self.key[0])
