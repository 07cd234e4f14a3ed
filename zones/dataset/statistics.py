"""Tables of indicators and their figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from zones.dataset.columns import number, one_of, text, url, whole_number
from zones.dataset.places import named
from zones.dataset.tables import Cells, ForeignKey, Lookup, ModelTable, Reference, Row
from zones.models import City, Flow, Indicator, Release, Series, Statistic, Verification
from zones.models.policies import NATION_CODE


class Indicators(ModelTable):
    """Indicators."""

    name = "indicators"
    title = "Published figures"
    model = Indicator
    key = ("slug",)
    columns = (
        text("slug", longest=60, required=True),
        *named(),
        text("unit", longest=20, required=True),
        text("unit_zh", longest=20, required=True),
        one_of("flow", Flow.values),
        one_of("series", Series.values),
        text("note_en"),
        text("note_zh"),
        whole_number("position", required=True),
    )


class Statistics(ModelTable):
    """Figures by indicator, year, scope and release."""

    name = "statistics"
    title = "Figures by year"
    model = Statistic
    key = ("indicator", "year", "scope", "revision")
    columns = (
        text("indicator", "indicator__slug", required=True),
        whole_number("year", required=True),
        replace(number("value", least=0, most=10**12), write=str),
        text("scope", "city__slug", required=True),
        one_of("revision", Release.values, "release"),
        text("note_en"),
        text("note_zh"),
        text("source_title", "source_title_en", longest=200, required=True),
        text("source_title_zh", longest=200, required=True),
        one_of("verification", Verification.values),
        url("evidence_url", staff=True),
        text("staff_note", "note", staff=True),
    )
    references = (Reference("indicator", Indicator, "slug"),)
    foreign_keys = (ForeignKey(("indicator",), "indicators", ("slug",)),)
    derived = ("scope",)

    def current(self) -> Iterable[Cells]:
        """Figures by indicator in its order, scope, year and release."""
        place = {row.slug: row.position for row in Indicator.objects.all()}
        return sorted(
            super().current(),
            key=lambda c: (place[c["indicator"]], c["scope"], c["year"], c["revision"]),
        )

    def cells(self, row: Statistic) -> dict[str, str]:
        """One figure's cells, with the decimals it was published with."""
        special = {
            "value": row.value_text,
            "scope": row.city.slug if row.city else NATION_CODE,
        }
        return {
            column.name: special.get(column.name) or column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def fields_of(self, row: Row) -> dict[str, Any]:
        """The city a figure is about, if it is not the nation, and its decimals."""
        scope, value = row.cells["scope"], row.values["value"]
        exponent = Decimal(value).as_tuple().exponent
        return {
            "city": None if scope == NATION_CODE else Lookup(City, "slug")[scope],
            "decimals": max(0, -int(exponent)),
        }
