"""What rows without versions said before they were changed.

Policies, zones and placements keep every version. Of all other tables this is what is kept, so that
a file made before a change can be told from one made after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import models

from zones.dataset.table import Cells, Key, ModelTable
from zones.dataset.table_registry import registry
from zones.models import Edit

#: Cells by table and natural key.
TableCells = dict[tuple[str, Key], Cells]


def cells_of(instance: models.Model) -> TableCells:
    """Return the rows of tables that a stored record is, or is part of, with their cells."""
    found: TableCells = {}
    if instance.pk is None:
        return found
    for table in registry:
        if not isinstance(table, ModelTable):
            continue
        if table.model is type(instance):
            pk = instance.pk
        elif type(instance) in table.part_models:
            pk = getattr(instance, f"{table.part_models[type(instance)]}_id")
        else:
            continue
        for row in table.queryset().filter(pk=pk):
            cells = table.cells(row)
            found[table.name, table.key_of(cells)] = cells
    return found


def remember(before: Mapping[tuple[str, Key], Cells], after: Iterable[tuple[str, Key]]) -> None:
    """Note what rows said before, and of new ones that they were not there."""
    former: list[object] = [[name, list(key), cells] for (name, key), cells in before.items()]
    former += [[name, list(key), None] for name, key in after if (name, key) not in before]
    if former:
        Edit.note(former=former)
