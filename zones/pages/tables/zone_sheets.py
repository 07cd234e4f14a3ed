"""Batches and zones as sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.api.sheets import TableSheet
from cbec_portal.punctuation import bracketed
from zones.models import Zone
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
    sheet,
)
from zones.selectors.rendered_values import source_shape, verification_words


def batches_table(context: Mapping[str, Any], language: str) -> PageTable:
    """Return the batches of every programme, and the zones that each designated."""
    programmes = context["programmes"]
    batches = [(one["name"], own) for one in programmes for own in one["batches"]]
    cited = References(source_shape(own["batch"].source, language) for _name, own in batches)
    seen = sheet(
        _("As shown"),
        [
            (_("Programme"), NAME),
            (_("Batch"), NARROW),
            (_("Approved"), SHORT),
            (_("Announced"), SHORT),
            (_("Document number"), NAME),
            (_("Document"), LONG),
            (_("Zones"), NARROW),
            (_("Cities"), LONG),
        ],
        [
            [
                programme,
                own["batch"].number,
                day_value(own["batch"].approved_on),
                day_value(own["batch"].announced_on),
                own["batch"].document_number,
                own["title"],
                len(own["zones"]),
                _("; ").join(map(_with_status, own["zones"])),
            ]
            for programme, own in batches
        ],
        fixed=2,
    )
    zones = details(
        [
            (_("Programme"), NAME),
            (_("Batch"), NARROW),
            (_("City"), NAME),
            (_("Not in force today"), NAME),
            (_("Approved"), SHORT),
            (_("Certainty"), SHORT),
            (_("Note to the reader"), TEXT),
            (_("Source no."), NARROW),
        ],
        [
            [
                programme,
                own["batch"].number,
                zone["name"],
                zone["status"],
                day_value(own["batch"].approved_on),
                verification_words(own["batch"].verification, language),
                own["caveat"],
                cited.number(source_shape(own["batch"].source, language)),
            ]
            for programme, own in batches
            for zone in own["zones"]
        ],
    )
    return PageTable(_("Batches"), seen, [zones], cited)


def _with_status(zone: Mapping[str, Any]) -> str:
    """A zone's city, and why the zone is not in force today where it is not."""
    name = str(zone["name"])
    return bracketed(name, zone["status"]) if zone["status"] else name


def zones_table(context: Mapping[str, Any], language: str) -> PageTable:
    """Return the zones that a page lists."""
    rows = context["rows"]
    cited = References()
    seen = sheet(
        _("As shown"),
        [
            (_("City"), NAME),
            (_("Programme and batch"), NAME),
            (_("Name"), LONG),
            (_("Start"), SHORT),
            (_("End"), SHORT),
            (_("successor"), NAME),
            (_("Standing"), SHORT),
            (_("Document"), NAME),
        ],
        [
            [
                row["city"],
                row["batch"],
                row["name"],
                day_value(row["zone"].designated_on),
                day_value(row["zone"].ended_on),
                row["successor"][1] if row["successor"] else None,
                row["status"],
                row["document"],
            ]
            for row in rows
        ],
        fixed=1,
    )
    told = zones_sheet(
        ((row["city"], row["batch"], row["zone"], row["caveat"]) for row in rows), cited, language
    )
    return PageTable(_("Zones"), seen, [told._replace(title=_("Details"))], cited)


def zones_sheet(
    zones: Iterable[tuple[str, str, Zone, str]], cited: References, language: str
) -> TableSheet:
    """Return zones as a sheet, each with its city, its batch and its note to the reader."""
    return sheet(
        _("Zones"),
        [
            (_("City"), NAME),
            (_("Programme and batch"), NAME),
            (_("Start"), SHORT),
            (_("End"), SHORT),
            (_("Certainty"), SHORT),
            (_("Note to the reader"), TEXT),
            (_("Source no."), NARROW),
            (_("Document number"), NAME),
            (_("Identifier"), NAME),
        ],
        [
            [
                city,
                batch,
                day_value(zone.designated_on),
                day_value(zone.ended_on),
                verification_words(zone.verification, language),
                caveat,
                cited.number(source_shape(zone.batch.source, language)),
                zone.batch.document_number,
                zone.identity,
            ]
            for city, batch, zone, caveat in zones
        ],
    )
