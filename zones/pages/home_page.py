"""The home page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from cbec_portal.caches import Kept
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import by_commas
from zones.api.representations.comparison_shape import comparison_shape
from zones.models import Policy, Revision
from zones.models.policies import StartQualifier
from zones.pages.atlas_pictures import LyingAtlas, lying_atlas
from zones.pages.charts import Chart, steps_chart
from zones.pages.faceted_pages import short_batch
from zones.pages.links import cell_link
from zones.pages.pictures import Picture, PicturedPage, steps_picture
from zones.rules.written_keys import WrittenKey
from zones.selectors.city_comparison import comparison
from zones.selectors.inquiry import Column
from zones.selectors.rendered_values import topic_shape
from zones.selectors.zone_counts import Steps, at_year_ends, batch_days, on, until, zone_counts

LATELY = 6
#: Of so many revisions it is kept what is told of each.
MOST_REVISIONS = 8
#: What the first screen shows asked and answered: a city, and topics that differ from city to city.
ASKED_OF = WrittenKey("city", "hangzhou")
ASKED = (
    WrittenKey("topic", "bonded-import-1210"),
    WrittenKey("topic", "bonded-import-offline-pickup"),
    WrittenKey("topic", "import-single-transaction-limit"),
)

T = TypeVar("T")
#: Policies with their topics, by the day and the revision asked about.
OfDay = Kept[tuple[str, int], list[tuple[int, int]]]


class HomePage(PicturedPage):
    """What the portal is for, the state of things in numbers on a day, and where to start."""

    template_name = "zones/home.html"
    picture_names = ("growth",)
    known_parameters = ("as_of", "known_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return numbers, growth and what changed lately."""
        self.day = self.parameters.day()
        grown = self._growth()
        return super().get_context_data(
            day=self.day,
            programmes=[
                {"name": name, "zones": on(steps, self.day), "question": self._zones_of(slug)}
                for slug, name, steps in grown
            ],
            chart=self._chart(grown),
            growth=[(name, self._year_ends(steps)) for _, name, steps in grown],
            cities=len(self.cities),
            topics=len(self.topics),
            policies=f"{self._of_revision('number of policies', self._policies):,}",
            # Documents have no revisions: of one that is asked for, their number is not told.
            sources="" if "known_at" in self.parameters else len(self.snapshot.related["source"]),
            revision=self._of_revision("revision told", self._revision),
            words="",
            lately=self._lately(),
            coming=self._coming(),
            atlas=self._atlas(),
            **self._answered(),
            **kwargs,
        )

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return how many zones of each programme there were over time."""
        title, shows = _("Zones in force since 2012"), _("Zones in force by programme over time")
        return {"growth": lambda: steps_picture(title, shows, context["chart"])}

    def _of_revision(self, name: str, read: Callable[[], T]) -> T:
        """What is read once for a revision."""
        kept: Kept[int, T] = self.snapshot.lately(name, MOST_REVISIONS)
        return kept.made(self.known_at, read)

    def _zones_of(self, programme: str) -> str:
        """The question for the zones of a programme that are in force on the day."""
        return self.with_known_at([("programme", programme), ("as_of", self.day)])

    def _policies(self) -> int:
        return Policy.objects.known_at(self.known_at).not_withdrawn().count()

    def _revision(self) -> Revision | None:
        return Revision.objects.filter(number=self.known_at).first()

    def _growth(self) -> list[tuple[str, str, Steps]]:
        """Each programme, by slug and name, with the number of its zones up to the day."""
        names = {row.slug: row for row in self.snapshot.related["programme"].values()}
        return [
            (slug, in_language(names[slug], "name", self.language), until(steps, self.day))
            for slug, steps in zone_counts(self.inquiry).items()
        ]

    def _year_ends(self, steps: Steps) -> list[tuple[str, int]]:
        """The number at the end of each year; of one that is not over, on the day."""
        running = self.day.year if self.day < date(self.day.year, 12, 31) else None
        return [
            (day_in_words(self.day) if year == running else str(year), count)
            for year, count in at_year_ends(steps)
        ]

    def _chart(self, grown: list[tuple[str, str, Steps]]) -> Chart | None:
        top = max((count for *_, steps in grown for _, count in steps), default=0)
        ticks = [
            (day, by_commas([short_batch(slug, number, self.snapshot), day_in_words(day)]))
            for day, slug, number in batch_days(self.inquiry)
            if day <= self.day
        ]
        lines = {name: steps for _slug, name, steps in grown}
        return steps_chart(lines, top=top, through=self.day, ticks=ticks)

    def _atlas(self) -> dict[str, Any] | None:
        """The atlas of today as a small picture; of other days none, which would be drawn anew."""
        if "as_of" in self.parameters or "known_at" in self.parameters:
            return None
        of_day: Kept[date, LyingAtlas | None] = self.snapshot.lately("atlas of the home page", 2)
        drawn = of_day.made(self.day, lambda: lying_atlas(self.topics.values(), self.inquiry))
        if drawn is None:
            return None
        first, *_others, last = [drawn.cities[0], *drawn.cities]
        return {"drawn": drawn, "first": self.named(first)[1], "last": self.named(last)[1]}

    def _answered(self) -> dict[str, Any]:
        """A few questions with the answers of a city on the day, as far as both are recorded."""
        named = self.snapshot.cities_by_slug.get(self.snapshot.key_today(ASKED_OF))
        city = self.cities.get(named.pk) if named else None
        known = {topic.slug: topic for topic in self.topics.values()}
        topics = [known[slug] for slug in map(self.snapshot.key_today, ASKED) if slug in known]
        if city is None or not topics:
            return {"answered": []}

        def answers() -> list[Any]:
            found = comparison([Column(city, self.day)], topics, self.inquiry)
            return list(comparison_shape(found, self.inquiry)["rows"])

        of_day: Kept[tuple[date, int, str], list[Any]] = self.snapshot.lately(
            "asked and answered", 4
        )
        rows = of_day.made((self.day, self.known_at, self.language), answers)
        shaped = {row["topic"]["slug"]: row for row in rows}
        return {
            "answered_of": self.named(city)[1],
            "answered": [
                {
                    "topic": shaped[topic.slug]["topic"],
                    "cell": shaped[topic.slug]["cells"][0],
                    "link": cell_link(city, topic.slug, self.day, self.with_known_at([])),
                }
                for topic in topics
            ],
        }

    def _coming(self) -> list[dict[str, Any]]:
        """The policies that end next."""
        day = self.day.isoformat()

        def ending_next() -> list[tuple[int, int]]:
            known = Policy.objects.known_at(self.known_at).not_withdrawn()
            ending = known.filter(effective_from_day__lte=day, effective_to_day__gte=day)
            soonest = ending.order_by("effective_to_day", "identity")
            return list(soonest.values_list("pk", "topic")[:LATELY])

        of_day: OfDay = self.snapshot.lately("ending next", 2)
        keys = of_day.made((day, self.known_at), ending_next)
        rendered = self.snapshot.rendered([pk for pk, _ in keys], self.language)
        return [
            {
                "topic": topic_shape(self.snapshot.topics[topic], self.language),
                "policy": rendered[pk],
            }
            for pk, topic in keys
        ]

    def _lately(self) -> list[dict[str, Any]]:
        """The policies that began last, up to the day, of those of which it is known when."""
        day = self.day.isoformat()

        def begun_last() -> list[tuple[int, int]]:
            known = Policy.objects.known_at(self.known_at).not_withdrawn()
            begun = known.filter(
                effective_from_day__lte=day, start_qualifier=StartQualifier.EXACT.value
            )
            latest = begun.order_by("-effective_from_day", "identity")
            return list(latest.values_list("pk", "topic")[:LATELY])

        of_day: OfDay = self.snapshot.lately("begun last", 2)
        keys = of_day.made((day, self.known_at), begun_last)
        rendered = self.snapshot.rendered([pk for pk, _ in keys], self.language)
        return [
            {
                "topic": topic_shape(self.snapshot.topics[topic], self.language),
                "policy": rendered[pk],
            }
            for pk, topic in keys
        ]
