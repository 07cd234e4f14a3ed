"""The order in which topics are shown: what is local first, then what is known in part, the
national baseline below.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from zones.models import Topic
from zones.rules.operation import in_pairs
from zones.rules.vocabulary import Layer
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot
from zones.selectors.varying_topics import layers_of_topics

#: Topics by what they are, in the order in which they are shown.
Layers = dict[Layer, list[Topic]]


def in_layers(
    topics: Iterable[Topic], inquiry: Inquiry, *, days: Collection[date] | None = None
) -> Layers:
    """Return topics by what they are on a day, each layer in their usual order.

    Args:
        topics: the topics, in their usual order.
        inquiry: the revision and the certainty, and the day where no other is given.
        days: the days of several columns. A topic is local that varies on one of them, and
            national where it is on all.
    """
    told = [layers_of_topics(inquiry.on(day)) for day in days or (inquiry.day,)]
    found: Layers = {layer: [] for layer in Layer}
    for topic in topics:
        own = {layers[topic.pk] for layers in told}
        found[next(layer for layer in Layer if layer in own)].append(topic)
    return found


def in_order(topics: Iterable[Topic], inquiry: Inquiry) -> list[Topic]:
    """Return topics in the order in which they are shown."""
    return shown_order(in_layers(topics, inquiry), inquiry.snapshot)


def shown_order(layers: Layers, snapshot: Snapshot) -> list[Topic]:
    """Return topics layer by layer, but a record of operation behind what the law allows."""
    topics = [topic for own in layers.values() for topic in own]
    return in_pairs(topics, records_among(topics, snapshot))


def records_among(topics: Iterable[Topic], snapshot: Snapshot) -> dict[Topic, Topic]:
    """Return what records the operation of some topics, by that which says what the law allows."""
    operations = snapshot.operations
    return {topic: operations[topic.pk] for topic in topics if topic.pk in operations}
