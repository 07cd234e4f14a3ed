"""How a document stands, in the reader's words."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

from zones.models.sources import SourceStatus

register = template.Library()


@register.filter
def document_state(status: str) -> str:
    """Return whether a document is in force, where nothing beside it says what that is about."""
    if status == SourceStatus.UNKNOWN:
        return pgettext("status of a document", "state unknown")
    return str(SourceStatus(status).label)
