"""Long lists: the same markup for each of many rows, of which only texts differ."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, TextNode, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@register.tag
def each(parser: Parser, token: Token) -> EachNode:
    """Repeat markup for each row of a list: ``{% each rows %}<b>{0}</b> {1}{% endeach %}``.

    A row is a sequence of texts, which are escaped and stand in place of their numbers. Everything
    else in between, such as words to translate, is rendered once and not for each row, which makes
    it many times faster than ``for``.

    Raises:
        TemplateSyntaxError: it names no list, or more than one.
    """
    try:
        _name, rows = token.split_contents()
    except ValueError as wrong:
        raise template.TemplateSyntaxError("each takes one list") from wrong
    nodelist = parser.parse(("endeach",))
    parser.delete_first_token()
    return EachNode(parser.compile_filter(rows), nodelist)


class EachNode(Node):
    """Renders what stands in it once, and fills it in for each row."""

    def __init__(self, rows: FilterExpression, nodelist: NodeList) -> None:
        self.rows, self.nodelist = rows, nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return the markup of all rows."""
        rows: Iterable[Sequence[Any]] = self.rows.resolve(context)
        markup = "".join(
            node.s
            if isinstance(node, TextNode)
            else _literally(str(node.render_annotated(context)))
            for node in self.nodelist
        )
        return SafeString("".join([markup.format(*map(_escaped, row)) for row in rows]))


def _escaped(text: Any) -> str:
    """What stands in a place of a row: a plain text, as nearly all are, is escaped at once."""
    return html.escape(text) if type(text) is str else conditional_escape(text)


def _literally(text: str) -> str:
    """A text in which nothing is filled in."""
    return text.replace("{", "{{").replace("}", "}}")
