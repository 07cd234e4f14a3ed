"""Requirements as they are read in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cbec_portal.languages import either, in_language
from checklists.models import Requirement
from zones.selectors.rendered_values import clause_in, source_shape


class RenderedRequirement(NamedTuple):
    """A requirement in words, as it is now. Days are as written."""

    number: str
    title: str
    guidance: str
    evidence: str
    responsible_role: str
    focus_area: str
    severity: str
    recurrence: str
    effective_from: str | None
    effective_to: str | None
    source: Mapping[str, Any]
    clause: str
    verification: str
    caveat: str


def rendered_requirement(row: Requirement, language: str) -> RenderedRequirement:
    """Return a requirement in words."""
    return RenderedRequirement(
        number=row.number,
        title=in_language(row, "title", language),
        guidance=in_language(row, "guidance", language),
        evidence=in_language(row, "evidence", language),
        responsible_role=either(row.responsible_role, row.responsible_role_zh, language),
        focus_area=row.focus_area.slug,
        severity=row.severity,
        recurrence=row.recurrence,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=source_shape(row.source, language),
        clause=clause_in(row, language),
        verification=row.verification,
        caveat=in_language(row, "caveat", language),
    )
