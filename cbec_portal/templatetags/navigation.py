"""Links between the rooms of the portal, the one we are in marked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def nav_link(context: template.Context, name: str, label: str, *args: Any) -> SafeString:
    """Return a link to a page by the name of its address, marked where it is the page shown."""
    path = _address(name, args, get_script_prefix())
    request = context.get("request")
    here = request is not None and request.path == path
    current = ' aria-current="page"' if here else ""
    return SafeString(f'<a href="{escape(path)}"{current}>{escape(label)}</a>')


@register.filter
def with_first_called(crumbs: str, name: str) -> SafeString:
    """Return the way to a page of the admin, its first page called as the menu calls it."""
    link = re.compile(rf'(<a href="{re.escape(reverse("admin:index"))}">)[^<]*(?=</a>)')
    # What is put in is escaped, all else is markup of the admin itself.
    return SafeString(link.sub(lambda found: f"{found[1]}{escape(name)}", crumbs))


# Every page leads to the same few; addresses stay as long as the process, under the prefix at which
# the portal is served.
@lru_cache
def _address(name: str, args: tuple[Any, ...], _prefix: str) -> str:
    return reverse(name, args=args)
