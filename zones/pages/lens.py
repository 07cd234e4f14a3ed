"""What makes differences seen in a comparison: what is alike is said once, and what differs within
texts is marked. The rows themselves stay as they are, for sheets and paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cbec_portal.punctuation import by_semicolons
from zones.models.value_types import ANSWER_TYPES
from zones.pages.word_tags import words_come
from zones.rules.vocabulary import Layer, Outcome, State
from zones.selectors.rendered_cells import RenderedCell

#: Rows of which outcomes one line stands for, and what it says.
_FOLDED = {
    Outcome.SAME: _("%(count)s the same in all"),
    Outcome.UNKNOWN: _("%(count)s known nowhere"),
}


def fold_alike(sections: Mapping[str, Any], *, opened: bool) -> None:
    """Part the rows of each focus area into those that stand ``apart`` and ``folds``: those alike
    in all columns, and those of which nothing is known in any, for each of which one line stands.

    The national baseline is folded as a whole, so whoever opens it sees its rows; two rows that
    belong together stay together.

    Args:
        sections: the areas of a comparison.
        opened: whether every row is shown, since somebody asked for some of them.
    """
    whole = {id(area) for part in sections["folded"] for area in _never_folded(part)}
    for area in sections["areas"]:
        shown = opened or id(area) in whole
        area["folds"] = [] if shown else [fold for of in _FOLDED if (fold := _fold(area, of))]
        folded = {id(row) for fold in area["folds"] for row in fold["rows"]}
        area["apart"] = [row for row in area["rows"] if id(row) not in folded]


def _never_folded(part: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    areas: Sequence[Mapping[str, Any]] = part["areas"]
    return areas if part["layer"] in (Layer.NATIONAL, Layer.DESCRIPTIVE) else ()


def _fold(area: Mapping[str, Any], of: Outcome) -> dict[str, Any] | None:
    """The rows of an outcome that one line stands for, unless there are none."""
    rows = [row for own in _together(area["rows"]) if _all_come_to(own, of) for row in own]
    if not rows:
        return None
    return {
        "key": of.value,
        "words": _FOLDED[of] % {"count": len(rows)},
        "labels": by_semicolons(row["topic"]["label"] for row in rows),
        "rows": rows,
    }


def _together(rows: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """Rows that stand by themselves, and those that belong together."""
    own: list[Mapping[str, Any]] = []
    for row in rows:
        if own and ("in_pair" not in row or "pair" in row):
            yield own
            own = []
        own.append(row)
    if own:
        yield own


def _all_come_to(rows: Iterable[Mapping[str, Any]], of: Outcome) -> bool:
    return all(row["outcome"] == of for row in rows)


def prepare_rows(areas: Iterable[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Give each cell the name of its column, and say once what neighbours have in common.

    Args:
        areas: the rows of a comparison, each with its cells as ``noted``.
        names: the columns by name, in their order.
    """
    for area in areas:
        for row in area["rows"]:
            for noted, name in zip(row["noted"], names, strict=True):
                noted["of"] = name
            _mark_words(row)
            _tell_begun(row)
            _share_doubts(row)
            _span(row["noted"])


def _share_doubts(row: Any) -> None:
    """A doubt that holds for all columns stands beside the topic, and in no cell."""
    cells = [noted["cell"] for noted in row["noted"]]
    if len(cells) < 2 or not all(isinstance(cell, RenderedCell) for cell in cells):
        return
    caveats = {cell.policy["caveat"] for cell in cells}
    if len(caveats) == 1 and (caveat := caveats.pop()):
        row["caveat"] = caveat
        for noted in row["noted"]:
            noted["caveat_told"] = True
    if all(cell.of_the_place()["later_differs"] for cell in cells):
        row["later_differs"] = True
        for noted in row["noted"]:
            noted["later_told"] = True


def _mark_words(row: Mapping[str, Any]) -> None:
    """Mark in texts what the first known one does not say; of two texts, in both."""
    answered_by = ANSWER_TYPES[row["topic"]["value_type"]]
    if row["outcome"] != Outcome.DIFFERS or not answered_by.is_in_words:
        return
    stated = [n for n in row["noted"] if n["cell"]["state"] == State.STATED]
    if len(stated) < 2:
        return
    first = stated[0]["cell"]["display"]
    others = [noted for noted in stated if noted["cell"]["display"] != first]
    for noted in others:
        noted["marked"] = words_come(noted["cell"]["display"], first)
    if others and len({noted["cell"]["display"] for noted in others}) == 1:
        other = others[0]["cell"]["display"]
        for noted in stated:
            if noted["cell"]["display"] == first:
                noted["marked"] = words_come(first, other)


def _tell_begun(row: Any) -> None:
    """Tell where a row differs only since a rule is there in one column and not yet in another."""
    if row["outcome"] != Outcome.DIFFERS:
        return
    known = [
        noted["cell"]
        for noted in row["noted"]
        if noted["cell"]["state"] in (State.STATED, State.NOT_APPLICABLE, State.NO_SUCH_RULE_YET)
    ]
    told = {cell["display"] for cell in known if cell["state"] != State.NO_SUCH_RULE_YET}
    not_yet = any(cell["state"] == State.NO_SUCH_RULE_YET for cell in known)
    if not_yet and len(told) == 1:
        row["begun"] = gettext("begins or ends in one of them")


def _span(cells: Sequence[dict[str, Any]]) -> None:
    """Join neighbours that give the same answer, as sure and with the same doubts, or of which
    the same is said where there is none.

    The first one knows its ``others``; those say no more that they are there. Where they do not
    say so by one document, scope and span, each of ``by_rule`` is one that does, with the names of
    its columns.
    """
    for key, own in groupby(cells, key=_answered):
        group = list(own)
        if key is None or len(group) < 2:
            continue
        group[0]["others"] = group[1:]
        for noted in group[1:]:
            noted["covered"] = True
        if not isinstance(group[0]["cell"], RenderedCell):
            continue
        ruled = [list(alike) for _said_by, alike in groupby(group, key=_said)]
        if len(ruled) > 1:
            group[0]["by_rule"] = [([one["of"] for one in alike], alike[0]) for alike in ruled]


def _answered(noted: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What an answer is to a reader, whatever says so; what stands apart is told apart."""
    cell = noted["cell"]
    if not isinstance(cell, RenderedCell):
        # What answered last is of its own place.
        return None if cell["ended"] else (cell["state"], cell["display"], "apart" in noted)
    policy, place = cell.policy, cell.of_the_place()
    return (
        policy["state"],
        policy["display"],
        policy["verification"],
        policy["caveat"],
        place["later_differs"],
        noted.get("marked"),
        "apart" in noted,
    )


def _said(noted: Mapping[str, Any]) -> tuple[Any, ...]:
    cell = noted["cell"]
    place = cell.of_the_place()
    beside = tuple(other.identity for other in cell.also)
    return (
        place["policy"],
        place["from_written"],
        place["until_written"],
        beside,
        place["later_differs"],
        place["ends_in_days"],
    )
