"""Counts as people read them, by thousands."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def grouped(count: int) -> str:
    """Return a count by thousands.

    >>> grouped(12345)
    '12,345'
    """
    return f"{count:,}"
