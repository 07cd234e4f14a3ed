"""What a block of a page says, once more elsewhere: its title, say, for whoever shows its link."""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

register = template.Library()


@register.tag
def again(_parser: Parser, token: Token) -> AgainNode:
    """Render a block of the page once more, in one line: ``{% again title %}``."""
    _name, block = token.split_contents()
    return AgainNode(block)


class AgainNode(Node):
    """Renders the block that the page defines, which stands in its own place as well."""

    def __init__(self, name: str) -> None:
        # It is no child of this node, or it would count as the block itself.
        self.block = BlockNode(name, NodeList())

    def render(self, context: template.Context) -> SafeString:
        """Return what the block says; nothing where no template is extended."""
        return SafeString(" ".join(self.block.render(context).split()))
