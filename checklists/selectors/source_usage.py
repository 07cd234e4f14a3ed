"""The duties that rest on a document."""

from __future__ import annotations

from django.utils.translation import gettext

from cbec_portal.languages import in_language
from checklists.models import Requirement
from zones.models import Source
from zones.selectors.source_usage import SourceUsage


def duties_using(source: Source, language: str) -> SourceUsage | None:
    """Return the requirements that cite a document, by template; none where none does."""
    rows = Requirement.objects.not_withdrawn().filter(source=source).select_related("template")
    comma, colon = gettext(", "), gettext(": ")
    told = [
        (
            f"{in_language(row.template, 'name', language)}{comma}{row.number}{colon}"
            f"{in_language(row, 'title', language)}",
            row.template.slug,
            row.number,
        )
        for row in rows.order_by("template__position", "position")
    ]
    if not told:
        return None
    return SourceUsage(gettext("Requirements of checklists"), "checklists:template", told)
