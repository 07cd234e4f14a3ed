"""The atlas and how rules spread, drawn to be taken along as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.drawings import few_lines, letters_wide, one_line
from cbec_portal.punctuation import enumerated
from zones.pages.pictures import FINE_LETTER, LETTER, Picture, PictureKey

#: A cell of the matrix; how wide the names of its rows are, and how steep those of its columns.
CELL, LINE = 26, 20
NAMES = 300
STEEP = 0.87
LONGEST_TOPIC = 44
#: How the years and the rules stand beside each other.
ABREAST, GAP = 4, 20
RULE_WIDTH, RULE_HEIGHT, RULES_ABREAST = 250, 88, 3
#: Signs that few fonts have, as strokes.
STROKES = {"✓": "M-5 0l3.5 4 6.5-9", "✗": "M-4-4l8 8M4-4l-8 8"}


class DrawnCell(NamedTuple):
    """A cell of the matrix: its corner, its shade, what it says in full, and its sign."""

    x: int
    y: int
    shade: str
    words: str
    sign: SafeString


class Matrix(NamedTuple):
    """The atlas as drawn: its cells, the names of its rows and parts, and those of its columns."""

    cells: list[DrawnCell]
    names: list[tuple[int, str, str]]
    heads: list[tuple[int, str]]


def matrix_picture(title: str, context: dict[str, Any]) -> Picture | None:
    """Return the atlas as signs; none on a day on which no topic varies."""
    topics, parts = context["topics"], context["parts"]
    if not topics:
        return None
    cells: list[DrawnCell] = []
    names: list[tuple[int, str, str]] = []
    y = 0
    for part in parts:
        if part["name"]:
            y += LINE
            names.append((y - 5, "last", part["name"]))
        for row in part["rows"]:
            named = row["folded"] or enumerated(name for _link, name, _slug in row["cities"])
            names.append((y + 15, "shown", one_line(named, int(NAMES / LETTER))))
            cells += [
                DrawnCell(place * CELL, y, cell.shade, cell.words, _sign(cell.sign))
                for place, cell in enumerate(row["cells"])
            ]
            y += LINE
    labels = [one_line(topic["label"], LONGEST_TOPIC) for topic in topics]
    heads = [(place * CELL + CELL // 2, label) for place, label in enumerate(labels)]
    longest = max(map(letters_wide, labels)) * LETTER
    head = round(longest * STEEP) + 10
    width = NAMES + len(topics) * CELL + round(longest / 2)
    return Picture(
        title,
        context["summary"],
        "zones/drawings/matrix.html",
        Matrix(cells, names, heads),
        -NAMES,
        -head,
        width,
        head + y,
        [*_matrix_keys(), *_letter_keys(context["letters"])],
    )


def years_picture(title: str, context: dict[str, Any]) -> Picture | None:
    """Return the small pictures of all years; none where they show no topic."""
    years, width, height = context["years"], context["width"], context["height"]
    if not width:
        return None
    step, line = width + GAP, height + 2 * GAP + 8
    drawn = [
        {
            "x": place % ABREAST * step,
            "y": place // ABREAST * line,
            "words": one_line(
                f"{year['day'].year}{_(': ')}{year['words']}", int(step / FINE_LETTER)
            ),
            "paths": year["paths"],
        }
        for place, year in enumerate(years)
    ]
    lines = -(-len(years) // ABREAST)
    words = _(
        "Every year on its last day: a line for each city, province by province, and a column for "
        "each topic below. The darker, the fewer cities answer so on that day; what is not known "
        "is left blank."
    )
    columns = _("; ").join(
        f"{place}. {topic['label']}" for place, topic in enumerate(context["year_topics"], 1)
    )
    return Picture(
        title,
        words,
        "zones/drawings/years.html",
        {"years": drawn, "width": width, "height": height},
        0,
        -GAP,
        ABREAST * step,
        lines * line,
        [PictureKey(SafeString(""), columns)],
    )


def spread_picture(title: str, shows: str, context: dict[str, Any]) -> Picture | None:
    """Return how each rule spread as a small line; none where no city has had any."""
    rows = [row for row in context["rows"] if row["steps"]]
    if not rows:
        return None
    drawn = []
    for place, row in enumerate(rows):
        told = _(": ").join(filter(None, [row["label"], row["answer"]]))
        drawn.append(
            {
                "x": place % RULES_ABREAST * RULE_WIDTH,
                "y": place // RULES_ABREAST * RULE_HEIGHT,
                "lines": enumerate(few_lines(told, int((RULE_WIDTH - 20) / LETTER), 2)),
                "points": row["line"],
                "then": row["then"],
            }
        )
    return Picture(
        title,
        shows,
        "zones/drawings/spread.html",
        {"rows": drawn, "width": context["width"], "height": context["height"]},
        0,
        0,
        RULES_ABREAST * RULE_WIDTH,
        -(-len(rows) // RULES_ABREAST) * RULE_HEIGHT,
    )


def _sign(sign: str) -> SafeString:
    if sign in STROKES:
        return format_html('<path class="sign" d="{}"/>', STROKES[sign])
    return format_html('<text class="middle" y="5">{}</text>', sign)


def _matrix_keys() -> list[PictureKey]:
    def tinted(shades: Sequence[str]) -> SafeString:
        bars = (
            (place * 30 / len(shades), shade, 30 / len(shades))
            for place, shade in enumerate(shades)
        )
        markup = '<rect class="cell {}" x="{}" y="-7" width="{}" height="14"/>'
        return SafeString("".join(format_html(markup, shade, x, wide) for x, shade, wide in bars))

    def signed(sign: str) -> SafeString:
        return format_html('<g transform="translate(15 0)">{}</g>', _sign(sign))

    return [
        PictureKey(tinted(["shade-0"]), _("as most cities")),
        PictureKey(
            tinted(["shade-1", "shade-2", "shade-3", "shade-4"]), _("the darker, the fewer cities")
        ),
        PictureKey(tinted(["unknown"]), _("not known")),
        PictureKey(signed("✓"), pgettext("value", "yes")),
        PictureKey(signed("✗"), pgettext("value", "no")),
        PictureKey(signed("–"), _("no such rule, or not applicable")),
        PictureKey(signed("?"), _("not researched")),
    ]


def _letter_keys(lettered: Sequence[dict[str, Any]]) -> list[PictureKey]:
    """What the letters of each topic stand for."""
    return [
        PictureKey(
            SafeString(""),
            _(": ").join(
                [
                    one["label"],
                    _("; ").join(
                        chain(f"{letter} {words}" for words, letter in one["letters"].items())
                    ),
                ]
            ),
        )
        for one in lettered
    ]
