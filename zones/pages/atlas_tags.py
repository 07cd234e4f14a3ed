"""The cells of the atlas as markup: there are thousands, which templates took too long for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString, mark_safe

from zones.desk.addresses import address_of_answer
from zones.pages.desk_tags import may_propose, pencil

if TYPE_CHECKING:
    from zones.pages.atlas_page import ShownCell

register = template.Library()

#: Of so many answers the markup is kept.
MOST_ANSWERS = 4096


@register.simple_tag(takes_context=True)
def atlas_cells(
    context: template.Context, row: Iterable[ShownCell], city: str, shown: str, day: date
) -> SafeString:
    """Return the cells of a row: signs that say their answer aloud, or answers in words; those
    that analysts see lead to the desk.

    Args:
        context: what the page knows, and who reads it.
        row: the cells.
        city: the first of the cities that answer so.
        shown: whether signs or words are shown.
        day: the day asked about.
    """
    written = _sign if shown == "signs" else _words
    proposes = may_propose(context)
    return mark_safe(
        "".join(
            f'<td class="{cell.shade}"><a href="{escape(cell.link)}"'
            f"{written(cell.sign, cell.words)}"
            f"{pencil(address_of_answer(city, cell.topic, day)) if proposes else ''}</td>"
            for cell in row
        )
    )


# Cells of one answer differ by where they lead alone.
@lru_cache(MOST_ANSWERS)
def _sign(sign: str, words: str) -> str:
    told = escape(words)
    return f' title="{told}" aria-label="{told}">{escape(sign)}</a>'


def _words(_sign: str, words: str) -> str:
    return f">{escape(words)}</a>"
