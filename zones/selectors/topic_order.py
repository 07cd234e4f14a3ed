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

_ORDER = {layer: place for place, layer in enumerate(Layer)}


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
    first, *others = (layers_of_topics(inquiry.on(day)) for day in days or (inquiry.day,))
    found: Layers = {layer: [] for layer in Layer}
    for topic in topics:
        layer = first[topic.pk]
        for layers in others:
            layer = min(layer, layers[topic.pk], key=_ORDER.__getitem__)
        found[layer].append(topic)
    return found


def in_order(topics: Iterable[Topic], inquiry: Inquiry) -> list[Topic]:
    """Return topics in the order in which they are shown."""
    return shown_order(in_layers(topics, inquiry), inquiry.snapshot)


def shown_order(layers: Layers, snapshot: Snapshot) -> list[Topic]:
    """Return topics layer by layer, but a record of operation behind what the law allows."""
    topics = {topic.pk: topic for own in layers.values() for topic in own}
    return [topics[pk] for pk in in_pairs(topics, snapshot.records)]
