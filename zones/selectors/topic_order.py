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

    Args:
        topics: the topics, in their usual order.
        inquiry: the revision and the certainty, and the day where no other is given.
        days: the days of several columns. A topic is local that varies on one of them.
    """
    varying = frozenset().union(
        *(varying_topics(inquiry.on(day)) for day in days or (inquiry.day,))
    )
    found: Layers = {layer: [] for layer in Layer}
    for topic in topics:
        found[_layer(topic, varying, inquiry.known_at)].append(topic)
    return found


def in_order(topics: Iterable[Topic], inquiry: Inquiry) -> list[Topic]:
    """Return topics in the order in which they are shown."""
    return shown_order(in_layers(topics, inquiry), inquiry.snapshot)


def shown_order(layers: Layers, snapshot: Snapshot) -> list[Topic]:
    """Return topics layer by layer, but what is recorded of operation behind what the law lets."""
    topics = [topic for own in layers.values() for topic in own]
    return in_pairs(topics, records_among(topics, snapshot))


def records_among(topics: Iterable[Topic], snapshot: Snapshot) -> dict[Topic, Topic]:
    """Return what records the operation of some topics, by that which says what the law lets."""
    operations = snapshot.operations
    return {topic: operations[topic.pk] for topic in topics if topic.pk in operations}


def _layer(topic: Topic, varying: Collection[int], known_at: int) -> Layer:
    if topic.is_descriptive(known_at):
        return Layer.DESCRIPTIVE
    return Layer.LOCAL if topic.pk in varying else Layer.NATIONAL
