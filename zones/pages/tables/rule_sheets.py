"""The rules of one place or of several side by side, as sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet, Value
from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import blank, bracketed
from zones.pages.cell_tags import OUTCOMES, STARTS
from zones.pages.span_words import ended_words
from zones.pages.tables.sheet_parts import (
    NAME,
    SHORT,
    TEXT,
    PageTable,
    References,
    day_value,
    details,
    of_policy,
    policy_values,
    sheet,
)
from zones.rules.vocabulary import Outcome


class ColumnHead(NamedTuple):
    """A column of rules: the name of a place, its day, and both where days differ."""

    name: str
    day: date
    called: str


class RuleRow(NamedTuple):
    """A row as the page shows it, in which part and under which focus area."""

    part: str
    area: str
    row: Mapping[str, Any]


def rules_table(
    title: str,
    heads: Sequence[ColumnHead],
    sections: Mapping[str, Any],
    sources: Sequence[Mapping[str, Any]],
    language: str,
) -> PageTable:
    """Return the rules that a page shows in sections, in its order, folded or not.

    Args:
        title: what the table is called.
        heads: its columns.
        sections: the rows as pages show them, each with its cells as ``noted``.
        sources: the documents, in the order of the page's footnotes.
        language: the reader's.
    """
    rows, cited = list(rule_rows(sections)), References(sources)
    return PageTable(title, _seen(heads, rows), [_details(heads, rows, cited, language)], cited)


def rule_rows(sections: Mapping[str, Any]) -> Iterator[RuleRow]:
    """Yield the rows of sections in the order in which a page shows them, folded or not."""
    parts = [(_("Local topics"), sections["local"])]
    parts += [(part["title"], part["areas"]) for part in sections["folded"]]
    for part, areas in parts:
        for area in areas:
            for row in area["rows"]:
                yield RuleRow(part, area["tally"]["name"], row)


def _seen(heads: Sequence[ColumnHead], rows: Sequence[RuleRow]) -> TableSheet:
    compares = len(heads) > 1
    columns = [(_("Topic"), TEXT), *((head.called, NAME) for head in heads)]
    compared = [(_("Outcome"), SHORT)] if compares else []
    return sheet(
        _("As shown"),
        [*columns, *compared, (_("Focus area"), NAME), (_("Part"), NAME)],
        [
            [
                one.row["topic"]["question"],
                *(noted["cell"]["display"] for noted in one.row["noted"]),
                *([_outcome(one.row)] if compares else []),
                one.area,
                one.part,
            ]
            for one in rows
        ],
        fixed=1,
    )


def _details(
    heads: Sequence[ColumnHead], rows: Sequence[RuleRow], cited: References, language: str
) -> TableSheet:
    return details(
        [
            (_("Topic"), TEXT),
            (_("City"), SHORT),
            (pgettext("column", "Day"), SHORT),
            (_("Answer"), NAME),
            (_("Holds since"), SHORT),
            (_("Holds until"), SHORT),
            (_("How the start is known"), SHORT),
            *of_policy(),
            (_("Beside it"), TEXT),
            (_("What ended"), NAME),
        ],
        [
            [
                one.row["topic"]["question"],
                head.name,
                head.day,
                *_cell(noted["cell"], one.row["topic"]["unit"], cited, language),
            ]
            for one in rows
            for head, noted in zip(heads, one.row["noted"], strict=True)
        ],
    )


def _cell(
    cell: Mapping[str, Any], unit: str | None, cited: References, language: str
) -> list[Value]:
    qualifier, ended = cell["start_qualifier"], cell["ended"]
    return [
        cell["display"],
        day_value(cell["from_written"]),
        day_value(cell["until_written"]),
        str(STARTS[qualifier]) if qualifier else None,
        *policy_values(cell, unit, cited, language, cell["policy"]),
        _beside(cell),
        f"{ended['display']}{_('; ')}{ended_words(ended['until_written'])}" if ended else None,
    ]


def _beside(cell: Mapping[str, Any]) -> str:
    """The policies of wider scopes that are read with an answer or stand under it."""
    how = _("Together with") if cell["additive"] else _("Overrides")
    told = [
        bracketed(
            f"{how}{blank()}{other['scope']['name']}{_(': ')}{other['display']}", _period(other)
        )
        for other in cell["also"]
    ]
    if cell["later_differs"]:
        told.append(_("A wider policy beside this one is later and says otherwise."))
    return _("; ").join(told)


def _period(policy: Mapping[str, Any]) -> str:
    first, last = policy["effective_from"], policy["effective_to"]
    return f"{day_in_words(first)} – {day_in_words(last)}" if last else day_in_words(first)


def _outcome(row: Mapping[str, Any]) -> str:
    return str(OUTCOMES[Outcome(row["outcome"])][1])
