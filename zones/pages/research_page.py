"""What nobody knows yet: how much is researched, by topic, province and city."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from cbec_portal.languages import in_language
from zones.api.parameters import topics_of
from zones.models import City, Province, Topic
from zones.pages.links import city_link, topic_link
from zones.pages.page_base import Page
from zones.rules.completeness import Completeness
from zones.selectors.research_state import ResearchState, research_state

#: How many cities of a gap are named before the others are folded.
MOST_NAMED = 6


class ResearchPage(Page):
    """Where somebody has looked what holds on a day, and where nobody has."""

    template_name = "zones/research.html"
    known_parameters = ("as_of", "known_at", "focus_area")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the gaps, largest first, with names instead of keys."""
        self.day = self.parameters.day()
        self.past = self.with_known_at([])
        found = research_state(topics_of(self.parameters, self.inquiry), self.inquiry)
        by_topic, by_city = found.by_topic, found.by_city
        lacking = sorted(
            (topic for topic in found.topics if by_topic[topic.pk].not_researched),
            key=lambda topic: -by_topic[topic.pk].not_researched,
        )
        return super().get_context_data(
            day=self.day,
            past=self.past,
            areas_to_choose=self.areas_to_choose,
            chosen_areas=self.parameters.many("focus_area"),
            whole=found.whole,
            done=f"{found.whole.researched:,}",
            cells=f"{found.whole.cells:,}",
            complete=len(found.topics) - len(lacking),
            topics=[self._topic(topic, found, by_topic[topic.pk]) for topic in lacking],
            provinces=[
                (self._province_link(province), in_language(province, "name", self.language), own)
                for province, own in found.by_province.items()
            ],
            cities=[(*self._city(city), by_city[city.pk]) for city in found.cities],
            asked=self.request.GET.urlencode(),
            **kwargs,
        )

    def _topic(self, topic: Topic, found: ResearchState, own: Completeness) -> dict[str, Any]:
        cities = [self._city(city) for city in found.gaps(topic)]
        return {
            "link": topic_link(topic.slug, self.day, self.past),
            "question": in_language(topic, "question", self.language),
            "own": own,
            "named": cities[:MOST_NAMED],
            "others": cities[MOST_NAMED:],
        }

    def _province_link(self, province: Province) -> str:
        asked = {"province": province.iso_3166_2, "as_of": self.day.isoformat()}
        known = f"&{self.past}" if self.past else ""
        return f"{reverse('zones:city-list')}?{urlencode(asked)}{known}"

    def _city(self, city: City) -> tuple[str, str]:
        return city_link(city.slug, self.day, self.past), self.named(city)[1]
