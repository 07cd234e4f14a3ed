"""What is to be looked at twice of documents: whether those on which policies of a set rest are in
force by then, and whether one is written down twice.

They are taken as they will be: what the set itself says of a document counts before what is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from zones.dataset.same_numbers import SameNumber, same_numbers
from zones.dataset.source_tables import Sources
from zones.dataset.table import Changes
from zones.desk.judgement import Judgement, RowJudgement
from zones.models import Source
from zones.models.sources import SourceStatus
from zones.rules.partial_dates import PartialDate


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

    def told(self, slug: str, first: date, last: date | None) -> Iterator[tuple[str, str, str]]:
        """Tell of a policy that rests on a document while that is not in force."""
        own = self._by_slug.get(slug)
        if own is None:
            return
        gone = own.repealed_on
        if gone is not None and (last is None or last >= gone.first_day):
            yield "repealed", f"{slug} {gone}", _("Its source is repealed from %s on.") % gone
        elif own.status == SourceStatus.REPEALED:
            yield "repealed", slug, _("Its source is repealed.")
        starts = own.effective_on
        if starts and starts.first_day > first:
            told = _("It starts before its source is in force, on %s.") % starts
            yield "early", str(starts), told


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
