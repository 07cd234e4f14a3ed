"""How far checklists are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count

from cbec_portal.china_time import today_in_china
from checklists.models import Item
from checklists.models.items import is_due_by, is_overdue, is_settled

SOON = timedelta(days=30)


class Progress(NamedTuple):
    """Numbers of live items: all, settled, overdue, and due within a month."""

    items: int = 0
    settled: int = 0
    overdue: int = 0
    soon: int = 0

    @property
    def percent(self) -> int:
        """Return the share that is settled in whole percent, rounded down: 100 means all."""
        return 100 * self.settled // self.items if self.items else 0


def progress_of(checklists: Iterable[int], *, on: date | None = None) -> dict[int, Progress]:
    """Return the progress of checklists by id: one query, however many."""
    return _counted(checklists, "checklist", on or today_in_china())


def progress_by_area(checklists: Iterable[int], *, on: date | None = None) -> dict[int, Progress]:
    """Return the progress of checklists together, by the id of the focus area: one query."""
    return _counted(checklists, "focus_area", on or today_in_china())


def _counted(checklists: Iterable[int], by: str, on: date) -> dict[int, Progress]:
    rows = (
        Item.objects.filter(checklist__in=list(checklists))
        .live()
        .order_by()
        .values_list(by)
        .annotate(
            items=Count("pk"),
            settled=Count("pk", filter=is_settled(on)),
            overdue=Count("pk", filter=is_overdue(on)),
            soon=Count("pk", filter=is_due_by(on + SOON, on)),
        )
    )
    return {key: Progress(*numbers) for key, *numbers in rows}
