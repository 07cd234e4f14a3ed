"""What revisions say of themselves, each in the language in which it says so."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cbec_portal.languages import active_language
from zones.dataset.load_summaries import called_writer, told
from zones.models.made_texts import retold
from zones.rules.excerpts import shortened

register = template.Library()


@register.filter(name="retold")
def _retold(text: str) -> str:
    """Return what a set is called or says, in the reader's language where the program made it."""
    return retold(text)


@register.filter
def writer(name: str) -> str:
    """Return who wrote or published something; what a load brought was nobody in person."""
    return called_writer(name)


@register.simple_tag
def revision_title(summary: str, most: int) -> SafeString:
    """Return the first line of the summary of a revision, marked as of its language."""
    said, language = told(summary)
    return _marked(shortened(said.partition("\n")[0], most), language)


@register.simple_tag
def revision_reason(summary: str, most: int) -> SafeString:
    """Return what stands below the first line of the summary of a revision."""
    said, language = told(summary)
    return _marked(shortened(said.partition("\n")[2], most), language)


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
    return _marked(shown, language)


def _marked(said: str, language: str) -> SafeString:
    """A text with its lines, marked as of its language where that is another."""
    shown: SafeString = linebreaksbr(said, autoescape=True)
    if language == active_language() or not said:
        return shown
    return format_html('<span lang="{}">{}</span>', language, shown)
