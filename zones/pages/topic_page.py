"""The page of a topic: one question across all cities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from cbec_portal.caches import Kept
from cbec_portal.day_words import day_as_time
from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.parameters import MOST_COLUMNS
from zones.models import City, Policy, Topic
from zones.models.querysets.in_force_sql import InForceRow
from zones.pages.adoption_page import COUNTED, EVER, HOLDING, known_by_words
from zones.pages.answer_maps import SHORT_ANSWER, MapsAnswers
from zones.pages.change_entries import ChangeEntry, entry_of, policies_words, together
from zones.pages.charts import steps_chart
from zones.pages.cited_pages import CitedPage
from zones.pages.day_slider import stepping
from zones.pages.distance_words import certainty_asked
from zones.pages.drawn_lanes import lanes_picture
from zones.pages.lane_pictures import EVERY, LanePainter, ShownLane, axis_of, looks_of, span_shown
from zones.pages.links import answer_links, city_link, feed_link
from zones.pages.pictures import Picture, PicturedPage, steps_picture, tiles_picture, values_picture
from zones.pages.span_words import comes_words, ended_words, ends_words
from zones.pages.tables.policy_sheets import topic_table
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.ticked_cities import ticked_box
from zones.pages.value_charts import value_chart
from zones.rules.excerpts import shortened
from zones.rules.lanes import Lane
from zones.rules.vocabulary import State
from zones.selectors.adoption import Group, adoption_of, groups_of
from zones.selectors.answer_lanes import lanes_across
from zones.selectors.city_comparison import Cell, rendered_cell
from zones.selectors.codebook import codebook_of
from zones.selectors.counted_answers import days_of_change_across
from zones.selectors.ending_answers import ending_answers
from zones.selectors.inquiry import Column
from zones.selectors.rendered_cells import days_until
from zones.selectors.rendered_values import topic_shape
from zones.selectors.zone_counts import Steps, at_year_ends

#: From so many cities on a group is read by province.
MANY_CITIES = 25
#: How many policies the history of a topic shows; the changes page has them all.
MOST_POLICIES = 30
#: So many cities that were the first with an answer are named.
MOST_NAMED = 15
#: So many lanes are shown if not all are asked for, and so many cities of one are named.
MOST_LANES, NAMED = 12, 3
#: More days on which the number of cities changed are told by the ends of their years.
MOST_STEPS = 60
#: Of so many topics it is kept which policies those are.
MOST_TOPICS = 256


class TopicPage(CitedPage, PicturedPage, MapsAnswers):
    """One question: its answers across all cities on a day, its spread, its sources."""

    template_name = "zones/topic.html"
    picture_names = ("spread", "map", "values", "lanes")
    embedded_by = "zones:embedded-topic"
    known_parameters = ("as_of", "known_at", "certainty", "answer", "lanes", "counted")
    narrowing = ("as_of", "certainty", "answer")

    def values_of(self, name: str) -> list[str]:
        """Return the values that are asked for in a parameter; those of answers may have commas."""
        if name == "answer":
            return list(filter(None, self.parameters.repeated(name)))
        return super().values_of(name)

    def _was_answered(self, topic: Topic) -> bool:
        """Whether the revision, or an earlier one, knew a policy of the topic."""
        known = Policy.objects.published().filter(topic=topic, recorded_in__lte=self.known_at)
        return bool(known.exists())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return groups of cities by answer, a map, and how the rule spread."""
        topic, day = self._topic(), self.parameters.day()
        groups = groups_of(
            topic,
            self.inquiry,
        )
        usual, every = self.usual(topic, groups)
        shaded, notes = self.shaded(topic, groups, usual), self._notes(topic)
        total = sum(len(group.cities) for group in groups)
        spreads = [
            (in_language(choice, "label", self.language) if choice else "", spread)
            for choice, spread in adoption_of(topic, self.inquiry)
        ]
        counted = self.parameters.choice("counted", COUNTED, HOLDING)
        policies = self._policies(topic)
        return super().get_context_data(
            topic=topic_shape(topic, self.language),
            area=in_language(topic.focus_area, "name", self.language),
            why=in_language(topic, "why_it_matters", self.language),
            begins_on=topic.begins_on,
            codebook=codebook_of(topic, self.snapshot.choices_of(topic), self.language),
            day=day,
            certainty=self.certainty,
            finder=self._finder(("topic", topic.slug)),
            groups=[
                {
                    "key": group.key,
                    "first": group.cities[0].slug,
                    "compare": self._compared(group),
                    "finder": self._finder(("policy", f"{topic.slug}:{group.key}"))
                    if group.state == State.STATED
                    else "",
                    "shaded": group is shaded,
                    "usual": group is usual,
                    "share": round(100 * len(group.cities) / total, 1),
                    "state": group.state,
                    "display": group.display,
                    "count": len(group.cities),
                    **self._noted(group, notes, topic),
                }
                for group in groups
            ],
            shaded=shaded.display if shaded else "",
            mapped=len(groups) > 1,
            usual_group=usual,
            **self.answer_map(topic, groups, shaded, every),
            spreads=[
                {
                    "label": label,
                    "spread": spread,
                    "known_by": known_by_words(spread),
                    "steps": (steps := getattr(spread, counted)),
                    "rows": _rows_of_steps(steps, day, self.language),
                    "named": [self.named(city) for city in spread.first]
                    if len(spread.first) <= MOST_NAMED
                    else [],
                }
                for label, spread in spreads
            ],
            chart=steps_chart(
                {label: getattr(spread, counted) for label, spread in spreads},
                top=len(self.cities),
                through=day,
            ),
            counted=counted,
            ways_to_count=[
                (way, words, self._question(day, self.parameters.many("lanes"), way))
                for way, words in COUNTED.items()
            ],
            **stepping(days_of_change_across(topic.pk, self.inquiry), day, self._asking),
            **self._lanes(topic, day),
            policies=policies if self.form else policies[-MOST_POLICIES:],
            is_withdrawn=not policies and self._was_answered(topic),
            history=self._history(policies[-MOST_POLICIES:]),
            more=len(policies) > MOST_POLICIES,
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return what every city answers, how the rule spread, and its policies."""
        return topic_table(context, self.language)

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return how the rule spread, where the answer on the map is given, and what held when."""
        question = str(context["topic"]["question"])

        def spread() -> Picture | None:
            title = gettext(": ").join([gettext("How it spread"), question])
            shows = gettext("Number of cities with the rule over time")
            if context["counted"] == EVER:
                shows = gettext("Number of cities that had had the rule by then")
            doubts = dict.fromkeys(filter(None, (own["known_by"] for own in context["spreads"])))
            return steps_picture(title, " · ".join([shows, *doubts]), context["chart"])

        def mapped() -> Picture | None:
            if not context["mapped"]:
                return None
            drawing, answers = context["map_drawing"], context["all_answers"]
            return tiles_picture(question, context["map_shows"], drawing, context["tiles"], answers)

        def valued() -> Picture | None:
            shows = gettext("The value over time")
            if unit := context["topic"]["unit"]:
                shows = gettext("%(shows)s, in %(unit)s") % {"shows": shows, "unit": unit}
            return values_picture(question, shows, context["values"])

        def lanes() -> Picture | None:
            more = context["lanes_left"]
            further = ngettext(
                "%(count)s more group of cities that always answered alike",
                "%(count)s more groups of cities that always answered alike",
                more,
            ) % {"count": more}
            return lanes_picture(question, context, further if more else "")

        return {"spread": spread, "map": mapped, "values": valued, "lanes": lanes}

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return the question."""
        return str(context["topic"]["question"])

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return the answers that most cities give, each with their number."""
        return [
            gettext(": ").join(
                [
                    shortened(group["display"], SHORT_ANSWER),
                    ngettext("%(count)s city", "%(count)s cities", group["count"])
                    % {"count": group["count"]},
                ]
            )
            for group in context["groups"]
        ]

    def feed(self) -> str:
        """Return the feed of what changes here."""
        return feed_link([("topic", self.kwargs["slug"])])

    def data_link(self) -> str:
        """Return the policies of the topic by the API."""
        asked = [("topic", self.kwargs["slug"]), ("limit", "all"), ("known_at", self.known_at)]
        return f"{reverse('policy-list')}?{urlencode(asked)}"

    def _asking(self, day: date | None) -> str:
        """This question of another day, or of none."""
        return self._question(day, self.parameters.many("lanes"))

    def _question(self, day: date | None, lanes: Iterable[str], counted: str | None = None) -> str:
        asked: list[tuple[str, Any]] = [("as_of", day)] if day else []
        asked += [("answer", answer) for answer in self.parameters.many("answer")]
        asked += [("lanes", one) for one in lanes]
        if (counted or self.parameters.one("counted")) == EVER:
            asked.append(("counted", EVER))
        return self.with_known_at([*asked, *certainty_asked(self)])

    def _lanes(self, topic: Topic, day: date) -> dict[str, Any]:
        """What held when, in each group of cities that always answered alike: in the largest, and
        if asked for in all; nothing of topics that only name things.
        """
        every = self.parameters.choice("lanes", [EVERY], "") == EVERY
        if topic.is_descriptive(self.known_at):
            return {"lanes": [], "lanes_left": 0, "values": None}
        whole = span_shown(day)
        found = lanes_across(topic, self.inquiry, whole)
        groups = found if every else found[:MOST_LANES]
        lanes = [group.lane for group in groups]
        painter = LanePainter(self.inquiry, whole, self.with_known_at([]), lanes)
        looks = looks_of(lanes, self.snapshot.denials_of(topic))
        shown = [
            ShownLane(
                self._head(group.cities),
                painter.bars(group.cities[0], topic, group.lane, looks),
                self._folded(group.cities),
            )
            for group in groups
        ]
        return {
            "axis": axis_of(whole, day),
            "lanes": [{"lanes": shown}],
            "lanes_left": len(found) - len(groups),
            "every_lane": every and len(found) > MOST_LANES,
            "other_lanes": self._question(
                day if "as_of" in self.parameters else None, [] if every else [EVERY]
            ),
            **self._values(topic, shown, lanes, painter),
        }

    def _values(
        self,
        topic: Topic,
        shown: Sequence[ShownLane],
        lanes: Sequence[Lane[InForceRow]],
        painter: LanePainter,
    ) -> dict[str, Any]:
        """The numbers of a topic that is answered by them over time, and each with its source."""
        if not topic.answer_type.is_numeric:
            return {"values": None}
        named = [(own.head, lane) for own, lane in zip(shown, lanes, strict=True)]
        return {
            "values": value_chart(named, day=self.inquiry.day),
            "value_rows": [
                (own.head, bar, painter.rendered[told.first.policy])
                for own, lane in zip(shown, lanes, strict=True)
                for bar, (_, told) in zip(own.bars, lane, strict=True)
                if told.first and told.answer.state is State.STATED
            ],
        }

    def _head(self, cities: Sequence[City]) -> str:
        """How cities head their lane: all of them, or the first by name."""
        count = len(cities)
        if count == len(self.cities) > NAMED:
            words = ngettext("All %(count)s city", "All %(count)s cities", count)
            return words % {"count": count}
        names = enumerated(self.named(city)[1] for city in cities[:NAMED])
        if count <= NAMED:
            return names
        words = ngettext(
            "%(names)s and %(count)s more", "%(names)s and %(count)s more", count - NAMED
        )
        return words % {"names": names, "count": count - NAMED}

    def _folded(self, cities: Sequence[City]) -> list[tuple[str, str]]:
        """The cities of a lane that its head does not name, with where each is told of; of very
        many the names alone.
        """
        if not NAMED < len(cities) < len(self.cities):
            return []
        day, past = self.inquiry.day, self.with_known_at([])
        linked = len(cities) < MANY_CITIES
        return [
            (name, city_link(slug, day, past) if linked else "")
            for slug, name in map(self.named, cities)
        ]

    def _notes(self, topic: Topic) -> dict[int, str]:
        """Of each city when its answer ends, or when what answered last ended, if it did."""
        return {
            one.city.pk: words
            for one in ending_answers(topic, self.inquiry)
            if (words := self._note(one.cell, Column(one.city, self.inquiry.day)))
        }

    def _note(self, cell: Cell, column: Column) -> str:
        if cell.ended:
            return ended_words(rendered_cell(cell.ended, column, self.inquiry)["until_written"])
        last = cell.found.through if cell.found else None
        days = days_until(last, column.day)
        if last is None or days is None or cell.answer.state is State.NOT_VERIFIED:
            return ""
        return ends_words(last, days, self.language)

    def _noted(self, group: Group, notes: Mapping[int, str], topic: Topic) -> dict[str, Any]:
        """The cities of a group; what is to be noted of all alike is noted of the group."""
        told = {notes.get(city.pk, "") for city in group.cities} if notes else {""}
        shared = told.pop() if len(told) == 1 else ""
        day, past = self.inquiry.day, self.with_known_at([])
        link, own = answer_links(topic.slug, day, past), {} if shared else notes
        cities = [
            (
                link(slug),
                name,
                own.get(city.pk, "") if own else "",
                ticked_box(slug, name, False, self.language),
            )
            for city in group.cities
            for slug, name in (self.named(city),)
        ]
        noted: dict[str, list[Any]] = {}
        for shown in cities:
            if shown[2]:
                noted.setdefault(shown[2], []).append(shown)
        provinces: dict[str, list[Any]] = {}
        if len(cities) >= MANY_CITIES:
            for city, shown in zip(group.cities, cities, strict=True):
                named = in_language(city.province, "name", self.language)
                provinces.setdefault(named, []).append(shown)
        return {"note": shared, "cities": cities, "noted": noted, "provinces": provinces}

    def _compared(self, group: Group) -> str:
        """Where the cities of a group stand side by side; blank where they are too many or one."""
        if not 1 < len(group.cities) <= MOST_COLUMNS:
            return ""
        cities = ",".join(city.slug for city in group.cities)
        asked = [("cities", cities), ("as_of", self.inquiry.day), *certainty_asked(self)]
        return f"{reverse('zones:compare')}?{self.with_known_at(asked)}"

    def _finder(self, condition: tuple[str, str]) -> str:
        """Where cities are found in which this and more holds on the day."""
        asked = [condition, ("as_of", self.inquiry.day)]
        return f"{reverse('zones:city-list')}?{self.with_known_at(asked)}#facet-rules"

    def _history(self, policies: Sequence[Mapping[str, Any]]) -> list[ChangeEntry]:
        """Policies that say the same from the same day on by one document as one entry."""

        def said(policy: Mapping[str, Any]) -> tuple[Any, ...]:
            period = policy["effective_from"], policy["effective_to"], policy["start_qualifier"]
            return (*period, policy["source"]["id"], policy["state"], policy["display"])

        return [
            entry_of(own, own[0]["source"], [one["scope"] for one in own], counted=policies_words)
            for own in together(policies, said)
        ]

    def _policies(self, topic: Topic) -> list[Any]:
        """The policies begun last, earliest first; one more than is shown where there are more. A
        file has them all.
        """
        found = Policy.objects.known_at(self.known_at).not_withdrawn().filter(topic=topic.pk)
        latest = found.order_by("-effective_from_day", "-identity").values_list("pk", flat=True)
        shown: Kept[tuple[int, int], list[int]] = self.snapshot.lately(
            "policies of topics", MOST_TOPICS
        )
        keys = (
            list(latest)
            if self.form
            else shown.made((topic.pk, self.known_at), lambda: list(latest[: MOST_POLICIES + 1]))
        )[::-1]
        rendered = self.snapshot.rendered(keys, self.language)
        return [rendered[pk] for pk in keys]

    def _topic(self) -> Topic:
        topic = self.snapshot.topics_by_slug.get(self.kwargs["slug"])
        if topic is None:
            raise Http404(f"There is no topic {self.kwargs['slug']!r}.")
        return topic


def _rows_of_steps(steps: Steps, day: date, language: str) -> list[tuple[str, int]]:
    """The table of a spread: how many cities there were from a day on; where the days are very
    many, at the end of each year; and of what comes after the day asked about, how long after.
    """
    if len(steps) <= MOST_STEPS:
        told = ((start, day_as_time(start), count) for start, count in steps)
    else:
        told = (
            (date(year, 12, 31), gettext("end of %(year)s") % {"year": year}, count)
            for year, count in at_year_ends(steps)
        )
    return [
        (format_html('{} <span class="ends">{}</span>', words, later) if later else words, count)
        for start, words, count in told
        for later in [comes_words(start.isoformat(), day, language)]
    ]
