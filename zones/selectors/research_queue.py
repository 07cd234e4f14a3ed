"""What waits to be looked into, first what most cities and open checklists depend on.

Nothing of it is stored: it follows from what is known today. Analysts say beside it who looks into
something, or until when it rests (``ResearchMark``).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import (
    Callable,
    Collection,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set,
)
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef

from cbec_portal.china_time import china_day
from cbec_portal.languages import either, in_language
from zones.models import (
    City,
    InForce,
    LinkCheck,
    Policy,
    ReaderReport,
    ResearchMark,
    Revision,
    SecondReading,
    Source,
    Topic,
)
from zones.models.scopes import NATION_CODE
from zones.rules.vocabulary import ScopeKind, SetState, ToResearch
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.doubtful_rows import DoubtfulRow, caveat_of, doubtful_rows, reasons_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.matching_cities import memberships
from zones.selectors.place_names import city_name
from zones.selectors.placements import cities_on
from zones.selectors.rendered_values import topic_label
from zones.selectors.research_state import research_state

#: An open checklist weighs as much as so many cities.
CHECKLIST_WEIGHT = 20


class QueuePart(NamedTuple):
    """One of the rows or cells that an entry stands for: a row of a table, or a topic in a place of
    which nobody has looked what it says there.

    ``key`` is that of the row of ``table``; of a cell it is the topic's, and ``cells`` begin an
    answer. ``places`` are the ids of the cities that are answered by it today, or have no answer.
    """

    table: str
    key: tuple[str, ...]
    topic: str
    places: frozenset[int] = frozenset()
    checklists: int = 0
    cells: Mapping[str, str] = {}

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
    #: Cells to begin an answer with.
    cells: Mapping[str, str] = field(default_factory=dict)
    #: What else is told of it, line by line, to whoever looks into it.
    more: tuple[str, ...] = ()
    mark: ResearchMark | None = None
    #: The change set in which it is settled, if it is.
    change_set: int | None = None
    parts: tuple[QueuePart, ...] = ()
    places: frozenset[int] = frozenset()

    @property
    def weight(self) -> int:
        """Return how much depends on it."""
        return self.cities + CHECKLIST_WEIGHT * self.checklists

    @property
    def topics(self) -> set[str]:
        """Return the topics that it is about."""
        named = {part.topic for part in self.parts} if self.parts else {self.topic}
        return named - {""}

    @property
    def rests_on(self) -> tuple[str, str]:
        """Return what open checklists that depend on it rest on: its topic, or its own row."""
        return ("topics", self.topic) if self.topic else (self.table, self.key[0])


#: So many reports are listed; later ones follow once some are settled.
MOST_REPORTS = 500

#: What open checklists rest on: a table, and the first part of the key of a row there.
RestsOn = tuple[str, str]
#: Tells how many open checklists rest on rows.
WeightReader = Callable[[], Mapping[RestsOn, int]]
#: A topic in a city, by its key and the id of that; in a place without pilot status it has none.
Cell = tuple[str, int | None]
#: Tells which open checklists rest on each topic in each place.
CellWeightReader = Callable[[], Mapping[Cell, Set[Hashable]]]
#: Tells of further things to look into, on a day and in a language.
EntryReader = Callable[[Inquiry], list[QueueEntry]]

_weights: list[WeightReader] = []
_cell_weights: list[CellWeightReader] = []
_entries: dict[ToResearch, EntryReader] = {}


def add_weights(weights: WeightReader) -> None:
    """Add someone who knows of things that depend on rows."""
    if weights not in _weights:
        _weights.append(weights)


def add_cell_weights(weights: CellWeightReader) -> None:
    """Add someone who knows of things that depend on a topic in a city."""
    if weights not in _cell_weights:
        _cell_weights.append(weights)


def add_entries(kind: ToResearch, entries: EntryReader) -> None:
    """Add someone who knows of more to look into, all of one kind."""
    _entries[kind] = entries


def research_queue(
    inquiry: Inquiry, kinds: Collection[ToResearch] = (), focus_area: str = ""
) -> list[QueueEntry]:
    """Return what waits to be looked into today, weightiest first; of all kinds if none are named.

    It takes a fixed number of queries.
    """
    if focus_area:
        topics = Topic.objects.filter(focus_area__slug=focus_area).order_by()
        named = set(topics.values_list("slug", flat=True))
        return narrowed(research_queue(inquiry, kinds), topics=named)
    wanted = set(kinds) or set(ToResearch)
    depending = Depending(inquiry)
    marks = {(mark.kind, mark.subject): mark for mark in _marks()}
    bound = _bound_cities(inquiry)
    found = [
        replace(
            depending.weighed(_placed(entry, bound)),
            mark=marks.get((entry.kind, entry.subject)),
        )
        for entry in _all(inquiry, wanted)
        if entry.kind in wanted
    ]
    return _in_order(found)


def _placed(entry: QueueEntry, bound: Mapping[tuple[str, str], frozenset[int]]) -> QueueEntry:
    """An entry about a policy, with the cities that it binds where nobody said which it answers."""
    if entry.places or entry.table != "policies" or len(entry.key) < 3:
        return entry
    return replace(entry, places=bound.get((entry.key[1], entry.key[2]), frozenset()))


def _bound_cities(inquiry: Inquiry) -> Mapping[tuple[str, str], frozenset[int]]:
    """The cities that each body binds today, by the kind of scope and the key of the body."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for city in cities_on(inquiry).values():
        for kind, path in {**_LIES_IN, ScopeKind.CITY: "slug"}.items():
            found[kind.value, attrgetter(path)(city)].add(city.pk)
        found[ScopeKind.NATION.value, NATION_CODE].add(city.pk)
    for member in memberships(inquiry):
        found[ScopeKind.PROGRAMME.value, member.programme].add(member.city)
    return {body: frozenset(own) for body, own in found.items()}


def _in_order(entries: Iterable[QueueEntry]) -> list[QueueEntry]:
    return sorted(entries, key=lambda entry: (-entry.weight, entry.kind, entry.subject))


def narrowed(
    entries: Iterable[QueueEntry],
    *,
    topics: Collection[str] | None = None,
    places: Collection[int] | None = None,
) -> list[QueueEntry]:
    """Return the entries about some topics, or in some cities by their ids, weightiest first.

    Of those that stand for several rows or cells only these are left, and only these cities count.
    """
    found: list[QueueEntry] = []
    inside = None if places is None else frozenset(places)
    for entry in entries:
        if topics is not None and entry.topics.isdisjoint(topics):
            continue
        parts = tuple(
            part if inside is None else part._replace(places=part.places & inside)
            for part in entry.parts
            if (topics is None or part.topic in topics)
            and (inside is None or not part.places.isdisjoint(inside))
        )
        touched = entry.places if inside is None else entry.places & inside
        if (inside is not None and not touched) or (entry.parts and not parts):
            continue
        if parts != entry.parts:
            touched = frozenset[int]().union(*(part.places for part in parts))
        cities = entry.cities if touched == entry.places else len(touched)
        found.append(replace(entry, parts=parts, places=touched, cities=cities))
    return _in_order(found)


def _marks() -> Iterator[ResearchMark]:
    yield from ResearchMark.objects.select_related("assignee").order_by()


class Depending:
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


def _all(inquiry: Inquiry, wanted: set[ToResearch]) -> Iterator[QueueEntry]:
    if ToResearch.NOT_RESEARCHED in wanted:
        yield from _gaps(inquiry)
    if wanted & {
        ToResearch.UNVERIFIED,
        ToResearch.OUTDATED,
        ToResearch.REPEALED,
        ToResearch.CAVEAT,
    }:
        yield from _doubtful(inquiry)
    if ToResearch.REPORTED in wanted:
        yield from _reports(inquiry)
    if wanted & {ToResearch.NO_ADDRESS, ToResearch.DEAD_LINK}:
        yield from _documents(inquiry, wanted)
    if ToResearch.DIVERGED in wanted:
        yield from _diverging(inquiry)
    for kind, read in _entries.items():
        if kind in wanted:
            yield from read(inquiry)


#: The kinds of places that a cell may be of, as a city lies in them: by the path to the key.
_LIES_IN = {
    ScopeKind.PROVINCE: "province.iso_3166_2",
    ScopeKind.CUSTOMS_DISTRICT: "customs_district.code",
}


def _gaps(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Topics of which nobody has looked in some cities what they say there, each with its cells."""
    topics = list(topics_known(inquiry).values())
    cities = list(cities_on(inquiry).values())
    state = research_state(topics, inquiry, cities)
    usual = _usual_scopes()
    for topic in topics:
        gaps = state.gaps(topic) if topic.pk in state.states else []
        if gaps:
            bodies = _bodies_of(usual.get(topic.pk, ScopeKind.CITY), gaps, cities)
            parts = [
                QueuePart(
                    "topics",
                    (topic.slug,),
                    topic.slug,
                    frozenset(city.pk for city in own),
                    cells={"topic": topic.slug, "scope_kind": kind, "scope_code": code},
                )
                for (kind, code), own in bodies.items()
            ]
            yield QueueEntry(
                ToResearch.NOT_RESEARCHED,
                topic.slug,
                topic_label(topic, inquiry.language),
                "topics",
                (topic.slug,),
                topic.slug,
                len(gaps),
                cells={"topic": topic.slug},
                parts=tuple(parts),
                places=frozenset(city.pk for city in gaps),
            )


def _usual_scopes() -> dict[int, ScopeKind]:
    """By which kind of places each topic is answered where it is local: the most usual one."""
    local = [kind.value for kind in (*_LIES_IN, ScopeKind.CITY)]
    policies = Policy.objects.current().not_withdrawn().filter(scope_kind__in=local).order_by()
    told = policies.values_list("topic", "scope_kind").annotate(number=Count("pk"))
    found: dict[int, ScopeKind] = {}
    for topic, kind, _number in sorted(told, key=lambda own: (own[2], own[1])):
        found[topic] = ScopeKind(kind)
    return found


def _bodies_of(
    kind: ScopeKind, gaps: Iterable[City], cities: Iterable[City]
) -> dict[tuple[str, str], list[City]]:
    """The places that lack an answer: those of a kind in which every city does, and other cities
    by themselves.
    """
    if kind not in _LIES_IN:
        return {(ScopeKind.CITY.value, city.slug): [city] for city in gaps}
    read = attrgetter(_LIES_IN[kind])
    there = Counter(map(read, cities))
    lacking: dict[str, list[City]] = defaultdict(list)
    for city in gaps:
        lacking[read(city)].append(city)
    found: dict[tuple[str, str], list[City]] = {}
    for code, own in lacking.items():
        if len(own) == there[code]:
            found[kind.value, code] = own
        else:
            found |= {(ScopeKind.CITY.value, city.slug): [city] for city in own}
    return found


def _doubtful(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Rows that should be looked at again; what is said of several in the same words, once."""
    noted: dict[tuple[str, str], list[DoubtfulRow]] = defaultdict(list)
    for row in (*_policies(inquiry), *doubtful_rows(inquiry)):
        if any(row.caveat):
            noted[row.caveat].append(row)
        for kind, detail in row.reasons:
            yield QueueEntry(
                kind,
                row.subject,
                row.title,
                row.table,
                row.key,
                row.topic,
                len(row.places),
                detail=detail or row.detail,
                places=row.places,
            )
    for (english, chinese), rows in noted.items():
        yield _caveat(rows, either(english, chinese, inquiry.language))


def _policies(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    """Policies that answer somewhere today, with why they should be looked at again."""
    cities = _answered(inquiry)
    policies = (
        Policy.objects.current()
        .not_withdrawn()
        .filter(Exists(InForce.objects.current().on(inquiry.day).filter(policy=OuterRef("pk"))))
    )
    published = dict(Revision.objects.order_by().values_list("number", "published_at"))
    for policy in map(inquiry.snapshot.with_related, policies.order_by("identity")):
        yield DoubtfulRow(
            "policies",
            policy.key_parts,
            policy.identity,
            topic_label(policy.topic, inquiry.language),
            tuple(_reasons(policy, inquiry, published)),
            caveat_of(policy),
            policy.topic.slug,
            in_language(policy, "summary", inquiry.language),
            cities.get(policy.pk, frozenset()),
        )


def _answered(inquiry: Inquiry) -> dict[int, frozenset[int]]:
    """The cities that each policy answers today, both by their ids; what all answer is kept."""
    cities = list(cities_on(inquiry).values())
    topics = list(topics_known(inquiry).values())
    found: dict[int, set[int]] = defaultdict(set)
    for row in answer_matrix(cities, topics, inquiry.of_any_certainty).policies.values():
        for city, policy in zip(cities, row, strict=True):
            if policy is not None:
                found[policy].add(city.pk)
    return {policy: frozenset(own) for policy, own in found.items()}


def _caveat(rows: Sequence[DoubtfulRow], words: str) -> QueueEntry:
    """A doubt that is said in the same words of one row or many."""
    first = rows[0]
    parts = [QueuePart(own.table, own.key, own.topic, own.places) for own in rows]
    places = frozenset[int]().union(*(part.places for part in parts))
    # Rows of one topic are headed by it, and a row by itself by its name.
    is_one = len({own.topic or own.subject for own in rows}) == 1
    return QueueEntry(
        ToResearch.CAVEAT,
        subject_of_words(*first.caveat),
        first.title if is_one else words,
        first.table,
        first.key,
        first.topic if is_one else "",
        len(places),
        detail=words if is_one else "",
        parts=tuple(parts),
        places=places,
    )


def subject_of_words(*words: str) -> str:
    """Return what names an entry that stands for all rows which say the same words."""
    return hashlib.sha256("\x00".join(words).encode()).hexdigest()[:16]


def _reasons(
    policy: Policy, inquiry: Inquiry, published: Mapping[int, object]
) -> Iterator[tuple[ToResearch, str]]:
    yield from reasons_of(policy, policy.source)
    read_on = policy.verified_on or _day(published.get(policy.recorded_in_id or 0))
    months = policy.topic.review_months
    if read_on and _months_between(read_on, inquiry.day) >= months:
        yield ToResearch.OUTDATED, f"{read_on.isoformat()} + {months}"


def _day(moment: object) -> date | None:
    return china_day(moment) if moment else None  # type: ignore[arg-type]  # of a revision


def _months_between(first: date, later: date) -> int:
    """Whole months from a day to a later one."""
    months = (later.year - first.year) * 12 + later.month - first.month
    return months - (later.day < first.day)


def _documents(inquiry: Inquiry, wanted: set[ToResearch]) -> Iterator[QueueEntry]:
    """Documents that policies in force rest on, of which no official address is known, and any
    whose address is dead.
    """
    day = inquiry.day
    rows = InForce.objects.current().on(day).order_by()
    cities: dict[int, set[int]] = defaultdict(set)
    for document, city in rows.values_list("policy__source", "city").distinct():
        cities[document].add(city)

    def entry(kind: ToResearch, source: Source, detail: str) -> QueueEntry:
        return QueueEntry(
            kind,
            source.slug,
            in_language(source, "title", inquiry.language),
            "sources",
            (source.slug,),
            cities=len(cities.get(source.pk, ())),
            detail=detail,
            places=frozenset(cities.get(source.pk, ())),
        )

    if ToResearch.NO_ADDRESS in wanted:
        for source in Source.objects.filter(official_url="", pk__in=cities).order_by("slug"):
            yield entry(ToResearch.NO_ADDRESS, source, source.document_number)
    if ToResearch.DEAD_LINK in wanted:
        dead = {check.address: check for check in LinkCheck.dead()}
        for source in Source.objects.filter(official_url__in=dead).order_by("slug"):
            check = dead[source.official_url]
            yield entry(ToResearch.DEAD_LINK, source, f"{check.told} {check.address}")


def _reports(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Problems that readers reported and nobody has settled, oldest first."""
    topics, cities = inquiry.snapshot.topics_by_slug, inquiry.snapshot.cities_by_slug
    for report in ReaderReport.objects.filter(outcome="").order_by("pk")[:MOST_REPORTS]:
        topic, city = topics.get(report.topic), cities.get(report.place)
        place = city_name(city, inquiry.snapshot, inquiry.language) if city else report.place
        where = {"scope_kind": ScopeKind.CITY.value, "scope_code": report.place} if city else {}
        yield QueueEntry(
            ToResearch.REPORTED,
            str(report.pk),
            topic_label(topic, inquiry.language) if topic else report.topic,
            "topics",
            (report.topic, place, report.day.isoformat()),
            report.topic,
            1,
            detail=report.text,
            cells={"topic": report.topic, **where},
            more=tuple(filter(None, (report.answered, report.source_url, report.contact))),
            places=frozenset([city.pk] if city else ()),
        )


def _diverging(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Policies of which two readings diverge and nobody has settled which holds."""
    rows = SecondReading.objects.filter(agrees=False, settlement="").select_related(
        "policy__topic", "correction", *(f"policy__{name}" for name in Policy.body_columns)
    )
    readings = list(rows.order_by("pk")[:MOST_REPORTS])
    answering = InForce.objects.current().on(inquiry.day).order_by()
    named = answering.filter(policy__identity__in={own.policy.identity for own in readings})
    cities = dict(named.values_list("policy__identity").annotate(number=Count("city")))
    for reading in readings:
        policy, correction = reading.policy, reading.correction
        if correction is not None and correction.state in (SetState.WITHDRAWN, SetState.PUBLISHED):
            correction = None  # it has ended, and corrected nothing
        yield QueueEntry(
            ToResearch.DIVERGED,
            str(reading.pk),
            topic_label(policy.topic, inquiry.language),
            "policies",
            policy.key_parts,
            policy.topic.slug,
            cities.get(policy.identity, 0),
            detail=str(correction or ""),
            change_set=correction.pk if correction else None,
        )
