"""What a change set would turn among duties and checklists, before it is published.

Of checklists only numbers are told: nobody learns from them whose there are, nor for which city.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext, ngettext

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import active_language, in_language
from cbec_portal.punctuation import by_commas
from checklists.models import GateBasis, Item, ItemBasis, Requirement, RequirementVersion, Template
from zones.selectors.dependents import TOLD, Dependent, Impact, RowTurn, Turn

#: What decides where a duty applies: what becomes another there is weighed by every checklist.
DECIDING = {"applies_when", "asks", "effective_from", "effective_to"}
#: What opens a template's gate.
OPENING = {"gate_topic", "gate_values"}


@dataclass
class AffectedItems:
    """Open checklists that turn, and how many items of theirs stand on what becomes another."""

    items: set[int] = field(default_factory=set)
    checklists: set[int] = field(default_factory=set)


def affected_checklists(turned: Impact) -> list[Dependent]:
    """Return how many duties and gates test topics whose answers become others, what becomes of
    duties that are others themselves, and how many open checklists either touches.

    It takes four queries for answers and two for duties, however many.
    """
    touched = AffectedItems()
    told = _by_answers(turned.answers, touched) if turned.answers else []
    rows = [row for row in turned.rows if row.table == "requirements"]
    gates = [
        row
        for row in turned.rows
        if row.table == "templates"
        and row.before
        and (not row.after or OPENING.intersection(row.moved))
    ]
    if rows or gates:
        told += _by_rows(rows, gates, touched)
    number = len(touched.checklists)
    if told:
        words = ngettext("%d open checklist is touched", "%d open checklists are touched", number)
        told.append(_told(words, number))
    return told


def duties_of_revision(turned: Impact, revision: int) -> list[Dependent]:
    """Return how many duties tested topics whose answers a revision made others, by what it knew
    itself, and what became of duties that it wrote.

    How many checklists were open then, and which gates were tested, is not kept, so neither is
    told. It takes two queries, however many.
    """
    told = []
    if turned.answers:
        topics = sorted({turn.topic for turn in turned.answers})
        versions = RequirementVersion.objects.known_at(revision)
        told.append(_testing(versions.filter(tested_topic__slug__in=topics).count()))
    rows = [row for row in turned.rows if row.table == "requirements"]
    if rows:
        language = active_language()
        called = Template.objects.filter(slug__in={row.key[0] for row in rows}).order_by()
        names = {
            one.slug: in_language(one, "name", language)
            for one in called.values_list("slug", "name_en", "name_zh", named=True)
        }
        lines = [Dependent(_duty_words(row, _called(row, names), 0, 0), 1) for row in rows]
        told += _first_of(lines)
    return told


def _by_answers(turns: Sequence[Turn], touched: AffectedItems) -> list[Dependent]:
    topics = sorted({turn.topic for turn in turns})
    tests = Requirement.objects.not_withdrawn().filter(tested_topic__slug__in=topics)
    duties = tests.count()
    gates = Template.objects.filter(gate_topic__slug__in=topics).count()
    _note_standing_on(topics, _TurnedOn(turns), touched)
    items = len(touched.items)
    return [
        _testing(duties),
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
    ]


def _testing(duties: int) -> Dependent:
    words = ngettext(
        "%d compliance requirement tests these topics",
        "%d compliance requirements test these topics",
        duties,
    )
    return _told(words, duties)


def _told(words: str, number: int) -> Dependent:
    return Dependent(words % number, number)


class _TurnedOn:
    """In which cities a topic is answered otherwise on a day: found once, however many ask."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns: dict[str, list[Turn]] = defaultdict(list)
        for turn in turns:
            self._turns[turn.topic].append(turn)
        self._cities: dict[tuple[str, str], set[str]] = {}

    def cities(self, topic: str, day: str) -> Collection[str]:
        """Return the cities in which a topic is answered otherwise on a day."""
        if (topic, day) not in self._cities:
            own = (turn.cities for turn in self._turns[topic] if turn.holds_on(day))
            self._cities[topic, day] = set(chain.from_iterable(own))
        return self._cities[topic, day]


def _note_standing_on(topics: Iterable[str], turned: _TurnedOn, touched: AffectedItems) -> None:
    """Note the items of open checklists, and these, that stand on what becomes another."""
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
    rows = [
        *((item, topic, city, *rest) for item, topic, city, *rest in of_items),
        *((None, topic, city, *rest) for topic, city, *rest in of_gates),
    ]
    today = today_in_china()
    for item, topic, city, checklist, as_of, follows_today in rows:
        day = (max(as_of, today) if follows_today else as_of).isoformat()
        if city in turned.cities(topic, day):
            touched.checklists.add(checklist)
            if item is not None:
                touched.items.add(item)


def _by_rows(
    rows: Sequence[RowTurn], gates: Sequence[RowTurn], touched: AffectedItems
) -> list[Dependent]:
    """What becomes of duties and gates that are others themselves, each with its words."""
    templates = {row.key[0] for row in (*rows, *gates)}
    language = active_language()
    names: dict[str, str] = {}
    open_ones: dict[str, set[int]] = defaultdict(set)
    started = FilteredRelation("checklists", condition=Q(checklists__closed_at=None))
    called = Template.objects.filter(slug__in=templates).annotate(started=started).order_by()
    # Those that nobody has begun are named as well.
    for one in called.values_list("slug", "name_en", "name_zh", "started", named=True):
        names[one.slug] = in_language(one, "name", language)
        if one.started is not None:
            open_ones[one.slug].add(one.started)
    holding: dict[tuple[str, ...], dict[int, int]] = defaultdict(dict)
    items = Item.objects.live().filter(
        checklist__closed_at=None, requirement__template__slug__in={row.key[0] for row in rows}
    )
    about = ("requirement__template__slug", "requirement__number", "pk", "checklist")
    for *key, item, checklist in items.order_by().values_list(*about):
        holding[tuple(key)][item] = checklist
    told = []
    for row in rows:
        own, every = holding.get(row.key, {}), open_ones[row.key[0]]
        touched.items.update(own)
        weighs = row.after and (row.before is None or DECIDING.intersection(row.moved))
        checklists = every if weighs else set(own.values())
        touched.checklists |= checklists
        told.append(Dependent(_duty_words(row, _called(row, names), len(own), len(every)), 1))
    told = _first_of(told)
    for row in gates:
        number = len(open_ones[row.key[0]])
        touched.checklists |= open_ones[row.key[0]]
        if not number:
            words = gettext("%(template)s: its gate is another")
            told.append(Dependent(words % {"template": names.get(row.key[0], row.key[0])}, 1))
            continue
        words = ngettext(
            "%(template)s: its gate is another, by which %(number)d open checklist goes",
            "%(template)s: its gate is another, by which %(number)d open checklists go",
            number,
        )
        told_of = {"template": names.get(row.key[0], row.key[0]), "number": number}
        told.append(Dependent(words % told_of, 1))
    return told


def _called(row: RowTurn, names: Mapping[str, str]) -> str:
    """What a duty is called: by its template, and its number in that."""
    return by_commas([names.get(row.key[0], row.key[0]), *row.key[1:]])


def _first_of(told: list[Dependent]) -> list[Dependent]:
    """The first duties, and how many more there are."""
    left = len(told) - TOLD
    if left <= 0:
        return told
    words = ngettext(
        "and %d compliance requirement more", "and %d compliance requirements more", left
    )
    return [*told[:TOLD], _told(words, left)]


def _duty_words(row: RowTurn, called: str, items: int, every: int) -> str:
    """What becomes of a duty, in words, and of how many open checklists it is told, if of any."""
    name = {"requirement": called}
    if row.before is None:
        if not every:
            return gettext("%(requirement)s is a new compliance requirement") % name
        words = ngettext(
            "%(requirement)s is a new compliance requirement: %(number)d open checklist of its "
            "template takes it up where it applies",
            "%(requirement)s is a new compliance requirement: %(number)d open checklists of its "
            "template take it up where it applies",
            every,
        )
        return words % (name | {"number": every})
    if row.after is None:
        if not items:
            return gettext("%(requirement)s is withdrawn") % name
        words = ngettext(
            "%(requirement)s is withdrawn: %(number)d item of an open checklist is made of it",
            "%(requirement)s is withdrawn: %(number)d items of open checklists are made of it",
            items,
        )
        return words % (name | {"number": items})
    if not items:
        return gettext("%(requirement)s changes: %(changes)s") % (name | {"changes": row.changes})
    words = ngettext(
        "%(requirement)s changes, and %(number)d item of an open checklist rests on it: "
        "%(changes)s",
        "%(requirement)s changes, and %(number)d items of open checklists rest on it: %(changes)s",
        items,
    )
    return words % (name | {"number": items, "changes": row.changes})
