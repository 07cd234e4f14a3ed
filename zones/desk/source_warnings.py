"""What is to be looked at twice of documents: whether those on which rows of a set rest are in
force by then, and whether one is written down twice.

They are taken as they will be: what the set itself says of a document counts before what is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.day_words import day_in_words
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.programme_tables import Batches
from zones.dataset.same_numbers import SameNumber, same_numbers
from zones.dataset.source_tables import Sources
from zones.dataset.table import Cells, Changes, Key, Table
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


#: What reads keys of rows by others, once it is asked.
_Read = Callable[[], Mapping[Key, str]]


class Resting(NamedTuple):
    """On which document a row rests, and its first and last day."""

    slug: str
    first: date | None
    last: date | None


class Documents:
    """The documents that rows of a set name, as they will be once it is published."""

    def __init__(self, found: Judgement, slugs: Iterable[str]) -> None:
        known = Source.objects.filter(slug__in=set(slugs)).order_by()
        self._known = {
            slug: _Document(*own) for slug, *own in known.values_list("slug", *_Document._fields)
        }
        self._by_slug = dict(self._known)
        for (slug,), row in found.changes.get(Sources.name, Changes()).rows.items():
            self._by_slug[slug] = _Document(*(row.values[name] for name in _Document._fields))

    def told(self, resting: Resting) -> Iterator[tuple[str, str, str]]:
        """Tell of a row that rests on a document while that is not in force."""
        return self._told(self._by_slug, *resting)

    def held(self, resting: Resting) -> set[tuple[str, str]]:
        """Return what held of a row that rested so on a document as that is known now."""
        return {(code, about) for code, about, _words in self._told(self._known, *resting)}

    @staticmethod
    def _told(
        documents: Mapping[str, _Document], slug: str, first: date | None, last: date | None
    ) -> Iterator[tuple[str, str, str]]:
        own = documents.get(slug)
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

    Zones and what they cover rest on the document of their batch. Figures name no document. What
    held of a row alike as it was published is left out.
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
    resting = [
        (judged, _resting(judged.table, judged.after or {}, batches.after)) for judged in rows
    ]
    documents = Documents(found, (own.slug for _judged, own in resting))
    for judged, own in resting:
        before = judged.before
        is_as_it_was = before is not None and own == _resting(judged.table, before, batches.known)
        held = documents.held(own) if is_as_it_was else set()
        for told in documents.told(own):
            if told[:2] not in held:
                yield judged, *told


def _resting(table: Table, cells: Cells, source_of: Callable[[Cells], str]) -> Resting:
    """On what a row rests, and when; a batch was announced, or else approved, on one day."""
    if table.name == Batches.name:
        first = last = cells["announced_on"] or cells["approved_on"]
    else:
        first, last = (cells[name] for name in table.holds_between or ("", ""))
    return Resting(
        source_of(cells),
        PartialDate(first).first_day if first else None,
        PartialDate(last).last_day if last else None,
    )


class _Batches:
    """The documents of batches, and the batches of zones, as they are and as they will be."""

    def __init__(self, found: Judgement) -> None:
        self._changes = found.changes

    def known(self, cells: Cells) -> str:
        """Return the key of the document on which a row rests now; empty where it is not known."""
        return self._source_of(cells, lambda: self._sources, lambda: self._zones)

    def after(self, cells: Cells) -> str:
        """Return the key of the document on which a row will rest."""
        return self._source_of(cells, lambda: self._sources_after, lambda: self._zones_after)

    @staticmethod
    def _source_of(cells: Cells, sources: _Read, zones: _Read) -> str:
        if "source_id" in cells:
            return cells["source_id"]
        batch = cells.get("batch") or zones().get((cells["programme"], cells["zone_city"]), "")
        return sources().get((cells["programme"], batch), "")

    @cached_property
    def _sources(self) -> Mapping[Key, str]:
        rows = Batch.objects.order_by().values_list("programme__slug", "number", "source__slug")
        return {(programme, str(number)): slug or "" for programme, number, slug in rows}

    @cached_property
    def _sources_after(self) -> Mapping[Key, str]:
        return {**self._sources, **self._brought("batches", "source_id")}

    @cached_property
    def _zones(self) -> Mapping[Key, str]:
        rows = Zone.objects.current().not_withdrawn().order_by()
        named = rows.values_list("batch__programme__slug", "city__slug", "batch__number")
        return {(programme, city): str(batch) for programme, city, batch in named}

    @cached_property
    def _zones_after(self) -> Mapping[Key, str]:
        return {**self._zones, **self._brought("zones", "batch")}

    def _brought(self, table: str, column: str) -> dict[Key, str]:
        rows = self._changes.get(table, Changes()).rows
        return {key: row.cells[column] for key, row in rows.items()}


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
