"""Questions about zones."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Q

from zones.querysets.versions import M, VersionQuerySet


class ZoneQuerySet(VersionQuerySet[M]):
    """Zones in law time and knowledge time."""

    def in_force(self, *, on: date) -> Self:
        """Zones that hold on a day. A zone without a start never does."""
        return self.filter(
            Q(ended_day__isnull=True) | Q(ended_day__gt=on.isoformat()),
            designated_day__lte=on.isoformat(),
        )

    def cities_in(self, programme: str, day: date, known_at: int | None) -> set[int]:
        """Ids of the cities in a zone of a programme on a day, or covered by one."""
        zones = (
            self.known_at(known_at)
            .exclude(change="withdrawn")
            .in_force(on=day)
            .filter(batch__programme__slug=programme)
        )
        own = zones.values_list("city", flat=True)
        covered = zones.filter(
            Q(coverages__covered_until_day__isnull=True)
            | Q(coverages__covered_until_day__gt=day.isoformat()),
            coverages__covered_from_day__lte=day.isoformat(),
        ).values_list("coverages__city", flat=True)
        return {*own.order_by(), *covered.order_by()}
