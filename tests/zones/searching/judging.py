"""Questions with what should be found first, and how well they are answered."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cbec_portal.chinese_characters import CHINESE_CHARACTER
from zones.selectors.search import Found, SearchResult
from zones.selectors.search_entries import Entry

#: So many hits are looked at.
MOST = 20
NOWHERE = 1_000


class Judged(NamedTuple):
    """A question, the hits of which any may come first, and the day that its words name."""

    query: str
    wanted: frozenset[str]
    held_out: bool
    day: date | None

    @property
    def is_chinese(self) -> bool:
        """Whether it is asked in Chinese, in part at least."""
        return bool(CHINESE_CHARACTER.search(self.query))


def judged(*, held_out: bool = False) -> list[Judged]:
    """The questions; only those that nobody tuned anything to, if so asked."""
    with (Path(__file__).parent / "judged.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Judged(
                row["query"],
                frozenset(row["wanted"].split("|")),
                row["held_out"] == "yes",
                date.fromisoformat(row["day"]) if row["day"] else None,
            )
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row.held_out or not held_out]


def names_of(one: Found) -> Iterator[str]:
    """What a hit is called in the judgements: policies by topic, zones by city too."""
    yield f"{one.kind} {one.key}"
    if isinstance(one, Entry) and one.about:
        yield f"{one.kind} {one.about}"


def place_of(row: Judged, searched: SearchResult) -> int:
    """At which place what was wanted was found, from 0 on; of another day it was not."""
    if searched.day != row.day:
        return NOWHERE
    places = (at for at, one in enumerate(searched.found) if row.wanted & set(names_of(one)))
    return next(places, NOWHERE)


def share(places: Mapping[str, int], most: int) -> float:
    """The share of questions of which what was wanted is among so many first hits."""
    return sum(place < most for place in places.values()) / len(places)
