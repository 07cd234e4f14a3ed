"""Two texts side by side, with the words marked that differ; whatever a record says is escaped."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cbec_portal.templatetags.spoken import spoken, spoken_lang
from zones.rules.words_apart import Piece, pieces_of

register = template.Library()


@register.filter
def words_gone(before: str | None, after: str | None) -> SafeString:
    """Return the former of two texts, with what the latter says no more marked."""
    return _marked("del", before or "", [(one.before, one) for one in _pieces(before, after)])


@register.filter
def words_come(after: str | None, before: str | None) -> SafeString:
    """Return the latter of two texts, with what the former did not say marked."""
    return _marked("ins", after or "", [(one.after, one) for one in _pieces(before, after)])


# Of one pair of texts a template asks for both sides, one after the other; what differs between two
# long texts takes milliseconds.
@lru_cache(maxsize=256)
def _pieces(before: str | None, after: str | None) -> tuple[Piece, ...]:
    """The parts of both; nothing where they have no word in common, and all would be marked."""
    parts = tuple(pieces_of(before or "", after or ""))
    return parts if any(one.stays and one.before.strip() for one in parts) else ()


def _marked(tag: str, text: str, parts: list[tuple[str, Piece]]) -> SafeString:
    """A text, marked as of its language too where that is not the page's."""
    if not parts:
        return spoken(text)
    shown = _parted(tag, parts)
    language = spoken_lang(text)
    return format_html("<span{}>{}</span>", language, shown) if language else shown


def _parted(tag: str, parts: list[tuple[str, Piece]]) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (
                linebreaksbr(own, autoescape=True)
                if one.stays or not own
                else format_html(
                    "<{tag}>{}</{tag}>", linebreaksbr(own, autoescape=True), tag=SafeString(tag)
                ),
            )
            for own, one in parts
        ),
    )
