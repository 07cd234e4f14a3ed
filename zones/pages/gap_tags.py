"""What is not researched, as markup: thousands of gaps, which templates took too long for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from cbec_portal.languages import active_language
from cbec_portal.punctuation import enumerated
from zones.desk.addresses import address_of_answer
from zones.pages.desk_tags import may_propose, pencil
from zones.pages.ticked_cities import tick_link
from zones.rules.completeness import Completeness

register = template.Library()


@register.simple_tag(takes_context=True)
def gap_cities(
    context: template.Context, cities: Iterable[tuple[str, str, str]], topic: str, day: date
) -> SafeString:
    """Return the cities of a gap in one line; for analysts each with its way to the desk.

    Args:
        context: what the page knows, and who reads it.
        cities: the key of each, the link to what it answers, and its name.
        topic: the topic that nobody looked into there, by its key.
        day: the day asked about.
    """
    proposes = may_propose(context)
    return SafeString(
        enumerated(
            f"{_linked(link, name)}"
            f"{pencil(address_of_answer(slug, topic, day)) if proposes else ''}"
            for slug, link, name in cities
        )
    )


@register.simple_tag
def known_cities(cities: Iterable[tuple[str, str, str]]) -> SafeString:
    """Return the cities that a gap leaves out in one line, each as key, link and name."""
    return SafeString(enumerated(_linked(link, name) for _slug, link, name in cities))


@register.simple_tag
def share(own: Completeness) -> SafeString:
    """Return how much is researched, as a bar and in words."""
    return SafeString(_share(own, active_language()))


@register.simple_tag
def share_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the rows of a table of how much is researched.

    Args:
        rows: of each its ``link`` and ``name``, what is its ``own``, where the question is
            ``narrowed`` to it, and its ``slug`` where it can be ticked.
    """
    language = active_language()
    return SafeString(
        "".join(
            "\n        <tr>"
            f'\n          <th scope="row">{_head(row)}</th>'
            f"\n          <td>{_share(row['own'], language)}</td>"
            '\n          <td class="narrow">'
            f'\n            <a href="{escape(row["narrowed"])}">{row["own"].not_researched}'
            f'<span class="visually-hidden"> {escape(row["name"])}</span></a>'
            "\n          </td>"
            "\n        </tr>\n      "
            for row in rows
        )
    )


def _linked(link: str, name: str) -> str:
    return f'<a\n      href="{escape(link)}">{escape(name)}</a>'


def _head(row: Mapping[str, Any]) -> str:
    if "slug" in row:
        return tick_link(row["slug"], row["name"], row["link"])
    return f'<a href="{escape(row["link"])}">{escape(row["name"])}</a>'


def _share(own: Completeness, language: str) -> str:
    words = escape(_share_words(language) % {"done": own.researched, "cells": own.cells})
    return (
        f'\n<progress max="{own.cells}" value="{own.researched}" aria-hidden="true"></progress>'
        f'\n<span class="fine">{words}</span>\n'
    )


# The table of gaps has hundreds of shares; these are the portal's own words, one for each language.
@lru_cache
def _share_words(language: str) -> str:
    with override(language):
        return gettext("%(done)s of %(cells)s")
