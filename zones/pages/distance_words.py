"""Distances between cities as pages tell them, and the cities nearest to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from cbec_portal.languages import in_language
from zones.models import City, Topic
from zones.pages.page_base import Page
from zones.rules.distance import Distance
from zones.selectors.city_distances import (
    CityDistances,
    Neighbour,
    city_distances,
    farthest_cities,
    nearest_cities,
)

#: How many cities a city's page names as the nearest and as the farthest.
NEAREST, FARTHEST = 5, 3


def distance_words(distance: Distance, topics: int) -> str:
    """Return in words how far apart two cities lie, of so many topics that vary."""
    if distance.not_comparable == topics:
        return gettext("nobody knows on what they differ")
    told = [_differing(distance.differing)]
    if distance.not_comparable:
        told.append(gettext("%(count)s not comparable") % {"count": distance.not_comparable})
    return gettext(", ").join(told)


def _differing(count: int) -> str:
    if not count:
        return gettext("not known to differ on any local topic")
    words = ngettext("differs on %(count)s local topic", "differs on %(count)s local topics", count)
    return words % {"count": count}


def nothing_told(city: City, found: CityDistances, name: str) -> str:
    """Return why nobody can say how far a city lies from others; blank where it can be said."""
    if not found.topics:
        return gettext("On this day no two cities are known to differ, so none is near or far.")
    if len(found.unknown(city)) == len(found.topics):
        words = gettext(
            "Of the topics that vary on this day nothing is known of %(city)s: nobody knows which "
            "cities are near."
        )
        return words % {"city": name}
    return ""


def local_comparison(cities: Sequence[str], page: Page) -> str:
    """Return where cities are compared on the page's day in what varies, by their slugs."""
    asked = [("cities", ",".join(cities)), ("as_of", page.inquiry.day), ("only", "local")]
    return f"{reverse('zones:compare')}?{page.with_known_at([*asked, *certainty_asked(page)])}"


def certainty_asked(page: Page) -> list[tuple[str, str]]:
    """Return the certainty asked for, as a part of a question; nothing where none was."""
    return [("certainty", page.certainty.value)] if "certainty" in page.parameters else []


def nearest_part(city: City, page: Page) -> dict[str, Any]:
    """Return what a city's page tells of the nearest cities and of the farthest."""
    found = city_distances(page.inquiry)
    asked = [("city", city.slug), ("as_of", page.inquiry.day), *certainty_asked(page)]
    near = [one for one in nearest_cities(city, page.inquiry) if _comparable(one, found)]
    far = farthest_cities(city, page.inquiry)
    return {
        "nothing_told": nothing_told(city, found, page.named(city)[1]),
        "nearest": [_told(city, one, found, page) for one in near[:NEAREST]],
        "farthest": [_told(city, one, found, page) for one in far[:FARTHEST]],
        "distances_link": f"{reverse('zones:distances')}?{page.with_known_at(asked)}",
    }


def labels_of(topics: Sequence[Topic], page: Page) -> str:
    """Return the short heads of topics in one line."""
    return gettext("; ").join(in_language(topic, "label", page.language) for topic in topics)


def _comparable(one: Neighbour, found: CityDistances) -> bool:
    """Whether anything that varies is known of both cities."""
    return one.distance.not_comparable < len(found.topics)


def _told(city: City, one: Neighbour, found: CityDistances, page: Page) -> tuple[str, ...]:
    """Where a city is compared with a neighbour, the neighbour's key and name, and how far it
    lies.
    """
    link = local_comparison([city.slug, one.city.slug], page)
    return link, *page.named(one.city), distance_words(one.distance, len(found.topics))


def api_files(name: str, asked: Sequence[tuple[str, Any]], page: Page, *args: str) -> list[Any]:
    """Return where the API answers a question, by the name of each form."""
    path = reverse(name, args=args)
    return [
        (form.upper(), f"{path}?{page.with_known_at([*asked, ('format', form)])}")
        for form in ("json", "csv", "xlsx")
    ]
