"""What a cell says, as markup; whatever a record says is escaped here. The rows of cells of a table
are put together by ``row_tags``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, override

from cbec_portal.day_words import day_in_words, time_in
from cbec_portal.languages import active_language
from cbec_portal.punctuation import blank, bracketed
from zones.models.labels import LABELS
from zones.models.policies import StartQualifier
from zones.models.sources import SourceStatus
from zones.pages.links import source_page
from zones.pages.number_tags import unbroken
from zones.pages.span_words import comes_words, coming_words, ended_words, ends_words
from zones.rules.partial_dates import last_day_text
from zones.rules.vocabulary import Certainty, Outcome, ScopeKind, State

register = template.Library()

MOST_KEPT = 1024
#: So many spans of days are kept as markup: most answers share few.
MOST_SPANS = 4096
#: The element of a date; what a record says is escaped, and has none.
_TIMES = re.compile(r"</?time\b[^>]*>")

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
    Outcome.INCOMPLETE: ("◌", gettext_lazy("not known everywhere")),
    Outcome.UNKNOWN: ("?", gettext_lazy("known nowhere")),
    Outcome.DESCRIBED: ("·", gettext_lazy("described")),
}


@register.simple_tag
def sign(verification: str) -> SafeString:
    """Return how sure something is, as a sign with its name."""
    return sign_of(verification, _language())


@register.simple_tag
def certainties() -> list[tuple[str, str]]:
    """Return how sure answers may at least have to be, with sign and name; unverified is any."""
    *surer, _any = Certainty
    return [(sure.value, f"{SIGNS[sure][0]} {SIGNS[sure][1]}") for sure in reversed(surer)]


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
def started(policy: Mapping[str, Any]) -> SafeString:
    """Return the day from which a policy holds, as it was written, and before it how that is known
    where it is not exact.
    """
    return SafeString(started_in(policy, _language()))


def started_in(policy: Mapping[str, Any], language: str) -> str:
    """Return the same as `started` in a language."""
    told, qualifier = str(time_in(language, policy["effective_from"])), policy["start_qualifier"]
    return f"{_start(qualifier, language)}{blank(language)}{told}" if qualifier else told


@register.filter
def looks(state: str) -> str:
    """Return the class by which an answer looks like a value, or like the want of one."""
    return "value" if state == State.STATED else "state"


@register.simple_tag
def source_link(source: Mapping[str, Any]) -> SafeString:
    """Return a link to a source, named by its number, else by its title."""
    named = source["document_number"] or source["title"]
    return format_html('<a href="{}">{}</a>', source_page(source["id"]), unbroken(named))


@register.filter
def of_state(source: Mapping[str, Any]) -> str:
    """Return the state of a document that is cited, in brackets; nothing where it is in force."""
    if source["status"] == SourceStatus.IN_FORCE:
        return ""
    return bracketed("", gettext("State") + gettext(": ") + str(source["status_words"]))


@register.simple_tag
def beside(cell: Mapping[str, Any]) -> SafeString:
    """Return the policies of wider scopes that are read with an answer or stand under it."""
    return mark_safe(_beside(cell, _language()))


@register.simple_tag
def doubts(cell: Mapping[str, Any]) -> SafeString:
    """Return what may be wrong with an answer, or with those of all columns of a row: a caveat, a
    later wider policy that differs.
    """
    return mark_safe(doubts_told(cell, _language()))


@register.simple_tag
def what_ended(cell: Mapping[str, Any]) -> str:
    """Return that what answered last has ended; nothing where something answers, or nothing did."""
    return ended_words(cell["ended"]["until_written"]) if cell["ended"] else ""


@register.simple_tag
def coming(first: str | None, last: str | None, day: date) -> SafeString:
    """Return what of a policy or an answer is still to come on a day, beside its dates: that it
    begins, else that it ends; nothing where neither is, or is not known to the day.
    """
    words = coming_words(first, last, day, _language())
    return format_html(' <span class="ends">{}</span>', words) if words else SafeString("")


@register.simple_tag
def day_and_span(told: date, day: date) -> SafeString:
    """Return a day as it is read in a sentence, and how long after the day asked about it is, where
    it is later.
    """
    words = comes_words(told.isoformat(), day, _language())
    later = format_html('<span class="ends">{}</span>', bracketed("", words)) if words else ""
    return format_html("{}{}", day_in_words(told), later)


@register.simple_tag
def outcome(of: str) -> SafeString:
    """Return what a row of a comparison comes to, as a sign with its name."""
    return outcome_in(of, _language())


@register.simple_tag
def printed_cells(row: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the cells of a row for paper: neighbours that say the same are one, as wide as all.

    Most cells say what their neighbours say, and each takes a while to be set.

    Args:
        row: of each cell the ``cell``, and the number of its source among the footnotes as
            ``note``.
    """
    alike = [(told, len(list(own))) for told, own in groupby(map(_printed, row))]
    return mark_safe("".join(f"<td{_wide(columns)}>{told}</td>" for told, columns in alike))


def all_say_the_same(row: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the cells of a row are the same on paper, with all that they stand on."""
    first = _printed(row[0])
    return all(_printed(noted) == first for noted in row[1:])


def _wide(columns: int) -> str:
    return f' colspan="{columns}"' if columns > 1 else ""


def _printed(noted: Mapping[str, Any]) -> str:
    """A cell for paper: nothing of it is folded, and nothing leads anywhere. What only a screen
    reader or a program takes from markup is left out, since each element takes a while too.
    """
    cell = noted["cell"]
    if not cell["policy"]:
        ended = ended_words(cell["ended"]["until_written"]) if cell["ended"] else ""
        before = STATES.get(cell["state"], "–")
        return format_html('<span class="state">{} {}</span> {}', before, cell["display"], ended)
    printed = format_html(
        '<span class="{}">{}</span> {}<sup>{}</sup>{}<div class="fine">{}{}</div>{}',
        looks(cell["state"]),
        cell["display"],
        SIGNS[Certainty(cell["verification"])][0],
        noted["note"],
        mark_safe(_doubts_left(noted, _language())),
        scope_and_span(cell),
        f" · {cell['clause']}" if cell["clause"] else "",
        beside(cell),
    )
    return _TIMES.sub("", printed)


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
    report: str
    each: str


# A page has hundreds of cells, and to switch the language for each takes longer than to write it.
# What the four below keep are words of the portal alone, which change only with its code.
@lru_cache
def words_of(language: str) -> Words:
    """Return what cells say beside the records, in a language."""
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
            gettext("Report a problem with this answer"),
            gettext("each column"),
        )


def _language() -> str:
    return active_language()


@register.filter
def may_have_ended(cell: Mapping[str, Any]) -> bool:
    """Return whether an answer without a last day may have one: local support and its like, which
    add up and mostly end, where a rule holds until another takes its place.
    """
    return bool(cell["additive"]) and is_local(cell) and not cell["until"]


def _scope_and_span(cell: Mapping[str, Any], language: str) -> str:
    return scope_told(cell, language) + span_told(cell, language, is_local=is_local(cell))


def is_local(cell: Mapping[str, Any]) -> bool:
    """Return whether an answer binds less than the nation."""
    return bool(cell["scope"]["kind"] != ScopeKind.NATION)


def scope_told(cell: Mapping[str, Any], language: str) -> str:
    """Return the scope an answer comes from, and how its first day is known, before that."""
    start = _start(cell["start_qualifier"] or "", language) + blank(language)
    return f"{escape(cell['scope']['name'])} · {start}"


def span_told(cell: Mapping[str, Any], language: str, *, is_local: bool) -> str:
    """Return the days an answer holds, and how long it still does."""
    is_open = bool(is_local and cell["additive"] and not cell["until"])
    told = _days_told(since(cell), through(cell), is_open, language)
    return told + _ends(cell["until"], cell["ends_in_days"], language)


@lru_cache(MOST_SPANS)
def _days_told(first: str, last: str | None, is_open: bool, language: str) -> str:
    """From when until when, as it is written; where no end is, whether there may be one."""
    told = str(time_in(language, first))
    if last:
        apart = blank(language)
        return f"{told}{apart}{words_of(language).until}{apart}{time_in(language, last)}"
    return f"{told} · {words_of(language).open_end}" if is_open else told


def _ends(last: str | None, days: int | None, language: str) -> str:
    """How long an answer still holds, where that is known and a day is asked about."""
    if last is None or days is None:
        return ""
    return f' · <span class="ends">{escape(ends_words(last, days, language))}</span>'


def beside_told(other: Mapping[str, Any], ends_in_days: int | None, language: str) -> str:
    """Return what a policy of a wider scope says, and from when until when, as that is written."""
    period = started_in(other, language)
    if until := other["effective_to"]:
        period += f" – {time_in(language, until)}"
        period += _ends(last_day_text(until), ends_in_days, language)
    words = words_of(language)
    name, display = escape(other["scope"]["name"]), unbroken(other["display"])
    return bracketed(f"{name}{words.colon}{display}", period, language)


def how_beside(is_additive: bool, language: str) -> str:
    """Return how what stands beside an answer counts: together with it, or not."""
    words = words_of(language)
    return words.together if is_additive else words.overrides


def _beside(cell: Mapping[str, Any], language: str) -> str:
    how = how_beside(cell["additive"], language) + blank(language)
    return "".join(
        f'<p class="fine">{how}{beside_told(other, other["ends_in_days"], language)}</p>'
        for other in cell["also"]
    )


def caveat_told(text: str) -> str:
    """Return a doubt as a paragraph."""
    return f'<p class="caveat">⚠ {unbroken(text)}</p>'


def doubts_told(cell: Mapping[str, Any], language: str) -> str:
    """Return what may be wrong with an answer, or with those of a row, as paragraphs."""
    told = [cell["caveat"]] if cell.get("caveat") else []
    if cell.get("later_differs"):
        told.append(words_of(language).later_differs)
    return "".join(map(caveat_told, told))


def _doubts_left(noted: Mapping[str, Any], language: str) -> str:
    """What may be wrong with an answer, but for what is told of all columns beside the topic."""
    cell = noted["cell"]
    left = {
        "caveat": "caveat_told" not in noted and cell["caveat"],
        "later_differs": "later_told" not in noted and cell["later_differs"],
    }
    return doubts_told(left, language)


@lru_cache
def _start(qualifier: str, language: str) -> str:
    with override(language):
        return str(STARTS[qualifier])


@lru_cache(MOST_KEPT)
def sign_of(verification: str, language: str) -> SafeString:
    """Return how sure something is, as a sign with its name, in a language."""
    shown, name = SIGNS[Certainty(verification)]
    with override(language):
        return format_html(
            '<span class="sign" role="img" aria-label="{0}" title="{0}">{1}</span>', name, shown
        )


@lru_cache
def outcome_in(of: str, language: str) -> SafeString:
    """Return what a row of a comparison comes to, as a sign with its name, in a language."""
    shown, name = OUTCOMES[Outcome(of)]
    with override(language):
        return format_html('<span class="outcome outcome-{}">{} {}</span>', of, shown, name)
