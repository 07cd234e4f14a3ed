"""The home page."""

from __future__ import annotations

from typing import Any

from cbec_portal.caches import Kept
from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from zones.models import Policy, Revision
from zones.pages.charts import Chart, steps_chart
from zones.pages.faceted_pages import SHORT_NAMES
from zones.pages.page_base import Page
from zones.selectors.rendered_values import topic_shape
from zones.selectors.zone_counts import Steps, at_year_ends, batch_days, on, zone_counts

LATELY = 6


class HomePage(Page):
    """What the portal is for, the state of things in numbers, and where to start."""

    template_name = "zones/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return numbers, growth and what changed lately."""
        grown = self._growth()
        return super().get_context_data(
            programmes=[
                {"name": name, "slug": slug, "zones": on(steps, today_in_china())}
                for slug, name, steps in grown
            ],
            chart=self._chart(grown),
            growth=[(name, at_year_ends(steps)) for _, name, steps in grown],
            cities=len(self.snapshot.cities_now),
            topics=len(self.snapshot.topics),
            policies=self.snapshot.remembered("number of policies", self._policies),
            sources=len(self.snapshot.related["source"]),
            revision=self.snapshot.remembered("newest revision", self._newest),
            words="",
            lately=self._lately(),
            **kwargs,
        )

    def _policies(self) -> int:
        return Policy.objects.known_at(self.snapshot.newest).not_withdrawn().count()

    def _newest(self) -> Revision | None:
        return Revision.objects.filter(number=self.snapshot.newest).first()

    def _growth(self) -> list[tuple[str, str, Steps]]:
        """Each programme, by slug and name, with the number of its zones from day to day."""
        names = {row.slug: row for row in self.snapshot.related["programme"].values()}
        return [
            (slug, in_language(names[slug], "name", self.language), steps)
            for slug, steps in zone_counts(self.snapshot).items()
        ]

    def _chart(self, grown: list[tuple[str, str, Steps]]) -> Chart | None:
        top = max((count for *_, steps in grown for _, count in steps), default=0)
        ticks = [
            (day, f"{SHORT_NAMES.get(slug, slug)} {number}, {day_in_words(day)}")
            for day, slug, number in batch_days(self.snapshot)
        ]
        return steps_chart({name: steps for _, name, steps in grown}, top=top, ticks=ticks)

    def _lately(self) -> list[dict[str, Any]]:
        """The policies that began last, up to today."""
        today = today_in_china().isoformat()

        def begun_last() -> list[tuple[int, int]]:
            known = Policy.objects.known_at(self.snapshot.newest).not_withdrawn()
            begun = known.filter(effective_from_day__lte=today)
            latest = begun.order_by("-effective_from_day", "identity")
            return list(latest.values_list("pk", "topic")[:LATELY])

        of_day: Kept[str, list[tuple[int, int]]] = self.snapshot.lately("begun last", 2)
        keys = of_day.made(today, begun_last)
        rendered = self.snapshot.rendered([pk for pk, _ in keys], self.language)
        return [
            {
                "topic": topic_shape(self.snapshot.topics[topic], self.language),
                "policy": rendered[pk],
            }
            for pk, topic in keys
        ]
