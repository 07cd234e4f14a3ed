"""What a field offers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cbec_portal.choice_labels import chosen_label

register = template.Library()


@register.simple_tag
def options(offered: Iterable[tuple[Any, ...]], chosen: Any = None) -> SafeString:
    """Return the options of a select, the chosen one selected.

    Args:
        offered: of each option its value and its label.
        chosen: the value of the chosen one.
    """
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, SafeString(" selected" if value == chosen else ""), label)
            for value, label in offered
        ),
    )


register.filter("chosen", chosen_label)
