"""Published figures by indicator, each as it was released, with its source and its doubts."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F

from cbec_portal.languages import either, in_language
from zones.models import Indicator, Release, Series, Statistic
from zones.models.scopes import NATION_CODE
from zones.rules.values import grouped_text
from zones.selectors.snapshot import Snapshot


class Figure(NamedTuple):
    """One published figure. ``place`` is none for the nation."""

    year: int
    value: float
    written: str
    release: str
    place: tuple[str, str] | None
    verification: str
    note: str
    source: str

    @property
    def scope(self) -> str:
        """Return the key of its city, or of the nation."""
        return self.place[0] if self.place else NATION_CODE

    @property
    def release_words(self) -> str:
        """Return which publication of the figure it is."""
        return str(Release(self.release).label)


class Figures(NamedTuple):
    """All figures of an indicator, earliest first; first and revised ones each for themselves."""

    slug: str
    name: str
    unit: str
    flow: str
    series: str
    note: str
    rows: list[Figure]

    @property
    def series_words(self) -> str:
        """Return which series it belongs to; series are never joined."""
        return str(Series(self.series).label)


def figures(snapshot: Snapshot, language: str) -> list[Figures]:
    """Return every indicator with its figures. Two queries for an edition and language."""
    return snapshot.remembered(f"figures in {language}", lambda: _read(language))


def _read(language: str) -> list[Figures]:
    found = {row.pk: _indicator(row, language) for row in Indicator.objects.all()}
    # The nation, which has no city, comes first on every database.
    by_city = F("city__slug").asc(nulls_first=True)
    for row in Statistic.objects.select_related("city").order_by("year", "release", by_city):
        found[row.indicator_id].rows.append(_figure(row, language))
    return list(found.values())


def _indicator(row: Indicator, language: str) -> Figures:
    return Figures(
        row.slug,
        in_language(row, "name", language),
        either(row.unit, row.unit_zh, language),
        row.flow,
        row.series,
        in_language(row, "note", language),
        [],
    )


def _figure(row: Statistic, language: str) -> Figure:
    place = (row.city.slug, in_language(row.city, "name", language)) if row.city else None
    return Figure(
        row.year,
        float(row.value),
        grouped_text(row.value_text),
        row.release,
        place,
        row.verification,
        in_language(row, "note", language),
        in_language(row, "source_title", language),
    )
