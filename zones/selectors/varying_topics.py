"""Which topics vary on a day: what is local, beside what is the same in the whole nation.

It follows from how many cities give an answer, and during which days. The thousands of cells of a
day are not read for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cbec_portal.caches import Kept
from zones.rules.comparison import as_sure_as
from zones.rules.variation import AnswerSpan, Variation
from zones.rules.vocabulary import Certainty, Layer
from zones.selectors.counted_answers import MOST_REVISIONS, counted_answers
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on

#: Of so many stretches of days on which nothing moves it is kept what topics are.
MOST_STRETCHES = 512


class _OverTime(NamedTuple):
    """How topics vary, by id, and all days on which one of them may turn into something else."""

    variations: Mapping[int, Variation]
    days: Sequence[date]


def layers_of_topics(inquiry: Inquiry) -> Mapping[int, Layer]:
    """Return what topics are on a day, by id: local, partly known or national, or descriptive.

    One query for a revision not asked about lately, and one for policies not seen in this edition.
    """
    over_time, cities = _over_time(inquiry), len(cities_on(inquiry))
    stretch = bisect_right(over_time.days, inquiry.day)
    kept: Kept[tuple[object, ...], Mapping[int, Layer]] = inquiry.snapshot.lately(
        "layers of topics", MOST_STRETCHES
    )
    return kept.made(
        (inquiry.known_at, inquiry.certainty, cities, stretch),
        lambda: _layers(over_time.variations, cities, inquiry),
    )


def varying_topics(inquiry: Inquiry) -> frozenset[int]:
    """Return the ids of the topics that vary on a day: two of all cities are known to answer them
    differently. Topics that only name things never do.
    """
    layers = layers_of_topics(inquiry)
    return frozenset(topic for topic, layer in layers.items() if layer is Layer.LOCAL)


def _layers(
    variations: Mapping[int, Variation], cities: int, inquiry: Inquiry
) -> Mapping[int, Layer]:
    absent, day, unrecorded = inquiry.snapshot.without_policy, inquiry.day, Variation()
    return {
        topic.pk: Layer.DESCRIPTIVE
        if topic.is_descriptive(inquiry.known_at)
        else variations.get(topic.pk, unrecorded).layer(
            day, cities=cities, absent=absent(topic.pk, day)
        )
        for topic in topics_known(inquiry).values()
    }


def _over_time(inquiry: Inquiry) -> _OverTime:
    """How topics vary over time, as sure as wanted."""
    snapshot, sure = inquiry.snapshot, inquiry.certainty

    def make() -> _OverTime:
        compared = {
            topic.pk
            for topic in topics_known(inquiry).values()
            if not topic.is_descriptive(inquiry.known_at)
        }
        variations = {
            topic: Variation(
                AnswerSpan(
                    as_sure_as(own.known.answer, own.known.certainty, sure), own.span, own.cities
                )
                for own in rows
            )
            for topic, rows in counted_answers(inquiry).items()
            if topic in compared
        }
        moves = (own.days for own in variations.values())
        return _OverTime(variations, sorted(set(snapshot.days_of_beginning).union(*moves)))

    kept: _OverTime = snapshot.lately("topics over time", MOST_REVISIONS * len(Certainty)).made(
        (inquiry.known_at, sure), make
    )
    return kept
