"""What the sheets of all tables share: a table, the documents it cites, and how days are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet, Value
from cbec_portal.day_words import day_in_words
from zones.models import SourceStatus
from zones.selectors.rendered_values import verification_words

#: How wide columns are, in characters, by what stands in them.
NARROW, SHORT, NAME, TEXT, LONG = 8, 14, 24, 40, 60


class PageTable(NamedTuple):
    """A table that is taken along: what it is called, the sheet as the page shows it, sheets of
    details, the documents that these cite by number, and what is to be said of it as a whole.
    """

    title: str
    seen: TableSheet
    details: Sequence[TableSheet]
    cited: Cited
    notes: Sequence[str] = ()


class Cited:
    """The documents that a table cites, numbered in the order in which they are first cited."""

    def __init__(self, sources: Iterable[Mapping[str, Any]] = ()) -> None:
        self._sources: dict[str, Mapping[str, Any]] = {one["id"]: one for one in sources}
        self._numbers = {key: place for place, key in enumerate(self._sources, start=1)}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sources)

    def number(self, source: Mapping[str, Any] | None) -> int | None:
        """Return the number of a document; none of none."""
        if source is None:
            return None
        self._sources.setdefault(source["id"], source)
        return self._numbers.setdefault(source["id"], len(self._numbers) + 1)

    def sheet(self) -> TableSheet:
        """Return the documents with their official addresses."""
        return sheet(
            _("Sources"),
            [
                (_("No."), NARROW),
                (_("Title"), LONG),
                (_("Document number"), NAME),
                (_("State"), SHORT),
                (_("Official address"), LONG),
                (_("Identifier"), NAME),
            ],
            [
                [
                    number,
                    source["title"],
                    source["document_number"],
                    str(SourceStatus(source["status"]).label),
                    source["official_url"],
                    source["id"],
                ]
                for number, source in enumerate(self._sources.values(), start=1)
            ],
        )


def sheet(
    title: str,
    heads: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[Value]],
    *,
    fixed: int = 0,
) -> TableSheet:
    """Return a sheet whose heads stand with their widths."""
    return TableSheet(title, [one[0] for one in heads], rows, [one[1] for one in heads], fixed)


def details(heads: Sequence[tuple[str, float]], rows: Sequence[Sequence[Value]]) -> TableSheet:
    """Return the sheet that says of each answer all that is known of it."""
    return sheet(_("Details"), heads, rows)


def day_value(written: date | str | None) -> Value:
    """Return a day as a day where it is known exactly, else in words, no finer than written."""
    if not written or isinstance(written, date):
        return written or None
    alone = len(written) == len("2019-12-31") and written[:4].isdigit()
    return date.fromisoformat(written) if alone else day_in_words(written)


def of_policy() -> list[tuple[str, float]]:
    """Return the heads of what is said of a policy wherever it answers."""
    return [
        (_("Number"), SHORT),
        (_("Unit"), SHORT),
        (_("Certainty"), SHORT),
        (_("Scope"), SHORT),
        (_("Summary"), LONG),
        (_("Note to the reader"), TEXT),
        (_("Source no."), NARROW),
        (_("Document number"), NAME),
        (_("Document"), TEXT),
        (pgettext("column", "Clause"), SHORT),
        (_("Official address"), TEXT),
        (_("Verified on"), SHORT),
        (_("Policy"), NAME),
    ]


def policy_values(
    cell: Mapping[str, Any], unit: str | None, cited: Cited, language: str, identity: str | None
) -> list[Value]:
    """Return what is said of a policy, under the heads of :func:`of_policy`."""
    source, scope, value = cell["source"], cell["scope"], cell["value"]
    number = None if isinstance(value, bool | str) else value
    return [
        number,
        None if number is None else unit,
        verification_words(cell["verification"], language),
        scope["name"] if scope else None,
        cell["summary"],
        cell["caveat"],
        cited.number(source),
        source["document_number"] if source else None,
        source["title"] if source else None,
        cell["clause"],
        source["official_url"] if source else None,
        day_value(cell["verified_on"]),
        identity,
    ]
