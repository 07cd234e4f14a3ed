"""Places without pilot status: what binds the nation, their province and their district binds them.

Any city with customs and port supervision may one day become a pilot, so one may ask ahead. Which
rule holds from when until when is resolved as it is for cities, by the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from cbec_portal.caches import Kept
from zones.models import City, CustomsDistrict, Policy, Province, Topic
from zones.models.bindings import NATION, rules_of
from zones.models.querysets.in_force_sql import InForceRow
from zones.models.scopes import PLACES
from zones.rules.intervals import FOREVER, ONE_DAY, WHOLE_TIME, last_day
from zones.rules.resolution import Decision, Scope, answer_on, resolve, timelines
from zones.rules.vocabulary import ScopeKind

if TYPE_CHECKING:
    from zones.selectors.inquiry import Inquiry

#: Of how many places, by their bodies, all answers are kept.
MOST_RESOLVED = 64


@dataclass(frozen=True)
class HypotheticalPlace:
    """A place by its name, as somebody gave it, its province and its customs district."""

    name: str
    province: Province
    customs_district: CustomsDistrict

    @property
    def slug(self) -> str:
        """Return the key: ``Suihua:CN-HL:1900``. No city's key has a colon."""
        return f"{self.name}:{self.province.iso_3166_2}:{self.customs_district.code}"

    @property
    def name_en(self) -> str:
        """Return the name; nobody gave another in English."""
        return self.name

    @property
    def name_zh(self) -> str:
        """Return the name; nobody gave another in Chinese."""
        return self.name

    @property
    def bodies(self) -> tuple[tuple[str, int], ...]:
        """Return the kinds and ids of the bodies that it lies in."""
        return tuple((own.kind.value, getattr(self, own.column).pk) for own in PLACES)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Return what binds the place, at all times."""
        return (
            NATION,
            *(Scope(own.kind, getattr(getattr(self, own.column), own.key)) for own in PLACES),
        )


def id_of(place: City | HypotheticalPlace) -> int | None:
    """Return the id of a city; none of a place without pilot status."""
    return None if isinstance(place, HypotheticalPlace) else place.pk


#: The rows in force of each topic, by its id.
Resolved = Mapping[int, Sequence[Decision]]


def seek_hypothetical(
    asked: Iterable[tuple[int, HypotheticalPlace, date]],
    topics: Sequence[Topic],
    inquiry: Inquiry,
) -> list[InForceRow]:
    """Return the rows in force in such places on days, or what answered last, and ended, where
    nothing is. One query, however many places; none of places whose topics were all asked about
    lately.

    Args:
        asked: the place's number among those asked about, the place, and the day.
    """
    questions = list(asked)
    if not questions or not topics:
        return []
    places = {place for _, place, _ in questions}
    if len(topics) == len(inquiry.snapshot.topics):
        resolved = _resolved_lately(places, inquiry)
    else:
        resolved = _resolved(places, topics, inquiry.known_at)
    return [
        found
        for number, place, day in questions
        for topic, rows in resolved[place].items()
        if (row := answer_on(rows, day) or _last_ended(rows, day))
        for found in _found(number, topic, rows, [row])
    ]


def _last_ended(rows: Sequence[Decision], day: date) -> Decision | None:
    """What answered last before a day on which nothing does."""
    ended = (row for row in rows if row.answers.stop <= day)
    return max(ended, key=lambda row: row.answers.stop, default=None)


def answers_in_hypothetical(
    places: Iterable[HypotheticalPlace],
    topics: Sequence[Topic],
    inquiry: Inquiry,
    near: tuple[date, date] | None = None,
) -> dict[HypotheticalPlace, list[InForceRow]]:
    """Return the rows in force in each place, by topic and day: those of any time, or those that
    hold between two days or on the day before or after.

    One query for the places of which none of the same bodies was asked about lately.
    """
    resolved = _resolved_lately(set(places), inquiry)
    about = sorted(topic.pk for topic in topics)
    return {
        place: [
            found
            for topic in about
            if (wanted := _held_near(own.get(topic, ()), near))
            for found in _found(0, topic, own[topic], wanted)
        ]
        for place, own in resolved.items()
    }


def days_in_hypothetical(
    places: Iterable[HypotheticalPlace], topics: Sequence[Topic], inquiry: Inquiry
) -> set[date]:
    """Return the days on which an answer to some of the topics begins, and after it ended, in some
    of the places.

    One query, as for the rows themselves.
    """
    return {
        day
        for own in _resolved_lately(set(places), inquiry).values()
        for topic in topics
        for row in own.get(topic.pk, ())
        for day in (row.answers.start, row.answers.stop)
        if day != FOREVER
    }


def _held_near(rows: Sequence[Decision], near: tuple[date, date] | None) -> Sequence[Decision]:
    """The rows that hold between two days, or on the day before or after."""
    if near is None:
        return rows
    before, after = near[0] - ONE_DAY, near[1] + ONE_DAY
    return [row for row in rows if row.answers.start <= after and row.answers.stop > before]


def _resolved_lately(
    places: set[HypotheticalPlace], inquiry: Inquiry
) -> dict[HypotheticalPlace, Resolved]:
    """What is in force when in each place. Parts of one page ask for the same place, each about
    other topics: all are resolved once.
    """
    snapshot, known_at = inquiry.snapshot, inquiry.known_at
    lately: Kept[Any, Resolved] = snapshot.lately("answers in described places", MOST_RESOLVED)
    kept = {place: lately.get((place.scopes, known_at)) for place in places}
    resolved = {place: own for place, own in kept.items() if own is not None}
    new = places - resolved.keys()
    for place, own in _resolved(new, list(snapshot.topics.values()), known_at).items():
        resolved[place] = lately.put((place.scopes, known_at), own)
    return resolved


def _resolved(
    places: set[HypotheticalPlace], topics: Sequence[Topic], known_at: int
) -> dict[HypotheticalPlace, Resolved]:
    """What is in force when in each place, resolved once for places of the same bodies."""
    if not places:
        return {}
    rules = rules_of(_binding(places, topics, known_at))
    lines = {topic: timelines(own) for topic, own in rules.items()}
    found: dict[tuple[Scope, ...], Resolved] = {}
    for scopes in {place.scopes for place in places}:
        bindings = {scope: [WHOLE_TIME] for scope in scopes}
        found[scopes] = {topic: resolve(own, bindings) for topic, own in lines.items()}
    return {place: found[place.scopes] for place in places}


def _binding(places: Collection[HypotheticalPlace], topics: Sequence[Topic], known_at: int) -> Any:
    """The policies that bind some of these places."""
    scopes = Q(scope_kind=ScopeKind.NATION.value)
    for own in PLACES:
        scopes |= Q(**{f"{own.column}__in": {getattr(place, own.column).pk for place in places}})
    about = (
        Policy.objects.known_at(known_at).not_withdrawn().filter(topic__in=[t.pk for t in topics])
    )
    return about.filter(scopes)


def _found(
    number: int, topic: int, rows: Sequence[Decision], wanted: Iterable[Decision]
) -> Iterator[InForceRow]:
    """Some of the rows of a topic, each with what answers just before it and just after."""
    ended = {other.answers.stop: other.policy for other in reversed(rows)}
    begun = {other.answers.start: other.policy for other in reversed(rows)}
    for row in wanted:
        through = last_day(row.answers)
        yield InForceRow(
            number,
            topic,
            row.policy,
            ",".join(map(str, row.also)),
            row.answers.start.isoformat(),
            through.isoformat() if through else None,
            ended.get(row.answers.start),
            begun.get(row.answers.stop),
        )
