"""The comparison of cities as a page whose address says all there is to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cbec_portal.api.parameters import Parameters, split_values
from cbec_portal.caches import Kept
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language, in_other_language
from cbec_portal.punctuation import bracketed, enumerated
from cbec_portal.refusals import Refusal
from cbec_portal.templatetags.choices import options
from zones.api.parameters import MOST_COLUMNS, columns_of, only_of, topics_of
from zones.api.representations.comparison_shape import comparison_shape
from zones.models import City
from zones.pages.as_if_page import as_if_link
from zones.pages.cited_pages import CitedPage
from zones.pages.day_slider import stepping
from zones.pages.footnotes import number_sources
from zones.pages.layers import local_words, sections_of
from zones.pages.lens import fold_alike, prepare_rows
from zones.pages.links import feed_link, place_link
from zones.pages.page_base import compared
from zones.pages.printed_rules import PrintedPage
from zones.pages.refused_questions import describing_place, without
from zones.pages.tables.rule_sheets import ColumnHead
from zones.rules.comparison import fits, standing_apart
from zones.rules.vocabulary import Certainty, Only, Outcome
from zones.selectors.answer_history import days_of_change
from zones.selectors.city_comparison import ComparedRow, comparison
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column
from zones.selectors.place_names import cities_named
from zones.selectors.placements import stretch_of_places
from zones.selectors.similar_cities import similar_cities

#: Of so many revisions, places and languages the list of cities to choose from is kept.
MOST_LISTS = 8
#: With so many columns nobody needs to be told of further cities.
ENOUGH = 8

#: Why a city is suggested.
WHY = {
    "profile": _("same rules"),
    "province": _("same province"),
    "batch": _("same batch"),
}
#: Which rows a reader may want: one choice. That topics be local narrows each of them.
SHOWN: list[tuple[tuple[Only, ...], Any]] = [
    ((Only.DIFFERENCES,), _("Differences")),
    ((Only.DIFFERENCES, Only.GAPS), _("Differences and gaps")),
    ((Only.GAPS,), _("Gaps")),
    ((), _("Everything")),
]
#: What is asked about fewer topics than all.
NARROWING = ("focus_area", "topic")
KEPT = ("focus_area", "topic", "only", "certainty", "closed")
#: What else is asked about the columns.
OTHERS = (*KEPT, "as_of", "known_at")
#: What a page carries along that leads back to a comparison: a place is put into its column.
CARRIED = ("cities", "column", *OTHERS)


class ComparePage(CitedPage, PrintedPage):
    """Columns side by side, as many as the API takes; a column is a city on a day."""

    template_name = "zones/compare.html"
    embedded_by = "zones:embedded-comparison"
    known_parameters = ("cities", "as_of", "known_at", "column", "column_day", *KEPT)

    def read_question(self) -> None:
        """Read the parameters, those once that every link of the page repeats."""
        super().read_question()
        self.repeated = {name: self.parameters.many(name) for name in KEPT}
        self.is_dated = "as_of" in self.parameters

    def elsewhere(self) -> str | None:
        """Return the comparison with keys for the names typed, and with the day given to one
        column.

        Raises:
            ParameterError: the column is not there, or its day is none.
        """
        typed = self.parameters.many("cities")
        keys = [self._key(text) for text in typed]
        place = self.parameters.whole_number("column", 1, max(len(keys), 1))
        day = self.parameters.day("column_day", default=None)
        if place and keys:
            slug = keys[place - 1].partition("@")[0]
            keys[place - 1] = f"{slug}@{day}" if day else slug
        if keys == typed:
            return None
        return _question(keys, self.parameters)

    def describing(self, refusal: Refusal) -> str:
        """Return where a place is described that then stands in its column here."""
        wrong = [one for one in self.refused.refusals if not one.unknown]
        left = without(self.refused.asked, wrong)
        asked = split_values(left.getlist("cities"))
        column = asked.index(refusal.value) + 1 if refusal.value in asked else len(asked) + 1
        columns = [("cities", ",".join(asked)), ("column", str(column))]
        others = [(name, value) for name in OTHERS for value in split_values(left.getlist(name))]
        return describing_place(refusal.unknown, [*columns, *others])

    def _key(self, text: str) -> str:
        """What a person typed for a column, with its city's key; as it was if it names no one."""
        name, at, day = text.partition("@")
        named = cities_named(name, self.snapshot)
        if len(named) > 1:
            return text
        return f"{named[0] if named else name}{at}{day}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, and the comparison once cities are named."""
        self.day = self.parameters.day()
        areas = self.focus_areas.values()
        context: dict[str, Any] = {
            "day": self.day,
            "city_options": self._city_options(),
            "areas_to_choose": [(a.slug, in_language(a, "name", self.language)) for a in areas],
            "certainties": list(Certainty),
            "chosen_areas": self.parameters.many("focus_area"),
            "only": [one.value for one in self.only],
            "certainty": self.certainty,
            "most": MOST_COLUMNS,
            "past": self.with_known_at([]),
            "as_if": "",
        }
        self.columns: list[Column] = []
        if self.parameters.many("cities") or self.form:
            self.columns = columns_of(self.parameters, self.inquiry)
            context |= self._comparison()
        return super().get_context_data(title=self.title(), **context, **kwargs)

    def _city_options(self) -> SafeString:
        """Every city to choose from, as the options of a list. There are some two hundred, and
        they are the same whatever is compared, hence they are kept.
        """
        kept: Kept[tuple[object, ...], SafeString] = self.snapshot.lately(
            "options of cities", MOST_LISTS
        )
        asked = (self.known_at, stretch_of_places(self.inquiry), self.language)

        def make() -> SafeString:
            ordered = sorted(self.cities.values(), key=attrgetter("name_en", "slug"))
            return options(
                [(city.slug, in_language(city, "name", self.language)) for city in ordered]
            )

        return kept.made(asked, make)

    def heads(self) -> list[ColumnHead]:
        """Return the columns by name and day."""
        return [
            ColumnHead(self.name_of(column.city), column.day, self._called(column))
            for column in self.columns
        ]

    def title(self) -> str:
        """Return what the comparison is called: the cities, or what one can do here."""
        title = gettext("Compare cities")
        names = enumerated(head.called for head in self.heads())
        return gettext(": ").join([names, title]) if names else title

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return the cities that are compared."""
        return self.title()

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return how many topics differ, or what the rules of the one place come to."""
        if not context["compares"]:
            return [context["local_words"]]
        told = {**context["answer"]["summary"], "topics": context["compared"]}
        words = gettext(
            "%(topics)s topics: %(same)s the same, %(differs)s differ, %(incomplete)s not known "
            "everywhere, %(unknown)s known nowhere."
        )
        return [words % told]

    def is_cited(self, context: dict[str, Any]) -> bool:
        """Return whether anything is compared yet."""
        return bool(self.columns)

    has_card = is_cited

    def feed(self) -> str:
        """Return the feed of what changes in the places that are compared, in what is asked of."""
        slugs = dict.fromkeys(column.city.slug for column in self.columns)
        narrowed = [(name, one) for name in NARROWING for one in self.parameters.many(name)]
        return feed_link([("city", ",".join(slugs)), *narrowed]) if slugs else ""

    def data_link(self) -> str:
        """Return the comparison by the API."""
        return f"{reverse('api-compare')}?{self._asked_lastingly()}" if self.columns else ""

    def _asked_lastingly(self) -> str:
        return self._link(permanent=True, closed=[])

    def _comparison(self) -> dict[str, Any]:
        compares = len(self.columns) > 1
        only = [one for one in self.only if compares or one is not Only.DIFFERENCES]
        topics = topics_of(self.parameters, self.inquiry)
        found = comparison(self.columns, topics, self.inquiry, only=only)
        answer = comparison_shape(found, self.inquiry)
        closed = self.parameters.choices("closed", self.snapshot.focus_areas)
        narrowed = bool(only) or any(name in self.parameters for name in NARROWING)
        sections = sections_of(answer, self.snapshot.records_by_slug, opened=narrowed)
        fold_alike(sections, opened=narrowed or not compares)
        all_open = self._link(closed=[])
        for area in sections["areas"]:
            slug = area["tally"]["focus_area"]
            area["closed"] = slug in closed
            others = [other for other in closed if other != slug]
            toggled = others if slug in closed else [*others, slug]
            area["toggle"] = f"{all_open}{''.join(f'&closed={other}' for other in toggled)}"
        sources = number_sources(sections["areas"], self.columns, self.with_known_at([]))
        self._mark_apart(found.shown, sections["areas"])
        prepare_rows(sections["areas"], [self._called(column) for column in self.columns])
        return {
            "answer": answer,
            "compared": compared(answer["summary"]),
            "compares": compares,
            "sections": sections,
            "local_words": local_words(answer, [self._called(column) for column in self.columns]),
            "called": enumerated(head.called for head in self.heads()),
            "width": len(self.columns) + 1,
            "heads": [self._head(place) for place in range(len(self.columns))],
            "sources": sources,
            "state": parse_qsl(self._link()),
            "permalink": self._link(permanent=True),
            "everything": self._link(only=[]),
            "showing": list(self._showing(found.rows, only)),
            "own_days": self._own_days(),
            "suggestions": self._suggestions(),
            "as_if": self._as_if(),
            "research": self._research(),
            "lists": self._lists(),
            **self._days_of_change(),
        }

    def _mark_apart(self, rows: Sequence[ComparedRow], areas: Sequence[Mapping[str, Any]]) -> None:
        """Mark the cells that stand apart in their row, and name their cities beside the topic."""
        may_differ = (Outcome.DIFFERS, Outcome.DESCRIBED)
        apart = {
            row.topic.slug: standing_apart(row.answers) for row in rows if row.outcome in may_differ
        }
        for row in (row for area in areas for row in area["rows"]):
            places, from_most = apart.get(row["topic"]["slug"], ((), True))
            for place in places:
                row["noted"][place]["apart"] = True
            if places:
                told = gettext("only %s") if from_most else gettext("unlike the baseline: %s")
                named = (self._called(self.columns[place]) for place in places)
                row["apart"] = told % enumerated(named)

    @property
    def only(self) -> list[Only]:
        """Return what the comparison is narrowed to."""
        return only_of(self.parameters)

    def _called(self, column: Column) -> str:
        """A column's city, with its day where that is its own."""
        name = self.name_of(column.city)
        return name if column.day == self.day else bracketed(name, day_in_words(column.day))

    def _showing(
        self, rows: Sequence[ComparedRow], only: Sequence[Only]
    ) -> Iterator[tuple[str, int, str, bool]]:
        """The choices of what to show: what each is called, how many rows it shows, where it is
        chosen, and whether it is.
        """
        local = tuple(one for one in only if one is Only.LOCAL)
        chosen = {one for one in only if one is not Only.LOCAL}

        def choice(
            words: str, wanted: Sequence[Only], *, leave: Sequence[Only] | None = None
        ) -> Any:
            count = sum(fits(r.answers, r.outcome, varies=r.varies, only=wanted) for r in rows)
            to = wanted if leave is None else leave
            return (
                words,
                count,
                self._link(only=[one.value for one in to]),
                set(wanted) == set(only),
            )

        for wanted, words in SHOWN:
            # Differences of one column are none; gaps alone are offered where there is but one.
            of_two, gaps = Only.DIFFERENCES in wanted, wanted == (Only.GAPS,)
            if (len(self.columns) > 1 or not of_two) and (
                not gaps or len(self.columns) == 1 or chosen == {Only.GAPS}
            ):
                yield choice(str(words), (*wanted, *local))
        kept = [one for one in only if one is not Only.LOCAL]
        words, count, link, _chosen = choice(
            gettext("Local topics only"), (*kept, Only.LOCAL), leave=kept if local else None
        )
        yield words, count, link, bool(local)

    def _own_days(self) -> str:
        """That columns have days of their own, told above all; blank where none has."""
        if all(column.day == self.day for column in self.columns):
            return ""
        told = (f"{self.name_of(c.city)} {day_in_words(c.day)}" for c in self.columns)
        return gettext("Columns have days of their own: %s.") % enumerated(told)

    def _as_if(self) -> str:
        """What would change in one of two cities if it were like the other; blank for any other
        columns.
        """
        cities = [c.city for c in self.columns if isinstance(c.city, City) and c.day == self.day]
        if len(self.columns) != 2 or len(cities) != 2:
            return ""
        city, like = cities
        return as_if_link(city, like, self)

    def _research(self) -> str:
        """Where it is told what nobody knows yet of the cities; blank where none is of the day."""
        slugs = [c.city.slug for c in self.columns if isinstance(c.city, City)]
        asked = [("city", ",".join(dict.fromkeys(slugs))), ("as_of", self.day)]
        return f"{reverse('zones:research')}?{self.with_known_at(asked)}" if slugs else ""

    def _lists(self) -> str:
        """The list of cities, where more can be ticked beside these; blank where none fits."""
        slugs = dict.fromkeys(c.city.slug for c in self.columns if isinstance(c.city, City))
        asked = [*(("ticked", slug) for slug in slugs), ("as_of", self.day)]
        full = len(self.columns) >= MOST_COLUMNS
        return "" if full else f"{reverse('zones:city-list')}?{self.with_known_at(asked)}"

    def _head(self, place: int) -> dict[str, Any]:
        """A column's head with the comparisons one step away."""
        column = self.columns[place]
        others = [other for other in self.columns if other is not column]

        def at(position: int) -> str:
            return self._link([*others[:position], column, *others[position:]])

        return {
            "place": place + 1,
            "name": self.name_of(column.city),
            "other_name": in_other_language(column.city, "name", self.language),
            "slug": column.city.slug,
            "address": place_link(column.city, column.day, self.with_known_at([])),
            "day": column.day,
            "own_day": column.day != self.day,
            "left": at(place - 1) if place else None,
            "right": at(place + 1) if place + 1 < len(self.columns) else None,
            "first": at(0) if place else None,
            "without": self._link(others) if others else None,
        }

    def _days_of_change(self) -> dict[str, Any]:
        """Where the day of all can go: where an answer changes in a column that follows it."""
        days = days_of_change(
            [column.city for column in self.columns if column.day == self.day],
            self.inquiry,
            topics=topics_of(self.parameters, self.inquiry),
        )
        return stepping(days, self.day, lambda day: self._link(day=day))

    def _suggestions(self) -> list[dict[str, Any]]:
        """Cities one might add, and why."""
        shown = [(c.city, c.day) for c in self.columns if isinstance(c.city, City)]
        if len(self.columns) >= ENOUGH or not shown:
            return []
        baseline, day = shown[0]
        found = similar_cities(
            baseline,
            self.inquiry.on(day),
            without={city.pk for city, _ in shown},
        )
        return [
            {
                "name": self.named(one.city)[1],
                "why": WHY[one.why],
                "link": self._link([*self.columns, Column(one.city, self.day)]),
            }
            for one in found
        ]

    def _link(
        self,
        columns: Sequence[Column] | None = None,
        *,
        day: date | None = None,
        permanent: bool = False,
        **changes: list[str],
    ) -> str:
        """This question with something changed; a permanent one writes every default out."""
        shared = day or self.day
        asked: list[tuple[str, Any]] = [
            ("cities", self._named(column, permanent))
            for column in (self.columns if columns is None else columns)
        ]
        if permanent or day or self.is_dated:
            asked.append(("as_of", shared))
        for name, values in (self.repeated | changes).items():
            asked += [(name, value) for value in values]
        if permanent:
            return urlencode([*asked, ("known_at", self.known_at)], safe="@,:")
        return self.with_known_at(asked)

    def _named(self, column: Column, permanent: bool) -> str:
        return column.key if permanent or column.day != self.day else column.city.slug


def carried(parameters: Parameters) -> list[tuple[str, str]]:
    """Return the comparison that a question carries along; nothing where it comes from none."""
    return [(name, value) for name in CARRIED for value in parameters.many(name)]


def comparison_with(place: City | HypotheticalPlace, parameters: Parameters) -> str:
    """Return the comparison that a question carries along, with a place in the column that it
    names.

    Raises:
        ParameterError: there is no such column.
    """
    keys = parameters.many("cities")
    column = parameters.whole_number("column", 1, len(keys) + 1, len(keys) + 1)
    _name, at, day = "".join(keys[column - 1 : column]).partition("@")
    keys[column - 1 : column] = [f"{place.slug}{at}{day}"]
    return reverse("zones:compare") + _question(keys, parameters)


def _question(keys: Sequence[str], parameters: Parameters) -> str:
    """A comparison of these columns, the rest as it was asked."""
    kept = [(name, value) for name in OTHERS for value in parameters.many(name)]
    return f"?{urlencode([('cities', ','.join(keys)), *kept], safe='@,:')}"
