"""What cells share between pages, made once and kept: texts beside answers, and links."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from cbec_portal.api.renderers import Written

MOST_KEPT = 1024


def beside_answer(cell: Written, language: str) -> SafeString:
    """The sign, doubts, scope, span, summary and source of a cell.

    Args:
        cell: a cell with a policy.
        language: the active language.
    """
    return _rendered(cell.json, language)


@lru_cache(MOST_KEPT)
def answer_link(city: str, topic: str, day: date, past: str) -> str:
    """Where an answer stands in full.

    Args:
        city: slug.
        topic: slug.
        past: the revision asked for as a query string, blank for the newest.
    """
    question = f"as_of={day.isoformat()}{'&' if past else ''}{past}"
    return f"{reverse('zones:answer', args=[city, topic])}?{question}"


@lru_cache(MOST_KEPT)
def _rendered(cell: bytes, language: str) -> SafeString:
    return render_to_string("zones/cell/beside_answer.html", {"cell": Written(cell)})
