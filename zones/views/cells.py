"""Where a cell stands in full."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.urls import reverse

MOST_KEPT = 16_384


def answer_link(city: str, topic: str, day: date, past: str) -> str:
    """Where an answer stands in full.

    Args:
        city: slug.
        topic: slug.
        past: the revision asked for as a query string, blank for the newest.
    """
    return f"{_answer_path(city, topic)}?as_of={day}{'&' if past else ''}{past}"


@lru_cache(MOST_KEPT)
def _answer_path(city: str, topic: str) -> str:
    return reverse("zones:answer", args=[city, topic])
