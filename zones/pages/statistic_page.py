"""Figures of the trade, and the pilots beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from zones.api.parameters import refuse_revision_of_figures
from zones.models import Flow, Series
from zones.pages.charts import steps_chart
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage
from zones.pages.pictures import Picture, PicturedPage, figures_picture, steps_picture
from zones.pages.statistic_charts import FigureChart, figure_chart
from zones.pages.table_pages import TablePage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.statistic_sheets import figures_table
from zones.rules.written_keys import WrittenKey
from zones.selectors.published_statistics import Figure, Figures, figures
from zones.selectors.zone_counts import on, zone_counts

#: The years in which import pilots multiplied, and the last before the break of 2020.
PILOT_YEARS = range(2015, 2020)
IMPORTS = WrittenKey("indicator", "cbec-retail-import-customs-platform")


#: The flows of which there is a chart each, in order.
FLOWS = (Flow.TOTAL.value, Flow.EXPORT.value, Flow.IMPORT.value)

#: What figures are ordered by, within their tables; the nation stands before cities.
ORDERS: dict[str, Callable[[Figure], Any]] = {
    "year": lambda row: row.year,
    "place": lambda row: row.place or ("",),
    "value": lambda row: row.value,
    "release": lambda row: row.release,
    "source": lambda row: row.source.casefold(),
}
#: By which heads the tables are ordered.
SORTS = {
    "year": ("year", "-year"),
    "place": ("place", "-place"),
    "figure": ("-value", "value"),
    "release": ("release", "-release"),
    "source": ("source", "-source"),
}


class Trade(NamedTuple):
    """One flow of trade: its key, its heading, its chart, its indicators, and these with their
    figures in the order asked for.
    """

    flow: str
    heading: str
    chart: FigureChart | None
    indicators: list[Figures]
    tables: list[Figures]
    files: list[tuple[str, str]]


class StatisticsPage(CitedPage, PicturedPage, BrowsingPage, TablePage):
    """The trade as honest charts, and every figure with its source.

    Figures have no revisions, so no revision is asked of the page, its files or its pictures.
    """

    template_name = "zones/statistics.html"
    picture_names = (*FLOWS, "pilots", "imports")
    known_parameters = ("ordering",)

    def read_question(self) -> None:
        """Read the parameters of the address; a revision is refused by saying why.

        Raises:
            ParameterError: one is unknown, or cannot be read.
        """
        refuse_revision_of_figures(self.request.GET)
        super().read_question()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return trade by flow, pilots beside imports, then everything else."""
        every = figures(self.snapshot, self.language)
        imports = [own for own in every if own.slug == self.imports]
        trade = [self._trade(flow, heading, every) for flow, heading in _headings()]
        drawn = {own.slug for one in trade for own in one.indicators}
        return super().get_context_data(
            trade=trade,
            parts=[
                *((one.flow, one.heading, 0) for one in trade),
                ("pilots", _("Pilot cities beside imports, 2015 to 2019"), 0),
                ("others", _("Other figures"), 0),
            ],
            others=self._tables(own for own in every if own.slug not in drawn),
            sorts=self.sorts(SORTS, self.order),
            pilots=self._pilots(imports),
            imports=figure_chart(imports, years=PILOT_YEARS),
            imports_key=self.imports,
            imports_unit=imports[0].unit if imports else "",
            pilots_chart=self._pilots_chart(),
            **kwargs,
        )

    @property
    def order(self) -> str:
        """Return by what figures are ordered, those that fall by a minus before it."""
        orders = [order for column in SORTS.values() for order in column]
        return self.parameters.choice("ordering", orders, "year")

    @property
    def imports(self) -> str:
        """Return the key of the imports through the customs platform."""
        return self.snapshot.key_today(IMPORTS)

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return the latest figure of each trade."""
        firsts = [one.indicators[0] for one in context["trade"] if one.indicators]
        return [
            _(": ").join([own.name, _(", ").join([_amount(own), str(own.rows[-1].year)])])
            for own in firsts
            if own.rows
        ]

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the figures are of."""
        return _title(_("Statistics"))

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return all figures, in the order in which the page shows them."""
        drawn = [own for one in context["trade"] for own in one.tables]
        return figures_table([*drawn, *context["others"]], self.language)

    def pictures(self, context: dict[str, Any]) -> Mapping[str, Callable[[], Picture | None]]:
        """Return each chart, under the trade that it is of."""

        def of_trade(one: Trade) -> Picture | None:
            unit = one.indicators[0].unit if one.indicators else ""
            return figures_picture(_title(one.heading), unit, one.chart, _sources(one.indicators))

        def of_imports() -> Picture | None:
            rows = [own for one in context["trade"] for own in one.indicators]
            imports = [own for own in rows if own.slug == self.imports]
            title = _title(_("Retail imports through the customs platform"))
            unit = context["imports_unit"]
            return figures_picture(title, unit, context["imports"], _sources(imports))

        def of_pilots() -> Picture | None:
            title = _("Zones in force by programme, 2015 to 2019")
            return steps_picture(title, _("zones in force"), context["pilots_chart"])

        flows = dict(zip(FLOWS, context["trade"], strict=True))
        return {
            **{flow: partial(of_trade, one) for flow, one in flows.items()},
            "pilots": of_pilots,
            "imports": of_imports,
        }

    def data_link(self) -> str:
        """Return all figures by the API, in the order asked for where it has that."""
        known = self.order.removeprefix("-") in ("year", "value")
        order = (
            f"&ordering=indicator,{self.order}" if "ordering" in self.parameters and known else ""
        )
        return f"{reverse('statistic-list')}?limit=all{order}"

    def _trade(self, flow: str, heading: str, every: list[Figures]) -> Trade:
        own = [
            one
            for one in every
            if one.flow == flow and one.series in (Series.FULL_COVERAGE, Series.CUSTOMS_PLATFORM)
        ]
        tables = self._tables(own)
        return Trade(flow, heading, figure_chart(own), own, tables, self.picture_files(flow))

    def _tables(self, shown: Iterable[Figures]) -> list[Figures]:
        """Indicators with their figures in the order asked for; equal ones by year, as usual."""
        by, falls = ORDERS[self.order.removeprefix("-")], self.order.startswith("-")
        return [own._replace(rows=sorted(own.rows, key=by, reverse=falls)) for own in shown]

    def _pilots(self, imports: list[Figures]) -> list[dict[str, Any]]:
        """Each year: zones in force at its end by programme, and imports, if known."""
        counted = zone_counts(self.inquiry)
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
            for slug, steps in zone_counts(self.inquiry).items()
        }
        top = max((count for steps in series.values() for _day, count in steps), default=0)
        return steps_chart(series, top=top, through=last)


def _amount(own: Figures) -> str:
    """The latest figure with its unit."""
    gap = " " if own.unit.isascii() else ""
    return f"{own.rows[-1].written}{gap}{own.unit}"


def _headings() -> list[tuple[str, str]]:
    words = (_("Imports and exports together"), _("Exports"), _("Imports"))
    return list(zip(FLOWS, words, strict=True))


def _title(heading: str) -> str:
    return _(": ").join([_("Cross-border e-commerce of China"), heading])


def _sources(shown: Sequence[Figures]) -> str:
    """The sources of the national figures that a chart draws."""
    named = (row.source for own in shown for row in own.rows if row.place is None)
    return _("; ").join(dict.fromkeys(named))
