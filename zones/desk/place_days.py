"""From which day on a row of a city says where that lies: from its last move on, else for all days.

A move is two rows: where the city lies now, and where it lay until which day. The first alone
writes the past anew, on every day since the last move that is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from zones.dataset.applied_rows import key_of_text
from zones.dataset.place_tables import Cities, FormerPlacements
from zones.desk.judgement import Judgement, RowJudgement
from zones.models import AppliedRow, Placement
from zones.models.scopes import PLACE_COLUMNS
from zones.rules.partial_dates import first_day_text
from zones.rules.vocabulary import Fate


def placed_otherwise(found: Judgement) -> list[RowJudgement]:
    """Return the rows of cities that are public and would lie elsewhere."""
    return [
        judged
        for judged in found.rows
        if judged.table.name == Cities.name
        and judged.fate == Fate.CHANGED
        and not judged.moved.keys().isdisjoint(PLACE_COLUMNS)
    ]


def days_of_places(found: Judgement, rows: Sequence[RowJudgement]) -> dict[str, str]:
    """Return from which day on each of these cities lies where its row says, by its key; nothing
    where it does for all days. It takes one query if any row is given.

    Of what was published it is the day that was known then.
    """
    return {city: _last(after) for city, (_before, after) in _days(found, rows).items()}


def past_written_anew(found: Judgement) -> list[tuple[RowJudgement, str]]:
    """Return the rows by which a city lies elsewhere on days of the past, without a move that says
    from which day on, each with the day of the last move, if there was one.

    Left out are those that give back what a revision wrote so, for a set that takes it back.
    """
    rows = placed_otherwise(found)
    days = _days(found, rows)
    back = _taken_back(rows)
    return [
        (judged, _last(after))
        for judged in rows
        for before, after in (days[judged.key[0]],)
        if _last(before) == _last(after) and judged.key[0] not in back
    ]


def _days(
    found: Judgement, rows: Sequence[RowJudgement]
) -> Mapping[str, tuple[set[str], set[str]]]:
    """The days on which cities moved, as known now and as the set says."""
    if not rows:
        return {}
    cities = {name: judged.key[0] for judged in rows for name in _names(judged)}
    known = Placement.objects.known_at(found.published_as).exclude(since=None).order_by()
    placed = known.filter(city__slug__in=cities).values_list("city__slug", "since")
    before: dict[str, set[str]] = defaultdict(set)
    for slug, since in placed:
        before[cities[slug]].add(str(since))
    after = {judged.key[0]: set(before[judged.key[0]]) for judged in rows}
    for judged in found.rows:
        if judged.table.name != FormerPlacements.name or judged.fate == Fate.SAME:
            continue
        city = cities.get((judged.said or judged.before or {}).get("city", ""))
        if city is not None and not found.published_as:
            after[city].discard((judged.before or {}).get("until", ""))
            if judged.fate != Fate.TAKEN_OUT:
                after[city].add(judged.said.get("until", ""))
    return {city: (before[city], own) for city, own in after.items()}


def _names(judged: RowJudgement) -> set[str]:
    """What the city of a row is called by others, now and from then on."""
    return {judged.key[0], (judged.after or {}).get("slug", judged.key[0])}


def _last(days: set[str]) -> str:
    return max(days, key=first_day_text, default="")


def _taken_back(rows: Sequence[RowJudgement]) -> set[str]:
    """The cities that the revision which their set takes back placed so, without a move."""
    undone = {judged.row.change_set.undoes_id for judged in rows if judged.row.change_set_id}
    if not (undone := undone - {None}):
        return set()
    noted = AppliedRow.objects.filter(revision__in=undone)
    tables: dict[str, set[str]] = defaultdict(set)
    named = (Cities.name, FormerPlacements.name)
    for table, key in noted.filter(table__in=named).values_list("table", "key"):
        tables[table].add(key_of_text(key)[0])
    return tables[Cities.name] - tables[FormerPlacements.name]
