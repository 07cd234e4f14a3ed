"""How a document stands, in the reader's words, and where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import pgettext

from zones.models.sources import SourceStatus
from zones.pages.links import source_page

register = template.Library()


@register.filter
def document_state(status: str) -> str:
    """Return whether a document is in force, where nothing beside it says what that is about."""
    if status == SourceStatus.UNKNOWN:
        return pgettext("status of a document", "state unknown")
    return str(SourceStatus(status).label)


@register.simple_tag(takes_context=True)
def whole_address(context: template.Context, source: Mapping[str, Any]) -> str:
    """Return where a document is read by whoever has nothing but paper: its official address, else
    the whole address of its page here.

    Args:
        context: of a page, with its ``request``.
        source: the document as it is cited.
    """
    official: str = source["official_url"]
    return official or context["request"].build_absolute_uri(source_page(source["id"]))
