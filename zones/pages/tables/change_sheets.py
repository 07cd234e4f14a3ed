"""Changes as sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.china_time import china_day
from cbec_portal.languages import in_language
from zones.pages.tables.sheet_parts import (
    LONG,
    NAME,
    NARROW,
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
from zones.selectors.answer_history import AnswerChange
from zones.selectors.rendered_cells import RenderedCell
from zones.selectors.rendered_values import verification_words


def changes_table(
    title: str, rows: Sequence[Mapping[str, Any]], notes: Sequence[str], language: str
) -> PageTable:
    """Return changes in the page's order, all that fit the question.

    Args:
        title: what the table is called.
        rows: the changes with what the page says of each.
        notes: what is to be said of the table as a whole.
        language: the reader's.
    """
    cited = References()
    seen = sheet(
        _("As shown"),
        [
            (pgettext("column", "Day"), SHORT),
            (_("Revision"), NARROW),
            (_("Kind"), SHORT),
            (_("Scope"), SHORT),
            (_("Topic"), TEXT),
            (_("Before"), NAME),
            (_("After"), NAME),
            (_("Certainty"), SHORT),
        ],
        [
            [
                row["day"],
                row["revision"],
                str(row["words"]),
                row["scope"]["name"],
                row["question"] or str(row["of_zone"]),
                row["before"],
                row["after"] or (_("no longer holds") if row["topic"] else None),
                verification_words(row["verification"], language),
            ]
            for row in rows
        ],
    )
    told = details(
        [
            (pgettext("column", "Day"), SHORT),
            (_("Date as written"), SHORT),
            (_("Doubt"), SHORT),
            (_("Revision"), NARROW),
            (_("Published on"), SHORT),
            (_("Scope"), SHORT),
            (_("Topic"), TEXT),
            (_("Before"), NAME),
            (_("After"), NAME),
            (_("Summary"), LONG),
            (_("Note to the reader"), TEXT),
            (_("Source no."), NARROW),
            (_("Document number"), NAME),
            (_("Document"), TEXT),
            (pgettext("column", "Clause"), SHORT),
            (_("Official address"), TEXT),
            (_("Identifier"), NAME),
        ],
        [
            [
                row["day"],
                day_value(row["written"]),
                str(row["doubt"]),
                row["revision"],
                china_day(row["published_at"]),
                row["scope"]["name"],
                row["question"] or str(row["of_zone"]),
                row["before"],
                row["after"],
                row["summary"],
                row["caveat"],
                cited.number(row["source"]),
                row["source"]["document_number"],
                row["source"]["title"],
                row["clause"],
                row["source"]["official_url"],
                row["identity"],
            ]
            for row in rows
        ],
    )
    return PageTable(title, seen, [told], cited, notes)


def place_changes_table(title: str, changes: Sequence[AnswerChange], language: str) -> PageTable:
    """Return how the answers of one place changed, in the page's order.

    Args:
        title: what the table is called.
        changes: all that fit the question.
        language: the reader's.
    """
    cited, no_longer = References(), _("no longer holds")
    heads = [
        (pgettext("column", "Day"), SHORT),
        (_("Topic"), TEXT),
        (_("Before"), NAME),
        (_("After"), NAME),
    ]
    told = [
        [
            change.day,
            in_language(change.topic, "question", language),
            change.before["display"] if change.before else None,
            change.after["display"] if change.after else no_longer,
        ]
        for change in changes
    ]
    # What ended is told by the policy that did.
    cells = [cast(RenderedCell, change.after or change.before) for change in changes]
    seen = sheet(
        _("As shown"),
        [*heads, (_("Certainty"), SHORT)],
        [
            [*row, verification_words(cell["verification"], language)]
            for row, cell in zip(told, cells, strict=True)
        ],
    )
    beside = details(
        [*heads, (_("Date as written"), SHORT), *of_policy()],
        [
            [
                *row,
                day_value(change.written),
                *policy_values(
                    cell,
                    change.topic.unit_in(language),
                    cited,
                    language,
                    cell["policy"],
                ),
            ]
            for row, change, cell in zip(told, changes, cells, strict=True)
        ],
    )
    return PageTable(title, seen, [beside], cited)
