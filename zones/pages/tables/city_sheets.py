"""Lists of cities, how far they lie apart, and what is researched of them, as sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.api.sheets import TableSheet
from cbec_portal.choice_labels import chosen_label
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


def cities_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return the cities that a page lists, with their zones and the answers asked for."""
    columns = context["columns"]
    seen = sheet(
        _("As shown"),
        [
            (_("City"), NAME),
            (_("Province"), NAME),
            (_("Customs district"), NAME),
            (_("Level"), SHORT),
            (_("Zones and batches"), TEXT),
            *((question, NAME) for question in columns),
        ],
        [
            [
                row["name"],
                row["province"],
                row["district"],
                chosen_label(row["city"], "level"),
                _("; ").join(row["zones"]),
                *(answer or _("not stated") for answer in row["answers"]),
            ]
            for row in context["rows"]
        ],
        fixed=1,
    )
    told = details(
        [
            (_("City"), NAME),
            (_("In the other language"), NAME),
            (_("Identifier"), NAME),
            (_("Administrative code"), SHORT),
            *((_("%s: source no.") % question, SHORT) for question in columns),
        ],
        [
            [
                row["name"],
                row["other_name"],
                row["city"].slug,
                row["city"].adcode,
                *(cited.number(source) for source in row["cited"]),
            ]
            for row in context["rows"]
        ],
    )
    return PageTable(_("Cities"), seen, [told], cited)


def research_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return the topics with gaps, and how much is researched of each province and city."""
    seen = sheet(
        _("As shown"),
        [
            (_("Topic"), TEXT),
            *_shares(),
            (_("None found"), NARROW),
            (_("Not researched for"), LONG),
        ],
        [
            [
                topic["question"],
                *_share(topic["own"]),
                topic["own"].none_found,
                _("; ").join(name for *_, name in (*topic["named"], *topic["others"])),
            ]
            for topic in context["topics"]
        ],
        fixed=1,
    )
    parts = [
        _parts(_("Provinces"), _("Province"), context["provinces"]),
        _parts(_("Cities"), _("City"), context["cities"]),
    ]
    cells = details(
        [(_("Topic"), TEXT), (_("Not researched for"), NAME)],
        [[topic["question"], name] for topic in context["topics"] for *_rest, name in topic["gap"]],
    )
    return PageTable(context["heading"], seen, [cells, *parts], cited)


def _parts(title: str, head: str, rows: Iterable[Mapping[str, Any]]) -> TableSheet:
    told = [[row["name"], *_share(row["own"])] for row in rows]
    return sheet(title, [(head, NAME), *_shares()], told)


def _shares() -> list[tuple[str, float]]:
    return [
        (_("Researched"), SHORT),
        (_("Not researched"), SHORT),
        (pgettext("column", "Answers"), SHORT),
    ]


def _share(own: Any) -> list[int]:
    return [own.researched, own.not_researched, own.cells]


def distances_table(context: Mapping[str, Any], cited: References) -> PageTable:
    """Return how far all cities lie from one, and the table of those chosen, if there are any."""
    found = [
        part
        for part in (_from_one(context["of_city"]), _matrix(context["table"]))
        if part is not None
    ]
    topics = sheet(
        _("Local topics"),
        [(_("Topic"), TEXT)],
        [[label] for _link, label, _slug in context["topics"]],
    )
    told = details(
        [(_("Topic"), TEXT), (_("Focus area"), NAME)],
        [[topic["question"], topic["area"]] for topic in context["counted"]],
    )
    one = context["of_city"]
    title = _("Distances between cities")
    if one:
        title = f"{one['name']}{_(': ')}{title}"
    seen, *others = [*found, topics]
    return PageTable(title, seen._replace(title=_("As shown")), [*others, told], cited)


def _from_one(told: Mapping[str, Any] | None) -> TableSheet | None:
    if told is None:
        return None
    return sheet(
        told["name"],
        [
            (_("City"), NAME),
            (_("Differ"), SHORT),
            (_("Not comparable"), SHORT),
            (_("Topics that differ"), LONG),
            (_("Further topics not comparable"), LONG),
        ],
        [
            [
                row["name"],
                row["distance"].differing if row["known"] else _("nobody knows"),
                row["distance"].not_comparable,
                row["differing"],
                row["further"],
            ]
            for row in told["rows"]
        ],
        fixed=1,
    )


def _matrix(told: Mapping[str, Any] | None) -> TableSheet | None:
    """The numbers of topics on which two cities differ; behind the plus, not comparable."""
    if told is None:
        return None
    return sheet(
        _("Differ"),
        [(_("City"), NAME), *((name, SHORT) for _link, name in told["heads"])],
        [[name, *map(_apart, cells)] for _link, _slug, name, cells in told["rows"]],
        fixed=1,
    )


def _apart(cell: Mapping[str, Any] | None) -> str | int | None:
    if cell is None:
        return None
    distance = cell["distance"]
    if not distance.not_comparable:
        return int(distance.differing)
    return f"{distance.differing} +{distance.not_comparable}"
