"""The effect of a change set as a small matrix: topics down, cities across, a mark where one turns.

Each topic is named beside its strip, drawn in SVG: runs of neighbouring cities as one mark, so that
a set that turns everything is no larger a page than one that turns a city. A city that is new has a
mark in every strip, so it is named once above them. What is shown stands below as a list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cbec_portal.punctuation import by_semicolons, enumerated
from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect
from zones.models import City

CELL = 6
HEIGHT = 12
#: So many strips stand open; more are folded away.
OPEN_ROWS = 15
#: So many cities are named beside a strip; more are counted.
NAMED = 3
#: What the strips are called: whether answers change in them, and whether some are kept otherwise.
_CALLED = {
    (True, False): _lazy("Cities in which answers change, by topic"),
    (True, True): _lazy("Cities in which answers change or stay by another row, by topic"),
    (False, True): _lazy(
        "Cities in which answers stay, by another row or in other words, by topic"
    ),
    (False, False): "",
}
#: What becomes of an answer that stays: whether another row gives it.
_KEPT = {
    True: _lazy("the same answer, by another row"),
    False: _lazy("the same answer, told or dated otherwise"),
}


def picture_of(
    effect: Effect, words: CellWords, came: Collection[str] | None = None
) -> dict[str, Any] | None:
    """Return a strip of marks for each topic, in user units, and the cities that are new in all;
    nothing where no answer changes.

    Args:
        effect: what becomes of answers.
        words: what reads the cells.
        came: the cities that were new in a revision that was published; by default those are new
            of which nothing is known.
    """
    if not effect.groups:
        return None
    # What was taken back is known to earlier revisions alone, and has a place in their strips only.
    shown = list(City.objects.not_taken_back().values_list("slug", flat=True))
    if came is not None:
        then = {*shown, *effect.cities} - {*came}
        shown = [slug for slug in City.objects.values_list("slug", flat=True) if slug in then]
    order = {slug: place for place, slug in enumerate(shown)}
    new = _new_cities(effect, order)
    answers: dict[str, set[str]] = defaultdict(set)
    others: dict[str, set[str]] = defaultdict(set)
    for group in effect.groups:
        (answers if group.is_answer else others)[group.topic].update(
            city for city in group.cities if city not in new
        )
    rows = []
    for topic in sorted(topic for topic in effect.topics if answers[topic] or others[topic]):
        rows.append(
            {
                "topic": words.topic(topic),
                "told": _told(answers[topic], others[topic] - answers[topic], words),
                "marks": _runs(order[city] for city in answers[topic]),
                "fainter": _runs(order[city] for city in others[topic] - answers[topic]),
            }
        )
    places = list(order) or [""]
    has_marks = any(row["marks"] for row in rows)
    kept = {
        group.is_of_another_row
        for group in effect.groups
        if not group.is_answer and {*group.cities} - answers[group.topic] - {*new}
    }
    return {
        "rows": rows,
        "folds": len(rows) > OPEN_ROWS,
        "new": [(words.city(city), count) for city, count in new.items()],
        "has_marks": has_marks,
        "called": _CALLED[has_marks, bool(kept)],
        "kept": [words for is_moved, words in _KEPT.items() if is_moved in kept],
        "first": words.city(places[0]),
        "last": words.city(places[-1]),
        "cities": len(order),
        "width": len(order) * CELL,
        "height": HEIGHT,
    }


def _told(answers: Collection[str], kept: Collection[str], words: CellWords) -> str:
    """The cities of a topic in which its answer changes, and those that keep it: by name where
    they are few, else how many they are.
    """
    told = _cities(answers, words)
    if not kept:
        return told
    keeping = _("the answer stays: %s") % _cities(kept, words)
    return by_semicolons([told, keeping]) if answers else keeping


def _cities(cities: Collection[str], words: CellWords) -> str:
    if len(cities) > NAMED:
        return ngettext("%s city", "%s cities", len(cities)) % f"{len(cities):,}"
    return enumerated(words.cities(cities))


def _new_cities(effect: Effect, known: Collection[str]) -> Mapping[str, int]:
    """The cities that the set itself brings, and of how many topics each gets an answer."""
    topics: dict[str, set[str]] = defaultdict(set)
    for group in effect.groups:
        for city in group.cities:
            topics[city].add(group.topic)
    return {city: len(own) for city, own in sorted(topics.items()) if city not in known}


def _runs(places: Iterable[int]) -> list[dict[str, int]]:
    """Marks of neighbouring cities, each where it begins and how wide it is."""
    ordered = sorted(places)
    return [
        {"x": run[0] * CELL, "width": len(run) * CELL - 1}
        for _, group in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])
        if (run := [place for _, place in group])
    ]
