"""Published figures as sheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet
from zones.pages.tables.sheet_parts import (
    LONG,
    NAME,
    NARROW,
    SHORT,
    TEXT,
    PageTable,
    References,
    details,
    sheet,
)
from zones.selectors.published_statistics import Figures
from zones.selectors.rendered_values import verification_words


def figures_table(indicators: Sequence[Figures], language: str) -> PageTable:
    """Return every figure of some indicators, and the indicators with their notes."""
    seen = sheet(
        _("As shown"),
        [
            (_("Indicator"), TEXT),
            (_("Unit"), SHORT),
            (_("Year"), NARROW),
            (pgettext("column", "Place"), SHORT),
            (_("Figure"), SHORT),
            (_("Kind of figure"), SHORT),
            (_("Certainty"), SHORT),
            (_("Source"), TEXT),
            (pgettext("column", "Note"), TEXT),
        ],
        [
            [
                own.name,
                own.unit,
                row.year,
                row.place[1] if row.place else _("China"),
                row.value,
                row.release_words,
                verification_words(row.verification, language),
                row.source,
                row.note,
            ]
            for own in indicators
            for row in own.rows
        ],
        fixed=1,
    )
    told = details(
        [
            (_("Indicator"), TEXT),
            (_("Unit"), SHORT),
            (_("Series"), NAME),
            (_("Note to the reader"), LONG),
            (_("Identifier"), NAME),
        ],
        [[own.name, own.unit, own.series_words, own.note, own.slug] for own in indicators],
    )
    return PageTable(_("Statistics"), seen, [told], FigureSources(indicators))


class FigureSources(References):
    """The publications in which figures stand, which are no documents of the rules."""

    def __init__(self, indicators: Sequence[Figures]) -> None:
        super().__init__()
        self._figures = Counter(row.source for own in indicators for row in own.rows if row.source)

    def sheet(self) -> TableSheet:
        """Return the publications, each with how many figures are from it."""
        return sheet(
            _("Sources"),
            [(_("No."), NARROW), (_("Title"), LONG), (_("Figures"), NARROW)],
            [
                [number, title, count]
                for number, (title, count) in enumerate(self._figures.items(), start=1)
            ],
        )
