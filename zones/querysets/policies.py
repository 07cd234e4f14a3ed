"""Questions about policies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from zones.querysets.versions import M, VersionQuerySet

if TYPE_CHECKING:
    from zones.models import Topic


class PolicyQuerySet(VersionQuerySet[M]):
    """Policies in law time and knowledge time."""

    def about(self, topic: Topic) -> Self:
        """Policies that answer a topic."""
        return self.filter(topic=topic)

    def holding_on(self, day: date) -> Self:
        """Policies whose own dates hold a day, whatever other policies say."""
        return self.filter(
            Q(effective_to_day__isnull=True) | Q(effective_to_day__gte=day.isoformat()),
            effective_from_day__lte=day.isoformat(),
        )
