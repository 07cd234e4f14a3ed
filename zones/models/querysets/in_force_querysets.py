"""Questions about rows in force."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Q

from zones.models.querysets.version_querysets import M, RecordedQuerySet


class InForceQuerySet(RecordedQuerySet[M]):
    """Rows that say which policy decides a topic for a city during a span."""

    def on(self, day: date) -> Self:
        """Return the rows whose span holds a day."""
        begun = self.filter(from_day__lte=day)
        return begun.filter(Q(until_day=None) | Q(until_day__gte=day))
