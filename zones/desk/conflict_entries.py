"""Conflicts of open change sets as entries of the research queue."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from zones.dataset.naming import scope_tables
from zones.dataset.table import Key
from zones.desk.judgement import RowJudgement, conflicting
from zones.models import ProposedRow
from zones.models.scopes import BODIES, PLACES
from zones.rules.vocabulary import SetState, ToResearch
from zones.selectors.affected_cities import affected_cities, cities_of_bodies
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry

#: Of so many rows of open sets, the newest, it is looked whether they conflict.
MOST_ROWS = 2000

OPEN = (SetState.DRAFT, SetState.IN_REVIEW, SetState.SENT_BACK)
#: The tables of which the first part of a key is that of a topic.
OF_TOPICS = ("policies", "topics", "choices")


def conflict_entries(inquiry: Inquiry) -> list[QueueEntry]:
    """Return the rows of open sets of which a cell moved otherwise since it was proposed.

    Each weighs as many cities as rest on the row today. It takes a fixed number of queries for each
    table that such rows are of.
    """
    rows = ProposedRow.objects.filter(change_set__state__in=OPEN).select_related("change_set")
    found = conflicting(rows.order_by("-pk")[:MOST_ROWS])
    keys: dict[str, set[Key]] = defaultdict(set)
    for judged in found:
        keys[judged.table.name].add(judged.key)
    of_bodies = {
        of: kind
        for kind, of in scope_tables().items()
        if BODIES[kind] in PLACES or BODIES[kind].members
    }
    cities = {
        table: cities_of_bodies(inquiry, of_bodies[table], own)
        if table in of_bodies
        else affected_cities(inquiry, table, own)
        for table, own in keys.items()
    }
    return [_entry(judged, cities[judged.table.name].get(judged.key, 0)) for judged in found]


def _entry(judged: RowJudgement, cities: int) -> QueueEntry:
    table, key = judged.table.name, judged.key
    return QueueEntry(
        ToResearch.CONFLICT,
        str(judged.row.pk),
        str(judged.row.change_set),
        table,
        key,
        key[0] if table in OF_TOPICS else "",
        cities,
        detail=" · ".join(
            f"{judged.label_of(one.column)}{_(': ')}{one.mine or '–'} / {one.live or '–'}"
            for one in judged.conflicts
        ),
        change_set=judged.row.change_set_id,
    )
