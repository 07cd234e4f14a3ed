"""How the pilots grew: zones in force of each programme from each day of change on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from zones.models import Batch, Zone
from zones.selectors.snapshot import Snapshot

#: Days with what is counted from then on, earliest first.
Steps = Sequence[tuple[date, int]]


def zone_counts(snapshot: Snapshot) -> dict[str, Steps]:
    """Return the steps of each programme by slug, from wide to narrow; one query for an edition.

    A zone without a start is never in force and not counted.
    """
    return snapshot.remembered("growth", lambda: _read(snapshot))


def batch_days(snapshot: Snapshot) -> list[tuple[date, str, int]]:
    """Return the days on which batches were approved, with programme and number, earliest first.

    One query for an edition; a batch without a day is left out.
    """
    return snapshot.remembered("days of batches", _batch_days)


def on(steps: Steps, day: date) -> int:
    """Return the number on a day, from the steps by which it changed."""
    return next((count for start, count in reversed(steps) if start <= day), 0)


def at_year_ends(steps: Steps) -> list[tuple[int, int]]:
    """Return the number at the end of each year that saw a change."""
    return list({day.year: (day.year, count) for day, count in steps}.values())


def _batch_days() -> list[tuple[date, str, int]]:
    rows = Batch.objects.exclude(approved_on=None).select_related("programme")
    return sorted((b.approved_on.first_day, b.programme.slug, b.number) for b in rows)


def _read(snapshot: Snapshot) -> dict[str, Steps]:
    moved: dict[str, Counter[date]] = {}
    zones = (
        Zone.objects.known_at(snapshot.newest)
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
    programmes = sorted(snapshot.related["programme"].values(), key=lambda row: row.position)
    return {row.slug: _summed(moved.get(row.slug, Counter())) for row in programmes}


def _summed(moved: Counter[date]) -> Steps:
    total, steps = 0, []
    for day in sorted(moved):
        total += moved[day]
        steps.append((day, total))
    return steps
