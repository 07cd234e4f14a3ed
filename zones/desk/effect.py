"""What a change set does to answers: which cells of which cities become what, from when to when.

It is worked out by the same pure resolution by which it would be published, over what is known now
and what the set would make known. Nothing is written, and nobody is kept waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from zones.dataset.expectations import expected_of
from zones.dataset.policy_table import Policies, identities_of
from zones.dataset.table import BATCH, Cells, Changes
from zones.desk.judgement import Judgement, without_refused
from zones.models import City, Policy, Topic
from zones.models.querysets.in_force_sql import Ref, Row
from zones.services.forecast import forecast

#: The cells of a policy that are its answer; the others are the words it is told in.
ANSWER = ("state", "value", "value_zh")

ONE_DAY = timedelta(days=1)


class CellChange(NamedTuple):
    """An answer that becomes another in a city, from a day to a day.

    Days are inclusive; no last day means that no end is recorded. ``before`` and ``after`` are the
    cells of the policies that answer, or nothing where none does.
    """

    city: str
    topic: str
    first: str
    last: str | None
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    @property
    def is_answer(self) -> bool:
        """Return whether the answer itself is another, not only the words it is told in."""
        return _answer(self.before) != _answer(self.after)


class AlikeChange(NamedTuple):
    """Cities in which the same answer becomes the same other during the same days."""

    topic: str
    first: str
    last: str | None
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    cities: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """Every cell that becomes another, by topic, city and day."""

    changes: Sequence[CellChange]

    @cached_property
    def answers(self) -> list[CellChange]:
        """Return the changes in which the answer itself becomes another."""
        return [change for change in self.changes if change.is_answer]

    @cached_property
    def cities(self) -> list[str]:
        """Return the cities in which an answer becomes another."""
        return sorted({change.city for change in self.changes})

    @cached_property
    def topics(self) -> list[str]:
        """Return the topics of which an answer becomes another."""
        return sorted({change.topic for change in self.changes})

    @cached_property
    def matrix(self) -> dict[str, dict[str, int]]:
        """Return by topic and city how many spans become others."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for change in self.changes:
            found[change.topic][change.city] += 1
        return found

    @cached_property
    def groups(self) -> list[AlikeChange]:
        """Return what changes alike in several cities once, with these, by topic and day."""
        found: dict[tuple[object, ...], list[CellChange]] = defaultdict(list)
        for change in self.changes:
            own = (change.topic, change.first, change.last, id(change.before), id(change.after))
            found[own].append(change)
        groups = [
            AlikeChange(*one[0][1:], tuple(sorted({change.city for change in one})))
            for one in found.values()
        ]
        return sorted(groups, key=lambda g: (g.topic, g.first, g.last or "9999", g.cities))


def effect_of(found: Judgement) -> Effect:
    """Return what a set would do to answers, were the rows published that can be.

    It takes one query for each topic that changes, and a fixed number besides, whatever the set
    holds.
    """
    changes = without_refused(found)
    coming = forecast(expected_of(changes, withdraw=True))
    gone = {topic: [row for _, row in own.surplus] for topic, own in coming.differences.items()}
    come = {topic: own.missing for topic, own in coming.differences.items()}
    rows = [row for own in (*gone.values(), *come.values()) for row in own]
    named = _Named(rows, changes.get(Policies.name, Changes()), coming.identities)
    found_changes = (
        change
        for topic in coming.differences
        for change in _changes_of(named, gone[topic], come[topic])
    )
    return Effect(sorted(found_changes, key=attrgetter("topic", "city", "first")))


class _Named:
    """What rows in force refer to by ids, by names: cities, topics, and the cells of policies."""

    def __init__(self, rows: Iterable[Row], policies: Changes, identities: Sequence[str]) -> None:
        self._cities: dict[Ref, str] = dict(City.objects.order_by().values_list("pk", "slug"))
        self._topics: dict[Ref, str] = dict(Topic.objects.order_by().values_list("pk", "slug"))
        self._policies: dict[int, Cells] = {}
        born = {identity: key for key, identity in identities_of(policies).items()}
        for number, identity in enumerate(identities, start=1):
            self._policies[-number] = policies.rows[born[identity]].cells
        known = sorted({row.policy for row in rows if row.policy > 0})
        for start in range(0, len(known), BATCH):
            batch = Policy.objects.filter(pk__in=known[start : start + BATCH]).order_by()
            for cells in Policies().cells(batch, "pk"):
                self._policies[int(cells.pop("pk"))] = cells

    def city(self, city: Ref) -> str:
        """Return the key of a city, which may not be stored yet."""
        return self._cities.get(city, str(city))

    def topic(self, topic: Ref) -> str:
        """Return the key of a topic, which may not be stored yet."""
        return self._topics.get(topic, str(topic))

    def policy(self, policy: int | None) -> Cells | None:
        """Return the cells of a policy."""
        return None if policy is None else self._policies[policy]


class _Held(NamedTuple):
    """A policy that answers in a city from a day to a day, inclusive."""

    first: str
    last: str | None
    policy: int


def _changes_of(named: _Named, gone: Sequence[Row], come: Sequence[Row]) -> Iterator[CellChange]:
    """The changes of one topic. Cities in which the same policies come and go share their spans."""
    by_city: dict[Ref, tuple[list[_Held], list[_Held]]] = {}
    for place, rows in enumerate((gone, come)):
        for row in rows:
            held = _Held(row.from_day, row.until_day, row.policy)
            by_city.setdefault(row.city, ([], []))[place].append(held)
    alike: dict[tuple[tuple[_Held, ...], ...], list[Ref]] = defaultdict(list)
    for city, both in by_city.items():
        # No two of a city begin on one day, so what follows the day is not compared.
        alike[tuple(tuple(sorted(held)) for held in both)].append(city)
    topic = named.topic(next(iter((*gone, *come))).topic) if by_city else ""
    for (before, after), cities in alike.items():
        spans = [
            (first, last, named.policy(was), named.policy(will))
            for first, last, was, will in _spans(before, after)
        ]
        for city in map(named.city, cities):
            for span in spans:
                yield CellChange(city, topic, *span)


Span = tuple[str, str | None, int | None, int | None]


def _spans(before: Sequence[_Held], after: Sequence[_Held]) -> Iterator[Span]:
    """The days on which another policy answers, each span with the policies before and after."""
    was = {held.first: held for held in before}
    will = {held.first: held for held in after}
    edges = sorted(
        {*was, *will} | {_day_after(held.last) for held in (*before, *after) if held.last}
    )
    old: _Held | None = None
    new: _Held | None = None
    open_span: Span | None = None
    for first, following in zip(edges, [*edges[1:], None], strict=True):
        old, new = _at(first, was, old), _at(first, will, new)
        last = _day_before(following) if following else None
        one, other = old.policy if old else None, new.policy if new else None
        if open_span and open_span[2:] == (one, other) and open_span[1] == _day_before(first):
            open_span = (open_span[0], last, one, other)
            continue
        if open_span:
            yield open_span
        open_span = None if one == other else (first, last, one, other)
    if open_span:
        yield open_span


def _at(day: str, held: Mapping[str, _Held], earlier: _Held | None) -> _Held | None:
    """What answers on a day: what begins then, or what did before if it goes on."""
    if day in held:
        return held[day]
    return earlier if earlier and (earlier.last is None or earlier.last >= day) else None


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + ONE_DAY).isoformat()


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - ONE_DAY).isoformat()


def _answer(cells: Mapping[str, str] | None) -> tuple[str, ...] | None:
    return tuple(cells[name] for name in ANSWER) if cells else None
