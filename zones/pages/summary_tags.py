"""What revisions say of themselves, each in the language in which it says so."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cbec_portal.languages import active_language
from zones.dataset.load_summaries import told
from zones.models.made_texts import retold
from zones.rules.excerpts import shortened

register = template.Library()


@register.filter(name="retold")
def _retold(text: str) -> str:
    """Return what a set is called or says, in the reader's language where the program made it."""
    return retold(text)


@register.simple_tag
def revision_summary(summary: str, most: int = 0) -> SafeString:
    """Return the summary of a revision, marked as of its language where that is another.

    Args:
        summary: what the revision keeps.
        most: so many characters of it are shown; all where it is 0.
    """
    said, language = told(summary)
    title, _line, reason = (shortened(said, most) if most else said).partition("\n")
    shown: SafeString = linebreaksbr(title)
    if reason:
        shown = format_html("<strong>{}</strong><br>{}", shown, linebreaksbr(reason))
    if language == active_language():
        return shown
    return format_html('<span lang="{}">{}</span>', language, shown)
