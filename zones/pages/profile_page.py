"""The page of profiles: cities with the same rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.parameters import topics_of
from zones.models import Topic
from zones.pages.cited_pages import CitedPage
from zones.pages.links import city_link, topic_link
from zones.pages.span_words import ends_words
from zones.pages.table_pages import TablePage
from zones.pages.tables.group_sheets import profiles_table
from zones.pages.tables.sheet_parts import PageTable
from zones.selectors.profiles import Portrait, Portraits, portraits
from zones.selectors.rendered_cells import days_until

#: How many profiles are compared at once, by one city of each.
MOST_ABREAST = 8
#: How many profiles a page shows, and how many topics that set one apart.
PER_PAGE = 10
MOST_APART = 12
#: So many cities of a profile are shown at once; of more, so many are named and the others folded.
MOST_SHOWN, NAMED = 12, 6
#: By so many of its cities a profile is called where the page says what is on it.
LEADING = 2
#: The anchor of the topics that are left out.
LEFT_OUT = "left-out"
#: What is asked of the API alike.
ASKED = ("certainty", "focus_area", "topics")


class ProfilesPage(CitedPage, TablePage):
    """Groups of cities with the same rules on a day, and what sets each apart."""

    is_dear = True
    template_name = "zones/profiles.html"
    known_parameters = ("as_of", "known_at", "certainty", "focus_area", "topics", "page")
    narrowing = ("as_of", "certainty", "focus_area", "topics")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return profiles with names instead of keys."""
        day = self.day = self.parameters.day()
        self.past = self.with_known_at([])
        every_topic = self.parameters.choice("topics", ["all"]) is not None
        topics = topics_of(self.parameters, self.inquiry)
        page = self.parameters.whole_number("page", 1, 10_000, 1)
        first = page == 1 or bool(self.form)
        found = portraits(
            topics,
            self.inquiry,
            every_topic=every_topic,
            shown=slice(None) if self.form else slice((page - 1) * PER_PAGE, page * PER_PAGE),
        )
        left_out = [(*self._topic(left.topic), left) for left in found.left]
        return super().get_context_data(
            day=day,
            past=self.past,
            certainty=self.certainty,
            every_topic=every_topic,
            areas_to_choose=self.areas_to_choose,
            chosen_areas=self.parameters.many("focus_area"),
            topics=len(topics),
            counted=len(topics) - len(found.left),
            left_out=left_out,
            unknown=sum(not left.described for left in found.left),
            described=sum(left.described for left in found.left),
            count=found.groups,
            profiles=[self._profile(portrait, found.largest) for portrait in found.shown],
            parts=[
                *(self._part(portrait.cities) for portrait in found.shown),
                *([(LEFT_OUT, gettext("Topics left out"), len(left_out))] if left_out else []),
            ],
            left_out_key=LEFT_OUT,
            local_words=self._local_words(found, every_topic=every_topic),
            local=self._by_area(found.answers[: found.beside_local]) if first else {},
            national=self._by_area(found.answers[found.beside_local :]) if first else {},
            abreast=",".join(portrait.cities[0] for portrait in found.shown[:MOST_ABREAST]),
            page=page,
            more=found.groups > page * PER_PAGE,
            asked=self._asked(),
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the groups are of."""
        return gettext("Cities with the same rules")

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return all groups, not those of one page alone."""
        topics = topics_of(self.parameters, self.inquiry)
        left = {slug for slug, *_rest in context["left_out"]}
        counted = [topic for topic in topics if topic.slug not in left]
        return profiles_table(context, self.references(counted))

    def data_link(self) -> str:
        """Return the profiles by the API."""
        asked = [("as_of", self.day), ("known_at", self.known_at)]
        told = [(name, value) for name in ASKED for value in self.parameters.many(name)]
        return f"{reverse('api-profiles')}?{urlencode([*asked, *told])}"

    def _asked(self) -> str:
        """The question without its page."""
        query = self.request.GET.copy()
        query.pop("page", None)
        return query.urlencode()

    def _local_words(self, found: Portraits, *, every_topic: bool) -> str:
        """In one line what is local of what is counted, and what the nation has in common.

        What counts only where it is known of every city, and is not local, is the same in all.
        """
        counted, local = len(found.answers), found.local
        if not local:
            return gettext("On this day no two cities are known to differ in what is counted.")
        if local == counted:
            words = ngettext(
                "%(counted)s counted topic is local.",
                "%(counted)s counted topics are local.",
                local,
            )
        elif every_topic:
            words = ngettext(
                "%(local)s of %(counted)s counted topics is local; the others are alike as far as "
                "they are known, or known of no city.",
                "%(local)s of %(counted)s counted topics are local; the others are alike as far as "
                "they are known, or known of no city.",
                local,
            )
        else:
            words = ngettext(
                "%(local)s of %(counted)s counted topics is local; the others are known of every "
                "city and the same in all.",
                "%(local)s of %(counted)s counted topics are local; the others are known of every "
                "city and the same in all.",
                local,
            )
        return words % {"local": local, "counted": counted}

    def _by_area(self, answers: Sequence[tuple[Topic, str, str]]) -> dict[str, list[Any]]:
        """Answers under the names of their focus areas, each with when it ends."""
        areas: dict[str, list[Any]] = {}
        for topic, display, last in answers:
            area = in_language(topic.focus_area, "name", self.language)
            areas.setdefault(area, []).append((*self._topic(topic), display, self._ends(last)))
        return areas

    def _ends(self, last: str) -> str:
        days = days_until(last or None, self.day)
        return ends_words(last, days, self.language) if days is not None else ""

    def _profile(self, portrait: Portrait, largest: str) -> dict[str, Any]:
        named = len(portrait.apart) if self.form else MOST_APART
        return {
            "key": portrait.cities[0],
            "size": len(portrait.cities),
            "cities": [self._city(slug) for slug in portrait.cities],
            "named": self._named(portrait.cities),
            "apart": [
                (*self._topic(one.topic), one.own, one.largest) for one in portrait.apart[:named]
            ],
            "standings": [
                (*self._topic(one.topic), one.own, one.recorded) for one in portrait.standings
            ],
            "further": max(0, len(portrait.apart) - named),
            "compared": f"{portrait.cities[0]},{largest}",
        }

    def _named(self, slugs: Sequence[str]) -> str:
        """The first cities by name where they are many; blank where all are shown."""
        if len(slugs) <= MOST_SHOWN:
            return ""
        first = (self.snapshot.cities_by_slug[slug] for slug in slugs[:NAMED])
        more = len(slugs) - NAMED
        words = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
        return words % {"names": enumerated(self.named(city)[1] for city in first), "count": more}

    def _part(self, slugs: Sequence[str]) -> tuple[str, str, int]:
        """What leads to a profile: its anchor, its first cities by name, and how many it has."""
        first = (self.snapshot.cities_by_slug[slug] for slug in slugs[:LEADING])
        return slugs[0], enumerated(self.named(city)[1] for city in first), len(slugs)

    def _city(self, slug: str) -> tuple[str, str, str]:
        """A city's address on the day, its name, and its key."""
        name = self.named(self.snapshot.cities_by_slug[slug])[1]
        return city_link(slug, self.day, self.past), name, slug

    def _topic(self, topic: Topic) -> tuple[str, str, str]:
        """A topic's key, its address on the day and its question."""
        question = in_language(topic, "question", self.language)
        return topic.slug, topic_link(topic.slug, self.day, self.past), question
