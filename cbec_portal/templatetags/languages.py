"""The languages of the portal, for what leads from one to the other."""

from __future__ import annotations

from django import template

from cbec_portal.languages import LANGUAGES, Language, active_language

register = template.Library()


@register.simple_tag
def languages() -> tuple[Language, ...]:
    """Return the languages of the portal."""
    return LANGUAGES


@register.simple_tag
def day_locale() -> str:
    """Return the form of days in browsers, in the reader's language."""
    return next(own.locale for own in LANGUAGES if own.code == active_language())
