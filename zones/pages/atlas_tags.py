"""The cells of the atlas as markup: there are thousands, which templates took too long for."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from zones.pages.atlas_page import ShownCell

register = template.Library()


@register.simple_tag
def atlas_cells(row: Iterable[ShownCell], shown: str) -> SafeString:
    """Return the cells of a row: signs that say their answer aloud, or answers in words."""
    if shown == "signs":
        return mark_safe("".join(map(_sign, row)))
    return mark_safe("".join(map(_words, row)))


def _sign(cell: ShownCell) -> str:
    words = escape(cell.words)
    return (
        f'<td class="{cell.shade}"><a href="{escape(cell.link)}" title="{words}"'
        f' aria-label="{words}">{escape(cell.sign)}</a></td>'
    )


def _words(cell: ShownCell) -> str:
    return f'<td class="{cell.shade}"><a href="{escape(cell.link)}">{escape(cell.words)}</a></td>'
