"""The rows of tables of rules, as markup.

A comparison has a hundred rows and hundreds of cells, so their markup is put together here and not
by templates, which took most of the time of a page. Whatever a record says is escaped here. What
cells say of a policy is written once an edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.choice_labels import chosen_label
from cbec_portal.day_words import day_as_time
from cbec_portal.languages import active_language, other_language
from cbec_portal.punctuation import blank, enumerated
from zones.desk.addresses import address_of_policy, address_of_row
from zones.models import City, SourceStatus
from zones.pages.cell_tags import (
    STATES,
    Words,
    beside_told,
    caveat_told,
    coming,
    how_beside,
    is_local,
    looks,
    outcome_in,
    scope_told,
    sign_of,
    span_told,
    words_of,
)
from zones.pages.desk_tags import address_of_cell, may_propose, pencil
from zones.pages.links import source_page
from zones.pages.number_tags import unbroken
from zones.pages.span_words import ended_words
from zones.pages.ticked_cities import tick_link
from zones.selectors.rendered_cells import RenderedCell, RenderedPolicy

register = template.Library()


@register.simple_tag(takes_context=True)
def compared_rows(
    context: template.Context,
    rows: Iterable[Mapping[str, Any]],
    columns: int,
    compares: bool = True,
) -> SafeString:
    """Return rows of a comparison under one focus area.

    Args:
        context: what the page knows, and who reads it.
        rows: of each the ``topic``, the ``outcome``, and the cells as :func:`cells` takes them; the
            words for what stands ``apart`` and the ``caveat`` of all cells, if any; of the first
            of two that belong together the head of the ``pair``, of both that they are ``in_pair``.
        columns: how many places are compared.
        compares: whether what rows come to is told.
    """
    around = _around(context)
    return SafeString(
        "".join(
            f"\n      {_pair(row, columns + 1)}"
            f'\n      <tr role="row"{_in_pair(row)}>'
            f'\n        <th scope="row" role="rowheader">'
            f"\n          {_asked(row['topic'])}"
            f"\n          {outcome_in(row['outcome'], around.language) if compares else ''}"
            f"\n          {_apart(row)}{caveat_told(row['caveat']) if 'caveat' in row else ''}"
            f"\n        </th>"
            f"\n        {_cells(row['noted'], around)}"
            "\n      </tr>\n    "
            for row in rows
        )
    )


@register.simple_tag(takes_context=True)
def place_rows(context: template.Context, rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the rows of one place under one focus area, each with its topic as its anchor.

    Args:
        context: what the page knows, and who reads it.
        rows: as :func:`compared_rows` takes them, each of one cell.
    """
    around = _around(context)
    return SafeString(
        "".join(
            f"\n          {_pair(row, 2)}"
            f'\n          <tr id="{escape(row["topic"]["slug"])}"{_in_pair(row)}>'
            f'\n            <th scope="row">{escape(row["topic"]["question"])}</th>'
            f"\n            {_cells(row['noted'], around)}"
            "\n          </tr>\n        "
            for row in rows
        )
    )


@register.simple_tag(takes_context=True)
def cells(context: template.Context, row: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the cells of a row of a table of rules; those that analysts see lead to the desk.

    Args:
        context: what the page knows, and who reads it.
        row: of each cell the ``cell``, the ``link`` to where it stands in full, the number of
            its source among the page's footnotes as ``note``, whether it stands ``apart``, and
            the ``topic`` and ``place`` that it is the answer of.
    """
    return SafeString(_cells(row, _around(context)))


@register.simple_tag(takes_context=True)
def policy_rows(
    context: template.Context, policies: Iterable[RenderedPolicy], day: date
) -> SafeString:
    """Return the policies of a topic as entries of its history, with what is still to come of
    each on a day.
    """
    around, colon, gap = _around(context), gettext(": "), blank()

    def told(policy: RenderedPolicy) -> str:
        first, last, source = policy["effective_from"], policy["effective_to"], policy["source"]
        until = f" – {day_as_time(last)}" if last else ""
        address = address_of_policy(policy.identity) if around.proposes else ""
        caveat = policy["caveat"]
        return (
            f"<li>{day_as_time(first)}{until} {coming(first, last, day)} "
            f"{escape(policy['scope']['name'])}{colon}"
            f'<span class="{looks(policy["state"])}">{unbroken(policy["display"])}</span> '
            f"{sign_of(policy['verification'], around.language)}"
            f"{pencil(address) if address else ''}"
            f'<p class="fine">{unbroken(policy["summary"])}{gap}'
            f'<a href="{source_page(source["id"])}">{unbroken(source["title"])}</a> '
            f"{unbroken(source['document_number'])} {unbroken(policy['clause'])}</p>"
            f"{caveat_told(caveat) if caveat else ''}</li>\n"
        )

    return SafeString("".join(map(told, policies)))


@register.simple_tag(takes_context=True)
def city_rows(context: template.Context, rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the rows of a table of cities.

    Args:
        context: what the page knows, and who reads it.
        rows: of each the ``city``, whether it is ``ticked``, the ``link`` to it, its ``name`` and
            ``other_name``, its ``province`` and ``district``, its ``zones``, and what is
            ``answered``: the display and the policy, blank where none is, and the topic.
    """
    language, semicolon = other_language(active_language()), escape(gettext("; "))
    unstated = f'<span class="state">? {gettext("not stated")}</span>'

    proposes = may_propose(context)
    district, zones = escape(gettext("Customs district")), escape(gettext("Zones and batches"))

    def other(name: str) -> str:
        return f'<span lang="{language}">{escape(name)}</span>' if name else ""

    def inside(named: Sequence[str]) -> str:
        return semicolon.join(map(escape, named)) or "–"

    def change(city: City) -> str:
        return pencil(address_of_row("cities", (city.slug,))) if proposes else ""

    def answer(city: City, display: str, identity: str | None, topic: str) -> str:
        own = pencil(address_of_cell(identity, topic, city)) if proposes else ""
        shown = f"{escape(display) if display else unstated}\n              {own}"
        return f"\n            <td>\n              {shown}\n            </td>\n          "

    return SafeString(
        "".join(
            "\n        <tr>"
            '\n          <th scope="row">'
            f"\n            {tick_link(row['city'].slug, row['name'], row['link'], row['ticked'])}"
            f"\n            {other(row['other_name'])}{change(row['city'])}"
            "\n          </th>"
            f"\n          <td>{escape(row['province'])}</td>"
            f'\n          <td data-label="{district}">{escape(row["district"])}</td>'
            f"\n          <td>{escape(chosen_label(row['city'], 'level'))}</td>"
            f'\n          <td data-label="{zones}">{inside(row["zones"])}</td>'
            f"\n          {''.join(answer(row['city'], *own) for own in row['answered'])}"
            "\n        </tr>\n      "
            for row in rows
        )
    )


@register.simple_tag
def footnotes(sources: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the documents that cells cite, in the order of their numbers.

    Args:
        sources: each as it is cited, with its state in words as ``status_words``.
    """
    comma, colon = gettext(", "), gettext(": ")
    state, official = gettext("State"), gettext("official text")

    def number(source: Mapping[str, Any]) -> str:
        told = source["document_number"]
        return f"{comma}{unbroken(told)}" if told else ""

    def status(source: Mapping[str, Any]) -> str:
        if source["status"] == SourceStatus.IN_FORCE:
            return ""
        told = escape(source["status_words"])
        return f'\n            <span class="fine">({state}{colon}{told})</span>\n          '

    def text(source: Mapping[str, Any]) -> str:
        if not source["official_url"]:
            return ""
        link = f'<a href="{escape(source["official_url"])}" rel="noreferrer">{official}</a>'
        return f"\n            · {link}\n          "

    return SafeString(
        "".join(
            f'\n        <li id="source-{place}">'
            "\n          <a"
            f'\n            href="{source_page(source["id"])}">{escape(source["title"])}</a>'
            f"{number(source)}"
            f"\n          {status(source)}"
            f"\n          {text(source)}"
            "\n        </li>\n      "
            for place, source in enumerate(sources, start=1)
        )
    )


def _pair(row: Mapping[str, Any], columns: int) -> str:
    if "pair" not in row:
        return ""
    head = f'<th scope="rowgroup" role="rowheader" colspan="{columns}">{escape(row["pair"])}</th>'
    return f'<tr class="pair" role="row">{head}</tr>\n'


def _in_pair(row: Mapping[str, Any]) -> str:
    return ' class="paired"' if "in_pair" in row else ""


def _asked(topic: Mapping[str, Any]) -> str:
    """The short head of a topic, which opens to the whole question."""
    return (
        f'<details class="asked"><summary>{escape(topic["label"])}</summary>'
        f"<p>{escape(topic['question'])}</p></details>"
    )


def _apart(row: Mapping[str, Any]) -> str:
    told = [row[kind] for kind in ("begun", "apart") if kind in row]
    return "".join(f'<span class="outcome">{escape(words)}</span>' for words in told)


class _Around(NamedTuple):
    """What cells say beside the records, in which language, and whether they lead to the desk."""

    language: str
    words: Words
    proposes: bool


def _around(context: template.Context) -> _Around:
    language = active_language()
    return _Around(language, words_of(language), may_propose(context))


def _cells(row: Iterable[Mapping[str, Any]], around: _Around) -> str:
    # Who may propose changes the answer of one place, so each stands for itself.
    return "".join(
        _cell_of_table(noted, around) for noted in row if around.proposes or "covered" not in noted
    )


def _cell_of_table(noted: Mapping[str, Any], around: _Around) -> str:
    apart = " apart" if "apart" in noted else ""
    if "of" not in noted:
        return f'<td class="cell{apart}">{_cell(noted, around)}</td>'
    others = [] if around.proposes else noted.get("others", [])
    spans = f' colspan="{len(others) + 1}"' if others else ""
    of = enumerated([noted["of"], *(other["of"] for other in others)])
    return (
        f'<td role="cell" class="cell{apart}"{spans} data-of="{escape(of)}">'
        f"{_cell(noted, around)}</td>"
    )


def _cell(noted: Mapping[str, Any], around: _Around) -> str:
    cell = noted["cell"]
    own = _pencil(noted) if around.proposes else ""
    if isinstance(cell, RenderedCell):
        return _stated(cell, noted, around, own)
    before = STATES.get(cell["state"], "–")
    told = f"{before} {escape(cell['display'])}"
    if "topic" not in noted:
        return f'<span class="state">{told}</span>'
    state = f'<a class="state" href="{escape(noted["own"])}">{told}</a>'
    return f"{state}{own}{_ended(cell, noted['link']) if cell['ended'] else ''}"


def _report(noted: Mapping[str, Any], words: Words) -> str:
    """The way from an answer to the form that tells analysts what is wrong with it; none where a
    cell is only shown.
    """
    if "topic" not in noted:
        return ""
    path, mark, question = noted["link"].partition("?")
    address = escape(f"{path}report/{mark}{question}")
    return f'<p class="fine no-print"><a href="{address}">{words.report}</a></p>'


def _pencil(noted: Mapping[str, Any]) -> str:
    """The link by which an analyst changes what a cell says; none where it is only shown."""
    if "topic" not in noted:
        return ""
    return pencil(address_of_cell(noted["cell"]["policy"], noted["topic"], noted["place"]))


def _stated(cell: RenderedCell, noted: Mapping[str, Any], around: _Around, own: str) -> str:
    """An answer, how sure it is and what may be wrong with it; the rest for whoever opens it."""
    language, words = around.language, around.words
    policy = cell.policy.marked.get(language) or _mark(cell.policy, language)
    place = cell.of_the_place()
    caveat = "" if "caveat_told" in noted else policy.caveat
    display = noted.get("marked", policy.display)
    later = caveat_told(words.later_differs) if place["later_differs"] else ""
    span = span_told(place, language, is_local=policy.is_local)
    return (
        f'{policy.opening}{escape(noted["link"])}" title="{words.in_full}">{display}</a>'
        f"{_footnote(noted['note'], words)} {policy.sign}{own}{caveat}{later}"
        f"<details><summary>{policy.scope}{span}</summary>"
        f"{policy.summary}{_beside(cell, place['additive'], language) if cell.also else ''}"
        f"{policy.cited}{_reports(noted, around)}</details>"
    )


def _reports(noted: Mapping[str, Any], around: _Around) -> str:
    """The way to the form that tells analysts what is wrong; of neighbours that are one cell, each
    place with its own answer in full.
    """
    others = [] if around.proposes else noted.get("others", [])
    if not others:
        return _report(noted, around.words)
    return "".join(
        f'<div class="each">'
        f'<a class="in-full" href="{escape(one["link"])}">{escape(one["of"])}</a>'
        f"{_report(one, around.words)}</div>"
        for one in (noted, *others)
    )


class _Marked(NamedTuple):
    """What a cell says of a policy, whichever place it answers in."""

    opening: str
    display: str
    sign: str
    caveat: str
    scope: str
    summary: str
    cited: str
    is_local: bool


def _mark(policy: RenderedPolicy, language: str) -> _Marked:
    source = policy["source"]
    cited = unbroken(f"{source['title']} {source['document_number']}")
    marked = _Marked(
        f'<a class="{looks(policy["state"])}" href="',
        unbroken(policy["display"]),
        sign_of(policy["verification"], language),
        caveat_told(policy["caveat"]) if policy["caveat"] else "",
        scope_told(policy, language),
        f"<p>{unbroken(policy['summary'])}</p>",
        f'<p class="fine cited"><span class="no-print">{cited} </span>'
        f"{unbroken(policy['clause'])}</p>",
        is_local(policy),
    )
    policy.marked[language] = marked
    return marked


def _beside(cell: RenderedCell, is_additive: bool, language: str) -> str:
    how = how_beside(is_additive, language)
    return "".join(
        f'<p class="fine">{how} '
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
        f'<a class="note" href="#source-{number}" hx-boost="false" '
        f'aria-label="{words.source} {number}">{number}</a>'
    )
