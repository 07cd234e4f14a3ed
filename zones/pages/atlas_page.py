"""The atlas: one picture of all cities by what they answer to local topics, on any day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cbec_portal.china_time import today_in_china
from cbec_portal.drawings import letters_wide
from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.city_parameters import known_city
from zones.api.parameters import topics_of
from zones.models import City, Topic
from zones.pages.adoption_page import FIRST_YEAR
from zones.pages.atlas_pictures import CITY_HEIGHT, TOPIC_WIDTH, paths_of
from zones.pages.cell_tags import STATES
from zones.pages.cited_pages import CitedPage
from zones.pages.day_slider import day_slider
from zones.pages.drawn_tables import matrix_picture, years_picture
from zones.pages.links import answer_links, city_link, topic_link
from zones.pages.pictures import Picture, PicturedPage
from zones.pages.table_pages import TablePage
from zones.pages.tables.group_sheets import atlas_table
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.comparison import Answer
from zones.rules.vocabulary import AtlasOrder, State
from zones.rules.written_keys import WrittenKey
from zones.selectors.atlas import (
    Atlas,
    AtlasCell,
    AtlasPart,
    AtlasRow,
    AtlasYear,
    atlas,
    atlas_years,
)
from zones.selectors.rendered_values import state_words

#: What the rows may be ordered by.
ORDERS = {
    AtlasOrder.SIZE: _("the largest groups first"),
    AtlasOrder.PROVINCE: _("province by province"),
    AtlasOrder.BATCH: _("by batch of the pilot zones"),
    AtlasOrder.DISTANCE: _("the nearest to a city first"),
}
#: How the page shows it: signs, answers in words, or a small picture of every year.
SIGNS, WORDS, YEARS = "signs", "words", "years"
SHOWN = {SIGNS: _("as signs"), WORDS: _("in words"), YEARS: _("year by year")}
#: How large the matrix is shown, in percent of its usual size.
ZOOMS = ("75", "100", "125", "150", "200")
USUAL_SIZE = "100"
#: From which city distances count where none is named.
FIRST_CITY = WrittenKey("city", "hangzhou")
#: So many cities of a row are named; more are folded away.
NAMED = 3
#: The letters of answers that are neither yes nor no nor short, by how many cities give them.
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = [*_ALPHABET, *(f"A{letter}" for letter in _ALPHABET)]
SHORT = 7  # letters wide


class ShownCell(NamedTuple):
    """A cell as it is shown: its topic, where it leads, its sign, its answer in words and shade."""

    topic: str
    link: str
    sign: str
    words: str
    shade: str


class AtlasPage(CitedPage, PicturedPage, TablePage):
    """All cities by their answers to the local topics of a day; each cell leads to its answer."""

    is_dear = True
    template_name = "zones/atlas.html"
    picture_names = ("answers", "years")
    known_parameters = (
        *("as_of", "known_at", "certainty", "focus_area", "order", "city", "shown", "zoom"),
    )
    narrowing = ("as_of", "certainty", "focus_area", "city")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the rows with names instead of keys, or the pictures of the years."""
        day = self.day = self.parameters.day()
        self.past = self.with_known_at([])
        text = self.parameters.one("city")
        order = AtlasOrder(self.parameters.choice("order", list(AtlasOrder), AtlasOrder.SIZE.value))
        # Whoever names a city means the distance from it, wherever the form's order stood.
        if text and order is AtlasOrder.SIZE:
            order = AtlasOrder.DISTANCE
        shown = self.parameters.choice("shown", list(SHOWN), SIGNS)
        zoom = self.parameters.choice("zoom", ZOOMS, USUAL_SIZE)
        topics = topics_of(self.parameters, self.inquiry)
        near = self._near(text) if text or order is AtlasOrder.DISTANCE else None
        found = self.found = atlas(topics, self.inquiry, order, near=near)
        if (shown == YEARS and not self.form) or self.picture == YEARS:
            kwargs |= self._years(topics)
        return super().get_context_data(
            day=day,
            past=self.past,
            certainty=self.certainty,
            areas_to_choose=self.areas_to_choose,
            chosen_areas=self.parameters.many("focus_area"),
            orders=[(one.value, words) for one, words in ORDERS.items()],
            order=order.value,
            order_words=self._order_words(order, near),
            city=self.named(near)[1] if near else "",
            city_names=[self.named(city)[1] for city in self.cities.values()],
            shown=shown,
            ways=[(one, words, self._asking(shown=one)) for one, words in SHOWN.items()],
            zoom=zoom,
            zooming=self._zooming(zoom),
            summary=self._summary(found),
            topics=[self._topic(topic) for topic in found.topics],
            columns=len(found.topics) + 1,
            parts=self._parts(found),
            letters=[own for own in self.letters.values() if own["letters"]],
            **self._stops(),
            **kwargs,
        )

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return how many topics vary, and how many groups of cities answer alike."""
        return [context["summary"]]

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the picture is called, and how its rows are ordered."""
        return gettext(": ").join([gettext("Atlas of local rules"), context["order_words"]])

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the rows as they are shown, and the answers city by city."""
        return atlas_table(context, self.references(self.found.topics))

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return the answers of the day as signs, and the small pictures of all years."""
        title = gettext("Atlas of local rules")
        by_year = gettext(": ").join([title, gettext("year by year")])
        return {
            "answers": lambda: matrix_picture(title, context),
            "years": lambda: years_picture(by_year, context),
        }

    def _near(self, text: str | None) -> City:
        first = self.snapshot.key_today(FIRST_CITY)
        known = [city.slug for city in self.cities.values()]
        name = text or (first if first in known else next(iter(known), first))
        return known_city("city", name, self.inquiry, [name])

    def _zooming(self, zoom: str) -> dict[str, str]:
        """Where the matrix is shown smaller, at its usual size and larger; blank where it is so
        already or cannot be.
        """
        place = ZOOMS.index(zoom)
        smaller = ZOOMS[place - 1] if place else ""
        larger = ZOOMS[place + 1] if place + 1 < len(ZOOMS) else ""
        usual = USUAL_SIZE if zoom != USUAL_SIZE else ""
        return {
            name: self._asking(zoom=None if to == USUAL_SIZE else to) if to else ""
            for name, to in (("smaller", smaller), ("usual", usual), ("larger", larger))
        }

    def _asking(self, **changes: Any) -> str:
        """This question with something changed."""
        names = ("as_of", "certainty", "focus_area", "order", "city", "shown", "zoom")
        told = {name: self.parameters.many(name) for name in names}
        told |= {name: [value] if value else [] for name, value in changes.items()}
        return self.with_known_at([(name, one) for name, own in told.items() for one in own])

    def _summary(self, found: Atlas) -> str:
        """How many topics vary, and how many groups of cities answer alike, in one line."""
        cities = len(self.cities)
        if not found.topics:
            return gettext("On this day no two cities are known to differ in these topics.")
        topics = ngettext(
            "%(count)s topic varies on this day",
            "%(count)s topics vary on this day",
            len(found.topics),
        ) % {"count": len(found.topics)}
        groups = ngettext(
            "%(cities)s cities in %(count)s row that answers alike",
            "%(cities)s cities in %(count)s rows, each of which answers alike",
            found.groups,
        ) % {"cities": cities, "count": found.groups}
        return gettext("; ").join([topics, groups]) + gettext(".")

    def _order_words(self, order: AtlasOrder, near: City | None) -> str:
        if near is None:
            return str(ORDERS[order])
        nearest = gettext("the nearest to %(city)s first") % {"city": self.named(near)[1]}
        parted = [] if order is AtlasOrder.DISTANCE else [str(ORDERS[order])]
        return gettext("; ").join([*parted, nearest])

    def _topic(self, topic: Topic) -> dict[str, str]:
        return {
            "slug": topic.slug,
            "link": topic_link(topic.slug, self.day, self.past),
            "label": in_language(topic, "label", self.language),
            "question": in_language(topic, "question", self.language),
            "area": in_language(topic.focus_area, "name", self.language),
        }

    def _parts(self, found: Atlas) -> list[dict[str, Any]]:
        """The parts with their rows; whatever answers is rendered at once."""
        rows = [row for part in found.parts for row in part.rows]
        answering = {cell.policy for row in rows for cell in row.cells} - {None}
        self.rendered = self.snapshot.rendered(filter(None, answering), self.language)
        self.letters = self._letters(found, rows)
        self.told: dict[tuple[int, Answer], tuple[str, str, str]] = {}
        links = [answer_links(topic.slug, self.day, self.past) for topic in found.topics]
        return [
            {
                "name": self._part_name(part),
                "cities": sum(len(row.cities) for row in part.rows),
                "rows": [self._row(row, found.topics, links) for row in part.rows],
            }
            for part in found.parts
        ]

    def _part_name(self, part: AtlasPart) -> str:
        match part.body:
            case None:
                return ""
            case int(province):
                named = self.snapshot.related["province"][province]
                return str(in_language(named, "name", self.language))
            case str(batch):
                return gettext("Batch %s") % batch.rpartition(".")[2]

    def _row(
        self, row: AtlasRow, topics: Sequence[Topic], links: Sequence[Callable[[str], str]]
    ) -> dict[str, Any]:
        """A row: its cities with links, and its cells, which lead to the answer of the first."""
        cities = [
            (city_link(c.slug, self.day, self.past), self.named(c)[1], c.slug) for c in row.cities
        ]
        first = row.cities[0].slug
        return {
            "key": first,
            "cities": cities,
            "folded": self._folded([name for _link, name, _slug in cities]),
            "cells": [
                ShownCell(topic.slug, link(first), *self._told(cell, topic))
                for cell, topic, link in zip(row.cells, topics, links, strict=True)
            ],
        }

    @staticmethod
    def _folded(names: Sequence[str]) -> str:
        """The first names and how many more there are; blank where all fit."""
        more = len(names) - NAMED
        if more < 2:
            return ""
        words = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
        return words % {"names": enumerated(names[:NAMED]), "count": more}

    def _told(self, cell: AtlasCell, topic: Topic) -> tuple[str, str, str]:
        """The sign, the words and the shade of an answer, worked out once for all of its cells."""
        key = (topic.pk, cell.answer)
        if key not in self.told:
            words = self._words(cell)
            shade = "unknown" if cell.shade is None else f"shade-{cell.shade}"
            self.told[key] = (self._sign(cell, topic, words), words, shade)
        return self.told[key]

    def _words(self, cell: AtlasCell) -> str:
        if cell.policy is not None and cell.answer.state is State.STATED:
            return str(self.rendered[cell.policy].display)
        return state_words(cell.answer.state, self.language)

    def _sign(self, cell: AtlasCell, topic: Topic, words: str) -> str:
        """What stands in the cell: yes, no, a short answer, or the letter of a longer one."""
        if cell.answer.state is not State.STATED:
            return STATES.get(cell.answer.state, "–")
        if isinstance(cell.answer.value, bool):
            return "✓" if cell.answer.value else "✗"
        letters: dict[str, str] = self.letters[topic.slug]["letters"]
        return letters.get(words, words)

    def _letters(self, found: Atlas, rows: Sequence[AtlasRow]) -> dict[str, dict[str, Any]]:
        """The letters of the answers to each topic that are too long for a cell: what most cities
        answer is A.
        """
        told: dict[str, dict[str, Any]] = {}
        for place, topic in enumerate(found.topics):
            cells = {row.cells[place].answer: row.cells[place] for row in rows}
            stated = {
                self._words(cell): cell.cities
                for cell in cells.values()
                if cell.answer.state is State.STATED and not isinstance(cell.answer.value, bool)
            }
            lettered = any(letters_wide(words) > SHORT for words in stated)
            ranked = sorted(stated, key=lambda words: (-stated[words], words)) if lettered else []
            letters = dict(zip(ranked, _LETTERS, strict=False))
            told[topic.slug] = {**self._topic(topic), "letters": letters}
        return told

    def _stops(self) -> dict[str, Any]:
        """The days at which the slider stops: the end of every year, today, and the day asked."""
        stops = sorted({*self._days_of_years(), self.day})
        return day_slider(stops, self.day, self._asking(as_of=None))

    @staticmethod
    def _days_of_years() -> list[date]:
        today = today_in_china()
        return [*(date(year, 12, 31) for year in range(FIRST_YEAR, today.year)), today]

    def _years(self, topics: Sequence[Topic]) -> dict[str, Any]:
        """A small picture of every year: a line for each city, a column for each topic."""
        local, cities, years = atlas_years(topics, self._days_of_years(), self.inquiry)
        return {
            "years": [self._year(one) for one in years],
            "year_topics": [self._topic(topic) for topic in local],
            "width": len(local) * TOPIC_WIDTH,
            "height": len(cities) * CITY_HEIGHT,
        }

    def _year(self, one: AtlasYear) -> dict[str, Any]:
        query = self._asking(as_of=one.day, shown=SIGNS)
        return {
            "day": one.day,
            "link": f"{reverse('zones:atlas')}?{query}",
            "words": gettext(", ").join(
                [
                    ngettext("%(count)s topic varies", "%(count)s topics vary", one.local)
                    % {"count": one.local},
                    ngettext("%(count)s group", "%(count)s groups", one.groups)
                    % {"count": one.groups},
                ]
            ),
            "paths": paths_of(one.shades),
        }
