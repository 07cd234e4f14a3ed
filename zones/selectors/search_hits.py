"""What is said of the things that a search found: what holds of each on the day asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from cbec_portal.languages import either, in_language
from cbec_portal.punctuation import enumerated
from zones.models import Batch, City, Policy, Zone
from zones.rules.vocabulary import HitKind, State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.city_comparison import grid, rendered_cell
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.matching_cities import programmes_of
from zones.selectors.place_names import city_name
from zones.selectors.placements import cities_on, city_on
from zones.selectors.rendered_values import state_words, topic_label
from zones.selectors.search import Found, FoundAnswer, FoundComparison, FoundRegional
from zones.selectors.search_entries import Entry
from zones.selectors.search_places import SaidBody

#: So many of the different answers of cities to a topic are told beside it.
MOST_TOLD = 2


class AnswerCount(NamedTuple):
    """What so many cities answer."""

    display: str
    cities: int


class Hit(NamedTuple):
    """Something found, in one language, with what holds of it on the day asked about.

    ``city`` and ``topic`` are keys of what it is about. ``cell`` is the answer of a city, or what a
    policy says. Of a topic, ``told`` are the answers of most of ``cities`` cities; of a place,
    ``cities`` are those in it and ``within`` the keys of the programmes it is in. ``start`` is how
    the day is known ``since`` which it holds, as `StartQualifier` has it. ``answers`` are
    those of the cities of a comparison, by their names, on each of its ``days`` in turn if it has
    several. ``body`` is what the cities of a regional
    answer lie in, by the parameter that narrows down to it.
    """

    kind: HitKind
    key: str
    label: str
    beside: str = ""
    city: str = ""
    topic: str = ""
    cell: Mapping[str, Any] | None = None
    told: tuple[AnswerCount, ...] = ()
    cities: int | None = None
    topics: int | None = None
    within: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    start: str = ""
    status: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    days: tuple[date, ...] = ()
    body: tuple[str, str] = ("", "")


def hits(found: Sequence[Found], inquiry: Inquiry) -> list[Hit]:
    """Return some things found as hits; so many queries however many there are."""
    entries: dict[HitKind, list[Entry]] = {}
    for one in found:
        if isinstance(one, Entry):
            entries.setdefault(one.kind, []).append(one)
    compared = [one for one in found if isinstance(one, FoundComparison)]
    answers = [one for one in found if isinstance(one, FoundAnswer)]
    regional = [one for one in found if isinstance(one, FoundRegional)]
    worked_out = (
        *_comparisons(compared, inquiry),
        *_answers(answers, inquiry),
        *_regional(regional, inquiry),
    )
    made = {(hit.kind, hit.key): hit for hit in worked_out}
    for kind, own in entries.items():
        made |= {(hit.kind, hit.key): hit for hit in _TOLD[kind](own, inquiry)}
    return [made[one.kind, one.key] for one in found]


def _hit(entry: Entry, inquiry: Inquiry, **told: Any) -> Hit:
    label, beside = (either(*text, inquiry.language) for text in (entry.label, entry.beside))
    return Hit(entry.kind, entry.key, label, beside, **told)


def _comparisons(found: Sequence[FoundComparison], inquiry: Inquiry) -> Iterable[Hit]:
    days = {day for one in found for day in one.days or (inquiry.day,)}
    answers = {
        (day, hit.city, hit.topic): str(hit.cell["display"]) if hit.cell else ""
        for day in days
        for hit in _answers(
            [
                FoundAnswer(city, one.topic)
                for one in found
                if one.topic and day in (one.days or (inquiry.day,))
                for city in one.cities
            ],
            inquiry.on(day),
        )
    }
    for one in found:
        names = [
            city_name(city_on(city.row, inquiry), inquiry.snapshot, inquiry.language)
            for city in one.cities
        ]
        topic = one.topic
        told = [
            (name, answers[day, city.key, topic.key])
            for name, city in zip(names, one.cities, strict=True)
            for day in one.days or (inquiry.day,)
            if topic
        ]
        called = either(*topic.label, inquiry.language) if topic else ""
        yield Hit(
            one.kind,
            one.key,
            enumerated(names) or called,
            called if names else "",
            topic=topic.key if topic else "",
            cities=len(names),
            answers=tuple(told),
            days=one.days,
        )


def _regional(found: Sequence[FoundRegional], inquiry: Inquiry) -> Iterable[Hit]:
    """How the pilot cities of bodies answer, and what the body's own policies say."""
    if not found:
        return
    topics = {one.topic.row: inquiry.snapshot.topics[one.topic.row] for one in found}
    cities = list(cities_on(inquiry).values())
    matrix = answer_matrix(cities, list(topics.values()), inquiry)
    own = _own_policies({one.body for one in found}, topics, inquiry)
    shown = {pk for row in topics for pk in matrix.policies[row] if pk} | set(own.values())
    rendered = inquiry.snapshot.rendered(shown, inquiry.language)
    for one in found:
        row = one.topic.row
        counted = Counter(
            rendered[policy].display if policy else state_words(answer.state, inquiry.language)
            for city, policy, answer in zip(
                cities, matrix.policies[row], matrix.answers[row], strict=True
            )
            if one.body.holds(city)
        )
        policy = own.get((one.body.column, one.body.key, row))
        yield Hit(
            one.kind,
            one.key,
            topic_label(topics[row], inquiry.language),
            either(*one.body.label, inquiry.language),
            topic=one.topic.key,
            cell=rendered[policy] if policy else None,
            told=tuple(AnswerCount(*told) for told in counted.most_common()),
            cities=counted.total(),
            body=(one.body.column, one.body.key),
        )


def _own_policies(
    bodies: Iterable[SaidBody], topics: Iterable[int], inquiry: Inquiry
) -> dict[tuple[str, str, int], int]:
    """The policies of provinces and customs districts themselves, by body and topic; one query."""
    keys = {(body.column, body.key) for body in bodies}
    policies = Policy.objects.known_at(inquiry.known_at).not_withdrawn().holding_on(inquiry.day)
    rows = policies.filter(
        Q(province__iso_3166_2__in=[key for column, key in keys if column == "province"])
        | Q(customs_district__code__in=[key for column, key in keys if column != "province"]),
        topic__in=topics,
    ).values_list("pk", "topic", "province__iso_3166_2", "customs_district__code")
    found = {}
    for pk, topic, province, district in rows.order_by("effective_from_day", "identity"):
        column, key = ("province", province) if province else ("customs_district", district)
        found[column, key, topic] = pk
    return found


def _answers(found: Sequence[FoundAnswer], inquiry: Inquiry) -> Iterable[Hit]:
    snapshot = inquiry.snapshot
    slugs = dict.fromkeys(one.city.row for one in found)
    columns = [Column(city_on(pk, inquiry), inquiry.day) for pk in slugs]
    places = {pk: place for place, pk in enumerate(slugs)}
    topics = [snapshot.topics[pk] for pk in dict.fromkeys(one.topic.row for one in found)]
    cells = grid(columns, topics, inquiry) if found else {}
    for one in found:
        cell = cells[one.topic.row][places[one.city.row]]
        column = columns[places[one.city.row]]
        yield Hit(
            one.kind,
            one.key,
            topic_label(snapshot.topics[one.topic.row], inquiry.language),
            city_name(city_on(one.city.row, inquiry), snapshot, inquiry.language),
            city=one.city.key,
            topic=one.topic.key,
            cell=rendered_cell(cell.found, column, inquiry)
            if cell.found
            else snapshot.empty(cell.answer.state, inquiry.language),
        )


def _topics(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    topics = [inquiry.snapshot.topics[entry.row] for entry in found]
    cities = list(cities_on(inquiry).values())
    matrix = answer_matrix(cities, topics, inquiry)
    policies = {pk for topic in topics for pk in matrix.policies[topic.pk] if pk}
    rendered = inquiry.snapshot.rendered(policies, inquiry.language)

    def said(policy: int | None, state: State) -> str:
        return rendered[policy].display if policy else state_words(state, inquiry.language)

    for entry, topic in zip(found, topics, strict=True):
        states = (answer.state for answer in matrix.answers[topic.pk])
        counted = Counter(map(said, matrix.policies[topic.pk], states))
        told = tuple(AnswerCount(*one) for one in counted.most_common(MOST_TOLD))
        yield _hit(entry, inquiry, topic=entry.key, told=told, cities=len(cities))


def _policies(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    rendered = inquiry.snapshot.rendered([entry.row for entry in found], inquiry.language)
    for entry in found:
        cell = rendered[entry.row]
        since, until = cell["effective_from"], cell["effective_to"]
        told = {"since": since, "until": until, "start": cell["start_qualifier"]}
        yield _hit(entry, inquiry, topic=entry.about, cell=cell, **told)


def _cities(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    held = programmes_of({entry.row for entry in found}, [inquiry.day], inquiry)
    for entry in found:
        own = held[entry.row, inquiry.day]
        city = city_on(entry.row, inquiry)
        # Two cities of one name are told apart.
        named = city_name(city, inquiry.snapshot, inquiry.language)
        beside = in_language(city.province, "name", inquiry.language)
        hit = _hit(entry, inquiry, city=entry.key, within=tuple(sorted(own)))
        yield hit._replace(label=named, beside=beside)


def _bodies(column: str) -> Callable[[Sequence[Entry], Inquiry], Iterable[Hit]]:
    """What tells of a body how many pilot cities lie in it."""

    def told(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
        counted = Counter(_in(city, column) for city in cities_on(inquiry).values())
        for entry in found:
            yield _hit(entry, inquiry, cities=counted[entry.row])

    return told


def _in(city: City, column: str) -> int:
    body: int = getattr(city, f"{column}_id")
    return body


def _areas(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    own = Counter(topic.focus_area_id for topic in topics_known(inquiry).values())
    for entry in found:
        yield _hit(entry, inquiry, topics=own[entry.row])


def _programmes(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    there = Zone.objects.known_at(inquiry.known_at).not_withdrawn().in_force(on=inquiry.day)
    counted = Counter(there.order_by().values_list("batch__programme", flat=True))
    for entry in found:
        row = inquiry.snapshot.related["programme"][entry.row]
        yield _hit(entry, inquiry, cities=counted[entry.row], since=row.started_on)


def _dated(model: Any, since: str, until: str = "") -> Any:
    """What tells of rows from when until when they are; one query."""

    def told(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
        rows = model.objects.in_bulk([entry.row for entry in found])
        for entry in found:
            row = rows[entry.row]
            ended = getattr(row, until) if until else None
            yield _hit(entry, inquiry, city=entry.about, since=getattr(row, since), until=ended)

    return told


def _sources(found: Sequence[Entry], inquiry: Inquiry) -> Iterable[Hit]:
    for entry in found:
        row = inquiry.snapshot.related["source"][entry.row]
        yield _hit(entry, inquiry, since=row.issued_on, until=row.repealed_on, status=row.status)


_TOLD: Mapping[HitKind, Callable[[Sequence[Entry], Inquiry], Iterable[Hit]]] = {
    HitKind.CITY: _cities,
    HitKind.PROVINCE: _bodies("province"),
    HitKind.CUSTOMS_DISTRICT: _bodies("customs_district"),
    HitKind.FOCUS_AREA: _areas,
    HitKind.PROGRAMME: _programmes,
    HitKind.BATCH: _dated(Batch, "approved_on"),
    HitKind.ZONE: _dated(Zone, "designated_on", "ended_on"),
    HitKind.TOPIC: _topics,
    HitKind.POLICY: _policies,
    HitKind.SOURCE: _sources,
}
