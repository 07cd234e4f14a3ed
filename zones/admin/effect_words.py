"""The effect of a change set in words: one line of it all, and its lines from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any, NamedTuple, assert_never

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.effect import AlikeChange, Effect
from zones.desk.judgement import Judgement
from zones.desk.turning_policies import turning_policies
from zones.models.scopes import BODIES
from zones.rules.vocabulary import Fate, ScopeKind

#: The cells of a policy that say when it holds and by which document: told with what they were
#: and become.
TOLD_IN_FULL = ("effective_from", "effective_to", "start_qualifier", "source_id")
#: The cells of a policy that together say whom it binds.
SCOPE = ("scope_kind", "scope_code")
#: So many spans are listed; the picture and the counts are of all.
SHOWN_SPANS = 200
#: So many more are listed in blocks of what cities get or lose at once.
SHOWN_IN_BLOCKS = 2000
#: So many lines stand open; more are folded away.
OPEN_LINES = 12
#: So many cities of a block are named; more are counted.
NAMED = 3


def effect_words(found: Judgement, effect: Effect) -> str:
    """Return in one line what a set does: the scopes of policies that turn answers, the cities,
    topics and spans that turn, the spans that keep their answers, by another row or told otherwise,
    and how many policies turn none; of a set that changes no answer that it does not, and what
    becomes another instead.

    Of rows that are in conflict or refused nobody knows what they will do: that is said first, and
    the rest of the other rows alone.
    """
    unknown = _unknown_words(found)
    if not unknown:
        return _known_words(found, effect, is_part=False)
    if not found.brings:
        return unknown
    told = {"unknown": unknown, "told": _known_words(found, effect, is_part=True)}
    return _("%(unknown)s; %(told)s") % told


def _unknown_words(found: Judgement) -> str:
    """What is settled or mended before it is known what a set does; nothing where all is known."""
    told: list[str] = []
    if count := found.count(Fate.CONFLICT):
        words = ngettext("%s conflict is settled", "%s conflicts are settled", count)
        told.append(words % f"{count:,}")
    if count := found.count(Fate.REFUSED):
        words = ngettext("%s refused row is mended", "%s refused rows are mended", count)
        told.append(words % f"{count:,}")
    if found.hinders and not told:
        told.append(_("what is wrong is mended"))
    match told:
        case []:
            return ""
        case [one, other]:
            told = [_("%(one)s and %(other)s") % {"one": one, "other": other}]
    return _("Not known before %s") % told[0]


def _known_words(found: Judgement, effect: Effect, *, is_part: bool) -> str:
    """What those rows of a set do that could be published, which may be a part of them."""
    if not any(group.is_answer for group in effect.groups):
        return _answerless(found, effect, is_part=is_part)
    scopes: dict[str, set[str]] = defaultdict(set)
    turning, idle = turning_policies(found, effect)
    for judged in turning:
        cells = judged.after or judged.before or {}
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
        ngettext("%s city", "%s cities", cities) % f"{cities:,}",
        ngettext("%s topic", "%s topics", topics) % f"{topics:,}",
        ngettext("%s span", "%s spans", spans) % f"{spans:,}",
    ]
    kept = [one for one in effect.groups if not (one.is_answer or one.is_of_another_row)]
    parts += _kept_by_others(effect)
    if same := sum(len(group.cities) for group in kept):
        words = ngettext("%s span keeps its answer", "%s spans keep their answers", same)
        parts.append(words % f"{same:,}")
    if idle:
        words = ngettext("%s policy changes no answer", "%s policies change no answer", len(idle))
        parts.append(words % f"{len(idle):,}")
    told = _(", ").join(parts)
    return _("the other rows: %s") % told if is_part else told


def _kept_by_others(effect: Effect) -> Iterator[str]:
    """How many spans keep their answers, which other rows give."""
    if moved := sum(len(group.cities) for group in effect.groups if group.is_of_another_row):
        words = ngettext(
            "%s span keeps its answer, which another row gives",
            "%s spans keep their answers, which other rows give",
            moved,
        )
        yield words % f"{moved:,}"


def _answerless(found: Judgement, effect: Effect, *, is_part: bool) -> str:
    """That a set changes no answer, and which columns of its rows become others."""
    moved = {
        str(judged.label_of(name)): None
        for judged in found.rows
        if judged.fate == Fate.CHANGED
        for name in judged.moved
    }
    head = _("the other rows change no answer") if is_part else _("Changes no answer")
    told = _(", ").join([head, *_kept_by_others(effect)])
    if not moved:
        return told
    words = _("%(told)s; what becomes another: %(columns)s")
    return words % {"told": told, "columns": _(", ").join(moved)}


def _scopes_words(kind: ScopeKind, count: int) -> str:
    """So many bodies of a kind, in words; nothing for kinds that are told otherwise."""
    match kind:
        case ScopeKind.PROGRAMME:
            return ngettext("%s programme", "%s programmes", count) % f"{count:,}"
        case ScopeKind.PROVINCE:
            return ngettext("%s province", "%s provinces", count) % f"{count:,}"
        case ScopeKind.CUSTOMS_DISTRICT:
            return ngettext("%s district", "%s districts", count) % f"{count:,}"
        case ScopeKind.NATION | ScopeKind.CITY:
            return ""
        case _:
            model = BODIES[kind].model._meta
            counted = {
                "count": count,
                "rows": model.verbose_name if count == 1 else model.verbose_name_plural,
            }
            return pgettext("so many rows of a table", "%(count)d %(rows)s") % counted


class EffectLines(NamedTuple):
    """The lines of an effect that are shown, of cities that get or lose what others have folded in
    blocks, and how many lines are left out.
    """

    groups: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    left_out: int

    @property
    def is_long(self) -> bool:
        """Return whether what is shown is folded away as a whole."""
        return len(self.groups) + len(self.blocks) > OPEN_LINES


def shown_effect(effect: Effect, words: CellWords) -> EffectLines:
    """Return the first lines of an effect, and the blocks of what cities get or lose at once
    because they are new, moved, or covered otherwise.
    """
    blocks: dict[_Block, list[AlikeChange]] = defaultdict(list)
    for group in effect.groups:
        if group.is_of_place:
            blocks[_block_of(group)].append(group)
    folded = {block: own for block, own in blocks.items() if len(own) > 1}
    alone = [one for one in effect.groups if not (one.is_of_place and _block_of(one) in folded)]
    shown, room = [], SHOWN_IN_BLOCKS
    for block in sorted(folded, key=_Block.place):
        own = folded[block][:room]
        room -= len(own)
        if own:
            shown.append(
                {
                    "words": _block_words(block, len(folded[block]), words),
                    "cities": words.cities(block.cities),
                    "groups": [_line(one, words) for one in own],
                }
            )
    listed = _folded(alone[:SHOWN_SPANS], words)
    told = min(len(alone), SHOWN_SPANS) + sum(len(block["groups"]) for block in shown)
    return EffectLines(listed, shown, len(effect.groups) - told)


def _folded(alone: Sequence[AlikeChange], words: CellWords) -> list[dict[str, Any]]:
    """The lines of some changes, those that read alike as one with all their cities."""
    lines: dict[tuple[Any, ...], tuple[dict[str, Any], set[str]]] = {}
    for one in alone:
        line = _line(one, words)
        alike = tuple(own for name, own in line.items() if name != "cities")
        lines.setdefault(alike, (line, set()))[1].update(one.cities)
    return [{**line, "cities": words.cities(cities)} for line, cities in lines.values()]


def _line(one: AlikeChange, words: CellWords) -> dict[str, Any]:
    """A line of an effect: topic, days, the answers from what to what, cities."""
    return {
        "topic": words.topic(one.topic),
        "first": one.first,
        "last": one.last,
        "before": _answer(one, one.before, words),
        "after": _answer(one, one.after, words),
        "beside": _beside(one, words),
        "cities": words.cities(one.cities),
    }


def _answer(one: AlikeChange, cells: Mapping[str, str] | None, words: CellWords) -> str:
    """An answer as public pages tell it, which say why nothing answers."""
    return words.answer(cells) if cells else words.unanswered(one.topic, one.first)


class Way(IntEnum):
    """What becomes of the answers of a block."""

    BEGIN, TURN, KEEP, END = range(4)


class _Block(NamedTuple):
    """Cities to which the same happens because of where they lie or what covers them: their
    answers begin, become others, are kept by another policy, or end, by policies of one scope.
    """

    cities: tuple[str, ...]
    way: Way
    kind: str
    code: str

    def place(self) -> tuple[Any, ...]:
        """Return where the block stands: those of a city together, the widest scope first."""
        return self.cities, self.way, list(ScopeKind).index(ScopeKind(self.kind)), self.code


def _block_of(one: AlikeChange) -> _Block:
    if one.after is None:
        way, own = Way.END, one.before
    elif one.before is None:
        way, own = Way.BEGIN, one.after
    else:
        way, own = Way.TURN if one.is_answer else Way.KEEP, one.after
    cells = own or {}
    return _Block(one.cities, way, cells["scope_kind"], cells["scope_code"])


def _block_words(block: _Block, count: int, words: CellWords) -> str:
    """What becomes of so many answers of cities, and of whom else they are answers."""
    is_wide = block.kind == ScopeKind.NATION
    match block.way:
        case Way.BEGIN:
            told = ngettext(
                "%(cities)s: %(count)s answer begins, as in %(scope)s",
                "%(cities)s: %(count)s answers begin, as in %(scope)s",
                count,
            )
        case Way.TURN:
            told = ngettext(
                "%(cities)s: %(count)s answer becomes another, as in %(scope)s",
                "%(cities)s: %(count)s answers become others, as in %(scope)s",
                count,
            )
        case Way.KEEP:
            told = ngettext(
                "%(cities)s: %(count)s answer stays what it is, by a policy of %(scope)s",
                "%(cities)s: %(count)s answers stay what they are, by policies of %(scope)s",
                count,
            )
        case Way.END:
            told = ngettext(
                "%(cities)s: %(count)s answer of %(scope)s ends",
                "%(cities)s: %(count)s answers of %(scope)s end",
                count,
            )
        case _:
            assert_never(block.way)
    return told % {
        "cities": _cities_words(block.cities, words),
        "count": f"{count:,}",
        "scope": pgettext("as in", "the nation")
        if is_wide
        else words.scope(block.kind, block.code),
    }


def _cities_words(cities: Sequence[str], words: CellWords) -> str:
    """Cities by name where they are few, else how many they are."""
    if len(cities) <= NAMED:
        return _(", ").join(words.cities(cities))
    return ngettext("%s city", "%s cities", len(cities)) % f"{len(cities):,}"


def _beside(one: AlikeChange, words: CellWords) -> str:
    """What becomes another where the answer reads as it did: days, whom it binds and its document
    from what to what, else which cells.
    """
    before, after = one.before, one.after
    if before is None or after is None or words.answer(before) != words.answer(after):
        return ""
    moved = {name: (before[name], cell) for name, cell in after.items() if before[name] != cell}
    table, nothing = table_named("policies"), pgettext("cell", "empty")
    labels = words.columns(table)
    turned = {
        labels[name]: [words.cell(table, name, cell, both) or nothing for cell, both in ends]
        for name, pair in moved.items()
        if name in TOLD_IN_FULL
        for ends in [zip(pair, (before, after), strict=True)]
    }
    if any(name in SCOPE for name in moved):
        scopes = [words.scope(own["scope_kind"], own["scope_code"]) for own in (before, after)]
        turned = {_("Scope"): scopes, **turned}
    told = [
        _("%(column)s: %(before)s → %(after)s") % {"column": label, "before": was, "after": will}
        for label, (was, will) in turned.items()
    ]
    told += [labels[name] for name in moved if name not in (*TOLD_IN_FULL, *SCOPE)]
    return _("what becomes another: %s") % _(", ").join(told)
