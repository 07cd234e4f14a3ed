"""How far apart cities lie on a day: all from one, nearest first, and some beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, combinations
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext, ngettext

from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.city_parameters import cities_asked, known_city
from zones.api.parameters import MOST_COLUMNS
from zones.models import City, Topic
from zones.pages.as_if_page import as_if_link
from zones.pages.cited_pages import CitedPage
from zones.pages.distance_words import (
    api_files,
    certainty_asked,
    labels_of,
    local_comparison,
    nothing_told,
)
from zones.pages.faceted_pages import BrowsingPage, Chip
from zones.pages.links import city_link, topic_link
from zones.pages.table_pages import TablePage
from zones.pages.tables.city_sheets import distances_table
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.vocabulary import Certainty
from zones.selectors.city_distances import Neighbour, city_distances, nearest_cities

#: How many cities the offered table of a city and its nearest has.
OFFERED = 10
#: The orders of the cities by their distance from one, beside the usual: nearest first, as far as
#: anybody can say.
ORDERS: dict[str, Callable[[Neighbour], Any]] = {
    "name": lambda one: (one.city.name_en.casefold(), one.city.slug),
    "differ": lambda one: one.distance.differing,
    "not_comparable": lambda one: one.distance.not_comparable,
}
#: By which heads they are ordered.
SORTS = {
    "city": ("name", "-name"),
    "differ": ("differ", "-differ"),
    "not_comparable": ("not_comparable", "-not_comparable"),
}
#: How many tints tell the numbers of a table apart.
SHADES = 4


class DistancesPage(CitedPage, BrowsingPage, TablePage):
    """All cities by how far they lie from one, and a table of the distances between some."""

    is_dear = True
    template_name = "zones/distances.html"
    known_parameters = ("city", "cities", "as_of", "known_at", "certainty", "ordering")
    narrowing = ("city", "as_of", "certainty")
    facet_names = ("cities",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the distances from the city asked for, and those between the cities asked for."""
        self.day = self.parameters.day()
        text = self.parameters.one("city")
        city = known_city("city", text, self.inquiry, [text]) if text else None
        chosen = cities_asked("cities", self.parameters, self.inquiry, most=MOST_COLUMNS)
        orders = [order for column in SORTS.values() for order in column]
        self.order = self.parameters.choice("ordering", orders, "")
        self.found = city_distances(self.inquiry)
        by_name = sorted(self.cities.values(), key=attrgetter("name_en", "slug"))
        return super().get_context_data(
            day=self.day,
            past=self.with_known_at([]),
            certainty=self.certainty,
            certainties=list(Certainty),
            city_names=[self.named(one)[1] for one in by_name],
            city=self.named(city)[1] if city else "",
            chosen=[one.slug for one in chosen],
            chips=self._chips(chosen),
            room=len(chosen) < MOST_COLUMNS,
            question_kept=[pair for pair in self.asked() if pair[0] != "cities" and pair[1]],
            topics=[
                (
                    topic_link(topic.slug, self.day, self.with_known_at([])),
                    in_language(topic, "label", self.language),
                    topic.slug,
                )
                for topic in self.found.topics
            ],
            order=self.order,
            of_city=self._of_city(city) if city else None,
            table=self._table(chosen) if chosen else None,
            files=api_files("api-distances", self._asked(), self),
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return whose distances are told: of one city, or of those chosen."""
        names = [context["city"]] if context["city"] else [one.value for one in context["chips"]]
        title = gettext("Distances between cities")
        return gettext(": ").join(filter(None, [enumerated(names), title]))

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return how far all cities lie from one, and the distances between those chosen."""
        counted = [
            {
                "question": in_language(topic, "question", self.language),
                "area": in_language(topic.focus_area, "name", self.language),
            }
            for topic in self.found.topics
        ]
        cited = self.references(self.found.topics)
        return distances_table({**context, "counted": counted}, cited)

    def _asked(self) -> list[tuple[str, Any]]:
        return [("as_of", self.day), *certainty_asked(self)]

    def _chips(self, chosen: Sequence[City]) -> list[Chip]:
        """The cities of the table, each with the question without it."""
        typed = self.parameters.many("cities")
        return [
            Chip("", self.named(city)[1], self.without("cities", text))
            for text, city in zip(typed, chosen, strict=True)
        ]

    def _of_city(self, city: City) -> dict[str, Any]:
        """All other cities, those first that can differ from one on the fewest topics."""
        near, unknown = nearest_cities(city, self.inquiry), self.found.unknown(city)
        offered = [city.slug, *(one.city.slug for one in near[: OFFERED - 1])]
        asked = [("city", city.slug), ("cities", ",".join(offered)), *self._asked()]
        rows = [self._row(city, one, unknown) for one in self._ordered(near)]
        return {
            "name": self.named(city)[1],
            "link": self._link(city),
            "parts": [] if self.order else _parts_of(rows),
            "sorts": self.sorts(SORTS, self.order),
            "nothing_told": nothing_told(city, self.found, self.named(city)[1]),
            "slug": city.slug,
            "unknown": labels_of(unknown, self),
            "unknown_topics": unknown,
            "rows": rows,
            "offered": self.with_known_at(asked),
            "files": api_files("api-nearest", [*self._asked(), ("limit", 1000)], self, city.slug),
        }

    def _ordered(self, near: list[Neighbour]) -> list[Neighbour]:
        """Cities in an order; those of which nobody knows how far they lie come last where it goes
        by that.
        """
        if not self.order:
            return near
        name, falls = self.order.removeprefix("-"), self.order.startswith("-")
        found = sorted(near, key=ORDERS[name], reverse=falls)
        if name == "differ":
            found.sort(key=lambda one: not self._is_known(one))
        return found

    def _is_known(self, one: Neighbour) -> bool:
        """Whether anything is known of how a city differs."""
        return one.distance.not_comparable < len(self.found.topics)

    def _row(self, city: City, one: Neighbour, unknown: Sequence[Topic]) -> dict[str, Any]:
        """How a city differs; what is not known of the one asked for is told once for all rows."""
        apart = self.found.apart(city, one.city)
        further = [topic for topic in apart.not_comparable if topic not in unknown]
        return {
            "link": self._link(one.city),
            "slug": one.city.slug,
            "name": self.named(one.city)[1],
            "distance": one.distance,
            "known": self._is_known(one),
            "differing": labels_of(apart.differing, self),
            "differing_topics": apart.differing,
            "further": labels_of(further, self),
            "further_topics": further,
            "compare": local_comparison([city.slug, one.city.slug], self),
            "as_if": as_if_link(city, one.city, self),
        }

    def _link(self, city: City) -> str:
        return city_link(city.slug, self.day, self.with_known_at([]))

    def _table(self, chosen: Sequence[City]) -> dict[str, Any]:
        """A line and a column for each city; the more two differ, the darker their cell."""
        pairs = combinations(chosen, 2)
        most = max((self.found.between(*pair).differing for pair in pairs), default=0)
        return {
            "heads": [(self._link(city), self.named(city)[1]) for city in chosen],
            "rows": [
                (
                    self._link(city),
                    *self.named(city),
                    [self._cell(city, other, most) for other in chosen],
                )
                for city in chosen
            ],
            "compare": local_comparison([city.slug for city in chosen], self),
            "files": api_files(
                "api-distances",
                [("cities", ",".join(city.slug for city in chosen)), *self._asked()],
                self,
            ),
        }

    def _cell(self, city: City, other: City, most: int) -> dict[str, Any] | None:
        if city.pk == other.pk:
            return None
        distance = self.found.between(city, other)
        return {
            "distance": distance,
            "shade": -(-SHADES * distance.differing // most) if most else 0,
            "compare": local_comparison([city.slug, other.slug], self),
        }


def _parts_of(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Where the rows begin that can differ on so many topics at most, in words, and how many those
    and the rows before are; the first of each gets its anchor.
    """
    counted: dict[int, int] = {}
    for row in rows:
        most = row["distance"].differing + row["distance"].not_comparable
        if most not in counted:
            row["anchor"] = f"at-most-{most}"
        counted[most] = counted.get(most, 0) + 1
    return [
        (
            f"at-most-{most}",
            ngettext("at most %(count)s topic", "at most %(count)s topics", most) % {"count": most},
            cities,
        )
        for most, cities in zip(counted, accumulate(counted.values()), strict=True)
    ]
