"""Questions about zones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple, Self

from django.db.models import Q

from zones.models.querysets.version_querysets import M, VersionQuerySet


class Membership(NamedTuple):
    """A city, by id, in a zone of a programme's batch or covered by one."""

    city: int
    programme: str
    number: int

    @property
    def batch(self) -> str:
        """Return the batch's natural key, as the API asks for it."""
        return f"{self.programme}.{self.number}"


class MembershipSpan(NamedTuple):
    """From which day a city is in a zone, or covered by one, and the first day without, if any; as
    ISO text.
    """

    membership: Membership
    since: str
    until: str | None

    def holds(self, day: date) -> bool:
        """Return whether it is so on a day."""
        written = day.isoformat()
        return self.since <= written and (self.until is None or written < self.until)


class ZoneQuerySet(VersionQuerySet[M]):
    """Zones in law time and knowledge time."""

    def in_force(self, *, on: date) -> Self:
        """Return the zones that hold on a day, which one without a start never does."""
        return self.filter(
            Q(ended_day__isnull=True) | Q(ended_day__gt=on.isoformat()),
            designated_day__lte=on.isoformat(),
        )

    def memberships(self, *, on: date, known_at: int | None) -> set[Membership]:
        """Return the cities that are in a zone on a day or covered by one, each with its batch.

        It takes two queries.
        """
        spans = self.membership_spans(known_at=known_at)
        return {span.membership for span in spans if span.holds(on)}

    def membership_spans(self, *, known_at: int | None) -> list[MembershipSpan]:
        """Return from when until when cities are in a zone or covered by one, each with its batch.

        It takes two queries. A zone without a start is never in force.
        """
        zones = self.known_at(known_at).not_withdrawn().order_by()
        held = ("designated_day", "ended_day")
        covering = ("coverages__covered_from_day", "coverages__covered_until_day")
        batch = ("batch__programme__slug", "batch__number")
        own = zones.filter(designated_day__isnull=False)
        covered = own.filter(coverages__covered_from_day__isnull=False)
        return [
            *(
                MembershipSpan(Membership(*member), since, until)
                for since, until, *member in own.values_list(*held, "city", *batch)
            ),
            *(
                MembershipSpan(
                    Membership(*member),
                    max(since, first),
                    min(filter(None, (until, last)), default=None),
                )
                for since, until, first, last, *member in covered.values_list(
                    *held, *covering, "coverages__city", *batch
                )
            ),
        ]

    def programmes_of(
        self, cities: Collection[int], days: Collection[date], *, known_at: int
    ) -> dict[tuple[int, date], set[str]]:
        """Return the programmes that cities are in on days, by city id and day.

        A city is in one by a zone of its own or by one that covers it. Two queries, however many
        are asked about.
        """
        zones = self.known_at(known_at).not_withdrawn().order_by()
        held = ("batch__programme__slug", "designated_day", "ended_day")
        covered = ("coverages__covered_from_day", "coverages__covered_until_day")
        own = zones.filter(city__in=cities, designated_day__isnull=False)
        beside = zones.filter(coverages__city__in=cities, designated_day__isnull=False)
        found: dict[tuple[int, date], set[str]] = {(c, d): set() for c in cities for d in days}
        for city, programme, start, stop, *span in (
            *own.values_list("city", *held),
            *beside.values_list("coverages__city", *held, *covered),
        ):
            since, until = span or (start, None)
            for day in days:
                on = day.isoformat()
                holds = start <= on and (stop is None or on < stop)
                if holds and since and since <= on and (until is None or on < until):
                    found[city, day].add(programme)
        return found

    def with_extent(self) -> Self:
        """Return zones with their programme and the cities they cover."""
        return self.select_related("batch__programme").prefetch_related("coverages")
