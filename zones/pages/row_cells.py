"""The cells of a row of a table of rules, as markup.

A page has hundreds of them. What they say of a policy is written once an edition; whatever a record
says is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django import template

from cbec_portal.languages import active_language
from cbec_portal.punctuation import blank, by_semicolons, enumerated
from zones.pages.cell_tags import (
    STATES,
    Words,
    beside_told,
    caveat_told,
    how_beside,
    is_local,
    looks,
    scope_told,
    sign_of,
    span_told,
    words_of,
)
from zones.pages.desk_tags import address_of_cell, may_propose, pencil
from zones.pages.number_tags import unbroken
from zones.pages.span_words import ended_words
from zones.selectors.rendered_cells import RenderedCell, RenderedPolicy

#: So many names of columns are kept as markup.
MOST_NAMES = 1024


class Reader(NamedTuple):
    """What cells say beside the records, in which language, and whether they lead to the desk."""

    language: str
    words: Words
    proposes: bool


def reader_of(context: template.Context) -> Reader:
    """Return whoever reads a page."""
    language = active_language()
    return Reader(language, words_of(language), may_propose(context))


def cells_of_row(row: Iterable[Mapping[str, Any]], reader: Reader) -> str:
    """Return the cells of a row, each as wide as the columns whose answer it is.

    Args:
        row: as :func:`zones.pages.row_tags.cells` takes it.
        reader: who reads it.
    """
    # Who may propose changes the answer of one place, so each stands for itself.
    proposes = reader.proposes
    return "".join(
        [_cell_of_table(noted, reader) for noted in row if proposes or "covered" not in noted]
    )


def _cell_of_table(noted: Mapping[str, Any], reader: Reader) -> str:
    apart = " apart" if "apart" in noted else ""
    if "of" not in noted:
        return f'<td class="cell{apart}">{_cell(noted, reader)}</td>'
    others = [] if reader.proposes else noted.get("others", [])
    spans, of = "", noted["of"]
    if others:
        spans = f' colspan="{len(others) + 1}"'
        of = enumerated([of, *(other["of"] for other in others)], reader.language)
    return (
        f'<td role="cell" class="cell{apart}"{spans} data-of="{_named(of)}">'
        f"{_cell(noted, reader)}</td>"
    )


# The same few columns are named in every row, and what is not known is said in few ways.
@lru_cache(MOST_NAMES)
def _named(columns: str) -> str:
    return escape(columns)


def _cell(noted: Mapping[str, Any], reader: Reader) -> str:
    cell = noted["cell"]
    own = _pencil(noted) if reader.proposes else ""
    if isinstance(cell, RenderedCell):
        return _stated(cell, noted, reader, own)
    told = f"{STATES.get(cell['state'], '–')} {_named(cell['display'])}"
    if "topic" not in noted:
        return f'<span class="state">{told}</span>'
    state = f'<a class="state" href="{escape(noted["own"])}">{told}</a>'
    if "others" in noted and not reader.proposes:
        return (
            f'<section class="answer">{state}</section><details class="no-print">'
            f"<summary>{reader.words.each}</summary>{_reports(noted, reader)}</details>"
        )
    return f"{state}{own}{_ended(cell, noted['link']) if cell['ended'] else ''}"


def _in_full(noted: Mapping[str, Any]) -> str:
    """Where a cell stands in full: an answer, or what is said where there is none."""
    link: str = noted["link"] if "link" in noted else noted["own"]
    return link


def _report(noted: Mapping[str, Any], words: Words) -> str:
    """The way from an answer to the form that tells analysts what is wrong with it; none where a
    cell is only shown.
    """
    if "topic" not in noted:
        return ""
    path, mark, question = escape(_in_full(noted)).partition("?")
    address = f"{path}report/{mark}{question}"
    return f'<p class="fine no-print"><a href="{address}">{words.report}</a></p>'


def _pencil(noted: Mapping[str, Any]) -> str:
    """The link by which an analyst changes what a cell says; none where it is only shown."""
    if "topic" not in noted:
        return ""
    return pencil(address_of_cell(noted["cell"]["policy"], noted["topic"], noted["place"]))


def _stated(cell: RenderedCell, noted: Mapping[str, Any], reader: Reader, own: str) -> str:
    """An answer, how sure it is and what may be wrong with it; the rest for whoever opens it."""
    language, words = reader.language, reader.words
    policy = marked_policy(cell.policy, language)
    place = cell.of_the_place()
    caveat = "" if "caveat_told" in noted else policy.caveat
    display = noted.get("marked", policy.display)
    tells_later = place["later_differs"] and "later_told" not in noted
    later = caveat_told(words.later_differs) if tells_later else ""
    ruled = [] if reader.proposes else noted.get("by_rule", [])
    if ruled:
        notes = dict.fromkeys(one["note"] for _names, one in ruled)
        spans = [
            _span(one["cell"], marked_policy(one["cell"].policy, language), language)
            for _, one in ruled
        ]
        summary = by_semicolons(dict.fromkeys(spans), language)
        opened = f"<summary>{summary}</summary>" + "".join(
            _rule(names, one, reader) for names, one in ruled
        )
    else:
        notes = dict.fromkeys([noted["note"]])
        opened = (
            f"<summary>{_span(cell, policy, language)}</summary>{_ruled(cell, policy, language)}"
        )
    answer = (
        f'{policy.opening}{escape(noted["link"])}" title="{words.in_full}">{display}</a>'
        f"{''.join(_footnote(note, words) for note in notes)} {policy.sign}{own}"
    )
    # Sideways, the answer in a cell of many columns stays where it is read.
    if "others" in noted and not reader.proposes:
        answer = f'<section class="answer">{answer}</section>'
    return f"{answer}{caveat}{later}<details>{opened}{_reports(noted, reader)}</details>"


def _rule(names: Sequence[str], noted: Mapping[str, Any], reader: Reader) -> str:
    """What says so in some of the columns that one cell spans."""
    cell, language = noted["cell"], reader.language
    policy = marked_policy(cell.policy, language)
    return (
        f'<div class="of-some"><p><strong>{_named(enumerated(names, language))}</strong>'
        f"{_footnote(noted['note'], reader.words)}{reader.words.colon}"
        f"{_span(cell, policy, language)}</p>{_ruled(cell, policy, language)}</div>"
    )


def _span(cell: RenderedCell, policy: Marked, language: str) -> str:
    """The scope an answer comes from, and the days it holds."""
    place = cell.of_the_place()
    return policy.scope + span_told(place, language, is_local=policy.is_local)


def _ruled(cell: RenderedCell, policy: Marked, language: str) -> str:
    """What the rule says, what stands beside it, and where it is written."""
    additive = cell.of_the_place()["additive"]
    beside = _beside(cell, additive, language) if cell.also else ""
    return f"<p>{policy.summary}</p>{beside}{policy.cited}"


def _reports(noted: Mapping[str, Any], reader: Reader) -> str:
    """The way to the form that tells analysts what is wrong; of neighbours that are one cell, each
    place with its own answer in full.
    """
    others = [] if reader.proposes else noted.get("others", [])
    if not others:
        return _report(noted, reader.words)
    return "".join(
        [
            f'<div class="each">'
            f'<a class="in-full" href="{escape(_in_full(one))}">{_named(one["of"])}</a>'
            f"{_report(one, reader.words)}</div>"
            for one in (noted, *others)
        ]
    )


class Marked(NamedTuple):
    """What a cell says of a policy, whichever place it answers in."""

    opening: str
    display: str
    sign: str
    caveat: str
    scope: str
    summary: str
    cited: str
    is_local: bool


def marked_policy(policy: RenderedPolicy, language: str) -> Marked:
    """Return what cells say of a policy in a language, written once an edition."""
    return policy.marked.get(language) or _mark(policy, language)


def _mark(policy: RenderedPolicy, language: str) -> Marked:
    source = policy["source"]
    cited = unbroken(f"{source['title']} {source['document_number']}")
    marked = Marked(
        f'<a class="{looks(policy["state"])}" href="',
        unbroken(policy["display"]),
        sign_of(policy["verification"], language),
        caveat_told(policy["caveat"]) if policy["caveat"] else "",
        scope_told(policy, language),
        unbroken(policy["summary"]),
        f'<p class="fine cited"><span class="no-print">{cited} </span>'
        f"{unbroken(policy['clause'])}</p>",
        is_local(policy),
    )
    policy.marked[language] = marked
    return marked


def _beside(cell: RenderedCell, is_additive: bool, language: str) -> str:
    how = how_beside(is_additive, language) + blank(language)
    return "".join(
        f'<p class="fine">{how}'
        f"{beside_told(other, cell.of_another(other)['ends_in_days'], language)}</p>"
        for other in cell.also
    )


def _ended(cell: Mapping[str, Any], link: str) -> str:
    """What answered last, and until when, where nothing answers any more."""
    was, told = cell["ended"], ended_words(cell["ended"]["until_written"])
    title = escape(was["display"])
    return f' <a class="fine ended" href="{escape(link)}" title="{title}">{escape(told)}</a>'


def _footnote(number: int | None, words: Words) -> str:
    if not number:
        return ""
    return (
        f'<a class="note" href="#source-{number}" aria-label="{words.source} {number}">{number}</a>'
    )
