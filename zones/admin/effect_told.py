"""The effect of a change set in words: one line of it all, and its lines from what to what."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zones.desk.cell_words import CellWords
from zones.desk.effect import AlikeChange, Effect
from zones.desk.judgement import Judgement, table_named
from zones.models.scopes import BODIES
from zones.rules.vocabulary import Fate, ScopeKind

#: The cells of a policy that say when it holds: told with what they were and become.
DAYS = ("effective_from", "effective_to", "start_qualifier")
#: So many spans are listed; the picture and the counts are of all.
SHOWN_SPANS = 200


def effect_words(found: Judgement, effect: Effect) -> str:
    """Return in one line what a set does: its scopes, the cities, topics and spans it turns, and
    the spans that keep their answers, told or dated otherwise.
    """
    scopes: dict[str, set[str]] = defaultdict(set)
    for judged in found.rows:
        cells = judged.after or judged.before or {}
        if judged.table.name == "policies" and judged.fate not in (Fate.SAME, Fate.REFUSED):
            scopes[cells["scope_kind"]].add(cells["scope_code"])
    parts = [
        words
        for kind in ScopeKind
        if (codes := scopes.get(kind)) and (words := _scopes_words(kind, len(codes)))
    ]
    answers = [group for group in effect.groups if group.is_answer]
    cities = len({city for group in answers for city in group.cities})
    topics = len({group.topic for group in answers})
    spans = sum(len(group.cities) for group in answers)
    parts += [
        ngettext("%d city", "%d cities", cities) % cities,
        ngettext("%d topic", "%d topics", topics) % topics,
        ngettext("%d span", "%d spans", spans) % spans,
    ]
    if kept := sum(len(group.cities) for group in effect.groups) - spans:
        words = ngettext("%d span keeps its answer", "%d spans keep their answers", kept)
        parts.append(words % kept)
    return _(", ").join(parts)


def _scopes_words(kind: ScopeKind, count: int) -> str:
    """So many bodies of a kind, in words; nothing for kinds that are told otherwise."""
    match kind:
        case ScopeKind.PROGRAMME:
            return ngettext("%d programme", "%d programmes", count) % count
        case ScopeKind.PROVINCE:
            return ngettext("%d province", "%d provinces", count) % count
        case ScopeKind.CUSTOMS_DISTRICT:
            return ngettext("%d district", "%d districts", count) % count
        case ScopeKind.NATION | ScopeKind.CITY:
            return ""
        case _:
            model = BODIES[kind].model._meta
            counted = {
                "count": count,
                "rows": model.verbose_name if count == 1 else model.verbose_name_plural,
            }
            return pgettext("so many rows of a table", "%(count)d %(rows)s") % counted


def shown_groups(effect: Effect, words: CellWords) -> list[dict[str, Any]]:
    """Return the first lines of an effect: topic, days, the answers from what to what, cities."""
    return [
        {
            "topic": words.topic(one.topic),
            "first": one.first,
            "last": one.last,
            "before": words.answer(one.before),
            "after": words.answer(one.after),
            "beside": _beside(one, words),
            "cities": [words.city(city) for city in one.cities],
        }
        for one in effect.groups[:SHOWN_SPANS]
    ]


def _beside(one: AlikeChange, words: CellWords) -> str:
    """What becomes another where the answer reads as it did: days from what to what, else which
    cells.
    """
    before, after = one.before, one.after
    if before is None or after is None or words.answer(before) != words.answer(after):
        return ""
    moved = {name: (before[name], cell) for name, cell in after.items() if before[name] != cell}
    table, nothing = table_named("policies"), pgettext("cell", "empty")
    labels = words.columns(table)
    told = [
        _("%(column)s: %(before)s → %(after)s")
        % {
            "column": labels[name],
            "before": words.cell(table, name, pair[0], before) or nothing,
            "after": words.cell(table, name, pair[1], after) or nothing,
        }
        if name in DAYS
        else labels[name]
        for name, pair in moved.items()
    ]
    return _("what becomes another: %s") % _(", ").join(told)
