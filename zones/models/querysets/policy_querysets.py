"""Questions about policies."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Q

from zones.models.querysets.version_querysets import M, VersionQuerySet


class PolicyQuerySet(VersionQuerySet[M]):
    """Policies in law time and knowledge time."""

    def holding_on(self, day: date) -> Self:
        """Return the policies whose own dates hold a day, whatever other policies say."""
        return self.filter(
            Q(effective_to_day__isnull=True) | Q(effective_to_day__gte=day.isoformat()),
            effective_from_day__lte=day.isoformat(),
        )
