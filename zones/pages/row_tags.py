"""The rows of tables of rules, as markup.

A comparison has a hundred rows and hundreds of cells, so their markup is put together here and not
by templates, which took most of the time of a page. Whatever a record says is escaped here. What
cells say of a policy is written once an edition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.choice_labels import chosen_label
from cbec_portal.day_words import day_as_time, day_in_words
from cbec_portal.languages import active_language, other_language
from cbec_portal.punctuation import blank
from zones.desk.addresses import address_of_policy, address_of_row
from zones.models import City
from zones.pages.cell_tags import (
    caveat_told,
    coming,
    doubts_told,
    looks,
    of_state,
    outcome_in,
    sign_of,
    started,
)
from zones.pages.desk_tags import address_of_cell, may_propose, pencil
from zones.pages.document_words import whole_address
from zones.pages.links import source_page
from zones.pages.number_tags import unbroken
from zones.pages.row_cells import Reader, cells_of_row, reader_of
from zones.pages.ticked_cities import tick_link
from zones.selectors.rendered_cells import RenderedPolicy

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
            words for what stands ``apart`` and the doubts of all cells, if any: the ``caveat``, and
            that a wider policy ``later_differs``; of the first of two that belong together the
            head of the ``pair``, of both that they are ``in_pair``.
        columns: how many places are compared.
        compares: whether what rows come to is told.
    """
    return SafeString(rows_compared(rows, columns, compares, reader_of(context)))


def rows_compared(
    rows: Iterable[Mapping[str, Any]], columns: int, compares: bool, reader: Reader
) -> str:
    """Return rows of a comparison, as :func:`compared_rows` takes them, for a reader."""
    return "".join(
        f"\n      {_pair(row, columns + 1)}"
        f'\n      <tr role="row"{_in_pair(row)}>'
        f'\n        <th scope="row" role="rowheader">'
        f"\n          {_asked(row['topic'])}"
        f"\n          {outcome_in(row['outcome'], reader.language) if compares else ''}"
        f"\n          {_apart(row)}{doubts_told(row, reader.language)}"
        f"\n        </th>"
        f"\n        {cells_of_row(row['noted'], reader)}"
        "\n      </tr>\n    "
        for row in rows
    )


@register.simple_tag(takes_context=True)
def place_areas(
    context: template.Context, areas: Iterable[Mapping[str, Any]], layer: str = ""
) -> SafeString:
    """Return focus areas of one place with their rows, each as a table with a head.

    Args:
        context: of the page, with the ``name`` of the place and the ``day``, and who reads it.
        areas: of each its ``tally``, its ``anchor``, and its ``rows`` as :func:`rows_of_place`
            takes them.
        layer: the part that the areas are folded in, if in one.
    """
    reader, columns = reader_of(context), (gettext("Topic"), gettext("Answer"))
    day = escape(day_in_words(context["day"]))
    of = f"{gettext(': ')}{escape(context['name'])}{gettext(', ')}{day}"
    heads = "".join(f'<th scope="col">{words}</th>' for words in columns)
    within = f"{layer} " if layer else ""

    def told(area: Mapping[str, Any]) -> str:
        name, anchor = escape(area["tally"]["name"]), area["anchor"]
        return (
            f'\n<section aria-labelledby="{within}{anchor}">'
            f'\n  <h3 id="{anchor}">{name}</h3>'
            '\n  <div class="wide">'
            '\n    <table class="rules of-place">'
            f'\n      <caption class="visually-hidden">{name}{of}</caption>'
            '\n      <thead class="visually-hidden">'
            f"\n        <tr>{heads}</tr>"
            "\n      </thead>"
            "\n      <tbody>"
            f"\n        {rows_of_place(area['rows'], reader)}"
            "\n      </tbody>"
            "\n    </table>"
            "\n  </div>"
            "\n</section>\n"
        )

    return SafeString("".join(map(told, areas)))


def rows_of_place(rows: Iterable[Mapping[str, Any]], reader: Reader) -> str:
    """Return the rows of one place under one focus area, each with its topic as its anchor.

    Args:
        rows: as :func:`compared_rows` takes them, each of one cell.
        reader: who reads them.
    """
    return "".join(
        [
            f"\n          {_pair(row, 2)}"
            f'\n          <tr id="{escape(row["topic"]["slug"])}"{_in_pair(row)}>'
            f'\n            <th scope="row">{escape(row["topic"]["question"])}</th>'
            f"\n            {cells_of_row(row['noted'], reader)}"
            "\n          </tr>\n        "
            for row in rows
        ]
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
    return SafeString(cells_of_row(row, reader_of(context)))


@register.simple_tag(takes_context=True)
def policy_rows(
    context: template.Context, policies: Iterable[RenderedPolicy], day: date
) -> SafeString:
    """Return the policies of a topic as entries of its history, with what is still to come of
    each on a day.
    """
    reader, colon, gap = reader_of(context), gettext(": "), blank()

    def told(policy: RenderedPolicy) -> str:
        first, last, source = policy["effective_from"], policy["effective_to"], policy["source"]
        until = f" – {day_as_time(last)}" if last else ""
        address = address_of_policy(policy.identity) if reader.proposes else ""
        caveat = policy["caveat"]
        return (
            f"<li>{started(policy)}{until} {coming(first, last, day)} "
            f"{escape(policy['scope']['name'])}{colon}"
            f'<span class="{looks(policy["state"])}">{unbroken(policy["display"])}</span> '
            f"{sign_of(policy['verification'], reader.language)}"
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
        rows: of each the ``city``, whether it is ``ticked``, the ``link`` to it, the ``anchor`` by
            which the page leads to the row, blank where it does not, its ``name`` and
            ``other_name``, its ``province`` and ``district``, its ``zones``, and what is
            ``answered``: the display and the policy, blank where none is, and the topic.
    """
    language, semicolon = other_language(active_language()), escape(gettext("; "))
    unstated = f'<span class="state">? {gettext("not stated")}</span>'

    proposes = may_propose(context)
    district, zones = escape(gettext("Customs district")), escape(gettext("Zones and batches"))

    def other(name: str) -> str:
        return f'<span lang="{language}">{escape(name)}</span>' if name else ""

    def anchor(name: str) -> str:
        return f' id="{escape(name)}"' if name else ""

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
            f"\n        <tr{anchor(row['anchor'])}>"
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


@register.simple_tag(takes_context=True)
def footnotes(context: template.Context, sources: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the documents that cells cite, in the order of their numbers.

    Args:
        context: of the page, with its ``request``.
        sources: each as it is cited, with its state in words as ``status_words``.
    """
    comma = gettext(", ")
    official = gettext("official text")
    states: dict[str, str] = {}

    def number(source: Mapping[str, Any]) -> str:
        told = source["document_number"]
        return f"{comma}{unbroken(told)}" if told else ""

    def status(source: Mapping[str, Any]) -> str:
        told = states.get(source["status"])
        if told is None:
            told = states[source["status"]] = escape(of_state(source).lstrip())
        return f'\n            <span class="fine">{told}</span>\n          ' if told else ""

    def text(source: Mapping[str, Any]) -> str:
        if not source["official_url"]:
            return ""
        link = f'<a href="{escape(source["official_url"])}" rel="noreferrer">{official}</a>'
        return f"\n            · {link}\n          "

    return SafeString(
        "".join(
            f'\n        <li id="source-{place}"'
            f' data-address="{escape(whole_address(context, source))}">'
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
    head = (
        f'<th scope="rowgroup" role="rowheader" colspan="{columns}">'
        f'<span class="held">{escape(row["pair"])}</span></th>'
    )
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
