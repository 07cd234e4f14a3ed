"""What a change set would turn among duties and checklists, before it is published.

Of checklists only numbers are told: nobody learns from them whose there are, nor for which city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import ngettext

from cbec_portal.china_time import today_in_china
from checklists.models import GateBasis, ItemBasis, Requirement, Template
from zones.selectors.dependents import Dependent, Turn

#: The spans during which answers become others, by city and topic.
Turned = Mapping[tuple[str, str], list[Turn]]


def turned_by(turns: Sequence[Turn]) -> list[Dependent]:
    """Return how many duties and gates test topics whose answers become others, and how many open
    checklists stand on such answers on their day. It takes four queries.
    """
    topics = sorted({turn.topic for turn in turns})
    if not topics:
        return []
    turned: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    for turn in turns:
        turned[turn.city, turn.topic].append(turn)
    duties = Requirement.objects.filter(tested_topic__slug__in=topics).count()
    gates = Template.objects.filter(gate_topic__slug__in=topics).count()
    items, checklists = _standing_on(topics, turned)
    return [
        _told(
            ngettext(
                "%d compliance requirement tests these topics",
                "%d compliance requirements test these topics",
                duties,
            ),
            duties,
        ),
        _told(
            ngettext(
                "%d checklist template first asks by them whether its trade mode is open",
                "%d checklist templates first ask by them whether their trade mode is open",
                gates,
            ),
            gates,
        ),
        _told(
            ngettext(
                "%d item of an open checklist stands on an answer that changes",
                "%d items of open checklists stand on answers that change",
                items,
            ),
            items,
        ),
        _told(
            ngettext("%d open checklist is touched", "%d open checklists are touched", checklists),
            checklists,
        ),
    ]


def _told(words: str, number: int) -> Dependent:
    return Dependent(words % number, number)


def _standing_on(topics: Iterable[str], turned: Turned) -> tuple[int, int]:
    """How many items of open checklists, and how many of these, stand on what becomes another."""
    days = ("as_of", "follows_today")
    bases = ItemBasis.objects.filter(
        item__requirement__tested_topic__slug__in=topics,
        place__city__isnull=False,
        place__checklist__closed_at=None,
    ).order_by()
    gates = GateBasis.objects.filter(
        place__checklist__template__gate_topic__slug__in=topics,
        place__city__isnull=False,
        place__checklist__closed_at=None,
    ).order_by()
    own = [f"place__checklist__{name}" for name in ("pk", *days)]
    of_items = bases.values_list(
        "item", "item__requirement__tested_topic__slug", "place__city__slug", *own
    )
    of_gates = gates.values_list(
        "place__checklist__template__gate_topic__slug", "place__city__slug", *own
    )
    items: set[int] = set()
    checklists: set[int] = set()
    rows = [
        *((item, topic, city, *rest) for item, topic, city, *rest in of_items),
        *((None, topic, city, *rest) for topic, city, *rest in of_gates),
    ]
    today = today_in_china()
    for item, topic, city, checklist, as_of, follows_today in rows:
        day = (max(as_of, today) if follows_today else as_of).isoformat()
        spans = turned.get((city, topic), ())
        if any(s.first <= day and (s.last is None or s.last >= day) for s in spans):
            checklists.add(checklist)
            if item is not None:
                items.add(item)
    return len(items), len(checklists)
