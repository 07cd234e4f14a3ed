"""What would turn in a city if it were like another, as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cbec_portal.api.sheets import TableSheet
from zones.pages.tables.sheet_parts import (
    NAME,
    TEXT,
    PageTable,
    References,
    details,
    of_policy,
    policy_values,
    sheet,
)

#: What such a table does not say.
NO_FORECAST = gettext_noop(
    "This compares what holds in both places on the day. It forecasts nothing: who may decide each "
    "rule, and whether it is open to every city, is said by the documents."
)


def turns_table(title: str, context: Mapping[str, Any], language: str) -> PageTable:
    """Return what would turn one way and the other, and of which topics nobody can say."""
    cited = References()
    if not context["told"]:
        return PageTable(title, sheet(_("As shown"), [(_("Topic"), TEXT)], []), [], cited)
    one, other = context["directions"]
    gaps = sheet(
        _("Nobody can say"),
        [
            (_("Topic"), TEXT),
            (_("Focus area"), NAME),
            (one.city, NAME),
            (one.like, NAME),
            (_("Not known of"), NAME),
        ],
        [
            [topic["question"], area, *(cell["display"] for cell in cells), unknown]
            for area, rows in context["gap_rows"]
            for topic, cells, unknown in rows
        ],
        fixed=1,
    )
    policies = details(
        [(_("Topic"), TEXT), (_("City"), NAME), (_("Answer"), NAME), *of_policy()],
        [
            [
                turn.topic["question"],
                city,
                cell["display"],
                *policy_values(cell, turn.topic["unit"], cited, language, cell["policy"]),
            ]
            for _area, turns in one.areas
            for turn in turns
            for city, cell in ((one.city, turn.before), (one.like, turn.after))
        ],
    )
    seen = _turns(_("As shown"), one)
    return PageTable(
        title,
        seen,
        [_turns(_("The other way round"), other), gaps, policies],
        cited,
        [_(NO_FORECAST)],
    )


def _turns(title: str, direction: Any) -> TableSheet:
    return sheet(
        title,
        [
            (_("Topic"), TEXT),
            (_("Focus area"), NAME),
            (_("%s now") % direction.city, NAME),
            (_("As in %s") % direction.like, NAME),
            (_("By which document"), TEXT),
        ],
        [
            [
                turn.topic["question"],
                area,
                turn.before["display"],
                turn.after["display"],
                _document(turn),
            ]
            for area, turns in direction.areas
            for turn in turns
        ],
        fixed=1,
    )


def _document(turn: Any) -> str:
    if turn.document is None:
        return ""
    named = str(turn.document["document_number"] or turn.document["title"])
    return _("%s would no longer hold") % named if turn.ends else named
