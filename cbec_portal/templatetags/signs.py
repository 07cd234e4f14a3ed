"""Signs between words in templates, of full width in Chinese."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from cbec_portal import punctuation

register = template.Library()


@register.filter
def enumerated(names: Iterable[str]) -> str:
    """Return several of a kind in one line."""
    return punctuation.enumerated(map(str, names))
