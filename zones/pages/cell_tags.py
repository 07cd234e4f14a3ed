"""What a cell says, as markup.

A comparison has hundreds of cells, so their markup is put together here and not by templates,
which took most of the time of a page. Whatever a record says is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, override

from cbec_portal.day_words import time_in
from cbec_portal.languages import active_language
from zones.models.labels import LABELS
from zones.models.policies import StartQualifier
from zones.pages.desk_tags import address_of_cell, may_propose, pencil
from zones.pages.end_words import ended_words, ends_words
from zones.rules.partial_dates import last_day_text
from zones.rules.vocabulary import Certainty, Outcome, ScopeKind, State

register = template.Library()

MOST_KEPT = 1024

SIGNS = {
    Certainty.PRIMARY: ("●", LABELS[Certainty][Certainty.PRIMARY]),
    Certainty.SECONDARY: ("◐", LABELS[Certainty][Certainty.SECONDARY]),
    Certainty.UNVERIFIED: ("○", LABELS[Certainty][Certainty.UNVERIFIED]),
}
STARTS = {
    StartQualifier.NO_LATER_THAN.value: StartQualifier.NO_LATER_THAN.label,
    StartQualifier.ABOUT.value: StartQualifier.ABOUT.label,
    StartQualifier.EXACT.value: gettext_lazy("from"),
}
#: The sign of a cell without an answer; the rest have a dash.
STATES = {State.NOT_RESEARCHED: "?", State.NOT_VERIFIED: "○"}
OUTCOMES = {
    Outcome.DIFFERS: ("≠", gettext_lazy("differs")),
    Outcome.SAME: ("=", gettext_lazy("same")),
    Outcome.INCOMPLETE: ("◌", gettext_lazy("incomplete")),
    Outcome.UNKNOWN: ("?", gettext_lazy("unknown")),
    Outcome.DESCRIBED: ("·", gettext_lazy("described")),
}


@register.simple_tag
def sign(verification: str) -> SafeString:
    """Return how sure something is, as a sign with its name."""
    return _sign(verification, _language())


@register.simple_tag
def certainties() -> list[tuple[str, str]]:
    """Return how sure answers may at least have to be, with sign and name; unverified is any."""
    return [
        (sure.value, f"{SIGNS[sure][0]} {SIGNS[sure][1]}")
        for sure in (Certainty.SECONDARY, Certainty.PRIMARY)
    ]


@register.simple_tag
def scope_and_span(cell: Mapping[str, Any]) -> SafeString:
    """Return the scope an answer comes from and the days it holds, as precise as they are known."""
    return mark_safe(_scope_and_span(cell, _language()))


@register.filter
def since(cell: Mapping[str, Any]) -> str:
    """Return the day from which an answer holds, as the date was written that it comes from."""
    written: str = cell["from_written"]
    return written


@register.filter
def through(cell: Mapping[str, Any]) -> str | None:
    """Return the last day on which an answer holds, as the date was written that it comes from."""
    written: str | None = cell["until_written"]
    return written


@register.filter
def qualified(cell: Mapping[str, Any]) -> str:
    """Return how the first day of an answer is known; nothing where it is exact."""
    qualifier = cell["start_qualifier"]
    return str(STARTS[qualifier]) if qualifier else ""


@register.filter
def looks(state: str) -> str:
    """Return the class by which an answer looks like a value, or like the want of one."""
    return "value" if state == State.STATED else "state"


@register.simple_tag
def source_link(source: Mapping[str, Any]) -> SafeString:
    """Return a link to a source, named by its number, else by its title."""
    address = reverse("zones:source", args=[source["id"]])
    return format_html('<a href="{}">{}</a>', address, source["document_number"] or source["title"])


@register.simple_tag
def beside(cell: Mapping[str, Any]) -> SafeString:
    """Return the policies of wider scopes that are read with an answer or stand under it."""
    return mark_safe(_beside(cell, _language()))


@register.simple_tag
def doubts(cell: Mapping[str, Any]) -> SafeString:
    """Return what may be wrong with an answer: its caveat, a later wider policy that differs."""
    return mark_safe(_doubts(cell, _language()))


@register.simple_tag
def what_ended(cell: Mapping[str, Any]) -> str:
    """Return that what answered last has ended; nothing where something answers, or nothing did."""
    return ended_words(cell["ended"]["until_written"]) if cell["ended"] else ""


@register.simple_tag
def outcome(of: str) -> SafeString:
    """Return what a row of a comparison comes to, as a sign with its name."""
    shown, name = OUTCOMES[Outcome(of)]
    return format_html('<span class="outcome outcome-{}">{} {}</span>', of, shown, name)


@register.simple_tag(takes_context=True)
def cells(context: template.Context, row: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the cells of a row of a table of rules; those that analysts see lead to the desk.

    Args:
        context: what the page knows, and who reads it.
        row: of each cell the ``cell``, the ``link`` to where it stands in full, the number of
            its source among the page's footnotes as ``note``, whether it stands ``apart``, and
            the ``topic`` and ``place`` that it is the answer of.
    """
    proposes = may_propose(context)
    language = _language()
    words = _words(language)
    return mark_safe(
        "".join(
            f'<td class="cell{" apart" if noted.get("apart") else ""}">'
            f"{_cell(noted, language, words, _pencil(noted) if proposes else '')}</td>"
            for noted in row
        )
    )


@register.simple_tag
def printed_cell(noted: Mapping[str, Any]) -> SafeString:
    """Return a cell for paper: nothing of it is folded, and nothing leads anywhere.

    Args:
        noted: the ``cell``, and the number of its source among the footnotes as ``note``.
    """
    cell, language = noted["cell"], _language()
    if not cell["policy"]:
        ended = ended_words(cell["ended"]["until_written"]) if cell["ended"] else ""
        before = STATES.get(cell["state"], "–")
        return format_html('<span class="state">{} {}</span> {}', before, cell["display"], ended)
    return format_html(
        '<span class="{}">{}</span> {}<sup>{}</sup>{}<div class="fine">{}{}</div>{}',
        looks(cell["state"]),
        cell["display"],
        _sign(cell["verification"], language),
        noted["note"],
        doubts(cell),
        scope_and_span(cell),
        f" · {cell['clause']}" if cell["clause"] else "",
        beside(cell),
    )


def _cell(noted: Mapping[str, Any], language: str, words: Words, pencil: str) -> str:
    cell = noted["cell"]
    if not cell["policy"]:
        before = STATES.get(cell["state"], "–")
        state = f'<span class="state">{before} {escape(cell["display"])}</span>'
        return f"{state}{pencil}{_ended(cell, noted['link']) if cell['ended'] else ''}"
    link = escape(noted["link"])
    return (
        f'<a class="{looks(cell["state"])}" href="{link}" title="{words.in_full}">'
        f"{escape(cell['display'])}</a>"
        f"{_footnote(noted['note'], words)} {_in_short(cell, language, pencil)}"
    )


def _pencil(noted: Mapping[str, Any]) -> str:
    """The link by which an analyst changes what a cell says; none where it is only shown."""
    if "topic" not in noted:
        return ""
    return pencil(address_of_cell(noted["cell"]["policy"], noted["topic"], noted["place"]))


def _ended(cell: Mapping[str, Any], link: str) -> str:
    """What answered last, and until when, where nothing answers any more."""
    was, told = cell["ended"], ended_words(cell["ended"]["until_written"])
    title = escape(was["display"])
    return f' <a class="fine ended" href="{escape(link)}" title="{title}">{escape(told)}</a>'


class Words(NamedTuple):
    """What cells say beside the records, in one language."""

    until: str
    open_end: str
    together: str
    overrides: str
    colon: str
    later_differs: str
    in_full: str
    source: str


@lru_cache
def _words(language: str) -> Words:
    with override(language):
        return Words(
            gettext("until"),
            gettext("end not recorded"),
            gettext("Together with"),
            gettext("Overrides"),
            gettext(": "),
            gettext("A wider policy beside this one is later and says otherwise."),
            gettext("Full citation and history"),
            gettext("Source"),
        )


def _language() -> str:
    return active_language()


@register.filter
def may_have_ended(cell: Mapping[str, Any]) -> bool:
    """Return whether an answer without a last day may have one: local support and its like, which
    add up and mostly end, where a rule holds until another takes its place.
    """
    return (
        bool(cell["additive"]) and cell["scope"]["kind"] != ScopeKind.NATION and not cell["until"]
    )


def _footnote(number: int | None, words: Words) -> str:
    if not number:
        return ""
    return (
        f'<a class="note" href="#source-{number}" hx-boost="false" '
        f'aria-label="{words.source} {number}">{number}</a>'
    )


def _scope_and_span(cell: Mapping[str, Any], language: str) -> str:
    start = _start(cell["start_qualifier"] or "", language)
    told = f"{escape(cell['scope']['name'])} · {start} {time_in(language, since(cell))}"
    if last := through(cell):
        told += f" {_words(language).until} {time_in(language, last)}"
    elif may_have_ended(cell):
        told += f" · {_words(language).open_end}"
    return told + _ends(cell["until"], cell["ends_in_days"], language)


def _ends(last: str | None, days: int | None, language: str) -> str:
    """How long an answer still holds, where that is known and a day is asked about."""
    if last is None or days is None:
        return ""
    return f' · <span class="ends">{escape(ends_words(last, days, language))}</span>'


def _period(other: Mapping[str, Any], language: str) -> str:
    """From when until when a policy holds, as it is written, and when that is."""
    since, until = other["effective_from"], other["effective_to"]
    if not until:
        return str(time_in(language, since))
    ends = _ends(last_day_text(until), other["ends_in_days"], language)
    return f"{time_in(language, since)} – {time_in(language, until)}{ends}"


def _beside(cell: Mapping[str, Any], language: str) -> str:
    words = _words(language)
    how = words.together if cell["additive"] else words.overrides
    return "".join(
        f'<p class="fine">{how} {escape(other["scope"]["name"])}{words.colon}'
        f"{escape(other['display'])} ({_period(other, language)})</p>"
        for other in cell["also"]
    )


def _doubts(cell: Mapping[str, Any], language: str) -> str:
    told = [cell["caveat"]] if cell["caveat"] else []
    if cell["later_differs"]:
        told.append(_words(language).later_differs)
    return "".join(f'<p class="caveat">⚠ {escape(doubt)}</p>' for doubt in told)


@lru_cache
def _start(qualifier: str, language: str) -> str:
    with override(language):
        return str(STARTS[qualifier])


@lru_cache(MOST_KEPT)
def _sign(verification: str, language: str) -> SafeString:
    shown, name = SIGNS[Certainty(verification)]
    with override(language):
        return format_html(
            '<span class="sign" role="img" aria-label="{0}" title="{0}">{1}</span>', name, shown
        )


def _in_short(cell: Mapping[str, Any], language: str, pencil: str) -> str:
    """How sure an answer is, what may be wrong with it, and the rest for whoever opens it."""
    source = cell["source"]
    cited = escape(f"{source['title']} {source['document_number']}")
    return (
        f"{_sign(cell['verification'], language)}{pencil}{_doubts(cell, language)}"
        f"<details><summary>{_scope_and_span(cell, language)}</summary>"
        f"<p>{escape(cell['summary'])}</p>{_beside(cell, language)}"
        f'<p class="fine cited"><span class="no-print">{cited} </span>{escape(cell["clause"])}</p>'
        "</details>"
    )
