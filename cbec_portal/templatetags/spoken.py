"""Texts that people wrote, or the data keep, in a language of their own: marked where that is
another than the page's, so that they are read aloud, hyphenated and drawn rightly.
"""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from cbec_portal.languages import active_language, is_chinese, mostly_in

register = template.Library()

_QUOTED = re.compile("(?<=“)([^“”]*)(?=”)")


@register.filter
def spoken(text: Any) -> SafeString:
    """Return a text as markup, marked as of its language where that is another than the page's."""
    shown = linebreaksbr(str(text or ""), autoescape=True)
    marked = spoken_lang(text)
    return format_html("<span{}>{}</span>", marked, shown) if marked else shown


@register.filter
def spoken_lang(text: Any) -> SafeString:
    """Return the attribute of an element that holds a text of another language than the page's;
    nothing where it is of this one, or of none.
    """
    language = mostly_in(str(text or ""))
    if not language or is_chinese(language) == is_chinese(active_language()):
        return SafeString("")
    return format_html(' lang="{}"', language)


@register.filter
def spoken_quotes(text: Any) -> SafeString:
    """Return a line of the page's own as markup, in which each quote is marked where it is of
    another language.
    """
    parts = _QUOTED.split(str(text or ""))  # every second is what stands in the signs
    return SafeString(
        "".join(spoken(part) if place % 2 else escape(part) for place, part in enumerate(parts))
    )
