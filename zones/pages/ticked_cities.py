"""Boxes beside the names of cities: those ticked, on whatever page, go on to the comparison.

All boxes of a page belong to the one form at its foot (``zones/ticked.html``), which asks for the
comparison, so that they work without a script; ``ticked.js`` keeps what is ticked from page to
page.
"""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from cbec_portal.languages import active_language
from cbec_portal.punctuation import enumerated
from zones.pages.links import own_link

register = template.Library()

#: So many boxes are kept as they are written.
MOST_BOXES = 1024


@register.simple_tag
def tick(slug: str, name: str, ticked: bool = False) -> SafeString:
    """Return the box by which a city or place, known by its key in a comparison, is ticked."""
    return ticked_box(slug, name, ticked, active_language())


@register.simple_tag
def tick_link(
    slug: str, name: str, link: str = "", ticked: bool = False, last: bool = True
) -> SafeString:
    """Return the name of a city with its box before it, as a link: else to the city today.

    In a sentence a comma follows all but the ``last``, and no line begins with it.
    """
    named = f'<a href="{escape(link or own_link(slug))}">{escape(name)}</a>'
    if not last:
        named = f"<span>{named}{escape(enumerated(['', '']).rstrip())}</span>"
    return SafeString(f'<span class="ticking">{tick(slug, name, ticked)}{named}</span>')


@register.simple_tag
def tick_named(slug: str, name: str) -> SafeString:
    """Return the box of the place that a page is about, with its words beside it."""
    words = escape(gettext("Add %s to the comparison") % name)
    box = tick(slug, name).replace(" aria-label", f' data-name="{escape(name)}" aria-label')
    return SafeString(f'<label class="ticking no-print">{box}<span>{words}</span></label>')


# A list has a box for each city, and the words of a box need the language switched.
@lru_cache(MOST_BOXES)
def ticked_box(slug: str, name: str, ticked: bool, language: str) -> SafeString:
    """Return such a box in a language, for whoever makes many."""
    checked = " checked" if ticked else ""
    with override(language):
        return SafeString(_box(language).format(escape(slug), escape(name), checked))


@cache
def _box(_language: str) -> str:
    """The box of a language, with places for the key and the name."""
    label = escape(gettext("Add %s to the comparison")).replace("%s", "{1}")
    return (
        '<input type="checkbox" class="tick-city no-print" form="ticked" name="cities" '
        f'value="{{0}}" aria-label="{label}" autocomplete="off"{{2}}>'
    )
