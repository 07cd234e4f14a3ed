"""Signs between words in templates, of full width in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from cbec_portal import punctuation

register = template.Library()


@register.simple_tag
def blank() -> str:
    """Return what stands between two words of a line, such as *from* and a day."""
    return punctuation.blank()


@register.filter
def in_brackets(said: str) -> str:
    """Return what is said of something that stands before it, in brackets."""
    return punctuation.bracketed("", said)


@register.filter
def enumerated(names: Iterable[str]) -> str:
    """Return several of a kind in one line."""
    return punctuation.enumerated(map(str, names))
