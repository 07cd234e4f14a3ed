"""Rows of whatever table of which something is doubtful today, as the research queue takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed
from zones.models import Batch, Coverage, Source, Statistic, Zone
from zones.models.certainty import Doubted, Verified
from zones.models.scopes import NATION_CODE
from zones.models.sources import SourceStatus
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import city_name


class DoubtfulRow(NamedTuple):
    """A row with the reasons why it should be looked at again, each with what else is told of it.

    ``subject`` names it among entries of one reason. ``places`` are the ids of the cities that it
    speaks of; ``caveat`` is what it says of its doubts in English and in Chinese.
    """

    table: str
    key: tuple[str, ...]
    subject: str
    title: str
    reasons: tuple[tuple[ToResearch, str], ...] = ()
    caveat: tuple[str, str] = ("", "")
    topic: str = ""
    detail: str = ""
    places: frozenset[int] = frozenset()


#: Tells of doubtful rows of some tables, on a day and in a language.
DoubtfulReader = Callable[[Inquiry], Iterable[DoubtfulRow]]

_readers: list[DoubtfulReader] = []


def add(reader: DoubtfulReader) -> None:
    """Add someone who knows of rows that may be doubtful."""
    if reader not in _readers:
        _readers.append(reader)


def doubtful_rows(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    """Yield the rows of every table but that of policies of which something is doubtful today.

    It takes a fixed number of queries.
    """
    for read in (_zones, _coverages, _batches, _statistics, *_readers):
        yield from (row for row in read(inquiry) if row.reasons or any(row.caveat))


def reasons_of(row: Verified, source: Source | None = None) -> Iterator[tuple[ToResearch, str]]:
    """Yield why a row should be looked at again, by its certainty and the document it rests on."""
    if row.verification == Certainty.UNVERIFIED:
        yield ToResearch.UNVERIFIED, ""
    if source is not None and source.status == SourceStatus.REPEALED:
        yield ToResearch.REPEALED, f"{source.document_number} {source.slug}".strip()


def caveat_of(row: Doubted) -> tuple[str, str]:
    """Return what a row says of its doubts, in English and in Chinese."""
    return row.caveat_en, row.caveat_zh


def subject_of(table: str, key: Iterable[str]) -> str:
    """Return what names a row of a table among all rows of all tables."""
    return f"{table}: {' '.join(key)}"


def _zones(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    zones = Zone.objects.current().not_withdrawn().order_by("identity")
    covered: dict[int, set[int]] = defaultdict(set)
    for covering, city in Coverage.objects.order_by().values_list("zone", "city"):
        covered[covering].add(city)
    for zone in zones.select_related("batch__programme", "batch__source", "city__province"):
        key = zone.batch.programme.slug, zone.city.slug
        yield DoubtfulRow(
            "zones",
            key,
            subject_of("zones", key),
            _zone_title(zone, inquiry),
            tuple(reasons_of(zone, zone.batch.source)),
            caveat_of(zone),
            places=frozenset({zone.city_id, *covered[zone.pk]}),
        )


def _zone_title(zone: Zone, inquiry: Inquiry) -> str:
    programme = in_language(zone.batch.programme, "name", inquiry.language)
    city = city_name(zone.city, inquiry.snapshot, inquiry.language)
    return bracketed(city, programme, inquiry.language)


def _coverages(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    known = Zone.objects.current().not_withdrawn().order_by()
    rows = Coverage.objects.filter(zone__in=known, verification=Certainty.UNVERIFIED)
    named = rows.select_related("zone__batch__programme", "zone__city__province", "city")
    for row in named.order_by("zone", "city", "covered_from_day"):
        zone = row.zone
        key = (
            *(zone.batch.programme.slug, zone.city.slug),
            *(row.city.slug, str(row.covered_from)),
        )
        yield DoubtfulRow(
            "zone_coverage",
            key,
            subject_of("zone_coverage", key),
            _zone_title(zone, inquiry),
            tuple(reasons_of(row)),
            detail=city_name(row.city, inquiry.snapshot, inquiry.language),
            places=frozenset({row.city_id}),
        )


def _batches(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    cities: dict[int, set[int]] = defaultdict(set)
    known = Zone.objects.current().not_withdrawn().order_by()
    for approved_in, city in known.values_list("batch", "city"):
        cities[approved_in].add(city)
    for batch in Batch.objects.select_related("programme", "source"):
        key = batch.programme.slug, str(batch.number)
        yield DoubtfulRow(
            "batches",
            key,
            subject_of("batches", key),
            bracketed(
                in_language(batch, "title", inquiry.language),
                in_language(batch.programme, "name", inquiry.language),
                inquiry.language,
            ),
            tuple(reasons_of(batch, batch.source)),
            caveat_of(batch),
            places=frozenset(cities[batch.pk]),
        )


def _statistics(inquiry: Inquiry) -> Iterator[DoubtfulRow]:
    rows = Statistic.objects.filter(verification=Certainty.UNVERIFIED)
    for row in rows.select_related("indicator", "city__province"):
        city = city_name(row.city, inquiry.snapshot, inquiry.language) if row.city else _("China")
        place = row.city.slug if row.city else NATION_CODE
        key = row.indicator.slug, str(row.year), place, row.release
        yield DoubtfulRow(
            "statistics",
            key,
            subject_of("statistics", key),
            bracketed(
                in_language(row.indicator, "name", inquiry.language),
                f"{city}{_(', ')}{row.year}",
                inquiry.language,
            ),
            tuple(reasons_of(row)),
            detail=in_language(row, "source_title", inquiry.language),
        )
