"""Links between the rooms of the portal, the one we are in marked."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, name: str, label: str, *args: Any) -> SafeString:
    """Return a link to a page by the name of its address, marked where it is the page shown."""
    path = reverse(name, args=args)
    request = context.get("request")
    here = request is not None and request.path == path
    current = mark_safe(' aria-current="page"') if here else ""
    return format_html('<a href="{}"{}>{}</a>', path, current, label)
