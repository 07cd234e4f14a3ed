"""Questions about records in knowledge time."""

from __future__ import annotations

from typing import Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from zones.rules.vocabulary import Change

M = TypeVar("M", bound=models.Model)


def known(revision: int | None, prefix: str = "") -> Q:
    """Return the condition that a record is part of what a revision knew; none means now."""
    if revision is None:
        return Q(**{f"{prefix}recorded_in__isnull": False, f"{prefix}replaced_in__isnull": True})
    replaced_later = Q(**{f"{prefix}replaced_in__isnull": True}) | Q(
        **{f"{prefix}replaced_in__gt": revision}
    )
    return Q(**{f"{prefix}recorded_in__lte": revision}) & replaced_later


#: The condition that a version does not say that its record was withdrawn.
NOT_WITHDRAWN = ~Q(change=Change.WITHDRAWN.value)


class RecordedQuerySet(models.QuerySet[M]):
    """Records that revisions publish and replace."""

    def published(self) -> Self:
        """Return the records that some revision holds, replaced or not."""
        return self.filter(recorded_in__isnull=False)

    def drafts(self) -> Self:
        """Return the records that no revision holds yet."""
        return self.filter(recorded_in__isnull=True)

    def known_at(self, revision: int | None) -> Self:
        """Return the records that a revision knew; none means those known now."""
        return self.filter(known(revision))

    def current(self) -> Self:
        """Return the records that are known now."""
        return self.known_at(None)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete drafts.

        Raises:
            ValidationError: some of them are published and so frozen.
        """
        if self.published().exists():
            raise ValidationError(
                "Published versions are never deleted; publish a version that withdraws them.",
                code="frozen",
            )
        return super().delete()


class VersionQuerySet(RecordedQuerySet[M]):
    """Versions under a stable identity."""

    def not_withdrawn(self) -> Self:
        """Leave out versions that say their record was withdrawn."""
        return self.filter(NOT_WITHDRAWN)
