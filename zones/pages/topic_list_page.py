"""The list of topics, and those that some words find."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.urls import reverse

from cbec_portal.languages import in_language
from zones.models import Policy, Topic
from zones.pages.table_pages import TablePage
from zones.pages.tables.policy_sheets import topics_table
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.vocabulary import HitKind
from zones.selectors.search import search


class TopicListPage(TablePage):
    """All topics under their focus areas, or those that some words find."""

    template_name = "zones/topic_list.html"
    known_parameters = ("q",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return topics with the number of their policies."""
        words = self.parameters.one("q", "")
        found = search(words, self.inquiry).found if words else []
        slugs = {one.key for one in found if one.kind == HitKind.TOPIC}
        counted = Counter(
            Policy.objects.known_at(self.snapshot.newest)
            .not_withdrawn()
            .values_list("topic", flat=True)
        )
        areas: dict[str, dict[str, Any]] = {}
        asked_about: list[tuple[Topic, int]] = []
        for topic in self.snapshot.topics.values():
            if words and topic.slug not in slugs:
                continue
            area = topic.focus_area
            own = areas.setdefault(
                area.slug, {"name": in_language(area, "name", self.language), "topics": []}
            )
            own["description"] = in_language(area, "description", self.language)
            question = in_language(topic, "question", self.language)
            own["topics"].append((topic.slug, question, counted[topic.pk]))
            asked_about.append((topic, counted[topic.pk]))
        return super().get_context_data(
            areas=areas,
            parts=[(slug, own["name"], len(own["topics"])) for slug, own in areas.items()],
            asked_about=asked_about,
            words=words,
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the topics that are shown."""
        cited = self.references([topic for topic, _count in context["asked_about"]])
        return topics_table(context["asked_about"], cited, self.language)

    def data_link(self) -> str:
        """Return the same topics by the API, where all are shown."""
        return "" if "q" in self.parameters else f"{reverse('topic-list')}?limit=all"
