"""What was wrong with the question of a page, told beside its fields and above its content."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def typed(context: template.Context, name: str, otherwise: Any) -> Any:
    """Return what a field shows.

    That is what was refused, so that it can be mended, else what the field stands for.
    """
    refused = context.get("refused")
    text = refused.typed(name) if refused else None
    return otherwise if text is None else text


@register.simple_tag(takes_context=True)
def marked(context: template.Context, name: str) -> SafeString:
    """Return the attributes of a field whose value was refused."""
    refused = context.get("refused")
    if not refused or refused.typed(name) is None:
        return SafeString("")
    return format_html(' aria-invalid="true" aria-describedby="refused-{}"', name)


@register.simple_tag(takes_context=True)
def refused(context: template.Context, name: str) -> SafeString:
    """Return what was wrong with a parameter, to stand beside its field."""
    found = context.get("refused")
    told = found.of(name) if found else []
    if not told:
        return SafeString("")
    return SafeString(render_to_string("portal/refused_field.html", {"name": name, "told": told}))


@register.tag
def refusable(parser: template.base.Parser, _token: template.base.Token) -> RefusableNode:
    """Return content, and above it whatever was refused of which no field in it tells."""
    nodelist = parser.parse(("endrefusable",))
    parser.delete_first_token()
    return RefusableNode(nodelist)


class RefusableNode(template.Node):
    """Renders its content first, to know what is left to tell."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        """Return the content below what is left to tell."""
        content = self.nodelist.render(context)
        found = context.get("refused")
        told = found.others() if found else []
        if not told:
            return content
        return mark_safe(render_to_string("portal/refused.html", {"told": told}) + content)  # noqa: S308  # both are rendered templates
