"""How every rule spread: the experience of the first places, copied elsewhere, then national."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from zones.api.parameters import topics_of
from zones.models import Topic
from zones.pages.cited_pages import CitedPage
from zones.pages.drawn_tables import spread_picture
from zones.pages.faceted_pages import BrowsingPage
from zones.pages.pictures import Picture, PicturedPage
from zones.pages.table_pages import TablePage
from zones.pages.tables.group_sheets import spread_table
from zones.pages.tables.sheet_parts import PageTable, References
from zones.selectors.adoption import NOWHERE, Adoption, AnswerAdoption, every_adoption
from zones.selectors.answer_sources import sources_of_topics
from zones.selectors.zone_counts import Steps, on, until

FIRST_YEAR = 2012
WIDTH, HEIGHT = 140, 28
MOST_NAMED = 3

ORDERS: dict[str, tuple[Any, Callable[[Adoption, date], Any]]] = {
    "topic": (_("by focus area"), lambda spread, _day: 0),
    "first": (_("earliest first"), lambda spread, _day: spread.began),
    "national": (_("national earliest"), lambda spread, _day: spread.national_on),
    "duration": (
        _("quickest from first place to nation"),
        lambda spread, _day: spread.days_to_national or None,
    ),
    "cities": (_("most cities on the day"), lambda spread, day: -on(spread.holding, day)),
}
#: By which heads the list is ordered.
SORTS = {
    "rule": ("topic",),
    "first": ("first",),
    "cities": ("cities",),
    "national": ("national",),
}
HOLDING, EVER = "holding", "ever"
#: Which cities count on a day, by the field of ``Adoption`` that has their number.
COUNTED = {
    HOLDING: _("where it holds on the day"),
    EVER: _("where it has held by the day"),
}


class AdoptionPage(CitedPage, PicturedPage, BrowsingPage, TablePage):
    """All rules: first places, cities at the end of each year and on a day, and since when the
    nation has each.
    """

    template_name = "zones/spread.html"
    falling = ("cities",)
    picture_names = ("spread",)
    known_parameters = ("as_of", "known_at", "focus_area", "ordering", "counted")
    narrowing = ("as_of", "focus_area")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return answers in the order asked for; those without the asked figure come last."""
        day, spreads = self.parameters.day(), every_adoption(self.inquiry)
        order = self.parameters.choice("ordering", ORDERS, "topic")
        by = ORDERS[order][1]
        counted = self.parameters.choice("counted", COUNTED, HOLDING)
        rows = [
            (topic, answer)
            for topic in topics_of(self.parameters, self.inquiry)
            if not topic.is_descriptive(self.known_at)
            for answer in spreads.get(topic.pk, [NOWHERE])
        ]

        def rank(row: tuple[Topic, AnswerAdoption]) -> tuple[int, Any]:
            spread = row[1].spread
            figure = by(spread, day)
            return (figure is None, figure or 0) if spread.ever else (2, 0)

        rows.sort(key=rank)
        years = range(FIRST_YEAR, day.year)[1::2]
        shown = [self._row(topic, answer, counted, years, day) for topic, answer in rows]
        return super().get_context_data(
            day=day,
            day_head=gettext("Today") if day == today_in_china() else day_in_words(day),
            years=years,
            rows=shown,
            parts=_areas_of(shown) if order == "topic" else [],
            orders=[(name, words, name == order) for name, (words, _by) in ORDERS.items()],
            sorts=self.sorts(SORTS, order),
            counted=counted,
            ways_to_count=[(name, words, name == counted) for name, words in COUNTED.items()],
            areas_to_choose=self.areas_to_choose,
            chosen_areas=self.parameters.many("focus_area"),
            recorded=len(self.cities),
            width=WIDTH,
            height=HEIGHT,
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what is told of all rules."""
        return gettext("How rules spread")

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return every rule with its first places, its cities by year, and its steps."""
        topics = self.snapshot.topics_by_slug
        shown = [topics[slug] for slug in dict.fromkeys(row["slug"] for row in context["rows"])]
        return spread_table(context, References(sources_of_topics(shown, self.inquiry)))

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return how every rule spread, as a small line each."""
        shows = gettext("Cities that have each rule, from %(first)s to %(day)s, and how many then")
        if context["counted"] == EVER:
            shows = gettext("Cities that have had each rule, from %(first)s to %(day)s")
        told = shows % {"first": FIRST_YEAR, "day": day_in_words(context["day"])}
        return {"spread": lambda: spread_picture(gettext("How rules spread"), told, context)}

    def _row(
        self, topic: Topic, answer: AnswerAdoption, counted: str, years: range, day: date
    ) -> dict[str, Any]:
        choice, spread = answer
        steps = getattr(spread, counted)
        named = len(spread.first) if self.form else MOST_NAMED
        return {
            "id": f"{topic.slug}:{choice.slug}" if choice else topic.slug,
            "slug": topic.slug,
            "answer": in_language(choice, "label", self.language) if choice else "",
            "question": in_language(topic, "question", self.language),
            "label": in_language(topic, "label", self.language),
            "area": in_language(topic.focus_area, "name", self.language),
            "spread": spread,
            "known_by": known_by_words(spread),
            "steps": steps,
            "first": [self.named(city) for city in spread.first[:named]],
            "others": max(0, len(spread.first) - named),
            "national": _national(spread),
            "from_the_start": spread.days_to_national == 0,
            "by_year": [(year, on(steps, date(year, 12, 31))) for year in years],
            "then": on(steps, day),
            "line": _line(until(steps, day), len(self.cities), day),
        }


def known_by_words(spread: Adoption) -> str:
    """Return of how many cities the first day is not known exactly; nothing where all are."""
    if not spread.known_by:
        return ""
    every = spread.ever[-1][1]
    if every == 1:
        return gettext("first day not known exactly")
    words = ngettext(
        "of %(count)s of %(all)s cities the first day is not known exactly",
        "of %(count)s of %(all)s cities the first day is not known exactly",
        spread.known_by,
    )
    return words % {"count": spread.known_by, "all": every}


def _areas_of(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Where the rows of each focus area begin, and how many they are."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["area"], []).append(row["id"])
    return [(own[0], area, len(own)) for area, own in found.items()]


def _national(spread: Adoption) -> dict[str, Any]:
    """When the nation had the rule: the day if it is worth telling, words, and how they look."""
    days = spread.days_to_national
    if days is None:
        told = gettext("no rule of the nation is recorded")
        return {"on": None, "words": f"– {told}", "looks": "state"}
    if days == 0:
        return {"on": None, "words": gettext("from the start"), "looks": ""}
    words = ngettext("after %(days)s day", "after %(days)s days", days) % {"days": f"{days:,}"}
    return {"on": spread.national_on, "words": words, "looks": "fine"}


def _line(steps: Steps, most: int, last: date) -> str:
    """The number of cities over time as the points of a small line."""
    begin = date(FIRST_YEAR, 1, 1).toordinal()
    whole = max(1, last.toordinal() - begin)
    points, height = [(0, HEIGHT)], HEIGHT
    for day, count in steps:
        x = max(0, min(WIDTH, round((day.toordinal() - begin) * WIDTH / whole)))
        height = HEIGHT - round(count * HEIGHT / most)
        # Steps that fall on one point are one.
        if len(points) > 1 and points[-2][0] == x:
            points.pop()
        else:
            points.append((x, points[-1][1]))
        points.append((x, height))
    points.append((WIDTH, height))
    return " ".join(f"{x},{y}" for x, y in points)
