"""What is to be looked at twice of documents: whether those on which rows of a set rest are in
force by then, and whether one is written down twice.

They are taken as they will be: what the set itself says of a document counts before what is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.day_words import day_in_words
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.programme_tables import Batches
from zones.dataset.same_numbers import SameNumber, same_numbers
from zones.dataset.source_tables import Sources
from zones.dataset.table import Changes, Key
from zones.desk.judgement import Judgement, RowJudgement
from zones.models import Batch, Source, Zone
from zones.models.sources import SourceStatus
from zones.rules.partial_dates import PartialDate
from zones.rules.vocabulary import Fate


class _Document(NamedTuple):
    """What of a document tells when it is in force."""

    status: str
    effective_on: PartialDate | None
    repealed_on: PartialDate | None


class Documents:
    """The documents that rows of a set name, as they will be once it is published."""

    def __init__(self, found: Judgement, slugs: Iterable[str]) -> None:
        known = Source.objects.filter(slug__in=set(slugs)).order_by()
        self._by_slug = {
            slug: _Document(*own) for slug, *own in known.values_list("slug", *_Document._fields)
        }
        for (slug,), row in found.changes.get(Sources.name, Changes()).rows.items():
            self._by_slug[slug] = _Document(*(row.values[name] for name in _Document._fields))

    def told(
        self, slug: str, first: date | None, last: date | None
    ) -> Iterator[tuple[str, str, str]]:
        """Tell of a row that rests on a document while that is not in force."""
        own = self._by_slug.get(slug)
        if own is None:
            return
        gone = own.repealed_on
        if gone is not None:
            if last is None or last >= gone.first_day:
                yield (
                    "repealed",
                    f"{slug} {gone}",
                    _("Its source is repealed from %s on.") % (day_in_words(gone)),
                )
        elif own.status == SourceStatus.REPEALED:
            yield "repealed", slug, _("Its source is repealed.")
        starts = own.effective_on
        if starts and first and starts.first_day > first:
            told = _("It starts before its source is in force, on %s.") % (day_in_words(starts))
            yield "early", str(starts), told


def out_of_force(found: Judgement) -> Iterator[tuple[RowJudgement, str, str, str]]:
    """Yield the rows of any table that rest on a document while that is not in force.

    Zones and what they cover rest on the document of their batch. Figures name no document.
    """
    rows = [
        judged
        for judged in found.rows
        if judged.after
        and judged.fate in (Fate.NEW, Fate.CHANGED)
        and (judged.table.holds_between or judged.table.name == Batches.name)
        and not (judged.before and {*judged.table.decisive, COLUMN}.isdisjoint(judged.moved))
    ]
    if not rows:
        return
    batches = _Batches(found)
    resting = [(judged, batches.source_of(judged)) for judged in rows]
    documents = Documents(found, (slug for _judged, slug in resting))
    for judged, slug in resting:
        for told in documents.told(slug, *_days_of(judged)):
            yield judged, *told


def _days_of(judged: RowJudgement) -> tuple[date | None, date | None]:
    """The first day of a row and its last; a batch was announced, or else approved, on one."""
    cells = judged.after or {}
    if judged.table.name == Batches.name:
        first = last = cells["announced_on"] or cells["approved_on"]
    else:
        first, last = (cells[name] for name in judged.table.holds_between or ("", ""))
    return (
        PartialDate(first).first_day if first else None,
        PartialDate(last).last_day if last else None,
    )


class _Batches:
    """The documents of batches, and the batches of zones, as they will be."""

    def __init__(self, found: Judgement) -> None:
        self._changes = found.changes

    @cached_property
    def _sources(self) -> Mapping[Key, str]:
        rows = Batch.objects.order_by().values_list("programme__slug", "number", "source__slug")
        known = {(programme, str(number)): slug or "" for programme, number, slug in rows}
        return known | self._brought("batches", "source_id")

    @cached_property
    def _zones(self) -> Mapping[Key, str]:
        rows = Zone.objects.current().not_withdrawn().order_by()
        named = rows.values_list("batch__programme__slug", "city__slug", "batch__number")
        known = {(programme, city): str(batch) for programme, city, batch in named}
        return known | self._brought("zones", "batch")

    def _brought(self, table: str, column: str) -> dict[Key, str]:
        rows = self._changes.get(table, Changes()).rows
        return {key: row.cells[column] for key, row in rows.items()}

    def source_of(self, judged: RowJudgement) -> str:
        """Return the key of the document on which a row rests; empty where it is not known."""
        cells = judged.after or {}
        if "source_id" in cells:
            return cells["source_id"]
        batch = cells.get("batch") or self._zones.get((cells["programme"], cells["zone_city"]), "")
        return self._sources.get((cells["programme"], batch), "")


def doubles_of(found: Judgement) -> list[tuple[RowJudgement, SameNumber]]:
    """Return the rows that give a document the number of another, known or of the same set."""
    by_cells = {id(judged.after): judged for judged in found.rows}
    return [
        (by_cells[id(one.row.cells)], one)
        for one in same_numbers(found.changes, withdraw=True)
        if id(one.row.cells) in by_cells
    ]


def mark_of(doubles: Iterable[tuple[RowJudgement, SameNumber]]) -> str:
    """Return what tells doubles that were seen from others; nothing where there are none."""
    told = sorted("\n".join((*judged.key, one.about)) for judged, one in doubles)
    return hashlib.sha256("\n\n".join(told).encode()).hexdigest() if told else ""
