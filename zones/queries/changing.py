"""What changed: in law, day by day, and in what the portal published, revision by revision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.timezone import localtime

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import Parameters, shown
from zones.models import City, Coverage, Policy, Revision, ScopeKind, Zone
from zones.models.policies import SCOPE_COLUMNS
from zones.queries import asking
from zones.queries.catalogue import Catalogue, revision_numbers
from zones.queries.naming import cities_named
from zones.queries.shapes import in_language, source_shape
from zones.rules.events import Kind, moves
from zones.rules.resolution import Rule, Scope, State
from zones.rules.resolution import ScopeKind as RuleScope
from zones.rules.spans import span_of_days

WHAT = ("policy", "zone", "coverage")
BY = ("law", "publication")

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

#: A body that policies bind: its kind and its id, which the nation has not.
Body = tuple[str, int | None]


class Event(NamedTuple):
    """One change, small enough to be kept: details are read for those that are shown.

    ``row`` is the id of a policy, a zone or a coverage, ``before`` that of the policy it follows.
    An ended policy has only ``before``.
    """

    day: date | None
    kind: Kind
    what: str
    row: int | None
    before: int | None
    topic: int | None
    body: Body
    programme: int | None
    revision: int


@dataclass(frozen=True)
class Question:
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


def question(parameters: Parameters, kept: Catalogue) -> Question:
    """Read the question.

    Raises:
        ParameterError: a value is unknown, or two of them contradict each other.
    """
    since = parameters.whole_number("since", 0, 2_147_483_647)
    by = parameters.choice("by", BY, "law" if since is None else "publication")
    if since is not None and by == "law":
        raise ParameterError("since", "Changes since a revision are asked for by=publication.")
    numbers = revision_numbers()
    if since and since not in numbers:
        raise ParameterError("since", f"There is no revision {since}; the newest is {kept.newest}.")
    first, last = parameters.day("from", default=None), parameters.day("to", default=None)
    if by == "publication" and (first or last):
        named = "from" if first else "to"
        raise ParameterError(named, "Days are days of law; by publication ask `since` a revision.")
    if first and last and last < first:
        raise ParameterError("to", f"“{last}” is before “{first}”.")
    about = "topic" in parameters or "focus_area" in parameters
    programmes = {row.slug: pk for pk, row in kept.related["programme"].items()}
    chosen = parameters.choices("programme", programmes)
    return Question(
        by=by,
        since=since,
        first=first,
        last=last,
        kinds=parameters.choices("kind", list(Kind)),
        what=parameters.choices("what", WHAT),
        topics={topic.pk for topic in asking.topics(parameters, kept)} if about else None,
        city=_city(parameters, kept),
        programmes={programmes[slug] for slug in chosen} if chosen else None,
        scopes=parameters.choices("scope_kind", ScopeKind.values),
        known_at=asking.known_at(parameters, kept),
    )


def changes(asked: Question, kept: Catalogue) -> list[Event]:
    """The changes that fit, latest first. The first question of an edition reads them all."""
    if asked.by == "law":
        name = f"changes of law {asked.known_at}"
        events = kept.remembered(name, lambda: _sorted(_of_law(asked.known_at)))
    else:
        events = kept.remembered("changes published", lambda: _sorted(_published()))
    fits = _fitting(asked, kept)
    return [event for event in events if fits(event)]


def told(events: Sequence[Event], kept: Catalogue, language: str) -> list[dict[str, Any]]:
    """Changes as they are answered; a few queries, however many there are."""
    policies = kept.tell(
        {pk for e in events if e.what == "policy" for pk in (e.row, e.before) if pk}, language
    )
    zones = _rows(
        events, "zone", Zone.objects.select_related("batch__source", "ended_by", "successor")
    )
    coverages = _rows(
        events, "coverage", Coverage.objects.select_related("zone__batch__source", "zone__city")
    )
    numbers = {event.revision for event in events}
    revisions = {row.number: row for row in Revision.objects.filter(number__in=numbers) if numbers}
    found = []
    for event in events:
        head = {
            "day": event.day,
            "kind": event.kind.value,
            "what": event.what,
            "revision": event.revision,
            "published_at": localtime(revisions[event.revision].published_at),
        }
        if event.what == "policy":
            found.append(head | _policy(event, policies, kept, language))
        elif event.what == "zone":
            found.append(head | _zone(event, zones, kept, language))
        else:
            found.append(head | _coverage(event, coverages[event.row or 0], kept, language))
    return found


def _sorted(events: Iterable[Event]) -> list[Event]:
    """Latest first; by publication the newest revision first."""
    return sorted(
        events,
        key=lambda e: (e.revision if e.day is None else 0, e.day or date.min, e.what, e.row or 0),
        reverse=True,
    )


def _fitting(asked: Question, kept: Catalogue) -> Callable[[Event], bool]:
    bodies = _bodies(asked.city, kept) if asked.city else None

    def fits(event: Event) -> bool:
        return (
            (asked.since is None or event.revision > asked.since)
            and (event.revision <= asked.known_at)
            and (asked.first is None or (event.day is not None and event.day >= asked.first))
            and (asked.last is None or (event.day is not None and event.day <= asked.last))
            and (not asked.kinds or event.kind in asked.kinds)
            and (not asked.what or event.what in asked.what)
            and (asked.topics is None or event.topic in asked.topics)
            and (asked.programmes is None or event.programme in asked.programmes)
            and (not asked.scopes or (event.what == "policy" and event.body[0] in asked.scopes))
            and (bodies is None or event.body in bodies)
        )

    return fits


def _bodies(city: City, kept: Catalogue) -> set[Body]:
    """Every body whose policies bind a city, and the city itself."""
    own = Zone.objects.current().standing().filter(city=city)
    covering = Zone.objects.current().standing().filter(coverages__city=city)
    programmes = {
        *own.values_list("batch__programme", flat=True),
        *covering.values_list("batch__programme", flat=True),
    }
    return {
        (ScopeKind.NATION.value, None),
        (ScopeKind.PROVINCE.value, city.province_id),
        (ScopeKind.CUSTOMS_DISTRICT.value, city.customs_district_id),
        (ScopeKind.CITY.value, city.pk),
        *((ScopeKind.PROGRAMME.value, pk) for pk in programmes),
    }


_COLUMNS = (
    *("pk", "topic", "scope_kind", *SCOPE_COLUMNS.values()),
    *("effective_from_day", "effective_to_day", "recorded_in", "change", "identity", "version"),
)


class _Row(NamedTuple):
    """The columns of a policy that tell when it changed what."""

    pk: int
    topic: int
    scope_kind: str
    programme: int | None
    province: int | None
    customs_district: int | None
    city: int | None
    first: str
    last: str | None
    revision: int
    change: str
    identity: str
    version: int

    @property
    def body(self) -> Body:
        """The body it binds."""
        column = SCOPE_COLUMNS.get(ScopeKind(self.scope_kind))
        return self.scope_kind, getattr(self, column) if column else None

    @property
    def rule(self) -> Rule:
        """It as a rule among those of its topic and body."""
        last = date.fromisoformat(self.last) if self.last else None
        span = span_of_days(date.fromisoformat(self.first), last)
        return Rule(self.pk, Scope(RuleScope(self.scope_kind), str(self.body[1])), span)


def _of_law(known_at: int) -> Iterator[Event]:
    """The days on which the law moved, as a revision knew it.

    Only stated policies move it: that nothing was found, or that a topic does not apply, are
    findings of ours and no acts of anybody.
    """
    stated = Policy.objects.known_at(known_at).standing().filter(state=State.STATED.value)
    rows = map(_Row._make, stated.order_by("topic", "scope_kind").values_list(*_COLUMNS))
    ordered = sorted(rows, key=lambda row: (row.topic, row.scope_kind, row.body[1] or 0))
    for (topic, body), own in groupby(ordered, key=lambda row: (row.topic, row.body)):
        by_pk = {row.pk: row for row in own}
        for move in moves([row.rule for row in by_pk.values()]):
            row = by_pk[move.policy or move.before or 0]
            yield Event(
                move.day,
                move.kind,
                "policy",
                move.policy,
                move.before,
                topic,
                body,
                row.programme,
                row.revision,
            )
    yield from _zones_in_law(known_at)


def _zones_in_law(known_at: int) -> Iterator[Event]:
    zones = Zone.objects.known_at(known_at).standing().order_by()
    own = ("pk", "city", "batch__programme", "recorded_in", "designated_day", "ended_day")
    for pk, city, programme, revision, start, end in zones.values_list(*own):
        body = (ScopeKind.CITY.value, city)
        yield from _both_ends("zone", pk, body, programme, revision, start, end)
    cover = Coverage.objects.filter(zone__in=zones.values("pk")).order_by()
    own = (
        *("pk", "city", "zone__batch__programme", "zone__recorded_in"),
        *("covered_from_day", "covered_until_day"),
    )
    for pk, city, programme, revision, start, end in cover.values_list(*own):
        body = (ScopeKind.CITY.value, city)
        yield from _both_ends("coverage", pk, body, programme, revision, start, end)


def _both_ends(
    what: str,
    pk: int,
    body: Body,
    programme: int,
    revision: int,
    start: str | None,
    end: str | None,
) -> Iterator[Event]:
    for day, kind in ((start, Kind.ENACTED), (end, Kind.ENDED)):
        if day:
            yield Event(
                date.fromisoformat(day), kind, what, pk, None, None, body, programme, revision
            )


def _published() -> Iterator[Event]:
    """Every version of a policy or a zone that some revision published."""
    rows = Policy.objects.published().order_by("identity", "version").values_list(*_COLUMNS)
    for _identity, versions in groupby(map(_Row._make, rows), key=lambda row: row.identity):
        before = None
        for row in versions:
            kind = Kind(row.change)
            yield Event(
                *(None, kind, "policy", row.pk, before),
                *(row.topic, row.body, row.programme, row.revision),
            )
            before = row.pk
    own = ("identity", "pk", "change", "city", "batch__programme", "recorded_in")
    zones = Zone.objects.published().order_by("identity", "version").values_list(*own)
    for _identity, own_versions in groupby(zones, key=lambda row: row[0]):
        earlier = None
        for _, pk, change, city, programme, revision in own_versions:
            city_itself = (ScopeKind.CITY.value, city)
            yield Event(
                *(None, Kind(change), "zone", pk, earlier),
                *(None, city_itself, programme, revision),
            )
            earlier = pk


def _policy(event: Event, policies: Any, kept: Catalogue, language: str) -> dict[str, Any]:
    own = policies[event.row or event.before]
    row = own.shape
    topic = kept.topics[event.topic or 0]
    ended = event.row is None or event.kind is Kind.WITHDRAWN
    before = policies[event.before] if event.before else None
    return {
        "written": row["effective_to"] if event.row is None else row["effective_from"],
        "start_qualifier": row["start_qualifier"],
        "identity": own.identity,
        "topic": topic.slug,
        "question": in_language(topic, "question", language),
        "focus_area": topic.focus_area.slug,
        "programme": None,
        "scope": row["scope"],
        "before": before.display if before else None,
        "after": None if ended else own.display,
        "summary": row["summary"],
        "caveat": row["caveat"],
        "source": row["source"],
        "clause": row["clause"],
        "verification": row["verification"],
    }


def _zone(
    event: Event, zones: Mapping[int, Zone], kept: Catalogue, language: str
) -> dict[str, Any]:
    """A zone's start or end; by publication, what each version says of both."""
    zone = zones[event.row or 0]
    ended = event.kind is Kind.ENDED
    written = zone.ended_on if ended else zone.designated_on
    source = zone.ended_by if ended and zone.ended_by else zone.batch.source
    found = _of_city(event, zone, zone.city_id, written, source, kept, language)
    if event.day is None:
        old = zones[event.before] if event.before else None
        found["before"] = _version(old, kept, language) if old else None
        found["after"] = None if event.kind is Kind.WITHDRAWN else _version(zone, kept, language)
    return found | {
        "identity": zone.identity,
        "caveat": in_language(zone, "caveat", language),
        "verification": zone.verification,
    }


def _version(zone: Zone, kept: Catalogue, language: str) -> str:
    """What a version of a zone says: its batch, from when, until when, what follows it."""
    programme = kept.related["programme"][zone.batch.programme_id]
    named = f"{in_language(programme, 'name', language)} {zone.batch.number}"
    days = f"{zone.designated_on or '?'} – {zone.ended_on or ''}".rstrip()
    follows = f" → {in_language(zone.successor, 'name', language)}" if zone.successor else ""
    return f"{named}: {days}{follows}"


def _coverage(event: Event, cover: Coverage, kept: Catalogue, language: str) -> dict[str, Any]:
    written = cover.covered_until if event.kind is Kind.ENDED else cover.covered_from
    source = cover.zone.batch.source
    return _of_city(event, cover.zone, cover.city_id, written, source, kept, language) | {
        "identity": cover.zone.identity,
        "caveat": "",
        "verification": cover.verification,
    }


def _of_city(
    event: Event,
    zone: Zone,
    city_id: int,
    written: Any,
    source: Any,
    kept: Catalogue,
    language: str,
) -> dict[str, Any]:
    city, programme = kept.cities[city_id], kept.related["programme"][event.programme or 0]
    name = in_language(city, "name", language)
    named = f"{in_language(programme, 'name', language)} {zone.batch.number}"
    ends = event.kind in (Kind.ENDED, Kind.WITHDRAWN)
    return {
        "written": written,
        "start_qualifier": "",
        "topic": None,
        "question": None,
        "focus_area": None,
        "programme": programme.slug,
        "scope": {"kind": ScopeKind.CITY.value, "code": city.slug, "name": name},
        "before": named if ends else None,
        "after": None if ends else named,
        "summary": in_language(zone, "name", language),
        "source": source_shape(source, language),
        "clause": "",
    }


def _rows(events: Iterable[Event], what: str, queryset: Any) -> dict[int, Any]:
    keys = {pk for e in events if e.what == what for pk in (e.row, e.before) if pk}
    return queryset.in_bulk(keys) if keys else {}


def _city(parameters: Parameters, kept: Catalogue) -> City | None:
    name = parameters.one("city")
    if name is None:
        return None
    named = cities_named(name, kept)
    if len(named) != 1:
        several = f" It may be any of: {', '.join(named)}." if named else ""
        raise ParameterError("city", f"There is no one city “{shown(name)}”.{several}")
    return kept.cities_by_slug[named[0]]
