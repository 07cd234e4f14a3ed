"""Addresses that a page names hundreds of times: reversing each anew took a good part of its time.

All take slugs, and ``past``: the revision asked for as a query string, blank for the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS

from cbec_portal.languages import active_language
from zones.models import City
from zones.selectors.hypothetical_places import HypotheticalPlace

#: What stands in the path of an address as it is, beside letters and digits.
SAFE = f"{RFC3986_SUBDELIMS}/~:@"
SAFE_IN_QUESTIONS = "@,:"
#: Values of questions no longer than this are kept as they stand in addresses.
LONGEST_KEPT = 80
#: So many slugs are kept as they stand in addresses.
MOST_SLUGS = 4096


def answer_link(city: str, topic: str, day: date, past: str) -> str:
    """Return where the answer of a city to a topic stands in full."""
    return _on(day, past, "zones:answer", city, topic)


def answer_links(topic: str, day: date, past: str) -> Callable[[str], str]:
    """Return what gives where the answer of a city, by its key, to this topic stands in full."""
    path = _pattern("zones:answer", 2).format("{}", _quoted(topic))
    # What is quoted has no braces, nor has a question that is written as an address.
    link = f"{path}{_asked(day, past)}"
    return lambda city: link.format(_quoted(city))


def city_link(city: str, day: date, past: str) -> str:
    """Return a city and its rules on a day."""
    return _on(day, past, "zones:city", city)


def place_link(place: City | HypotheticalPlace, day: date, past: str) -> str:
    """Return a city, or a place without pilot status, and its rules on a day."""
    if isinstance(place, City):
        return city_link(place.slug, day, past)
    return _on(day, past, "zones:place", place.slug)


def cell_link(place: City | HypotheticalPlace, topic: str, day: date, past: str) -> str:
    """Return the address of an answer in full, in a city or in a place without pilot status."""
    if isinstance(place, City):
        return answer_link(place.slug, topic, day, past)
    return _on(day, past, "zones:place-answer", place.slug, topic)


def cell_links(place: City | HypotheticalPlace, day: date, past: str) -> Callable[[str], str]:
    """Return what gives where the answer of a place to a topic, by its key, stands in full."""
    name = "zones:answer" if isinstance(place, City) else "zones:place-answer"
    path = _pattern(name, 2).format(_quoted(place.slug), "{}")
    link = f"{path}{_asked(day, past)}"
    return lambda topic: link.format(_quoted(topic))


def own_link(city: str) -> str:
    """Return a city as it is today."""
    return _path("zones:city", city)


def changes_link(place: City | HypotheticalPlace, past: str) -> str:
    """Return what changed in a city, or in a place without pilot status."""
    name = "zones:city-changes" if isinstance(place, City) else "zones:place-changes"
    return f"{_path(name, place.slug)}{'?' if past else ''}{past}"


def feed_link(asked: Iterable[tuple[str, str]]) -> str:
    """Return the feed of the changes asked for, in the reader's language, since programs that read
    feeds ask in none.
    """
    question = urlencode([*asked, ("lang", active_language())], safe=",:.")
    return f"{reverse('zones:changes-feed')}?{question}"


def topic_link(topic: str, day: date, past: str) -> str:
    """Return a topic across all cities on a day."""
    return _on(day, past, "zones:topic", topic)


def source_page(source: str) -> str:
    """Return a document and what rests on it."""
    return _path("zones:source", source)


def as_query(asked: Iterable[tuple[str, Any]]) -> str:
    """Return names and values as a query string, in which the signs of places and days stand as
    they are.
    """
    return "&".join([f"{name}={_asked_value(str(value))}" for name, value in asked])


def _on(day: date, past: str, name: str, *slugs: str) -> str:
    return f"{_path(name, *slugs)}{_asked(day, past)}"


def _asked(day: date, past: str) -> str:
    return f"?as_of={day}{'&' if past else ''}{past}"


def _path(name: str, *slugs: str) -> str:
    return _pattern(name, len(slugs)).format(*map(_quoted, slugs))


# A page names the same cities and topics in hundreds of links.
@lru_cache(MOST_SLUGS)
def _quoted(slug: str) -> str:
    """A slug as it stands in the path of an address."""
    return quote(slug, safe=SAFE)


def _asked_value(text: str) -> str:
    return _kept_value(text) if len(text) <= LONGEST_KEPT else quote_plus(text, SAFE_IN_QUESTIONS)


@lru_cache(MOST_SLUGS)
def _kept_value(text: str) -> str:
    return quote_plus(text, SAFE_IN_QUESTIONS)


@cache
def _pattern(name: str, slugs: int) -> str:
    """The address of a name, with a place for each slug."""
    marks = [f"slug-{place}" for place in range(slugs)]
    pattern = reverse(name, args=marks)
    for mark in marks:
        pattern = pattern.replace(mark, "{}")
    return pattern
