"""The comparison of cities as a page whose address says all there is to say."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext_lazy as _

from zones.models import City, SourceStatus
from zones.queries import asking
from zones.queries.asking import Column
from zones.queries.comparing import compare
from zones.queries.described import Described, described_days
from zones.queries.histories import days_of_change
from zones.queries.naming import cities_named
from zones.queries.shapes import in_language, in_other_language
from zones.queries.suggesting import suggestions
from zones.rules.comparison import Certainty
from zones.views.links import cell_link, place_link
from zones.views.pages import Page, by_focus_area

MOST_COLUMNS = 8
EPOCH = date(1970, 1, 1)

#: Why a city is suggested.
WHY = {
    "profile": _("same rules"),
    "province": _("same province"),
    "batch": _("same batch"),
}
KEPT = ("focus_area", "topic", "only", "certainty", "closed")


class CompareView(Page):
    """One to eight columns side by side; a column is a city on a day."""

    template_name = "zones/compare.html"
    known_parameters = ("cities", "as_of", "known_at", "column", "column_day", *KEPT)

    def elsewhere(self) -> str | None:
        """The comparison with keys for the names typed, and with the day given to one column.

        Raises:
            ParameterError: the column is not there.
        """
        typed = self.parameters.many("cities")
        keys = [self._key(text) for text in typed]
        place = self.parameters.whole_number("column", 1, max(len(keys), 1))
        if place and keys:
            day = self.parameters.day("column_day", default=None)
            slug = keys[place - 1].partition("@")[0]
            keys[place - 1] = f"{slug}@{day}" if day else slug
        if keys == typed:
            return None
        kept = [(n, v) for n in (*KEPT, "as_of", "known_at") for v in self.parameters.many(n)]
        return f"?{urlencode([('cities', ','.join(keys)), *kept], safe='@,:')}"

    def _key(self, text: str) -> str:
        """What a person typed for a column, with its city's key; as it was if it names no one."""
        name, at, day = text.partition("@")
        named = cities_named(name, self.kept)
        if len(named) > 1:
            return text
        return f"{named[0] if named else name}{at}{day}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the comparison once cities are named."""
        self.day = self.parameters.day()
        areas = self.kept.focus_areas.values()
        context: dict[str, Any] = {
            "day": self.day,
            "cities": sorted(self.kept.cities.values(), key=attrgetter("name_en", "slug")),
            "areas_to_choose": [(a.slug, in_language(a, "name", self.language)) for a in areas],
            "certainties": list(Certainty),
            "chosen_areas": self.parameters.many("focus_area"),
            "only": self.parameters.choice("only", ["differences"]),
            "certainty": self.certainty,
            "most": MOST_COLUMNS,
            "past": self.with_known_at([]),
        }
        self.columns: list[Column] = []
        if self.parameters.many("cities"):
            self.columns = asking.columns(self.parameters, self.kept, most=MOST_COLUMNS)
            context |= self._comparison()
        return super().get_context_data(**context, **kwargs)

    def _comparison(self) -> dict[str, Any]:
        answer = compare(
            self.columns,
            asking.topics(self.parameters, self.kept),
            self.kept,
            known_at=self.known_at,
            certainty=self.certainty,
            only_differences=self.parameters.choice("only", ["differences"]) is not None,
            language=self.language,
        )
        closed = self.parameters.choices("closed", self.kept.focus_areas)
        areas = by_focus_area(answer)
        for area in areas:
            slug = area["tally"]["focus_area"]
            area["closed"] = slug in closed
            others = [other for other in closed if other != slug]
            area["toggle"] = self._link(closed=others if slug in closed else [*others, slug])
        return {
            "answer": answer,
            "areas": areas,
            "heads": [self._head(place) for place in range(len(self.columns))],
            "sources": number_sources(areas, self.columns, self.with_known_at([])),
            "state": parse_qsl(self._link()),
            "permalink": self._link(permanent=True),
            "question": self._link(permanent=True, closed=[]),
            "everything": self._link(only=[]),
            "differences": self._link(only=["differences"]),
            "suggestions": self._suggestions(),
            **self._stops(),
        }

    def _head(self, place: int) -> dict[str, Any]:
        """A column's head with the comparisons one step away."""
        column = self.columns[place]
        others = [other for other in self.columns if other is not column]

        def at(position: int) -> str:
            return self._link([*others[:position], column, *others[position:]])

        return {
            "place": place + 1,
            "name": in_language(column.city, "name", self.language),
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

    def _stops(self) -> dict[str, Any]:
        """The days when something changed in these cities, and those next to the day asked for."""
        cities = {column.city.pk for column in self.columns if isinstance(column.city, City)}
        described = [c.city for c in self.columns if isinstance(c.city, Described)]
        every = list(self.kept.topics.values())
        stops = sorted(
            {
                *days_of_change(cities, self.kept, known_at=self.known_at),
                *described_days(described, every, known_at=self.known_at),
            }
        )
        before, after = bisect_left(stops, self.day), bisect_right(stops, self.day)
        return {
            "stops": " ".join(map(str, _days_apart(stops))),
            "last_stop": len(stops) - 1,
            "stop": max(after - 1, 0),
            "earlier": (stops[before - 1], self._link(day=stops[before - 1])) if before else None,
            "later": (stops[after], self._link(day=stops[after])) if after < len(stops) else None,
        }

    def _suggestions(self) -> list[dict[str, Any]]:
        """Cities one might add, and why."""
        shown = [(c.city, c.day) for c in self.columns if isinstance(c.city, City)]
        if len(self.columns) >= MOST_COLUMNS or not shown:
            return []
        baseline, day = shown[0]
        found = suggestions(
            baseline,
            day,
            self.kept,
            known_at=self.known_at,
            without={city.pk for city, _ in shown},
        )
        return [
            {
                "name": in_language(one.city, "name", self.language),
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
        if permanent or day or "as_of" in self.parameters:
            asked.append(("as_of", shared))
        for name in KEPT:
            values = changes.get(name, self.parameters.many(name))
            asked += [(name, value) for value in values]
        if permanent:
            return urlencode([*asked, ("known_at", self.known_at)], safe="@,:")
        return self.with_known_at(asked)

    def _named(self, column: Column, permanent: bool) -> str:
        return column.key if permanent or column.day != self.day else column.city.slug


def _days_apart(days: Sequence[date]) -> list[int]:
    """Days as the days since each one before, the first as the days since 1970, to send fewer."""
    ordinals = [EPOCH.toordinal(), *(day.toordinal() for day in days)]
    return [later - earlier for earlier, later in pairwise(ordinals)]


def number_sources(
    areas: list[dict[str, Any]], columns: Sequence[Column], past: str
) -> list[dict[str, Any]]:
    """Number the documents in the order they are cited, as footnotes.

    Each row of an area gets ``noted``: its cells with their footnote numbers and where they stand
    in full.
    """
    numbers: dict[str, int] = {}
    sources: list[dict[str, Any]] = []
    for area in areas:
        for row in area["rows"]:
            row["noted"] = []
            for cell, column in zip(row["cells"], columns, strict=True):
                source = cell["source"]
                if source and source["id"] not in numbers:
                    numbers[source["id"]] = len(numbers) + 1
                    state = SourceStatus(source["status"]).label
                    sources.append({**source, "status_words": state})
                noted = {"cell": cell, "note": numbers[source["id"]] if source else None}
                if cell["policy"]:
                    topic = row["topic"]["slug"]
                    noted["link"] = cell_link(column.city, topic, column.day, past)
                row["noted"].append(noted)
    return sources
