"""What is the same on every page of a language, such as the foot of all pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.urls import get_script_prefix
from django.utils.html import escape
from django.utils.safestring import SafeString

from cbec_portal.languages import active_language

register = template.Library()


@register.tag
def unvarying(parser: Parser, _token: Token) -> UnvaryingNode:
    """Render markup once for each language: ``{% unvarying %}...{% endunvarying %}``.

    Words, addresses and files may stand in it, but nothing of a page: it is rendered as if the page
    had given nothing.
    """
    nodelist = parser.parse(("endunvarying",))
    parser.delete_first_token()
    return UnvaryingNode(nodelist)


@register.tag
def unvarying_links(parser: Parser, _token: Token) -> UnvaryingLinksNode:
    """Do likewise with links of which one is marked on the page that it leads to:
    ``{% unvarying_links %}...{% endunvarying_links %}``.
    """
    nodelist = parser.parse(("endunvarying_links",))
    parser.delete_first_token()
    return UnvaryingLinksNode(nodelist)


class UnvaryingNode(Node):
    """Keeps what it rendered, by the language and by what all addresses begin with."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._rendered: dict[tuple[str, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the markup, rendered first where it is not yet."""
        return self._kept(context, {})

    def _kept(self, context: template.Context, given: dict[str, Any], *beside: str) -> SafeString:
        under = (active_language(), get_script_prefix(), *beside)
        rendered = self._rendered.get(under)
        if rendered is None:
            rendered = self._rendered[under] = self.nodelist.render(context.new(given))
        return rendered


class UnvaryingLinksNode(UnvaryingNode):
    """Keeps links as they are on all pages, and as they are on each that they lead to."""

    def render(self, context: template.Context) -> SafeString:
        """Return the links, of which the one to this page is marked."""
        rendered, request = super().render(context), context.get("request")
        # Elsewhere they are the same, so that there are no more of them than there are links.
        if request is None or f'href="{escape(request.path)}"' not in rendered:
            return rendered
        return self._kept(context, {"request": request}, request.path)
