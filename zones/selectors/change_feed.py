"""What changed: which of all that happened fits a question."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from cbec_portal.caches import Kept
from zones.models import City, Zone
from zones.models.scopes import BODIES
from zones.rules.vocabulary import ScopeKind
from zones.selectors.change_events import BodyId, Event, of_law, published
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import stays

WHAT = ("policy", "zone", "coverage")
BY = ("law", "publication")

#: Of how many revisions all changes of law are kept.
MOST_REVISIONS = 3
#: Of how many cities it is kept in which bodies they are, as a revision knew it.
MOST_CITIES = 1024


@dataclass(frozen=True)
class ChangeQuestion:
    """What is asked about changes."""

    by: str
    since: int | None
    first: date | None
    last: date | None
    kinds: Collection[str]
    what: Collection[str]
    topics: Collection[int] | None
    places: Sequence[City | HypotheticalPlace]
    programmes: Collection[int] | None
    scopes: Collection[str]


def changes(asked: ChangeQuestion, inquiry: Inquiry) -> list[Event]:
    """Return the changes that fit, latest first. The first question of an edition reads them all.

    Those that bind a city or a place without pilot status, or fall between two days, are found
    without looking at the others.
    """
    snapshot = inquiry.snapshot
    if asked.by == "law":
        of_revision: Kept[int, _Ordered] = snapshot.lately("changes of law", MOST_REVISIONS)
        events = of_revision.made(inquiry.known_at, lambda: _ordered(of_law(inquiry.known_at)))
    else:
        events = snapshot.remembered(
            "changes published", lambda: _ordered(published(snapshot.newest))
        )
    places: Sequence[int] = range(len(events.listed))
    if asked.places:
        places = sorted(set().union(*(_binding(one, events, inquiry) for one in asked.places)))
    if asked.first or asked.last:
        places = _between(places, events.listed, asked.first or date.min, asked.last or date.max)
    found = [events.listed[place] for place in places]
    for fits in _narrowing(asked, inquiry.known_at):
        found = [event for event in found if fits(event)]
    return found


def counted_changes(
    asked: ChangeQuestion, inquiry: Inquiry, topics: Collection[int] | None
) -> dict[str, Counter[Any]]:
    """Return of each facet how many changes each of its values gives, beside all other choices.

    Args:
        asked: the question.
        inquiry: the day and revision asked about.
        topics: those asked for by themselves and not by their focus area; none for all.
    """
    lifted: dict[str, tuple[ChangeQuestion, Callable[[Event], Any]]] = {
        "kind": (replace(asked, kinds=()) if asked.kinds else asked, lambda event: event.kind),
        "what": (replace(asked, what=()) if asked.what else asked, lambda event: event.what),
        "topic": (replace(asked, topics=topics), lambda event: event.topic),
        "programme": (replace(asked, programmes=None), lambda event: event.programme),
        "scope_kind": (
            replace(asked, scopes=()) if asked.scopes else asked,
            lambda event: event.body[0] if event.what == "policy" else None,
        ),
    }
    fitting: dict[int, list[Event]] = {}
    questions: list[ChangeQuestion] = []
    counted: dict[str, Counter[Any]] = {}
    for name, (question, value) in lifted.items():
        # Where nothing is chosen in several facets, they count the same changes.
        place = questions.index(question) if question in questions else len(questions)
        if place == len(questions):
            questions.append(question)
            fitting[place] = changes(question, inquiry)
        counted[name] = Counter(map(value, fitting[place]))
    return counted


def by_document(events: Iterable[Event]) -> list[list[Event]]:
    """Return events that rest on one document and have one day, or revision, together: in the order
    of the first of each.
    """
    found: dict[tuple[date | None, int, int], list[Event]] = {}
    for event in events:
        found.setdefault(told_with(event), []).append(event)
    return list(found.values())


def told_with(event: Event) -> tuple[date | None, int, int]:
    """Return what events share that are told together: day, or revision, and document."""
    return event.day, event.revision if event.day is None else 0, event.source


class _Ordered(NamedTuple):
    """Events, latest first, by publication the newest revision first; and where those are found
    that concern a body.
    """

    listed: list[Event]
    of_body: dict[BodyId, list[int]]


def _ordered(events: Iterable[Event]) -> _Ordered:
    listed = sorted(
        events,
        key=lambda e: (e.revision if e.day is None else 0, e.day or date.min, e.what, e.name),
        reverse=True,
    )
    of_body: dict[BodyId, list[int]] = {}
    for place, event in enumerate(listed):
        of_body.setdefault(event.body, []).append(place)
    return _Ordered(listed, of_body)


def _between(
    places: Sequence[int], listed: Sequence[Event], first: date, last: date
) -> Sequence[int]:
    """The places of those events that have a day from the first to the last."""

    def ago(place: int) -> int:
        return -(listed[place].day or date.min).toordinal()

    start = bisect_left(places, -last.toordinal(), key=ago)
    return places[start : bisect_right(places, -first.toordinal(), key=ago)]


def _narrowing(asked: ChangeQuestion, known_at: int) -> Iterator[Callable[[Event], bool]]:
    """What an event must satisfy beside its place and its day."""
    since, topics, programmes = asked.since, asked.topics, asked.programmes
    if since is not None:
        yield lambda event: event.revision > since
    if asked.by == "publication":
        yield lambda event: event.revision <= known_at
    if asked.kinds:
        yield lambda event: event.kind in asked.kinds
    if asked.what:
        yield lambda event: event.what in asked.what
    if topics is not None:
        yield lambda event: event.topic in topics
    if programmes is not None:
        yield lambda event: event.programme in programmes
    if asked.scopes:
        yield lambda event: event.what == "policy" and event.body[0] in asked.scopes


def _binding(city: City | HypotheticalPlace, events: _Ordered, inquiry: Inquiry) -> Collection[int]:
    """The places of the events that concern a city as a revision knew it.

    Those of a province or customs district only from when the city lay in it, and until it moved.
    A place without pilot status lies where it is said to lie, at all times.
    """
    if isinstance(city, HypotheticalPlace):
        told = [(ScopeKind.NATION.value, None), *city.bodies]
        return set(chain.from_iterable(events.of_body.get(body, ()) for body in told))
    kept: Kept[tuple[int, int], set[BodyId]] = inquiry.snapshot.lately(
        "bodies of cities", MOST_CITIES
    )
    bodies = kept.made((city.pk, inquiry.known_at), lambda: _bodies(city, inquiry.known_at))
    found = set(chain.from_iterable(events.of_body.get(body, ()) for body in bodies))
    for stay in stays(city, inquiry):
        for place in events.of_body.get((stay.kind, stay.body), ()):
            day = events.listed[place].day
            if day is None or stay.holds(day):
                found.add(place)
    return found


def _bodies(city: City, known_at: int) -> set[BodyId]:
    """The bodies that never change for a city: the nation, itself, and the programmes it is in."""
    zones = Zone.objects.known_at(known_at).not_withdrawn()
    programmes = {
        *zones.filter(city=city).values_list("batch__programme", flat=True),
        *zones.filter(coverages__city=city).values_list("batch__programme", flat=True),
    }
    return {
        (ScopeKind.NATION.value, None),
        (ScopeKind.CITY.value, city.pk),
        *((ScopeKind.PROGRAMME.value, pk) for pk in programmes),
        *(
            (own.kind.value, pk)
            for own in BODIES.values()
            if own.members
            for _, pk, _ in own.memberships(**{own.members: city.pk})
        ),
    }
