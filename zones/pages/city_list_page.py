"""The list of cities, narrowed by facets, as a table and as a map of provinces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language, in_other_language
from zones.api.city_parameters import cities_asked
from zones.api.parameters import MOST_COLUMNS, city_question
from zones.models import City, Level, Region, Topic
from zones.models.querysets.zone_querysets import Membership
from zones.models.scopes import BODIES, Body
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage, Chip, Facet, FacetOption
from zones.pages.links import city_link, own_link
from zones.pages.opening_tiles import NamedCity, opening_tiles
from zones.pages.table_pages import TablePage
from zones.pages.tables.city_sheets import cities_table
from zones.pages.tables.sheet_parts import PageTable, References
from zones.pages.tile_map import ONE_ANSWER, tile_map
from zones.rules.excerpts import shortened
from zones.rules.facets import facets
from zones.selectors.answer_sources import source_of_each_answer, sources_of_batches
from zones.selectors.body_members import members_of_bodies
from zones.selectors.matching_cities import (
    CityQuestion,
    StatedAnswer,
    condition_text,
    memberships,
    stated_answers,
)
from zones.selectors.place_names import cities_named
from zones.selectors.search import keys_found

#: How much of a topic's question stands where topics are chosen.
MOST_LETTERS = 70

#: What only the page shows.
ONLY_SHOWN = ("topic", "measure", "ticked")

ORDERS = ("adcode", "name_en", "-name_en", "level")
#: By which heads the list is ordered.
#: So many cities are more than one sees at once: the page says what it holds.
LONG = 20
SORTS = {"city": ("name_en", "-name_en"), "province": ("adcode",), "level": ("level",)}


class RuleFacet(NamedTuple):
    """A topic whose answers narrow the list, and what each city states of it.

    ``asked`` is the condition as the address has it and ``value`` what it wants; both are blank
    where answers are only offered.
    """

    key: str
    topic: Topic
    asked: str
    value: str
    stated: dict[int, StatedAnswer]
    unknown: set[int]


class CityListPage(CitedPage, BrowsingPage, TablePage):
    """Cities by programme, batch, place, level and the policies in force on a day."""

    template_name = "zones/city_list.html"
    facet_names = (
        *("programme", "batch", "region", "province", "customs_district"),
        *(own.column for own in BODIES.values() if own.members),
        "level",
    )
    known_parameters = (
        *facet_names,
        *("policy", "q", "as_of", "known_at", "ordering", "topic", "measure", "ticked"),
    )
    narrowing = (*facet_names, "policy", "q", "as_of")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the cities that fit, and every facet with its counts."""
        question = city_question(self.parameters, self.snapshot)
        asked = cities_asked("ticked", self.parameters, self.inquiry, most=MOST_COLUMNS)
        self.ticked = [city.slug for city in asked]
        rules, inside = self._rules(question), memberships(self.inquiry)
        self.asked_topics = [rule.topic.slug for rule in rules]
        held, chosen = self._held(inside, rules), self._chosen(question, rules)
        found = facets(held, chosen)
        cities = [self.cities[pk] for pk in found.rows]
        shown = self._facets(found.counts)
        return super().get_context_data(
            day=self.inquiry.day,
            known_at=self.known_at,
            words=self.parameters.one("q", ""),
            facets=shown,
            rules=[self._rule_facet(rule, found.counts) for rule in rules],
            topics=self._topics_to_choose(rules),
            chips=[*self.chips(shown), *self._rule_chips(rules)],
            found=len(cities),
            unknown=[
                (*self.named(city), city_link(city.slug, self.inquiry.day, self.with_known_at([])))
                for city in map(self.cities.__getitem__, _unknown(held, chosen, rules))
            ],
            recorded=len(self.cities),
            rows=list(self._rows(cities, inside, rules)),
            parts=list(self._parts(cities)),
            columns=[in_language(rule.topic, "question", self.language) for rule in rules],
            orders=self._orders(),
            sorts=self.sorts(SORTS, self.parameters.choice("ordering", ORDERS, ORDERS[0])),
            asked=self.without_parameters(*ONLY_SHOWN),
            ticked=self.ticked,
            ticked_elsewhere=[one for one in self.ticked if one not in {c.slug for c in cities}],
            compared=",".join(city.slug for city in cities[:MOST_COLUMNS]),
            **self._map(cities, inside),
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the cities are narrowed down to."""
        return self.narrowed_title(gettext("Cities"), context["chips"])

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the cities that fit."""
        rows: list[dict[str, Any]] = context["rows"]
        cities = [row["city"] for row in rows]
        of_batches = sources_of_batches({city.pk for city in cities}, self.inquiry)
        topics = [self.snapshot.topics_by_slug[slug] for slug in self.asked_topics]
        sources = source_of_each_answer(cities, topics, self.inquiry)
        for row in rows:
            own = zip(row["answers"], sources[row["city"].pk], strict=True)
            row["cited"] = [source if answer else None for answer, source in own]
        return cities_table(context, References(of_batches))

    def data_link(self) -> str:
        """Return the same cities by the API."""
        asked = self.without_parameters(*ONLY_SHOWN)
        return f"{reverse('city-list')}?{asked}{'&' if asked else ''}limit=all"

    def _rules(self, question: CityQuestion) -> list[RuleFacet]:
        """The conditions, and one more topic whose answers are offered."""
        asked = [
            (topic, f"{topic.slug}:{text}", condition_text(topic, text))
            for topic, text in question.conditions
        ]
        topics = self.snapshot.topics_by_slug
        more = self.parameters.choice("topic", topics)
        if more and more not in {topic.slug for topic, *_ in asked}:
            asked.append((topics[more], "", ""))
        stated = stated_answers(
            list({topic.pk: topic for topic, *_ in asked}.values()),
            self.cities.values(),
            self.inquiry,
        )
        return [
            RuleFacet(f"policy {place}", topic, text, value, *stated[topic.pk])
            for place, (topic, text, value) in enumerate(asked)
        ]

    def _held(
        self, inside: frozenset[Membership], rules: list[RuleFacet]
    ) -> dict[int, dict[str, set[str]]]:
        """What each city that the words name holds in each facet, in the order asked for."""
        held: dict[int, dict[str, set[str]]] = {}
        for city in self._ordered():
            held[city.pk] = {
                "programme": set(),
                "batch": set(),
                "region": {city.province.region},
                "province": {city.province.iso_3166_2},
                "customs_district": {city.customs_district.code},
                **{own.column: set() for own in self._with_members},
                "level": {city.level},
            }
            for rule in rules:
                own = rule.stated.get(city.pk)
                held[city.pk][rule.key] = {own.value} if own else set()
        for (kind, code), members in members_of_bodies().items():
            for own_city in members & held.keys():
                held[own_city][BODIES[kind].column].add(code)
        for member in inside:
            if member.city in held:
                held[member.city]["programme"].add(member.programme)
                held[member.city]["batch"].add(member.batch)
        return held

    def _chosen(self, question: CityQuestion, rules: list[RuleFacet]) -> dict[str, list[str]]:
        return {
            "programme": question.programmes,
            "batch": question.batches,
            "region": self.parameters.choices("region", Region.values),
            "province": self.parameters.choices("province", [key for key, _ in self.provinces]),
            "customs_district": self.parameters.choices(
                "customs_district", [key for key, _ in self.districts]
            ),
            **{
                own.column: self.parameters.choices(
                    own.column, [key for key, _ in self._bodies_to_choose(own)]
                )
                for own in self._with_members
            },
            "level": self.parameters.choices("level", Level.values),
            **{rule.key: [rule.value] for rule in rules if rule.asked},
        }

    def _ordered(self) -> list[City]:
        """The cities of which each word is in a name, in the order asked for."""
        text = self.parameters.one("q", "")
        words, found = text.casefold().split(), set(keys_found(text, self.snapshot, "city"))
        named = set(cities_named(text, self.snapshot))
        cities = [
            city
            for city in self.cities.values()
            for names in [(city.name_en.casefold(), city.name_zh, city.slug)]
            if city.slug in found or all(any(word in name for name in names) for word in words)
        ]
        cities.sort(key=lambda city: city.slug not in named)
        order = self.parameters.choice("ordering", ORDERS, ORDERS[0])
        if order == ORDERS[0]:
            return cities
        by_key = sorted(cities, key=attrgetter("slug"))
        return sorted(by_key, key=attrgetter(order.lstrip("-")), reverse=order.startswith("-"))

    def _facets(self, counts: dict[str, Counter[str]]) -> list[Facet]:
        offered = [
            ("programme", gettext("Programme"), self.programmes),
            ("batch", gettext("Batch"), self.batches),
            ("region", gettext("Region"), [(r.value, str(r.label)) for r in Region]),
            ("province", gettext("Province"), self.provinces),
            ("customs_district", gettext("Customs district"), self.districts),
            *(
                (own.column, capfirst(own.model._meta.verbose_name), self._bodies_to_choose(own))
                for own in self._with_members
            ),
            ("level", gettext("Level"), [(level.value, str(level.label)) for level in Level]),
        ]
        return [
            self.facet(name, label, values, counts.get(name, Counter()))
            for name, label, values in offered
        ]

    @property
    def _with_members(self) -> list[Body]:
        return [own for own in BODIES.values() if own.members]

    def _bodies_to_choose(self, own: Body) -> list[tuple[str, str]]:
        """The keys and names of bodies that have members."""
        rows = self.snapshot.related[own.column].values()
        named = ((getattr(row, own.key), in_language(row, "name", self.language)) for row in rows)
        return sorted(named)

    def _rule_facet(self, rule: RuleFacet, counts: dict[str, Counter[str]]) -> Facet:
        """The answers of a topic, the most frequent first."""
        displays = {own.value: own.display for own in rule.stated.values()}
        counted = counts.get(rule.key, Counter())
        return Facet(
            rule.key,
            in_language(rule.topic, "question", self.language),
            [
                FacetOption(
                    f"{rule.topic.slug}:{value}", display, counted[value], value == rule.value
                )
                for value, display in sorted(
                    displays.items(), key=lambda pair: (-counted[pair[0]], pair[1])
                )
            ],
        )

    def _rule_chips(self, rules: list[RuleFacet]) -> list[Chip]:
        return [
            Chip(
                in_language(rule.topic, "question", self.language),
                next(
                    (own.display for own in rule.stated.values() if own.value == rule.value),
                    rule.value,
                ),
                self.without("policy", rule.asked),
            )
            for rule in rules
            if rule.asked
        ]

    def _topics_to_choose(self, rules: list[RuleFacet]) -> list[tuple[str, str]]:
        there = {rule.topic.pk for rule in rules}
        return [
            (topic.slug, shortened(question, MOST_LETTERS))
            for topic in self.topics.values()
            for question in [in_language(topic, "question", self.language)]
            if topic.pk not in there
        ]

    def _rows(
        self, cities: list[City], inside: frozenset[Membership], rules: list[RuleFacet]
    ) -> Iterator[dict[str, Any]]:
        zones: dict[int, list[str]] = {}
        members = {member.batch: set[int]() for member in inside}
        for member in inside:
            members[member.batch].add(member.city)
        for batch, label in self.batches:
            for city_id in members.get(batch, ()):
                zones.setdefault(city_id, []).append(label)
        asked = self._on_the_day()
        led_to: set[str] = set()
        for city in cities:
            anchor = self._part_of(city)[0]
            first = anchor not in led_to
            led_to.add(anchor)
            answers = [rule.stated.get(city.pk) for rule in rules]
            yield {
                "city": city,
                "anchor": anchor if first and len(cities) >= LONG else "",
                "ticked": city.slug in self.ticked,
                "link": own_link(city.slug) + asked,
                "name": self.named(city)[1],
                "other_name": in_other_language(city, "name", self.language),
                "province": in_language(city.province, "name", self.language),
                "district": in_language(city.customs_district, "name", self.language),
                "zones": zones.get(city.pk, []),
                "answers": [own.display if own else "" for own in answers],
                "answered": [
                    (own.display if own else "", own.identity if own else None, rule.topic.slug)
                    for rule, own in zip(rules, answers, strict=True)
                ],
            }

    def _parts(self, cities: list[City]) -> Iterator[tuple[str, str, int]]:
        """What a long page leads to: its cities, by what they are ordered by."""
        if len(cities) < LONG:
            return
        counted = Counter(map(self._part_of, cities))
        for (anchor, words), count in counted.items():
            yield anchor, words, count

    def _part_of(self, city: City) -> tuple[str, str]:
        """The part of the list in which a city stands: an anchor and what it is called."""
        order = self.parameters.choice("ordering", ORDERS, ORDERS[0])
        if order == ORDERS[0]:
            key, words = city.province.iso_3166_2, in_language(city.province, "name", self.language)
        elif order.lstrip("-") == "name_en":
            key = words = city.name_en[0]
        else:
            key, words = city.level, str(Level(city.level).label)
        return f"in-{key}", words

    def _map(self, cities: list[City], inside: frozenset[Membership]) -> dict[str, Any]:
        """The provinces with how many of the cities found there count by the chosen measure."""
        within = [(slug, gettext("cities in: %s") % name) for slug, name in self.programmes]
        measures = [("", gettext("cities that fit")), *within]
        measure = self.parameters.choice("measure", [slug for slug, _ in within], "")
        members = {member.city for member in inside if member.programme == measure}
        counted = [city for city in cities if not measure or city.pk in members]
        return {
            "measures": measures,
            "measure": measure,
            "measured": dict(measures)[measure],
            "map_drawing": ONE_ANSWER,
            "opening": opening_tiles(
                tile_map(
                    counted, self.cities.values(), self.snapshot, self.language, by_number=True
                ),
                [("", cities)],
                self._named_on_map,
                self.snapshot,
                self.language,
                ticked=self.ticked,
                leads=lambda code: self.replacing("province", code),
            ),
        }

    def _named_on_map(self, city: City) -> NamedCity:
        slug, name = self.named(city)
        return NamedCity(slug, name, own_link(slug) + self._on_the_day())

    def _on_the_day(self) -> str:
        """What a link to a city asks of the day, unless that is today."""
        day = self.inquiry.day
        return "" if day == today_in_china() else f"?as_of={day}"

    def _orders(self) -> list[tuple[str, str, bool]]:
        words = {
            "adcode": gettext("by province"),
            "name_en": gettext("A to Z"),
            "-name_en": gettext("Z to A"),
            "level": gettext("by level"),
        }
        chosen = self.parameters.choice("ordering", ORDERS, ORDERS[0])
        return [(order, words[order], order == chosen) for order in ORDERS]


def _unknown(
    held: dict[int, dict[str, set[str]]], chosen: dict[str, list[str]], rules: list[RuleFacet]
) -> list[int]:
    """Cities that might fit as well: nobody knows whether some rule asked for holds there."""
    asked = {rule.key: rule for rule in rules if rule.asked}
    found = []
    for city, values in held.items():
        missed = [name for name, own in chosen.items() if own and values[name].isdisjoint(own)]
        if missed and all(name in asked and city in asked[name].unknown for name in missed):
            found.append(city)
    return found
