"""How the pilots grew: zones in force of each programme from each day of change on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from operator import itemgetter

from cbec_portal.caches import Kept
from zones.models import Batch, Zone
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import batches_known, programmes_known

#: Of so many revisions it is kept how the pilots grew.
MOST_REVISIONS = 8

#: Days with what is counted from then on, earliest first.
Steps = Sequence[tuple[date, int]]


def zone_counts(inquiry: Inquiry) -> dict[str, Steps]:
    """Return the steps of each programme by slug, from wide to narrow; one query for a revision.

    A zone without a start is never in force and not counted.
    """
    read: Kept[int, dict[str, Steps]] = inquiry.snapshot.lately("growth", MOST_REVISIONS)
    return read.made(inquiry.known_at, lambda: _read(inquiry))


def batch_days(inquiry: Inquiry) -> list[tuple[date, str, int]]:
    """Return the days on which batches were approved, with programme and number, earliest first.

    One query for an edition; a batch without a day is left out.
    """
    days = inquiry.snapshot.remembered("days of batches", _batch_days)
    known = batches_known(inquiry)
    return [own for batch, own in days if batch in known]


def on(steps: Steps, day: date) -> int:
    """Return the number on a day, from the steps by which it changed."""
    return next((count for start, count in reversed(steps) if start <= day), 0)


def until(steps: Steps, day: date) -> Steps:
    """Return the steps up to a day."""
    return [(start, count) for start, count in steps if start <= day]


def at_year_ends(steps: Steps) -> list[tuple[int, int]]:
    """Return the number at the end of each year that saw a change."""
    return list({day.year: (day.year, count) for day, count in steps}.values())


def _batch_days() -> list[tuple[int, tuple[date, str, int]]]:
    rows = Batch.objects.exclude(approved_on=None).select_related("programme")
    days = ((b.pk, (b.approved_on.first_day, b.programme.slug, b.number)) for b in rows)
    return sorted(days, key=itemgetter(1))


def _read(inquiry: Inquiry) -> dict[str, Steps]:
    moved: dict[str, Counter[date]] = {}
    zones = (
        Zone.objects.known_at(inquiry.known_at)
        .not_withdrawn()
        .exclude(designated_on=None)
        .order_by()
    )
    own = ("batch__programme__slug", "designated_day", "ended_day")
    for slug, start, end in zones.values_list(*own):
        counted = moved.setdefault(slug, Counter())
        counted[date.fromisoformat(start)] += 1
        if end:
            counted[date.fromisoformat(end)] -= 1
    programmes = sorted(programmes_known(inquiry).values(), key=lambda row: row.position)
    return {row.slug: _summed(moved.get(row.slug, Counter())) for row in programmes}


def _summed(moved: Counter[date]) -> Steps:
    total, steps = 0, []
    for day in sorted(moved):
        total += moved[day]
        steps.append((day, total))
    return steps
