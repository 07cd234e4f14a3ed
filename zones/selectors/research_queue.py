"""What waits to be looked into, first what most cities and open checklists depend on.

Nothing of it is stored: it follows from what is known today. Analysts say beside it who looks into
something, or until when it rests (``ResearchMark``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef

from cbec_portal.china_time import china_day
from cbec_portal.languages import in_language
from zones.models import (
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
from zones.models.sources import SourceStatus
from zones.rules.vocabulary import Certainty, ScopeKind, SetState, State, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.place_names import city_name
from zones.selectors.placements import cities_on
from zones.selectors.rendered_values import topic_label
from zones.selectors.research_state import research_state

#: An open checklist weighs as much as so many cities.
CHECKLIST_WEIGHT = 20


@dataclass(frozen=True)
class QueueEntry:
    """Something to be looked into: why, what it is about, and how much depends on it.

    ``key`` is the natural key of the row of ``table`` that it is about; of a gap it is the topic's.
    ``cities`` is how many cities are answered by it today, or have no answer.
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

    @property
    def weight(self) -> int:
        """Return how much depends on it."""
        return self.cities + CHECKLIST_WEIGHT * self.checklists

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
#: Tells of further things to look into, on a day and in a language.
EntryReader = Callable[[Inquiry], list[QueueEntry]]

_weights: list[WeightReader] = []
_entries: dict[ToResearch, EntryReader] = {}


def add_weights(weights: WeightReader) -> None:
    """Add someone who knows of things that depend on rows."""
    if weights not in _weights:
        _weights.append(weights)


def add_entries(kind: ToResearch, entries: EntryReader) -> None:
    """Add someone who knows of more to look into, all of one kind."""
    _entries[kind] = entries


def research_queue(
    inquiry: Inquiry, kinds: Collection[ToResearch] = (), focus_area: str = ""
) -> list[QueueEntry]:
    """Return what waits to be looked into today, weightiest first; of all kinds if none are named.

    It takes a fixed number of queries.
    """
    wanted = set(kinds) or set(ToResearch)
    checklists: dict[RestsOn, int] = defaultdict(int)
    for read in _weights:
        for row, count in read().items():
            checklists[row] += count
    areas = dict(Topic.objects.order_by().values_list("slug", "focus_area__slug"))
    marks = {(mark.kind, mark.subject): mark for mark in _marks()}
    found = [
        _weighed(entry, checklists, marks)
        for entry in _all(inquiry, wanted)
        if entry.kind in wanted and (not focus_area or areas.get(entry.topic) == focus_area)
    ]
    return sorted(found, key=lambda entry: (-entry.weight, entry.kind, entry.subject))


def _marks() -> Iterator[ResearchMark]:
    yield from ResearchMark.objects.select_related("assignee").order_by()


def _weighed(
    entry: QueueEntry,
    checklists: Mapping[RestsOn, int],
    marks: Mapping[tuple[str, str], ResearchMark],
) -> QueueEntry:
    return QueueEntry(
        **{
            **vars(entry),
            "checklists": checklists.get(entry.rests_on, 0),
            "mark": marks.get((entry.kind, entry.subject)),
        }
    )


def _all(inquiry: Inquiry, wanted: set[ToResearch]) -> Iterator[QueueEntry]:
    if ToResearch.NOT_RESEARCHED in wanted:
        yield from _gaps(inquiry)
    if wanted & {
        ToResearch.UNVERIFIED,
        ToResearch.OUTDATED,
        ToResearch.REPEALED,
        ToResearch.CAVEAT,
    }:
        yield from _policies(inquiry)
    if ToResearch.REPORTED in wanted:
        yield from _reports(inquiry)
    if wanted & {ToResearch.NO_ADDRESS, ToResearch.DEAD_LINK}:
        yield from _documents(inquiry, wanted)
    if ToResearch.DIVERGED in wanted:
        yield from _diverging(inquiry)
    for kind, read in _entries.items():
        if kind in wanted:
            yield from read(inquiry)


def _gaps(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Topics of which nobody has looked in some cities what they say there."""
    topics = list(topics_known(inquiry).values())
    state = research_state(topics, inquiry, list(cities_on(inquiry).values()))
    for topic in topics:
        gaps = [s for s in state.states.get(topic.pk, ()) if s is State.NOT_RESEARCHED]
        if gaps:
            yield QueueEntry(
                ToResearch.NOT_RESEARCHED,
                topic.slug,
                topic_label(topic, inquiry.language),
                "topics",
                (topic.slug,),
                topic.slug,
                len(gaps),
                cells={"topic": topic.slug},
            )


def _policies(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Policies that answer somewhere today, and should be looked at again."""
    day = inquiry.day
    rows = InForce.objects.current().on(day).order_by()
    cities = dict(rows.values_list("policy").annotate(number=Count("city")))
    policies = (
        Policy.objects.current().not_withdrawn().filter(Exists(rows.filter(policy=OuterRef("pk"))))
    )
    published = dict(Revision.objects.order_by().values_list("number", "published_at"))
    for policy in map(inquiry.snapshot.with_related, policies.order_by("identity")):
        for kind, detail in _reasons(policy, inquiry, published):
            yield QueueEntry(
                kind,
                policy.identity,
                topic_label(policy.topic, inquiry.language),
                "policies",
                policy.key_parts,
                policy.topic.slug,
                cities.get(policy.pk, 0),
                detail=detail or in_language(policy, "summary", inquiry.language),
            )


def _reasons(
    policy: Policy, inquiry: Inquiry, published: Mapping[int, object]
) -> Iterator[tuple[ToResearch, str]]:
    if policy.verification == Certainty.UNVERIFIED:
        yield ToResearch.UNVERIFIED, ""
    read_on = policy.verified_on or _day(published.get(policy.recorded_in_id or 0))
    months = policy.topic.review_months
    if read_on and _months_between(read_on, inquiry.day) >= months:
        yield ToResearch.OUTDATED, f"{read_on.isoformat()} + {months}"
    if policy.source.status == SourceStatus.REPEALED:
        yield ToResearch.REPEALED, f"{policy.source.document_number} {policy.source.slug}".strip()
    if caveat := in_language(policy, "caveat", inquiry.language):
        yield ToResearch.CAVEAT, caveat


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
    cities = dict(rows.values_list("policy__source").annotate(number=Count("city", distinct=True)))

    def entry(kind: ToResearch, source: Source, detail: str) -> QueueEntry:
        return QueueEntry(
            kind,
            source.slug,
            in_language(source, "title", inquiry.language),
            "sources",
            (source.slug,),
            cities=cities.get(source.pk, 0),
            detail=detail,
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
