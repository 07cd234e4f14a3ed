"""Questions about zones, and from when until when cities are in them."""

from __future__ import annotations

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

    def with_extent(self) -> Self:
        """Return zones with their programme and the cities they cover."""
        return self.select_related("batch__programme").prefetch_related("coverages")
