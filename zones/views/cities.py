"""Pages of one city: its zones and rules, what changed in it, and one answer in full."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import F, Prefetch
from django.http import Http404

from cbec_portal.api.parameters import EARLIEST_DAY, latest_day
from cbec_portal.clock import today_in_china
from zones.models import City, Coverage, Topic, Zone
from zones.queries.asking import Column
from zones.queries.comparing import compare
from zones.queries.histories import Change, answers_in_time, changes_of, days_near
from zones.queries.shapes import (
    in_language,
    in_other_language,
    topic_shape,
    verification_words,
)
from zones.queries.suggesting import same_profile, suggestions
from zones.rules.comparison import Certainty
from zones.views.compare import WHY, number_sources
from zones.views.pages import Page, by_focus_area

SUGGESTED = 4
COVERED = Prefetch("coverages", Coverage.objects.order_by("city__slug", "covered_from_day"))
LATELY = 6
COMING = 12


def told_change(change: Change, language: str) -> dict[str, Any]:
    """A change as a story tells it."""
    return {
        "day": change.day,
        "topic": topic_shape(change.topic, language),
        "before": change.before,
        "after": change.after,
    }


class OneCityPage(Page):
    """A page about one city."""

    def city(self) -> City:
        """The city of the address.

        Raises:
            Http404: there is none.
        """
        named = self.kept.cities_by_slug.get(self.kwargs["slug"])
        city = self.cities.get(named.pk) if named else None
        if city is None:
            raise Http404(f"There is no city {self.kwargs['slug']!r}.")
        return city

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The city and its names."""
        city = self.city()
        return super().get_context_data(
            city=city,
            name=in_language(city, "name", self.language),
            other_name=in_other_language(city, "name", self.language),
            province=in_language(city.province, "name", self.language),
            district=in_language(city.customs_district, "name", self.language),
            known_at=self.known_at,
            past=self.with_known_at([]),
            **kwargs,
        )


class CityView(OneCityPage):
    """One city: its zones and its rules on a day."""

    template_name = "zones/city.html"
    known_parameters = ("as_of", "known_at", "certainty")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Zones, rules, and cities to compare with."""
        city, day = self.city(), self.parameters.day()
        answer = compare(
            [Column(city, day)],
            list(self.kept.topics.values()),
            self.kept,
            known_at=self.known_at,
            certainty=self.certainty,
            only_differences=False,
            language=self.language,
        )
        areas = by_focus_area(answer)
        return super().get_context_data(
            day=day,
            zones=self._zones(city),
            areas=areas,
            sources=number_sources(areas, [Column(city, day)], self.with_known_at([])),
            answer=answer,
            certainty=self.certainty,
            certainties=list(Certainty),
            lately=self._lately(day),
            **self._suggested(day),
            **kwargs,
        )

    def _zones(self, city: City) -> list[dict[str, Any]]:
        zones = Zone.objects.known_at(self.known_at).standing()
        related = ("batch__programme", "batch__source", "city", "successor", "ended_by")
        own = zones.filter(city=city) | zones.filter(coverages__city=city)
        by_start = F("designated_day").asc(nulls_last=True)
        return [
            {
                "zone": zone,
                "programme": in_language(zone.batch.programme, "name", self.language),
                "covered_by": None if zone.city_id == city.pk else zone.city,
                "coverages": [c for c in zone.coverages.all() if c.city_id == city.pk],
                "caveat": in_language(zone, "caveat", self.language),
            }
            for zone in own.select_related(*related)
            .prefetch_related(COVERED)
            .distinct()
            .order_by(by_start, "identity")
        ]

    def _suggested(self, day: date) -> dict[str, Any]:
        """Cities to compare with: a few of each kind, and all of the same profile."""
        city, known_at = self.city(), self.known_at
        alike = same_profile(city, day, self.kept, known_at=known_at)
        found = suggestions(city, day, self.kept, known_at=known_at, each=SUGGESTED)
        return {
            "alike": [self.named(other) for other in alike],
            "suggested": [
                (WHY[why], [self.named(one.city) for one in found if one.why == why])
                for why in WHY
                if any(one.why == why for one in found)
            ],
        }

    def _lately(self, day: date) -> list[dict[str, Any]]:
        """The last changes up to the day and the next that are still to come."""
        first, last = days_near(
            self.city(), day, self.kept, known_at=self.known_at, before=LATELY, after=COMING
        )
        changes = changes_of(
            self.city(),
            self.kept,
            first=first,
            last=last,
            known_at=self.known_at,
            language=self.language,
        )
        coming = [change for change in changes if change.day > day][-COMING:]
        past = [change for change in changes if change.day <= day][:LATELY]
        return [told_change(change, self.language) for change in [*coming, *past]]


class CityChangesView(OneCityPage):
    """What changed in a city from one day to another, as a story in order of time."""

    template_name = "zones/city_changes.html"
    known_parameters = ("from", "to", "known_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Changes, latest first."""
        first = self.parameters.day("from", default=EARLIEST_DAY)
        last = self.parameters.day("to", default=today_in_china())
        changes = changes_of(
            self.city(),
            self.kept,
            first=first,
            last=last,
            known_at=self.known_at,
            language=self.language,
        )
        return super().get_context_data(
            first=first,
            last=last,
            latest=latest_day(),
            changes=[told_change(change, self.language) for change in changes],
            **kwargs,
        )


class AnswerView(OneCityPage):
    """One answer in full: its citation, what stands beside it, and how it came about."""

    template_name = "zones/answer.html"
    known_parameters = ("as_of", "known_at")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The cell on the day and the answers before and after it."""
        city, day, topic = self.city(), self.parameters.day(), self._topic()
        answer = compare(
            [Column(city, day)],
            [topic],
            self.kept,
            known_at=self.known_at,
            certainty=Certainty.UNVERIFIED,
            only_differences=False,
            language=self.language,
        )
        (row,) = answer["rows"]
        return super().get_context_data(
            day=day,
            topic=row["topic"],
            why=in_language(topic, "why_it_matters", self.language),
            cell=row["cells"][0],
            verification=verification_words(row["cells"][0]["verification"], self.language),
            report=self._report(row),
            history=answers_in_time(
                city, topic, self.kept, known_at=self.known_at, language=self.language
            ),
            **kwargs,
        )

    def _report(self, row: dict[str, Any]) -> str:
        """A mail to the office with the answer's permanent address."""
        asked = urlencode({"as_of": self.parameters.day(), "known_at": self.known_at})
        address = self.request.build_absolute_uri(f"{self.request.path}?{asked}")
        mail = {"subject": f"{self.kwargs['slug']}: {row['topic']['slug']}", "body": address}
        return f"mailto:{settings.CBEC_CONTACT}?{urlencode(mail, quote_via=quote)}"

    def _topic(self) -> Topic:
        topic = self.kept.topics_by_slug.get(self.kwargs["topic_slug"])
        if topic is None:
            raise Http404(f"There is no topic {self.kwargs['topic_slug']!r}.")
        return topic
