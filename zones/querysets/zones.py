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
