"""The boxes in which a grid is pasted or uploaded, and what its cells share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from zones.dataset.naming import naming_of
from zones.dataset.policy_table import Policies
from zones.dataset.table_registry import registry
from zones.desk.evidence import evidence_of
from zones.models import ProposedRow
from zones.models.labels import SCOPE_KINDS

#: Chosen in the place of a table, where topics stand on one side and places on the other.
MATRIX = "matrix"
#: What all cells of a matrix may share.
SHARED = (
    *("effective_from", "effective_to", "source_id", "verification", "summary_en", "summary_zh"),
    *("clause", "clause_zh", "verified_on", "caveat_en", "caveat_zh"),
)


def grid_boxes(posted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the boxes show, with what was typed in them."""
    return {
        "tables": [(table.name, table.label) for table in registry],
        "grid_table": posted.get("table", ""),
        "grid_kinds": SCOPE_KINDS,
        "grid_kind": posted.get("scope_kind", ""),
        "grid_shared": [(*own, pick_address(own[0])) for own in shared_cells(posted)],
    }


def pick_address(name: str) -> str:
    """Return where rows are offered for what is typed in a shared cell; nothing if none are."""
    named = naming_of(Policies(), name, {})
    return reverse("admin:desk-pick", args=[named.table]) if named else ""


def shared_cells(posted: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the cells that a matrix may share: the column, what it is called, what was typed."""
    labels = {column.name: str(column.label) for column in Policies.columns}
    own, beside = ProposedRow._meta, evidence_of(Policies())
    labels |= {name: str(own.get_field(name).verbose_name) for name in beside}
    names = (*SHARED, *beside)
    return [(name, labels[name], posted.get(f"shared_{name}", "").strip()) for name in names]
