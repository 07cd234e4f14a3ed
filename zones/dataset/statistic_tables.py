"""Tables of indicators and their figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.widths import half_width
from zones.dataset.columns import kept_in, same_number, text
from zones.dataset.model_table import Lookup, ModelTable, ReadFields, Reference
from zones.dataset.naming import Naming
from zones.dataset.place_tables import named
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, ForeignKey, Load, RefusedCell, TableRow
from zones.models import City, Indicator, Statistic
from zones.models.scopes import NATION_CODE
from zones.models.statistics import LARGEST_FIGURE
from zones.rules.values import DECIMALS, WrongValueError, number


def as_published(cell: str) -> Decimal:
    """Return a figure with the decimals it was published with, idle ones included.

    Raises:
        WrongValueError: it is no number, is negative, or larger than any figure of trade.
    """
    value = number(cell)
    if not 0 <= value <= LARGEST_FIGURE:
        why = "%(text)s is not between %(least)s and %(most)s"
        raise WrongValueError(why, text=cell, least=0, most=10**12)
    written = half_width(cell).strip().partition(".")[2]
    return value.quantize(Decimal(1).scaleb(-min(len(written), DECIMALS)))


def decimals_of(value: Decimal) -> int:
    """Return how many decimals a number is written with."""
    return max(0, -int(value.as_tuple().exponent))


class Indicators(ModelTable):
    """Indicators."""

    name = "indicators"
    title = "Published figures"
    model = Indicator
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(Indicator, "slug"),
        *named(Indicator),
        kept_in(Indicator, "unit"),
        kept_in(Indicator, "unit_zh"),
        kept_in(Indicator, "flow"),
        kept_in(Indicator, "series"),
        kept_in(Indicator, "note_en"),
        kept_in(Indicator, "note_zh"),
        kept_in(Indicator, "position"),
    )


class Statistics(ModelTable):
    """Figures by indicator, year, scope and release."""

    name = "statistics"
    title = "Figures by year"
    model = Statistic
    key = ("indicator", "year", "scope", "revision")
    decisive = ("value", "source_title", "source_title_zh")
    columns = (
        kept_in(Statistic, "indicator", "indicator__slug"),
        kept_in(Statistic, "year"),
        replace(kept_in(Statistic, "value"), read=as_published, write=str, same=same_number),
        text(
            "scope",
            pgettext_lazy("field", "nation or city"),
            "city__slug",
            required=True,
            told=_("CN for the nation, else the key of the city."),
        ),
        kept_in(Statistic, "revision", "release"),
        kept_in(Statistic, "note_en"),
        kept_in(Statistic, "note_zh"),
        kept_in(Statistic, "source_title", "source_title_en"),
        kept_in(Statistic, "source_title_zh"),
        kept_in(Statistic, "verification"),
        kept_in(Statistic, "evidence_url", staff=True),
        kept_in(Statistic, "staff_note", "note", staff=True),
    )
    references = (Reference("indicator", Indicator, "slug"),)
    foreign_keys = (ForeignKey(("indicator",), "indicators", ("slug",)),)
    names: ClassVar[Mapping[str, Naming]] = {"scope": Naming("cities", nation=True)}
    derived = ("scope",)
    named_fields: ClassVar[Mapping[str, str]] = {"decimals": "value"}

    def current(self) -> Iterable[Cells]:
        """Return figures by indicator in its order, scope, year and release."""
        place = {row.slug: row.position for row in Indicator.objects.all()}
        return sorted(
            super().current(),
            key=lambda c: (place[c["indicator"]], c["scope"], c["year"], c["revision"]),
        )

    def cells(self, row: Statistic) -> dict[str, str]:
        """Return the cells of one figure, with the decimals it was published with."""
        special = {
            "value": row.value_text,
            "scope": row.city.slug if row.city else NATION_CODE,
        }
        return {
            column.name: special.get(column.name) or column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def fields_reader(self, load: Load) -> Callable[[TableRow], ReadFields]:
        """Return a function that gives a row's fields, with its city and decimals.

        A figure of the nation has no city.
        """
        plain, cities = (
            super().fields_reader(load),
            Lookup(City, "slug", load=load, among=load.cells(self.name, "scope")),
        )

        def fields(row: TableRow) -> ReadFields:
            read, scope = plain(row), row.cells["scope"]
            if row.has("value"):
                read.fields["decimals"] = decimals_of(row.values["value"])
            if row.has("scope"):
                try:
                    read.fields["city"] = None if scope == NATION_CODE else cities[scope]
                except ValueError as wrong:
                    read.wrong.append(RefusedCell("scope", words_of(wrong)))
            return read

        return fields
