"""What to write in a box, with an example: by its column, of a value by the type of its topic."""

from __future__ import annotations

from typing import Any, assert_never

from django.utils.translation import gettext as _

from cbec_portal.languages import active_language
from zones.models import Topic
from zones.models.value_types import ValueType


def help_of(column: str) -> Any:
    """Return what to write in the box of a column; nothing where its name says it."""
    match column:
        case "verified_on":
            return _(
                "The day on which somebody last compared the row with its document: 2026-11-23."
            )
        case "note":
            return _(
                "For staff alone: how you read it, or what is to be looked into. Never public."
            )
        case _:
            return ""


def help_of_value(topic: Topic) -> str:
    """Return what to write as an answer to a topic."""
    match ValueType(topic.value_type):
        case ValueType.NUMBER if topic.unit:
            told = _(
                "The exact number as the document states it, in %(unit)s and without it: 5000."
            )
            return told % {"unit": topic.unit_in(active_language())}
        case ValueType.NUMBER:
            return _("The exact number as the document states it: 5000 or 0.7.")
        case ValueType.BOOLEAN:
            return _(
                "Yes or no, as the document says. Where it says nothing, choose what is known."
            )
        case ValueType.CHOICE:
            return _("The one choice that the document says; “How it is answered” explains each.")
        case ValueType.TEXT:
            return _("In English, in a sentence: what the document says, nothing of your own.")
        case never:
            assert_never(never)
