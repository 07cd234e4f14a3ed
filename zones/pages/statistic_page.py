"""Figures of the trade, and the pilots beside them."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from zones.models import Flow, Series
from zones.pages.charts import steps_chart
from zones.pages.statistic_charts import FigureChart, figure_chart
from zones.pages.table_pages import TablePage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.statistic_sheets import figures_table
from zones.selectors.published_statistics import Figures, figures
from zones.selectors.zone_counts import on, zone_counts

#: The years in which import pilots multiplied, and the last before the break of 2020.
PILOT_YEARS = range(2015, 2020)
IMPORTS = "cbec-retail-import-customs-platform"


class Trade(NamedTuple):
    """One flow of trade: its heading, its chart, its indicators."""

    heading: str
    chart: FigureChart | None
    indicators: list[Figures]


class StatisticsPage(TablePage):
    """The trade as honest charts, and every figure with its source."""

    template_name = "zones/statistics.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return trade by flow, pilots beside imports, then everything else."""
        every = figures(self.snapshot, self.language)
        imports = [own for own in every if own.slug == IMPORTS]
        trade = [self._trade(flow, heading, every) for flow, heading in _headings()]
        drawn = {own.slug for one in trade for own in one.indicators}
        return super().get_context_data(
            trade=trade,
            others=[own for own in every if own.slug not in drawn],
            pilots=self._pilots(imports),
            imports=figure_chart(imports, years=PILOT_YEARS),
            imports_key=IMPORTS,
            imports_unit=imports[0].unit if imports else "",
            pilots_chart=self._pilots_chart(),
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return all figures, in the order in which the page shows them."""
        drawn = [own for one in context["trade"] for own in one.indicators]
        return figures_table([*drawn, *context["others"]], self.language)

    def data_link(self) -> str:
        """Return all figures by the API."""
        return f"{reverse('statistic-list')}?limit=1000"

    def _trade(self, flow: str, heading: str, every: list[Figures]) -> Trade:
        own = [
            one
            for one in every
            if one.flow == flow and one.series in (Series.FULL_COVERAGE, Series.CUSTOMS_PLATFORM)
        ]
        return Trade(heading, figure_chart(own), own)

    def _pilots(self, imports: list[Figures]) -> list[dict[str, Any]]:
        """Each year: zones in force at its end by programme, and imports, if known."""
        counted = zone_counts(self.snapshot)
        return [
            {
                "year": year,
                "counts": [on(steps, date(year, 12, 31)) for steps in counted.values()],
                "imports": [
                    row
                    for own in imports
                    for row in own.rows
                    if row.year == year and row.place is None
                ],
            }
            for year in PILOT_YEARS
        ]

    def _pilots_chart(self) -> Any:
        first, last = date(PILOT_YEARS[0], 1, 1), date(PILOT_YEARS[-1], 12, 31)
        names = {row.slug: row for row in self.snapshot.related["programme"].values()}
        series = {
            in_language(names[slug], "name", self.language): [
                (first, on(steps, first)),
                *((day, count) for day, count in steps if first < day <= last),
            ]
            for slug, steps in zone_counts(self.snapshot).items()
        }
        top = max((count for steps in series.values() for _day, count in steps), default=0)
        return steps_chart(series, top=top, through=last)


def _headings() -> list[tuple[str, str]]:
    return [
        (Flow.TOTAL.value, _("Imports and exports together")),
        (Flow.EXPORT.value, _("Exports")),
        (Flow.IMPORT.value, _("Imports")),
    ]
