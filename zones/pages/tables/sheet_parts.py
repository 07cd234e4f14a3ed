"""What the sheets of all tables share: a table, the documents it cites, and how days are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet, Value
from cbec_portal.day_words import day_in_words
from zones.models import SourceStatus
from zones.selectors.rendered_values import state_words, verification_words

#: How wide columns are, in characters, by what stands in them.
NARROW, SHORT, NAME, TEXT, LONG = 8, 14, 24, 40, 60


class PageTable(NamedTuple):
    """A table that is taken along: what it is called, the sheet as the page shows it, sheets of
    details, the documents that these cite by number, and what is to be said of it as a whole.
    """

    title: str
    seen: TableSheet
    details: Sequence[TableSheet]
    cited: References
    notes: Sequence[str] = ()


class References:
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


def without_empty_columns(own: TableSheet) -> TableSheet:
    """Return a sheet without the columns in which no row has anything; as it is without rows."""
    if not own.rows:
        return own
    kept = [
        place
        for place in range(len(own.heads))
        if any(row[place] not in (None, "") for row in own.rows)
    ]
    return own._replace(
        heads=[own.heads[place] for place in kept],
        rows=[[row[place] for place in kept] for row in own.rows],
        widths=[own.widths[place] for place in kept] if own.widths else (),
        fixed=sum(place < own.fixed for place in kept),
    )


def details(heads: Sequence[tuple[str, float]], rows: Sequence[Sequence[Value]]) -> TableSheet:
    """Return the sheet that says of each answer all that is known of it."""
    return sheet(_("Details"), heads, rows)


def day_value(written: date | str | None) -> Value:
    """Return a day as a day where it is known exactly, else in words, no finer than written."""
    if not written or isinstance(written, date):
        return written or None
    alone = len(written) == len("2019-12-31") and written[:4].isdigit()
    return date.fromisoformat(written) if alone else day_in_words(written)


class PolicyCell(NamedTuple):
    """A cell of a policy as a sheet writes it: the cell, what it is measured in, the documents that
    are cited, the language, and the policy's identity.
    """

    cell: Mapping[str, Any]
    unit: str | None
    cited: References
    language: str
    identity: str | None

    @property
    def number(self) -> Value:
        """Return the value where it is a number."""
        value: Value = self.cell["value"]
        return None if isinstance(value, bool | str) else value


#: Heads with their widths, and what stands under each.
_Columns = list[tuple[str, float, Callable[[PolicyCell], Value]]]

#: What sheets say of a policy before the columns of all: the answer, and when it holds.
TOLD_BEFORE = ("display", "effective_from", "effective_to", "start_qualifier")


def columns_of() -> dict[str, _Columns]:
    """Return the columns by the names of what is said of a policy wherever it answers, as
    `policy_shape` has them; a test holds them to it.
    """
    return {
        "value": [
            (_("Number"), SHORT, lambda own: own.number),
            (_("Unit"), SHORT, lambda own: None if own.number is None else own.unit),
        ],
        "state": [
            (_("State"), SHORT, lambda own: state_words(own.cell["state"], own.language)),
        ],
        "verification": [
            (
                _("Certainty"),
                SHORT,
                lambda own: verification_words(own.cell["verification"], own.language),
            ),
        ],
        "scope": [(_("Scope"), SHORT, lambda own: _part(own, "scope", "name"))],
        "summary": [(_("Summary"), LONG, lambda own: own.cell["summary"])],
        "caveat": [(_("Note to the reader"), TEXT, lambda own: own.cell["caveat"])],
        "source": [
            (_("Source no."), NARROW, lambda own: own.cited.number(own.cell["source"])),
            (_("Document number"), NAME, lambda own: _part(own, "source", "document_number")),
            (_("Document"), TEXT, lambda own: _part(own, "source", "title")),
        ],
        "clause": [(pgettext("column", "Clause"), SHORT, lambda own: own.cell["clause"])],
        "official_url": [
            (_("Official address"), TEXT, lambda own: _part(own, "source", "official_url")),
        ],
        "verified_on": [
            (_("Verified on"), SHORT, lambda own: day_value(own.cell["verified_on"])),
        ],
        "policy": [(_("Policy"), NAME, lambda own: own.identity)],
    }


def _part(own: PolicyCell, name: str, part: str) -> Value:
    """A part of what a cell names; nothing where it names nothing."""
    named = own.cell[name]
    value: Value = named[part] if named else None
    return value


def of_policy() -> list[tuple[str, float]]:
    """Return the heads of what is said of a policy wherever it answers."""
    return [(head, width) for own in columns_of().values() for head, width, _value in own]


def policy_values(
    cell: Mapping[str, Any],
    unit: str | None,
    cited: References,
    language: str,
    identity: str | None,
) -> list[Value]:
    """Return what is said of a policy, under the heads of :func:`of_policy`."""
    said = PolicyCell(cell, unit, cited, language, identity)
    return [value(said) for own in columns_of().values() for _head, _width, value in own]
