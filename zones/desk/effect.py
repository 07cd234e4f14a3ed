"""What a change set does to answers: which cells of which cities become what, from when to when.

It is worked out by the same pure resolution by which it would be published, over what is known now
and what the set would make known. Nothing is written, and nobody is kept waiting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from itertools import chain, starmap
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q

from zones.dataset.policy_table import Policies, identities_of
from zones.dataset.table import BATCH, Cells, Changes, Key
from zones.desk.cell_words import CellWords
from zones.desk.judgement import Judgement, RowJudgement, without_refused
from zones.desk.moved_words import moved_words
from zones.models import City, Policy, Revision, Topic
from zones.models.querysets.in_force_sql import Held, Ref, turned_by
from zones.rules.vocabulary import Fate
from zones.selectors.dependents import TOLD, Impact, RowTurn, Turn, tables_asked
from zones.services.forecast import foreseen_answers
from zones.services.in_force_rows import HeldAnswer, TurnedAnswers

#: The cells of a policy that are its answer; the others are the words it is told in.
ANSWER = ("state", "value", "value_zh")

ONE_DAY = timedelta(days=1)

#: First and last day, and the policies that answer before and after.
Span = tuple[str, str | None, int | None, int | None]
#: Those of a topic, which stands first.
TopicSpan = tuple[Ref, str, str | None, int | None, int | None]


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


class AlikeChange(NamedTuple):
    """Cities in which the same answer becomes the same other during the same days.

    ``is_of_place`` is whether the policies stay as they are: the set moves whom they bind, by a
    city that is new, moved, or covered from or until another day.
    """

    topic: str
    first: str
    last: str | None
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    cities: tuple[str, ...]
    is_of_place: bool = False

    @property
    def is_answer(self) -> bool:
        """Return whether the answer itself is another, not only the words it is told in."""
        return _answer(self.before) != _answer(self.after)

    @property
    def is_of_another_row(self) -> bool:
        """Return whether the answer stays what it is and another row gives it: of another scope,
        from another day, or by another document.
        """
        return not self.is_answer and _row(self.before) != _row(self.after)


@dataclass(frozen=True)
class Effect:
    """Every cell that becomes another: what changes alike in several cities is told once."""

    groups: Sequence[AlikeChange]

    @cached_property
    def changes(self) -> list[CellChange]:
        """Return every change of a cell, by topic, city and day."""
        return _city_by_city(self.groups)

    @cached_property
    def answers(self) -> list[CellChange]:
        """Return the changes in which the answer itself becomes another."""
        return _city_by_city(group for group in self.groups if group.is_answer)

    @cached_property
    def cities(self) -> list[str]:
        """Return the cities of which a span becomes another, be its answer the same."""
        return sorted({city for group in self.groups for city in group.cities})

    @cached_property
    def topics(self) -> list[str]:
        """Return the topics of which a span becomes another, be its answer the same."""
        return sorted({group.topic for group in self.groups})

    @cached_property
    def matrix(self) -> dict[str, dict[str, int]]:
        """Return by topic and city how many spans become others."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for group in self.groups:
            own = found[group.topic]
            for city in group.cities:
                own[city] += 1
        return found


def _city_by_city(groups: Iterable[AlikeChange]) -> list[CellChange]:
    found = (CellChange(city, *group[:5]) for group in groups for city in group.cities)
    return sorted(found, key=attrgetter("topic", "city", "first"))


def effect_of(found: Judgement) -> Effect:
    """Return what a set would do to answers, were the rows published that can be.

    It takes a fixed number of queries, whatever the set holds. Rows in force are let go of topic by
    topic.
    """
    changes = without_refused(found)
    expected = found.expected
    spans = {
        (topic, *span): cities
        for topic, turning in foreseen_answers(expected)
        for span, cities in _cities_by_span(turning).items()
    }
    policies = changes.get(Policies.name, Changes())
    born = {identity: key for key, identity in identities_of(policies).items()}
    new = {
        -number: policies.rows[born[identity]].cells
        for number, identity in enumerate(expected.identities, start=1)
    }
    named = _Named(spans, new)
    return _effect(spans, named, {*new, *named.with_keys({*policies.corrected, *policies.absent})})


def effect_of_revision(revision: Revision) -> Effect:
    """Return what a revision did to answers: those of the revision before against its own.

    What became known since counts for nothing. It takes a fixed number of queries.
    """
    spans: dict[TopicSpan, Sequence[Ref]] = {
        (topic, *span): cities
        for topic, *turning in turned_by(revision.pk)
        for span, cities in _cities_by_span(TurnedAnswers(*map(_held, turning))).items()
    }
    versions = Policy.objects.filter(Q(recorded_in=revision) | Q(replaced_in=revision))
    brought = set(versions.order_by().values_list("pk", flat=True))
    return _effect(spans, _Named(spans, {}), brought)


def _held(answers: Iterable[Held]) -> list[HeldAnswer]:
    return list(starmap(HeldAnswer, answers))


def _effect(
    spans: Mapping[TopicSpan, Sequence[Ref]], named: _Named, brought: Collection[int]
) -> Effect:
    """The changes of answers in words of the dataset; ``brought`` are the policies that come,
    change or end, the others answer elsewhere because places move.
    """
    groups = (
        AlikeChange(
            named.topic(topic),
            first,
            last,
            named.policy(was),
            named.policy(will),
            tuple(sorted(map(named.city, cities))),
            is_of_place=was not in brought and will not in brought,
        )
        for (topic, first, last, was, will), cities in spans.items()
    )
    return Effect(sorted(groups, key=lambda g: (g.topic, g.first, g.last or "9999", g.cities)))


def mark_of(found: Judgement, effect: Effect) -> str:
    """Return the mark of what a set does, by rows and by answers, in hexadecimal digits.

    Whoever publishes says which they saw: a set that does something else by now, because another
    was published meanwhile, bears another mark, though nobody wrote in it.
    """
    rows = (
        (own.table.name, own.applied_key, own.fate, own.before, own.after) for own in found.rows
    )
    digest = sha256()
    # It is that of the whole as one text, which is never held as one.
    for told in chain(["(["], _apart(rows), ["], ["], _apart(effect.groups), ["])"]):
        digest.update(told.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def _apart(things: Iterable[object]) -> Iterator[str]:
    for place, one in enumerate(things):
        yield f"{', ' if place else ''}{one!r}"


def impact_of(found: Judgement, effect: Effect, words: CellWords) -> Impact:
    """Return what a set turns, for those who know what depends on it: answers that become others,
    and the rows themselves, of the tables of which any of them asks.
    """
    turning = (Fate.NEW, Fate.CHANGED, Fate.TAKEN_OUT)
    asked = tables_asked()
    rows = [own for own in found.rows if own.table.name in asked and own.fate in turning]
    return Impact(
        [
            Turn(group.topic, group.first, group.last, group.cities)
            for group in effect.groups
            if group.is_answer
        ],
        list(_turned(rows, words)),
    )


def _turned(rows: Iterable[RowJudgement], words: CellWords) -> Iterator[RowTurn]:
    """Rows that turn; the first of each table that change with what becomes another, in words."""
    told: Counter[str] = Counter()
    for own in rows:
        name, changes = own.table.name, ""
        if own.fate == Fate.CHANGED and told[name] < TOLD:
            told[name] += 1
            changes = moved_words(words.moved(own.table, own.moved, own.before, own.after))
        yield RowTurn(name, own.key, own.before, own.after, [*own.moved], changes)


class _Named:
    """What rows in force refer to by ids, by names: cities, topics, and the cells of policies."""

    def __init__(self, spans: Iterable[TopicSpan], new: Mapping[int, Cells]) -> None:
        self._cities: dict[Ref, str] = dict(City.objects.order_by().values_list("pk", "slug"))
        self._topics: dict[Ref, str] = dict(Topic.objects.order_by().values_list("pk", "slug"))
        self._policies: dict[int, Cells] = dict(new)
        ids = {policy for *_span, was, will in spans for policy in (was, will)}
        known = sorted(policy for policy in ids if policy is not None and policy > 0)
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

    def with_keys(self, keys: Collection[Key]) -> Iterator[int]:
        """Return the policies that have one of these keys."""
        table = Policies()
        return (pk for pk, cells in self._policies.items() if table.key_of(cells) in keys)


class _Holding(NamedTuple):
    """A policy that answers in a city from a day to a day, inclusive."""

    first: str
    last: str | None
    policy: int


def _cities_by_span(turning: TurnedAnswers) -> dict[Span, list[Ref]]:
    """The changes of one topic, and the cities of each. Where the same policies come and go during
    the same days, spans are worked out once.
    """
    by_city: dict[Ref, tuple[list[_Holding], list[_Holding]]] = {}
    for place, rows in enumerate(turning):
        for row in rows:
            held = _Holding(row.first, row.last, row.policy)
            by_city.setdefault(row.city, ([], []))[place].append(held)
    alike: dict[tuple[tuple[_Holding, ...], ...], list[Ref]] = defaultdict(list)
    for city, both in by_city.items():
        # No two of a city begin on one day, so what follows the day is not compared.
        alike[tuple(tuple(sorted(held)) for held in both)].append(city)
    found: dict[Span, list[Ref]] = defaultdict(list)
    for (before, after), cities in alike.items():
        for span in _spans(before, after):
            found[span] += cities
    return found


def _spans(before: Sequence[_Holding], after: Sequence[_Holding]) -> Iterator[Span]:
    """The days on which another policy answers, each span with the policies before and after."""
    was = {held.first: held for held in before}
    will = {held.first: held for held in after}
    edges = sorted(
        {*was, *will} | {_day_after(held.last) for held in (*before, *after) if held.last}
    )
    old: _Holding | None = None
    new: _Holding | None = None
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


def _at(day: str, held: Mapping[str, _Holding], earlier: _Holding | None) -> _Holding | None:
    """What answers on a day: what begins then, or what did before if it goes on."""
    if day in held:
        return held[day]
    return earlier if earlier and (earlier.last is None or earlier.last >= day) else None


def _day_after(day: str) -> str:
    return (date.fromisoformat(day) + ONE_DAY).isoformat()


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - ONE_DAY).isoformat()


def _row(cells: Mapping[str, str] | None) -> tuple[str, ...] | None:
    return (*Policies().key_of(cells), cells["source_id"]) if cells else None


def _answer(cells: Mapping[str, str] | None) -> tuple[str, ...] | None:
    return tuple(cells[name] for name in ANSWER) if cells else None
