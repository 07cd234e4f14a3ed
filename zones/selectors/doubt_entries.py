"""Doubts of the research queue: rows that should be looked at again, and why."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Exists, OuterRef

from cbec_portal.china_time import china_day
from cbec_portal.languages import either, in_language
from zones.models import InForce, Policy, Revision
from zones.rules.vocabulary import ToResearch
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.doubtful_rows import DoubtfulRow, caveat_of, doubtful_rows, reasons_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on
from zones.selectors.queue_entry import QueueEntry, QueuePart
from zones.selectors.rendered_values import topic_label


def doubt_entries(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Yield rows that should be looked at again; what several say in the same words, once."""
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
    parts = [
        QueuePart(own.table, own.key, own.topic, own.places, subject=own.subject, title=own.title)
        for own in rows
    ]
    places = frozenset[int]().union(*(part.places for part in parts))
    # Rows of one topic are headed by it, and a row by itself by its name.
    is_one = len({own.topic or own.subject for own in rows}) == 1
    return QueueEntry(
        ToResearch.CAVEAT,
        _subject_of(*first.caveat),
        first.title if is_one else words,
        first.table,
        first.key,
        first.topic if is_one else "",
        len(places),
        detail=words if is_one else "",
        parts=tuple(parts),
        places=places,
    )


def _subject_of(*words: str) -> str:
    """What names an entry that stands for all rows which say the same words."""
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
