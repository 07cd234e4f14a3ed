"""What changed: which of all that happened fits a question."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import Parameters
from cbec_portal.caches import Kept
from zones.models import City, Zone
from zones.rules.vocabulary import Change, ScopeKind
from zones.selectors import inquiry
from zones.selectors.change_events import Body, Event, of_law, published
from zones.selectors.place_names import city_named
from zones.selectors.placements import stays
from zones.selectors.snapshot import Snapshot

WHAT = ("policy", "zone", "coverage")
BY = ("law", "publication")

#: Of how many revisions all changes of law are kept.
MOST_REVISIONS = 3

#: The parameters of the question, with what each means.
PARAMETERS = {
    "by": "`law` (the default) tells on which day the law moved, `publication` in which revision "
    "the portal learned or corrected it.",
    "since": "Only revisions after this one; asks by publication.",
    "from": "The first day of law, YYYY-MM-DD.",
    "to": "The last day of law, YYYY-MM-DD.",
    "kind": "enacted, amended, ended; by publication also corrected, withdrawn, researched.",
    "what": "policy, zone or coverage (a city that a zone of another covers).",
    "focus_area": "Only policies on topics of these focus areas.",
    "topic": "Only policies on these topics.",
    "city": "Only what binds this city: its own, its district's, its province's, its programmes' "
    "and the nation's.",
    "programme": "Only zones and policies of these programmes.",
    "scope_kind": "Only policies that bind bodies of these kinds.",
    "known_at": "The number of the revision whose knowledge is asked for.",
}


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
    city: City | None
    programmes: Collection[int] | None
    scopes: Collection[str]
    known_at: int


def question(parameters: Parameters, kept: Snapshot) -> ChangeQuestion:
    """Read the question.

    Raises:
        ParameterError: a value is unknown, or two of them contradict each other.
    """
    since = parameters.whole_number("since", 0, 2_147_483_647)
    by = parameters.choice("by", BY, "law" if since is None else "publication")
    if since is not None and by == "law":
        raise ParameterError(
            "since",
            "Changes since a revision are asked for by=publication.",
            words=_("Revisions are asked for where it is shown what the portal published."),
        )
    numbers = inquiry.revisions_of(kept)
    if since and since not in numbers:
        raise ParameterError(
            "since",
            f"There is no revision {since}; the newest is {kept.newest}.",
            value=str(since),
            words=_("There is no revision %(asked)d; the newest is %(newest)d.")
            % {"asked": since, "newest": kept.newest},
        )
    first, last = parameters.day("from", default=None), parameters.day("to", default=None)
    if by == "publication" and (first or last):
        named = "from" if first else "to"
        raise ParameterError(
            named,
            "Days are days of law; by publication ask `since` a revision.",
            words=_("Days are asked for where the days of law are shown."),
        )
    if first and last and last < first:
        raise ParameterError(
            "to",
            f"“{last}” is before “{first}”.",
            value=last.isoformat(),
            words=_("%(last)s is before %(first)s.") % {"last": last, "first": first},
        )
    about = "topic" in parameters or "focus_area" in parameters
    programmes = {row.slug: pk for pk, row in kept.related["programme"].items()}
    chosen = parameters.choices("programme", programmes)
    return ChangeQuestion(
        by=by,
        since=since,
        first=first,
        last=last,
        kinds=parameters.choices("kind", list(Change)),
        what=parameters.choices("what", WHAT),
        topics={topic.pk for topic in inquiry.topics(parameters, kept)} if about else None,
        city=_city(parameters, kept),
        programmes={programmes[slug] for slug in chosen} if chosen else None,
        scopes=parameters.choices("scope_kind", list(ScopeKind)),
        known_at=inquiry.known_at(parameters, kept),
    )


def changes(asked: ChangeQuestion, kept: Snapshot) -> list[Event]:
    """The changes that fit, latest first. The first question of an edition reads them all.

    Those that bind a city, or fall between two days, are found without looking at the others.
    """
    if asked.by == "law":
        of_revision: Kept[int, _Ordered] = kept.lately("changes of law", MOST_REVISIONS)
        events = of_revision.made(asked.known_at, lambda: _ordered(of_law(asked.known_at)))
    else:
        events = kept.remembered("changes published", lambda: _ordered(published(kept.newest)))
    places: Sequence[int] = range(len(events.listed))
    if asked.city:
        places = sorted(_binding(asked.city, events, kept, asked.known_at))
    if asked.first or asked.last:
        places = _between(places, events.listed, asked.first or date.min, asked.last or date.max)
    found = [events.listed[place] for place in places]
    for fits in _narrowing(asked, kept):
        found = [event for event in found if fits(event)]
    return found


class _Ordered(NamedTuple):
    """Events, latest first, by publication the newest revision first; and where those are found
    that concern a body.
    """

    listed: list[Event]
    of_body: dict[Body, list[int]]


def _ordered(events: Iterable[Event]) -> _Ordered:
    listed = sorted(
        events,
        key=lambda e: (e.revision if e.day is None else 0, e.day or date.min, e.what, e.name),
        reverse=True,
    )
    of_body: dict[Body, list[int]] = {}
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


def _narrowing(asked: ChangeQuestion, kept: Snapshot) -> Iterator[Callable[[Event], bool]]:
    """What an event must satisfy beside its place and its day."""
    since, topics, programmes = asked.since, asked.topics, asked.programmes
    if since is not None:
        yield lambda event: event.revision > since
    if asked.by == "publication":
        yield lambda event: event.revision <= asked.known_at
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


def _binding(city: City, events: _Ordered, kept: Snapshot, known_at: int) -> set[int]:
    """The places of the events that concern a city as a revision knew it.

    Those of a province or customs district only from when the city lay in it, and until it moved.
    """
    found = set(chain.from_iterable(events.of_body.get(b, ()) for b in _bodies(city, known_at)))
    for stay in stays(city, kept, known_at=known_at):
        for place in events.of_body.get((stay.kind, stay.body), ()):
            day = events.listed[place].day
            if day is None or stay.holds(day):
                found.add(place)
    return found


def _bodies(city: City, known_at: int) -> set[Body]:
    """The bodies that never change for a city: the nation, itself, and the programmes it is in."""
    zones = Zone.objects.known_at(known_at).standing()
    programmes = {
        *zones.filter(city=city).values_list("batch__programme", flat=True),
        *zones.filter(coverages__city=city).values_list("batch__programme", flat=True),
    }
    return {
        (ScopeKind.NATION.value, None),
        (ScopeKind.CITY.value, city.pk),
        *((ScopeKind.PROGRAMME.value, pk) for pk in programmes),
    }


def _city(parameters: Parameters, kept: Snapshot) -> City | None:
    name = parameters.one("city")
    if name is None:
        return None
    return city_named("city", name, kept)
