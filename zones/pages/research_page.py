"""What nobody knows yet: how much is researched, by topic, province and city."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.city_parameters import cities_asked, cities_in
from zones.api.parameters import MOST_COLUMNS, topics_of
from zones.models import City, Province, Topic
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage, Chip
from zones.pages.links import answer_links, city_link, topic_link
from zones.pages.table_pages import TablePage
from zones.pages.tables.city_sheets import research_table
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.completeness import Completeness
from zones.selectors.research_state import ResearchState, research_state

Row = TypeVar("Row")

#: How many cities of a gap are named before the others are folded.
MOST_NAMED = 6
#: The topics are by their gaps, the largest first, unless another order is asked for; provinces and
#: cities as lists have them.
LARGEST_GAPS = "-not_researched"
#: By which heads all tables are ordered.
SORTS = {
    "name": ("name", "-name"),
    "researched": ("-researched", "researched"),
    "none_found": ("-none_found", "none_found"),
    "not_researched": (LARGEST_GAPS, "not_researched"),
}
#: What a row is ordered by, of its name in order and of how much is researched of it.
ORDERS: dict[str, Callable[[str, Completeness], Any]] = {
    "name": lambda name, _own: name.casefold(),
    "researched": lambda _name, own: (own.researched / own.cells if own.cells else 0, own.cells),
    "none_found": lambda _name, own: own.none_found,
    "not_researched": lambda _name, own: own.not_researched,
}


class ResearchPage(CitedPage, BrowsingPage, TablePage):
    """Where somebody has looked what holds on a day, and where nobody has."""

    is_dear = True
    template_name = "zones/research.html"
    known_parameters = ("as_of", "known_at", "focus_area", "topic", "province", "city", "ordering")
    narrowing = ("as_of", "focus_area", "topic", "province", "city")
    facet_names = ("focus_area", "topic", "province", "city")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the gaps, largest first, with names instead of keys."""
        self.day = self.parameters.day()
        self.past = self.with_known_at([])
        topics, cities = topics_of(self.parameters, self.inquiry), self._cities_in()
        found = research_state(topics, self.inquiry, cities)
        by_topic, by_city = found.by_topic, found.by_city
        orders = [order for column in SORTS.values() for order in column]
        order = self.parameters.choice("ordering", orders, "")
        lacking = ordered(
            (topic for topic in found.topics if by_topic[topic.pk].not_researched),
            order or LARGEST_GAPS,
            lambda topic: (in_language(topic, "question", self.language), by_topic[topic.pk]),
        )
        of_provinces = ordered(
            found.by_province.items(), order, lambda row: (row[0].name_en, row[1])
        )
        cities_shown = ordered(
            found.cities, order, lambda city: (f"{city.name_en} {city.slug}", by_city[city.pk])
        )
        return super().get_context_data(
            day=self.day,
            past=self.past,
            areas_to_choose=self.areas_to_choose,
            chosen_areas=self.parameters.many("focus_area"),
            topics_to_choose=[
                (topic.slug, in_language(topic, "label", self.language))
                for topic in self.topics.values()
            ],
            chosen_topics=self.parameters.many("topic"),
            provinces_to_choose=self._provinces(),
            chosen_provinces=self.parameters.many("province"),
            city_names=[self.named(city)[1] for city in self.cities.values()],
            city=", ".join(self.named(city)[1] for city in self.asked_for),
            heading=self._heading(),
            chips=self._chips(),
            compare=self._compared(),
            whole=found.whole,
            nothing_fits=gettext("No city fits all of this.")
            if not cities
            else gettext("No topic fits all of this."),
            done=f"{found.whole.researched:,}",
            cells=f"{found.whole.cells:,}",
            complete=len(found.topics) - len(lacking),
            topics=[self._topic(topic, found, by_topic[topic.pk]) for topic in lacking],
            provinces=[self._of_province(province, own) for province, own in of_provinces],
            cities=[self._of_city(city, by_city[city.pk]) for city in cities_shown],
            asked=self.without_parameters("ordering"),
            order=order,
            sorts=self.sorts(SORTS, order or LARGEST_GAPS),
            sorts_of_parts=self.sorts(SORTS, order),
            parts=[
                ("topics", gettext("Topics"), len(lacking)),
                ("provinces", gettext("Provinces"), len(of_provinces)),
                ("cities", gettext("Cities"), len(found.cities)),
            ],
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return of what is told what nobody knows."""
        return self.narrowed_title(context["heading"], context["chips"])

    def is_cited(self, context: dict[str, Any]) -> bool:
        """Return whether any city and topic fits what is asked."""
        return bool(context["whole"].cells)

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the gaps by topic, and how much is researched of each province and city."""
        topics = topics_of(self.parameters, self.inquiry)
        return research_table(context, self.references(topics, self._cities_in()))

    def data_link(self) -> str:
        """Return the same by the API."""
        return f"{reverse('api-research')}?{self.without_parameters('ordering')}"

    def _cities_in(self) -> list[City]:
        self.asked_for = cities_asked("city", self.parameters, self.inquiry)
        return cities_in(self.parameters, self.inquiry)

    def _provinces(self) -> list[tuple[str, str]]:
        """The provinces in which cities lie that the revision knew, and those chosen."""
        lying = {city.province.iso_3166_2 for city in self.cities.values()}
        offered = lying.union(self.parameters.many("province"))
        return [(key, name) for key, name in self.provinces if key in offered]

    def _heading(self) -> str:
        if not self.asked_for:
            return gettext("What we do not know yet")
        names = enumerated(self.named(city)[1] for city in self.asked_for)
        return gettext("What we do not know yet about %(cities)s") % {"cities": names}

    def _chips(self) -> list[Chip]:
        """What narrows the question, each with the question without it."""
        typed = dict(zip(self.parameters.many("city"), self.asked_for, strict=True))
        labels = {
            "focus_area": gettext("Focus area"),
            "topic": gettext("Topic"),
            "province": gettext("Province"),
            "city": gettext("City"),
        }
        return [
            Chip(
                labels[name],
                self.named(typed[value])[1] if name == "city" else self.naming(name, value)[0],
                self.without(name, value),
            )
            for name, value in self.asked()
            if name in labels
        ]

    def _compared(self) -> str:
        """Where the cities asked for stand side by side in what is not known; blank where none is
        asked for or too many are.
        """
        slugs = [city.slug for city in self.asked_for]
        if not 1 <= len(slugs) <= MOST_COLUMNS:
            return ""
        asked = [("cities", ",".join(slugs)), ("as_of", self.day), ("only", "gaps")]
        narrowed = [pair for pair in self.asked() if pair[0] in ("focus_area", "topic")]
        return f"{reverse('zones:compare')}?{self.with_known_at([*asked, *narrowed])}"

    def _topic(self, topic: Topic, found: ResearchState, own: Completeness) -> dict[str, Any]:
        """A topic with the cities of its gap: the first by name and the others folded, or, where
        the gap is the longer of the two, those that it leaves out.
        """
        link = answer_links(topic.slug, self.day, self.past)

        def linked(cities: list[City]) -> list[tuple[str, str, str]]:
            return [(slug, link(slug), name) for slug, name in map(self.named, cities)]

        gap = found.gaps(topic)
        lacking = {city.pk for city in gap}
        known = [city for city in found.cities if city.pk not in lacking]
        by_exceptions = len(gap) > max(MOST_NAMED, len(known))
        cities, left_out = linked(gap), linked(known) if by_exceptions else []
        return {
            "link": topic_link(topic.slug, self.day, self.past),
            "slug": topic.slug,
            "question": in_language(topic, "question", self.language),
            "own": own,
            "by_exceptions": by_exceptions,
            "gap": cities,
            "named": (left_out if by_exceptions else cities)[:MOST_NAMED],
            "others": (left_out if by_exceptions else cities)[MOST_NAMED:],
        }

    def _of_province(self, province: Province, own: Completeness) -> dict[str, Any]:
        narrowed = f"?{self.replacing('province', province.iso_3166_2)}"
        name = in_language(province, "name", self.language)
        return {"link": narrowed, "name": name, "own": own, "narrowed": narrowed}

    def _of_city(self, city: City, own: Completeness) -> dict[str, Any]:
        return {
            "link": city_link(city.slug, self.day, self.past),
            "slug": city.slug,
            "name": self.named(city)[1],
            "own": own,
            "narrowed": f"?{self.replacing('city', city.slug)}",
        }


def ordered(
    rows: Iterable[Row], order: str, told: Callable[[Row], tuple[str, Completeness]]
) -> list[Row]:
    """Return rows in an order, those that are alike in it as they came; in none as they came."""
    if not order:
        return list(rows)
    by = ORDERS[order.removeprefix("-")]
    return sorted(rows, key=lambda row: by(*told(row)), reverse=order.startswith("-"))
