"""Texts that are shown in part."""

from __future__ import annotations

from django import template

from zones.rules.excerpts import shortened

register = template.Library()


@register.filter
def excerpt(text: object, most: int) -> str:
    """Return so many signs of a text at most, cut between words, with dots where it goes on."""
    return shortened(str(text), most)
