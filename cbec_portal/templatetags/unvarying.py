"""What is the same on every page of a language, such as the foot of all pages."""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.urls import get_script_prefix
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


class UnvaryingNode(Node):
    """Keeps what it rendered, by the language and by what all addresses begin with."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._rendered: dict[tuple[str, str], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """Return the markup, rendered first where it is not yet."""
        under = (active_language(), get_script_prefix())
        rendered = self._rendered.get(under)
        if rendered is None:
            rendered = self._rendered[under] = self.nodelist.render(context.new({}))
        return rendered
