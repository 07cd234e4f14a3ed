"""Documents as sheets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.choice_labels import chosen_label
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
from zones.selectors.rendered_values import source_shape


def documents_table(context: Mapping[str, Any], language: str) -> PageTable:
    """Return the documents that a page lists, with how many policies rest on each."""
    listed = context["sources"]
    seen = sheet(
        _("As shown"),
        [
            (_("Title"), LONG),
            (_("Document number"), NAME),
            (_("Issued"), SHORT),
            (_("State"), SHORT),
            (_("Policies"), NARROW),
        ],
        [
            [
                title,
                source.document_number,
                day_value(source.issued_on),
                chosen_label(source, "status"),
                source.rests,
            ]
            for source, title in listed
        ],
        fixed=1,
    )
    told = details(
        [
            (_("Document"), NAME),
            (_("Title in English"), TEXT),
            (_("Title in Chinese"), TEXT),
            (_("Kind"), SHORT),
            (_("Issued"), SHORT),
            (_("In effect"), SHORT),
            (_("Repealed"), SHORT),
        ],
        [
            [
                source.slug,
                source.title_en,
                source.title_zh,
                chosen_label(source, "kind"),
                day_value(source.issued_on),
                day_value(source.effective_on),
                day_value(source.repealed_on),
            ]
            for source, _title in listed
        ],
    )
    cited = References(source_shape(source, language) for source, _title in listed)
    return PageTable(_("Sources"), seen, [told], cited)
