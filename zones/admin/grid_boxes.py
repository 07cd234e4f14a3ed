"""The boxes in which a grid is pasted or uploaded, and what its cells share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse

from cbec_portal.punctuation import by_semicolons
from zones.admin.offered_rows import words_with_buttons
from zones.dataset.columns import TableColumn
from zones.dataset.naming import Naming, naming_of
from zones.dataset.policy_table import Policies
from zones.dataset.table_registry import registry
from zones.desk.pickers import NotPickedError, picked
from zones.desk.row_evidence import KIND_OF_CHANGE, labels_beside
from zones.models.labels import SCOPE_KINDS

#: Chosen in the place of a table, where topics stand on one side and places on the other.
MATRIX = "matrix"
#: What all cells of a matrix may share.
SHARED = (
    *("effective_from", "effective_to", "source_id", "verification", "summary_en", "summary_zh"),
    *("clause", "clause_zh", "verified_on", "caveat_en", "caveat_zh"),
)


def grid_boxes(
    posted: Mapping[str, Any], wrong: Mapping[str, Sequence[str]] | None = None, read_as: str = ""
) -> dict[str, Any]:
    """Return what the boxes show, with what was typed in them and is wrong with it.

    The columns are those of the table that is chosen or that it was ``read_as``, else of all.
    """
    return {
        "tables": [(table.name, table.label) for table in registry],
        "grid_table": posted.get("table", ""),
        "grid_columns": [
            (
                table.name,
                table.label,
                [
                    (
                        str(own.label),
                        own.required,
                        by_semicolons(words for _cell, words in own.choices),
                    )
                    for own in table.columns
                ]
                + [
                    (label, False, _values_beside(name))
                    for name, label in labels_beside(table).items()
                ],
            )
            for table in registry
            if (posted.get("table") or read_as) in ("", table.name)
        ],
        "grid_kinds": SCOPE_KINDS,
        "grid_kind": posted.get("scope_kind", ""),
        "grid_shared": [
            SharedBox(*own, errors=_offered(*own, (wrong or {}).get(own[0], ())))
            for own in shared_cells(posted)
        ],
    }


def _values_beside(name: str) -> str:
    """What may be said beside the cells, where a list says it."""
    own = KIND_OF_CHANGE.choices if name == KIND_OF_CHANGE.name else []
    return by_semicolons(words for _cell, words in own)


def _offered(name: str, _words: str, value: str, errors: Sequence[str]) -> Sequence[str]:
    """What is wrong with a shared cell; what it may mean, where it names no row, as buttons."""
    named = naming_of(Policies(), name, {}) if errors else None
    if named is None:
        return errors
    try:
        picked(named.table, value)
    except NotPickedError as wrong:
        return [words_with_buttons(wrong, f"shared_{name}")]
    return errors


class SharedBox(NamedTuple):
    """The box of a cell that a matrix may share: its column, what it is called, what was typed, and
    what is wrong with that for whatever row.
    """

    name: str
    words: str
    value: str
    errors: Sequence[str] = ()

    @property
    def _column(self) -> TableColumn | None:
        own = (*Policies.columns, KIND_OF_CHANGE)
        return next((one for one in own if one.name == self.name), None)

    @property
    def required(self) -> bool:
        """Return whether a policy must have it."""
        return bool(self._column and self._column.required)

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return what may be chosen, where a list says it."""
        return self._column.offered if self._column else []

    @property
    def pick(self) -> str:
        """Return where rows are offered for what is typed; nothing if none are."""
        named = self._named
        return reverse("admin:desk-pick", args=[named.table]) if named else ""

    @property
    def names_document(self) -> bool:
        """Return whether it names a document, which may have to be added first."""
        named = self._named
        return named is not None and named.table == "sources"

    @property
    def _named(self) -> Naming | None:
        return naming_of(Policies(), self.name, {})


def shared_cells(posted: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the cells that a matrix may share: the column, what it is called, what was typed."""
    labels = {column.name: str(column.label) for column in Policies.columns}
    beside = labels_beside(Policies())
    labels |= beside
    names = (*SHARED, *beside)
    return [(name, labels[name], posted.get(f"shared_{name}", "").strip()) for name in names]
