"""What the pages of a city and of a place without pilot status share: rules, changes, answers, and
what their cards tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.asked_days import EARLIEST_DAY, latest_day
from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language, in_other_language
from cbec_portal.punctuation import by_semicolons
from zones.api.representations.comparison_shape import comparison_shape
from zones.models import City, Topic
from zones.pages.change_entries import entry_of, together
from zones.pages.cited_pages import CitedPage
from zones.pages.day_slider import stepping
from zones.pages.drawn_lanes import lanes_picture
from zones.pages.footnotes import number_sources
from zones.pages.lane_pictures import EVERY, LanePainter, ShownLane, axis_of, span_shown
from zones.pages.layers import local_words, sections_of
from zones.pages.links import cell_link, changes_link, feed_link, place_link
from zones.pages.page_base import Page
from zones.pages.pictures import Picture, PicturedPage
from zones.pages.printed_rules import PrintedPage
from zones.pages.span_words import comes_words
from zones.pages.table_pages import TablePage
from zones.pages.tables.change_sheets import place_changes_table
from zones.pages.tables.policy_sheets import history_table
from zones.pages.tables.rule_sheets import ColumnHead
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.lanes import ever_changed
from zones.rules.vocabulary import Certainty, Outcome, State
from zones.selectors.answer_history import (
    AnswerChange,
    answers_in_time,
    changes_of,
    days_near,
    days_of_change,
)
from zones.selectors.answer_lanes import lanes_of_place
from zones.selectors.city_comparison import comparison
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column
from zones.selectors.rendered_values import topic_label, topic_shape, verification_words
from zones.selectors.varying_topics import varying_topics

#: How many changes a page of them shows.
PER_PAGE = 100
#: So many topics have a lane if not all are asked for.
MOST_LANES = 24
LATELY = 6
COMING = 12


class OnePlacePage(Page):
    """A page about one city, or about one place without pilot status."""

    def place(self) -> City | HypotheticalPlace:
        """Return the city or place of the address."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the place, its names, and where it lies."""
        place = self.place()
        return super().get_context_data(
            place=place,
            name=in_language(place, "name", self.language),
            other_name=in_other_language(place, "name", self.language),
            province=in_language(place.province, "name", self.language),
            district=in_language(place.customs_district, "name", self.language),
            known_at=self.known_at,
            past=self.with_known_at([]),
            place_link=place_link(place, self.day_of_links(), self.with_known_at([])),
            changes_link=changes_link(place, self.with_known_at([])),
            **kwargs,
        )

    def day_of_links(self) -> date:
        """Return the day on which links to the place's rules lead."""
        return self.parameters.day()

    def feed(self) -> str:
        """Return the feed of what changes in the place."""
        return feed_link([("city", self.place().slug)])

    def stories_of(self, changes: list[AnswerChange], asked: date) -> list[dict[str, Any]]:
        """Return changes as a story tells them, each with where its answer stands in full, and how
        long it still is from the day asked about.
        """
        place, past = self.place(), self.with_known_at([])
        return [
            {
                "written": change.written,
                "comes": comes_words(change.written, asked, self.language),
                "topic": topic_shape(change.topic, self.language),
                "link": cell_link(place, change.topic.slug, change.day, past),
                "before": change.before,
                "after": change.after,
            }
            for change in changes
        ]


class RulesPage(OnePlacePage, CitedPage, PicturedPage, PrintedPage):
    """The rules of a place on a day, and what changed there lately."""

    picture_names = ("lanes",)
    known_parameters = ("as_of", "known_at", "certainty", "lanes")
    narrowing = ("as_of", "certainty")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return rules under their focus areas with the documents they cite."""
        day = self.parameters.day()
        columns = [Column(self.place(), day)]
        found = comparison(columns, list(self.topics.values()), self.inquiry)
        answer = comparison_shape(found, self.inquiry)
        sections = sections_of(answer, self.snapshot.records_by_slug, opened=False)
        return super().get_context_data(
            day=day,
            local_words=local_words(answer, [self.name_of(self.place())]),
            sections=sections,
            not_researched=not_researched(answer),
            researchable=len(answer["rows"]),
            sources=number_sources(sections["areas"], columns, self.with_known_at([])),
            certainty=self.certainty,
            certainties=list(Certainty),
            lately=self._lately(day),
            **stepping(days_of_change([self.place()], self.inquiry), day, self._asking),
            **self._lanes(day),
            **kwargs,
        )

    def _asking(self, day: date | None) -> str:
        """This question of another day, or of none."""
        return self._question(day, self.parameters.many("lanes"))

    def _question(self, day: date | None, lanes: Iterable[str]) -> str:
        asked: list[tuple[str, Any]] = [("as_of", day)] if day else []
        if "certainty" in self.parameters:
            asked.append(("certainty", self.certainty.value))
        return self.with_known_at([*asked, *(("lanes", one) for one in lanes)])

    def _lanes(self, day: date) -> dict[str, Any]:
        """What held when: the first topics that vary on the day, and if asked for all that ever
        changed.

        These are thrice as many, and the picture of all takes a third of the page's time.
        """
        place, whole, varying = self.place(), span_shown(day), varying_topics(self.inquiry)
        every = self.parameters.choice("lanes", [EVERY], "") == EVERY
        topics = [own for own in self.topics.values() if every or own.pk in varying]
        left = 0 if every else max(0, len(topics) - MOST_LANES)
        topics = topics[: len(topics) - left]
        lanes = {
            pk: lane
            for pk, lane in lanes_of_place(place, topics, self.inquiry, whole).items()
            if pk in varying or ever_changed(lane)
        }
        painter = LanePainter(self.inquiry, whole, self.with_known_at([]), lanes.values())
        parts: dict[str, list[ShownLane]] = {}
        for topic in topics:
            if topic.pk in lanes:
                area = in_language(topic.focus_area, "name", self.language)
                head, lane = topic_label(topic, self.language), lanes[topic.pk]
                shown = ShownLane(head, painter.bars(place, topic, lane))
                parts.setdefault(area, []).append(shown)
        return {
            "axis": axis_of(whole, day),
            "lanes": [{"name": name, "lanes": own} for name, own in parts.items()],
            "every_lane": every,
            "lanes_left": left,
            "other_lanes": self._question(
                day if "as_of" in self.parameters else None, [] if every else [EVERY]
            ),
        }

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return what held when."""
        left = context["lanes_left"]
        further = ngettext(
            "%(count)s more topic varies on this day",
            "%(count)s more topics vary on this day",
            left,
        ) % {"count": left}
        return {"lanes": lambda: lanes_picture(self.title(), context, further if left else "")}

    def heads(self) -> list[ColumnHead]:
        """Return the place on the day as the only column."""
        name = self.name_of(self.place())
        return [ColumnHead(name, self.parameters.day(), name)]

    def title(self) -> str:
        """Return what the rules of the place are called."""
        return _("%(name)s: cross-border e-commerce rules") % {"name": self.name_of(self.place())}

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the rules of the place are called."""
        return self.title()

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return what the rules of the place come to."""
        return [context["local_words"]]

    def data_link(self) -> str:
        """Return the same rules by the API, as a comparison of one column."""
        asked = [("cities", self.place().slug), ("as_of", self.parameters.day())]
        if "certainty" in self.parameters:
            asked.append(("certainty", self.certainty.value))
        asked.append(("known_at", self.known_at))
        return f"{reverse('api-compare')}?{urlencode(asked)}"

    def _lately(self, day: date) -> list[dict[str, Any]]:
        """The last changes up to the day and the next that are still to come."""
        place = self.place()
        first, last = days_near(place, self.inquiry, before=LATELY, after=COMING)
        changes = changes_of(
            place,
            self.inquiry,
            first=first,
            last=last,
        )
        coming = [change for change in changes if change.day > day][-COMING:]
        past = [change for change in changes if change.day <= day][:LATELY]
        return self.stories_of([*coming, *past], day)


class ChangesOfPlacePage(OnePlacePage, CitedPage, TablePage):
    """What changed in a place from one day to another, as a story in order of time."""

    template_name = "zones/place_changes.html"
    known_parameters = ("from", "to", "known_at", "page")
    narrowing = ("from", "to")

    def day_of_links(self) -> date:
        """Return the last day of the page, which is of no single day."""
        return self.parameters.day("to", default=today_in_china())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one page of the changes, latest first."""
        first = self.parameters.day("from", default=EARLIEST_DAY)
        last = self.parameters.day("to", default=today_in_china())
        # What changed on the first day is seen beside the day before it.
        before = max(first - timedelta(days=1), EARLIEST_DAY)
        changes = changes_of(
            self.place(),
            self.inquiry,
            first=first,
            last=last,
        )
        number = self.parameters.whole_number("page", 1, 100_000, 1)
        page = Paginator(changes, PER_PAGE).get_page(number)
        changed = {change.topic.pk for change in changes}
        outcomes = self._outcomes(before, last)
        return super().get_context_data(
            first=first,
            last=last,
            latest=latest_day(),
            changes=changes,
            page=page,
            days=days_of(self.stories_of(list(page.object_list), today_in_china())),
            changed_topics=len(changed),
            day_before=before,
            differing=sum(one is Outcome.DIFFERS for one in outcomes.values()),
            others=_others_words(Counter(outcomes[topic] for topic in changed)),
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return all changes that fit, not those of one page alone."""
        return place_changes_table(self.title(), context["changes"], self.language)

    def title(self) -> str:
        """Return of which place the story is."""
        return _("What changed in %(name)s") % {"name": self.name_of(self.place())}

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return of which place the story is, and from which day to which."""
        first, last = day_in_words(context["first"]), day_in_words(context["last"])
        told = {"story": self.title(), "first": first, "last": last}
        if context["first"] == EARLIEST_DAY:
            return _("%(story)s, up to %(last)s") % told
        return _("%(story)s, %(first)s to %(last)s") % told

    def lasting_question(self) -> str:
        """Return the question with the last day of the story: one without grows from day to day."""
        question = super().lasting_question()
        if "to" in self.parameters:
            return question
        return f"{question}&{urlencode({'to': self.day_of_links()})}"

    def _outcomes(self, before: date, last: date) -> dict[int, Outcome]:
        """What each topic comes to between the day before the first and the last day."""
        columns = [Column(self.place(), before), Column(self.place(), last)]
        topics = list(self.topics.values())
        found = comparison(columns, topics, self.inquiry, rendered=False)
        return {row.topic.pk: row.outcome for row in found.rows}


def _others_words(changed: Mapping[Outcome, int]) -> str:
    """What became of the topics that changed, and yet do not differ between the first and the last
    day; blank where there are none.
    """
    count = {outcome: {"count": changed[outcome]} for outcome in Outcome}
    told = {
        Outcome.INCOMPLETE: ngettext(
            "%(count)s is known on one of the two days only",
            "%(count)s are known on one of the two days only",
            changed[Outcome.INCOMPLETE],
        ),
        Outcome.SAME: ngettext(
            "%(count)s changed and changed back, or has a new rule with the same answer",
            "%(count)s changed and changed back, or have a new rule with the same answer",
            changed[Outcome.SAME],
        ),
        Outcome.UNKNOWN: ngettext(
            "%(count)s is known on neither day",
            "%(count)s are known on neither day",
            changed[Outcome.UNKNOWN],
        ),
        Outcome.DESCRIBED: ngettext(
            "%(count)s only names things",
            "%(count)s only name things",
            changed[Outcome.DESCRIBED],
        ),
    }
    parts = [words % count[outcome] for outcome, words in told.items() if changed[outcome]]
    if not parts:
        return ""
    return _("Of the other topics that changed, %s.") % by_semicolons(parts)


class AnswerPage(OnePlacePage, CitedPage, TablePage):
    """One answer in full: its citation, what stands beside it, and how it came about."""

    template_name = "zones/answer.html"
    known_parameters: tuple[str, ...] = ("as_of", "known_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the cell on the day and the answers before and after it."""
        place, day, topic = self.place(), self.parameters.day(), self._topic()
        found = comparison([Column(place, day)], [topic], self.inquiry)
        answer = comparison_shape(found, self.inquiry)
        (row,) = answer["rows"]
        return super().get_context_data(
            day=day,
            topic=row["topic"],
            why=in_language(topic, "why_it_matters", self.language),
            cell=row["cells"][0],
            verification=verification_words(row["cells"][0]["verification"], self.language),
            report=self._report(),
            history=answers_in_time(place, topic, self.inquiry),
            **kwargs,
        )

    def feed(self) -> str:
        """Return the feed of what changes in the answer."""
        return feed_link([("city", self.place().slug), ("topic", self.kwargs["topic_slug"])])

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return the place and the question."""
        return _(": ").join([self.name_of(self.place()), context["topic"]["question"]])

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return how the answer came about."""
        return history_table(
            self.cited_title(context), context["history"], context["topic"]["unit"], self.language
        )

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return the answer."""
        return [context["cell"]["display"]]

    def _report(self) -> str:
        """Where a problem with the answer, as it was on the day and known then, is reported."""
        asked = urlencode({"as_of": self.parameters.day(), "known_at": self.known_at})
        return f"{self.request.path}report/?{asked}"

    def _topic(self) -> Topic:
        topic = self.snapshot.topics_by_slug.get(self.kwargs["topic_slug"])
        if topic is None:
            raise Http404(f"There is no topic {self.kwargs['topic_slug']!r}.")
        return topic


def days_of(stories: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return changes as a story tells them under their days, those of one document as one entry."""

    def source(story: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (story["after"] or story["before"])["source"]
        return found

    return [
        {
            "written": own[0]["written"],
            "comes": own[0]["comes"],
            "entries": [
                entry_of(rows, source(rows[0]))
                for rows in together(own, lambda story: source(story)["id"])
            ],
        }
        for own in together(stories, lambda story: story["written"])
    ]


def not_researched(answer: Mapping[str, Any]) -> int:
    """Return of how many topics nobody has looked yet what they say in the only column."""
    return sum(row["cells"][0]["state"] == State.NOT_RESEARCHED for row in answer["rows"])
