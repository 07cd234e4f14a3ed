"""The order in which topics are shown: what is local first, the national baseline below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from zones.models import Topic
from zones.rules.operation import in_pairs
from zones.rules.vocabulary import Layer
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot
from zones.selectors.varying_topics import varying_topics

#: Topics by what they are, in the order in which they are shown.
Layers = dict[Layer, list[Topic]]


def in_layers(
    topics: Iterable[Topic], inquiry: Inquiry, *, days: Collection[date] | None = None
) -> Layers:
    """Return topics by what they are on a day, each layer in their usual order.

    What the law lets and what is recorded of it are one pair: they stand together, among what is
    local where either varies.

    Args:
        topics: the topics, in their usual order.
        inquiry: the revision and the certainty, and the day where no other is given.
        days: the days of several columns. A topic is local that varies on one of them.
    """
    varying = frozenset().union(
        *(varying_topics(inquiry.on(day)) for day in days or (inquiry.day,))
    )
    pairs = ({pk, record.pk} for pk, record in inquiry.snapshot.operations.items())
    varying = varying.union(*(pair for pair in pairs if pair & varying))
    found: Layers = {layer: [] for layer in Layer}
    for topic in paired(topics, inquiry.snapshot):
        found[_layer(topic, varying, inquiry.known_at)].append(topic)
    return found


def paired(topics: Iterable[Topic], snapshot: Snapshot) -> list[Topic]:
    """Return topics in their order, what is recorded of operation behind what the law lets."""
    records = {snapshot.topics[pk]: record for pk, record in snapshot.operations.items()}
    return in_pairs(topics, records)


def in_order(topics: Iterable[Topic], inquiry: Inquiry) -> list[Topic]:
    """Return topics in the order in which they are shown."""
    return [topic for own in in_layers(topics, inquiry).values() for topic in own]


def _layer(topic: Topic, varying: Collection[int], known_at: int) -> Layer:
    if topic.is_descriptive(known_at):
        return Layer.DESCRIPTIVE
    return Layer.LOCAL if topic.pk in varying else Layer.NATIONAL
