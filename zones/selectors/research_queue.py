"""What waits to be looked into, first what most cities and open checklists depend on.

Nothing of it is stored: it follows from what is known today. Analysts say beside it who looks into
something, or until when it rests (``ResearchMark``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from zones.models import ResearchMark, Topic
from zones.rules.vocabulary import ToResearch
from zones.selectors.document_entries import document_entries
from zones.selectors.doubt_entries import doubt_entries
from zones.selectors.gap_entries import bound_cities, gap_entries
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.queue_weights import ChecklistWeights
from zones.selectors.report_entries import divergence_entries, report_entries

#: Tells of further things to look into, on a day and in a language.
EntryReader = Callable[[Inquiry], list[QueueEntry]]

_entries: dict[ToResearch, EntryReader] = {}


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
    weights = ChecklistWeights(inquiry)
    marks = {(mark.kind, mark.subject): mark for mark in _marks()}
    bound = bound_cities(inquiry)
    found = [
        replace(
            weights.weighed(_placed(entry, bound)),
            mark=marks.get((entry.kind, entry.subject)),
        )
        for group in _all(inquiry, wanted)
        if group.kind in wanted
        for entry in _apart(group, marks, inquiry.day)
    ]
    return _in_order(found)


def has_entry(inquiry: Inquiry, kind: ToResearch, subject: str) -> bool:
    """Return whether something of a kind waits, by itself or among others that are said alike.

    Nothing of other kinds is looked into, nor how much depends on it.
    """
    return any(
        subject == entry.subject or any(subject == part.subject for part in entry.parts)
        for entry in _all(inquiry, {kind})
        if entry.kind == kind
    )


def _apart(
    group: QueueEntry, marks: Mapping[tuple[str, str], ResearchMark], today: date
) -> Iterator[QueueEntry]:
    """What is said of several alike, and each of these by itself that somebody looks into or lets
    rest: what nobody does any more waits among the others again.
    """
    own = [part for part in group.parts if _says(marks.get((group.kind, part.subject)), today)]
    if not own:
        yield group
        return
    for part in own:
        yield replace(
            group,
            subject=part.subject,
            title=part.title,
            table=part.table,
            key=part.key,
            topic=part.topic,
            cities=len(part.places),
            # What heads several is told of one.
            detail=group.detail or (group.title if group.title != part.title else ""),
            cells=part.cells,
            parts=(part,),
            places=part.places,
        )
    if left := tuple(part for part in group.parts if part not in own):
        places = frozenset[int]().union(*(part.places for part in left))
        yield replace(group, parts=left, places=places, cities=len(places))


def _says(mark: ResearchMark | None, today: date) -> bool:
    """Whether somebody looks into what is marked, or it rests."""
    if mark is None:
        return False
    rests = mark.rests_until is not None and mark.rests_until > today
    return rests or mark.assignee_id is not None


def _placed(entry: QueueEntry, bound: Mapping[tuple[str, str], frozenset[int]]) -> QueueEntry:
    """An entry about a policy, with the cities that it binds where nobody said which it answers."""
    if entry.places or entry.table != "policies" or len(entry.key) < 3:
        return entry
    return replace(entry, places=bound.get((entry.key[1], entry.key[2]), frozenset()))


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


def _all(inquiry: Inquiry, wanted: set[ToResearch]) -> Iterator[QueueEntry]:
    if ToResearch.NOT_RESEARCHED in wanted:
        yield from gap_entries(inquiry)
    if wanted & {
        ToResearch.UNVERIFIED,
        ToResearch.OUTDATED,
        ToResearch.REPEALED,
        ToResearch.CAVEAT,
    }:
        yield from doubt_entries(inquiry)
    if ToResearch.REPORTED in wanted:
        yield from report_entries(inquiry)
    if wanted & {ToResearch.NO_ADDRESS, ToResearch.DEAD_LINK}:
        yield from document_entries(inquiry, wanted)
    if ToResearch.DIVERGED in wanted:
        yield from divergence_entries(inquiry)
    for kind, read in _entries.items():
        if kind in wanted:
            yield from read(inquiry)
