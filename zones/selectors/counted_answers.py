"""The answers of all cities at all times, counted, and during which days none of them moves.

One query of a revision tells of all days. What is worked out of the answers to a topic on one day
holds for the whole stretch of days until one of them begins or ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Value, When

from zones.models import InForce
from zones.models.querysets.in_force_sql import PolicyAnswer
from zones.rules.intervals import Interval, interval_of_days
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import stretch_of_places
from zones.selectors.snapshot import KnownAnswer, also_of, known_together

#: Of so many revisions it is kept.
MOST_REVISIONS = 8


class CountedAnswer(NamedTuple):
    """How many cities give an answer during some days."""

    known: KnownAnswer
    span: Interval
    cities: int


def counted_answers(inquiry: Inquiry) -> Mapping[int, Sequence[CountedAnswer]]:
    """Return the answers to each topic, by its id, that a revision knew.

    One query for a revision not asked about lately, and one for policies not seen in this edition.
    """
    counted: Mapping[int, Sequence[CountedAnswer]] = inquiry.snapshot.lately(
        "answers counted", MOST_REVISIONS
    ).made(inquiry.known_at, lambda: _counted(inquiry))
    return counted


def days_of_change_across(topic: int, inquiry: Inquiry) -> Sequence[date]:
    """Return the days on which some city begins or ceases to answer a topic with some policies,
    earliest first.
    """
    days: Mapping[int, Sequence[date]] = inquiry.snapshot.lately(
        "days of change across cities", MOST_REVISIONS
    ).made(inquiry.known_at, lambda: _days_of_change(inquiry))
    return days.get(topic, ())


def stretch_of(topic: int, inquiry: Inquiry) -> int:
    """Return which stretch of days the day is in, in which no city begins or ceases to answer a
    topic with some policies; they are counted from the earliest.
    """
    return bisect_right(days_of_change_across(topic, inquiry), inquiry.day)


def stretch_across(inquiry: Inquiry) -> tuple[int, int]:
    """Return which stretch of days the day is in, in which no city answers any topic otherwise, no
    topic begins, and no city moves: what is worked out of all of them holds for all its days.
    """
    snapshot = inquiry.snapshot

    def make() -> Sequence[date]:
        moves = (days_of_change_across(topic, inquiry) for topic in snapshot.topics)
        return sorted(set(snapshot.days_of_beginning).union(*moves))

    days: Sequence[date] = snapshot.lately("days of any change", MOST_REVISIONS).made(
        inquiry.known_at, make
    )
    return bisect_right(days, inquiry.day), stretch_of_places(inquiry)


def _days_of_change(inquiry: Inquiry) -> dict[int, Sequence[date]]:
    return {
        topic: sorted({day for own in rows for day in own.span})
        for topic, rows in counted_answers(inquiry).items()
    }


def _counted(inquiry: Inquiry) -> dict[int, list[CountedAnswer]]:
    # What stands beside an answer counts only where it is read together with it.
    together = [pk for pk, topic in inquiry.snapshot.topics.items() if topic.additive]
    beside: Any = Case(
        When(topic__in=together, then=F("also")), default=Value(""), output_field=CharField()
    )
    rows = (
        InForce.objects.known_at(inquiry.known_at)
        .order_by()
        .values_list("topic", "policy", beside, "from_day", "until_day")
        .annotate(cities=Count("pk"))
    )
    read = [(topic, PolicyAnswer(policy, also), *own) for topic, policy, also, *own in rows]
    distinct = {one: also_of(one) for _, one, *_ in read}
    named = {one.policy for one in distinct}.union(*distinct.values())
    answers = inquiry.snapshot.answers(named)
    told = {one: known_together(one.policy, also, answers) for one, also in distinct.items()}
    found: dict[int, list[CountedAnswer]] = defaultdict(list)
    for topic, one, first, last, cities in read:
        found[topic].append(CountedAnswer(told[one], interval_of_days(first, last), cities))
    return found
