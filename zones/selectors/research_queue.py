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
from zones.selectors.queue_entry import QueueEntry, QueuePart
from zones.selectors.queue_weights import ChecklistWeights
from zones.selectors.report_entries import divergence_entries, report_entries

#: Tells of further things to look into, on a day and in a language.
EntryReader = Callable[[Inquiry], list[QueueEntry]]

_entries: dict[ToResearch, EntryReader] = {}


def add_entries(kind: ToResearch, entries: EntryReader) -> None:
    """Add someone who knows of more to look into, all of one kind."""
    _entries[kind] = entries


def research_queue(
    inquiry: Inquiry,
    kinds: Collection[ToResearch] = (),
    focus_area: str = "",
    weights: ChecklistWeights | None = None,
) -> list[QueueEntry]:
    """Return what waits to be looked into today, weightiest first; of all kinds if none are named.

    It takes a fixed number of queries; fewer with ``weights`` that were read already.
    """
    weights = weights or ChecklistWeights(inquiry)
    if focus_area:
        topics = Topic.objects.filter(focus_area__slug=focus_area).order_by()
        named = set(topics.values_list("slug", flat=True))
        return narrowed(research_queue(inquiry, kinds, weights=weights), weights, topics=named)
    wanted = set(kinds) or set(ToResearch)
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
        yield _alone(group, part)
    if left := tuple(part for part in group.parts if part not in own):
        yield _of_parts(group, left)


def _alone(group: QueueEntry, part: QueuePart) -> QueueEntry:
    """One of those that are said alike, as an entry that is marked by itself."""
    return replace(_of_parts(group, (part,)), subject=part.subject)


def _of_parts(group: QueueEntry, parts: tuple[QueuePart, ...]) -> QueueEntry:
    """What is said of several alike, of some of them: headed, placed and led on by these alone."""
    first = parts[0]
    is_one = len({part.topic or part.subject for part in parts}) == 1
    title = first.title if is_one else group.title
    places = frozenset[int]().union(*(part.places for part in parts))
    return replace(
        group,
        title=title,
        table=first.table,
        key=first.key,
        topic=first.topic if is_one else "",
        cities=len(places),
        # What heads several is told of one.
        detail=group.detail or (group.title if group.title != title else ""),
        cells=first.cells if len(parts) == 1 else group.cells,
        parts=parts,
        places=places,
    )


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
    weights: ChecklistWeights,
    *,
    topics: Collection[str] | None = None,
    places: Collection[int] | None = None,
) -> list[QueueEntry]:
    """Return the entries about some topics, or in some cities by their ids, weightiest first.

    Of those that stand for several rows or cells only these are left, only these cities count, and
    only the checklists that depend on them. The only one that is left is an entry by itself, unless
    somebody looks into all of them or lets them rest.
    """
    inside = None if places is None else frozenset(places)
    found = (
        _narrowed(entry, topics, inside)
        for entry in entries
        if topics is None or not entry.topics.isdisjoint(topics)
    )
    return _in_order(
        entry if entry is whole else weights.weighed(entry) for whole, entry in found if entry
    )


def _narrowed(
    entry: QueueEntry, topics: Collection[str] | None, inside: frozenset[int] | None
) -> tuple[QueueEntry, QueueEntry | None]:
    """An entry, and what some topics and cities leave of it: itself, less, or nothing."""
    parts = tuple(
        part if inside is None else part._replace(places=part.places & inside)
        for part in entry.parts
        if (topics is None or part.topic in topics)
        and (inside is None or not part.places.isdisjoint(inside))
    )
    touched = entry.places if inside is None else entry.places & inside
    if (inside is not None and not touched) or (entry.parts and not parts):
        return entry, None
    if parts != entry.parts:
        is_marked = entry.mark is not None and (entry.mark.assignee_id or entry.mark.rests_until)
        if len(parts) == 1 < len(entry.parts) and not is_marked:
            return entry, replace(_alone(entry, parts[0]), mark=None)
        left_out = len(entry.parts) - len(parts)
        return entry, replace(_of_parts(entry, parts), left_out=left_out)
    if touched != entry.places:
        return entry, replace(entry, places=touched, cities=len(touched))
    return entry, entry


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
