"""The heads of the columns of a comparison, and its focus areas, as markup.

Each column has as many ways on as a page has lines, and there are some thirty areas, so they are
put together here and not by templates, which took half of the time of a page. What is the same for
all columns is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.day_words import day_as_time
from zones.pages.row_cells import Reader, reader_of
from zones.pages.row_tags import rows_compared
from zones.pages.ticked_cities import tick

register = template.Library()


@register.simple_tag(takes_context=True)
def column_heads(context: template.Context) -> SafeString:
    """Return the heads of the columns that a page compares, with the comparisons one step away.

    Args:
        context: of the page, with the columns as ``heads``, the question as ``state``, the
            ``other_language``, and whether it ``compares`` several.
    """
    asked = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in context["state"]
    )
    own_day = _own_days(asked)
    words = {
        "left": gettext("Move %(name)s left"),
        "right": gettext("Move %(name)s right"),
        "first": gettext("Make %(name)s the baseline"),
        "without": gettext("Remove %(name)s"),
    }
    told_own = f'<span class="fine">{gettext("own day")}</span>'
    told_first = f'<span class="fine">{gettext("baseline")}</span>' if context["compares"] else ""

    def other(name: str) -> str:
        language = context["other_language"]
        return f'<span class="fine other-name" lang="{language}">{escape(name)}</span>'

    def head(own: Mapping[str, Any], is_first: bool) -> str:
        name, day = escape(own["name"]), day_as_time(own["day"])
        moves = "".join(_move(own[way], way, told % {"name": name}) for way, told in words.items())
        return (
            f'\n<th scope="col" role="columnheader" data-column="{escape(own["slug"])}'
            f'@{own["day"].isoformat()}">'
            f'\n  <span class="ticking">{tick(own["slug"], own["name"])}'
            f'<a class="city" href="{escape(own["address"])}">{name}</a></span>'
            f"\n  {other(own['other_name']) if own['other_name'] else ''}"
            '\n  <span class="column-tools">'
            f"\n    {own_day(own, name, day)}"
            f'\n    <span class="print-only">{day}</span>'
            f"\n    {told_own if own['own_day'] else ''}"
            f"\n    {told_first if is_first else ''}"
            f'\n    <span class="moves no-print">{moves}'
            "\n    </span>"
            "\n  </span>"
            "\n</th>\n"
        )

    heads = enumerate(context["heads"])
    return SafeString("".join([head(own, not place) for place, own in heads]))


@register.simple_tag(takes_context=True)
def compared_areas(
    context: template.Context, areas: Iterable[Mapping[str, Any]], layer: str
) -> SafeString:
    """Return focus areas of a comparison with their rows, each as a body of its table.

    Args:
        context: of the page, with the columns as ``heads``, and whether it ``compares`` several.
        areas: of each its ``tally``, what it comes to in words as ``counted``, whether it is
            ``closed``, the question of ``toggle`` by which it no longer is, its rows that stand
            ``apart``, and its ``folds``.
        layer: what the topics of the areas are.
    """
    columns, compares, reader = len(context["heads"]), context["compares"], reader_of(context)

    def told(area: Mapping[str, Any]) -> str:
        is_closed = area["closed"]
        sign, expanded = ("▸", "false") if is_closed else ("▾", "true")
        rows = folds = ""
        if not is_closed:
            rows = f"\n    {rows_compared(area['apart'], columns, compares, reader)}\n  "
            if area["folds"]:
                folds = f"\n  {_folds(area, layer, columns, compares, reader)}\n"
        return (
            '\n<tbody role="rowgroup">'
            '\n  <tr class="area" role="row">'
            f'\n    <th scope="rowgroup" role="rowheader" colspan="{columns + 1}">'
            '\n      <span class="held">'
            f'\n        <a href="?{escape(area["toggle"])}" aria-expanded="{expanded}"'
            ' role="button">'
            f"\n          {sign} {escape(area['tally']['name'])}</a>"
            f'\n        <span class="fine">{escape(area["counted"])}</span>'
            "\n      </span>"
            "\n    </th>"
            "\n  </tr>"
            f"\n  {rows}"
            "\n</tbody>"
            f"\n{folds}\n"
        )

    return SafeString("".join(map(told, areas)))


@register.simple_tag(takes_context=True)
def alike_folds(context: template.Context, area: Mapping[str, Any], layer: str) -> SafeString:
    """Return the lines of an area that stand for rows which are alike, each with these below it.

    Args:
        context: as :func:`compared_areas` takes it.
        area: likewise.
        layer: what the topics of the area are.
    """
    columns, compares = len(context["heads"]), context["compares"]
    return SafeString(_folds(area, layer, columns, compares, reader_of(context)))


def _own_days(asked: str) -> Any:
    """What gives the way to a day of its own for a column, where the rest stays as it is asked."""
    address = escape(reverse("zones:compare"))
    another, words = (
        gettext("another day"),
        gettext("Own day of %(name)s; blank for the day of all"),
    )
    button = gettext("Set")

    def told(head: Mapping[str, Any], name: str, day: str) -> str:
        return (
            '\n<details class="own-day no-print">'
            f'\n  <summary>{day} <span class="visually-hidden">{another}</span></summary>'
            f'\n  <form action="{address}">'
            f"\n    {asked}"
            f'\n    <input type="hidden" name="column" value="{head["place"]}">'
            "\n    <label>"
            f'\n      <span class="visually-hidden">{words % {"name": name}}</span>'
            '\n      <input type="date" min="2000-01-01" name="column_day"'
            f' value="{head["day"].isoformat() if head["own_day"] else ""}">'
            "\n    </label>"
            f'\n    <button type="submit">{button}</button>'
            "\n  </form>"
            "\n</details>\n"
        )

    return told


#: The sign of each step that a column can take.
_SIGNS = {"left": "←", "right": "→", "first": "⇤", "without": "×"}


def _move(question: str | None, way: str, words: str) -> str:
    """The link to a comparison in which a column stands elsewhere, or not at all."""
    if not question:
        return "\n      "
    sideways = f' data-move="{way}"' if way in ("left", "right") else ""
    return (
        f'\n      \n        <a href="?{escape(question)}"{sideways}'
        f'\n           aria-label="{words}">{_SIGNS[way]}</a>\n      '
    )


def _folds(
    area: Mapping[str, Any], layer: str, columns: int, compares: bool, reader: Reader
) -> str:
    folds = "".join(
        '\n  <tbody role="rowgroup">'
        '\n    <tr class="alike-fold no-print" role="row">'
        f'\n      <td role="cell" colspan="{columns + 1}">'
        '\n        <label class="held">'
        '\n          <input type="checkbox" class="opens-alike"'
        f' id="{fold["key"]}-{layer}-{area["tally"]["focus_area"]}" autocomplete="off">'
        f"\n          {escape(fold['words'])}"
        f'\n          <span class="fine">{escape(fold["labels"])}</span>'
        "\n        </label>"
        "\n      </td>"
        "\n    </tr>"
        "\n  </tbody>"
        '\n  <tbody class="alike" role="rowgroup">'
        f"{rows_compared(fold['rows'], columns, compares, reader)}</tbody>\n"
        for fold in area["folds"]
    )
    return f"\n{folds}\n"
