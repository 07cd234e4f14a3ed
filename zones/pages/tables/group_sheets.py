"""Cities with the same rules, and how rules spread, as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cbec_portal.punctuation import enumerated
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


def profiles_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return every group of cities with the same rules, what sets it apart, and what the largest
    answers.
    """
    groups = list(enumerate(context["profiles"], start=1))
    seen = sheet(
        _("As shown"),
        [
            (_("Group"), NARROW),
            (_("Cities"), NARROW),
            (_("Cities with the same rules"), LONG),
            (_("What sets them apart from the largest group"), LONG),
        ],
        [
            [
                number,
                profile["size"],
                _("; ").join(name for _link, name, _slug in profile["cities"]),
                _("; ").join(" ".join(apart[-3:-1]) for apart in profile["apart"]),
            ]
            for number, profile in groups
        ],
    )
    apart = details(
        [
            (_("Group"), NARROW),
            (_("Topic"), TEXT),
            (_("Answer"), NAME),
            (_("The largest group"), NAME),
        ],
        [
            [number, question, own, largest]
            for number, profile in groups
            for *_rest, question, own, largest in profile["apart"]
        ],
    )
    cities = sheet(
        _("Cities"),
        [(_("City"), NAME), (_("Group"), NARROW)],
        [[name, number] for number, profile in groups for _link, name, _slug in profile["cities"]],
    )
    largest = sheet(
        _("The largest group"),
        [
            (_("Focus area"), NAME),
            (_("Topic"), TEXT),
            (_("Answer"), NAME),
            (pgettext("column", "Note"), NAME),
        ],
        [
            [area, question, display, ends]
            for part in (context["local"], context["national"])
            for area, stated in part.items()
            for *_rest, question, display, ends in stated
        ],
    )
    return PageTable(_("Cities with the same rules"), seen, [apart, cities, largest], cited)


def atlas_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return the rows of the atlas with their answers in words, and those of every city."""
    topics = context["topics"]
    rows = [(part["name"], row) for part in context["parts"] for row in part["rows"]]
    heads = [(topic["label"], NAME) for topic in topics]
    seen = sheet(
        _("As shown"),
        [
            (_("Province or batch"), NAME),
            (_("Number of cities"), NARROW),
            (_("Cities"), LONG),
            *heads,
        ],
        [
            [
                part,
                len(row["cities"]),
                _("; ").join(name for _link, name, _slug in row["cities"]),
                *(cell.words for cell in row["cells"]),
            ]
            for part, row in rows
        ],
        fixed=3,
    )
    cities = details(
        [(_("City"), NAME), *heads],
        [
            [name, *(cell.words for cell in row["cells"])]
            for _part, row in rows
            for _link, name, _slug in row["cities"]
        ],
    )
    return PageTable(_("Atlas of local rules"), seen, [cities], cited)


def spread_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return for every rule the first places, the cities that had it by when, and the nation."""
    rows, years = context["rows"], context["years"]
    seen = sheet(
        _("As shown"),
        [
            (_("Rule"), TEXT),
            (_("Answer"), NAME),
            (_("Focus area"), NAME),
            (_("First day"), SHORT),
            (_("First"), TEXT),
            *((str(year), NARROW) for year in years),
            (context["day_head"], NARROW),
            (_("National since"), SHORT),
            (pgettext("column", "Note"), NAME),
        ],
        [_spread(row, len(years)) for row in rows],
        fixed=1,
    )
    steps = details(
        [(_("Rule"), TEXT), (_("Answer"), NAME), (_("From"), SHORT), (_("Cities"), NARROW)],
        [
            [row["question"], row["answer"], day, count]
            for row in rows
            for day, count in row["steps"]
        ],
    )
    return PageTable(_("How rules spread"), seen, [steps], cited)


def _spread(row: Mapping[str, Any], years: int) -> list[Any]:
    own = [row["question"], row["answer"], row["area"]]
    if not row["steps"]:
        return [*own, None, _("no city is recorded to have had it"), *[None] * (years + 3)]
    first = "" if row["from_the_start"] else _named(row)
    national = row["national"]
    return [
        *own,
        row["spread"].began,
        first,
        *(count for _year, count in row["by_year"]),
        row["then"],
        national["on"],
        national["words"].removeprefix("– "),
    ]


def _named(row: Mapping[str, Any]) -> str:
    """The first cities by name, and how many more there were on that day."""
    names = [name for _slug, name in row["first"]]
    if row["others"]:
        more = ngettext("and %(count)s more", "and %(count)s more", row["others"])
        names.append(more % {"count": row["others"]})
    return enumerated(names)
