"""What cells of a new row tell of its empty ones, where the rule is plain: the key, the issuers and
the kind of a document from its number, the key of a city from its name, the number of a batch from
those of its programme. Whoever types the row may change them; a key that is taken is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.text import slugify

from zones.dataset.alias_table import kinds_of_tables
from zones.dataset.table import Cells, Table
from zones.desk.new_rows import NewRows
from zones.desk.pickers import NotPickedError, entry_of, picked
from zones.models import Batch
from zones.rules.names import joined
from zones.selectors.told_by_numbers import told_by_number

_Typed = Mapping[str, str]


def likely_cells(table: Table, typed: _Typed, brought: NewRows) -> Cells:
    """Return what the filled cells of a new row tell of its empty ones.

    Args:
        table: the table of the row.
        typed: its cells.
        brought: rows of the set in which it is typed.
    """
    if table.name not in _TOLD:
        return {}
    tells, told = _TOLD[table.name]
    cells = [typed.get(name, "") for name in tells]
    # No database looks for what cannot be written.
    if not any(cells) or not all(cell.isprintable() for cell in cells):
        return {}
    found = told(typed, brought)
    key = table.key[-1]
    if key in found and _is_taken(table, {**typed, key: found[key]}, brought):
        found = {name: cell for name, cell in found.items() if name != key}
    return {name: cell for name, cell in found.items() if cell and not typed.get(name)}


def telling(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that tell of others of a new row."""
    return _TOLD[table.name][0] if table.name in _TOLD else ()


def told_anew(table: Table, typed: _Typed, before: _Typed, brought: NewRows) -> Cells:
    """Return what the filled cells tell of the others, and of those that say what was told of them
    by what was typed before: a number that is mended takes the key with it that it told.
    """
    told = likely_cells(table, before, brought)
    own = {name: "" if cell and told.get(name) == cell else cell for name, cell in typed.items()}
    return {**own, **likely_cells(table, own, brought)}


def _is_taken(table: Table, cells: _Typed, brought: NewRows) -> bool:
    """Whether a row has a key, or had it, or the set brings one."""
    key = tuple(cells.get(name, "") for name in table.key)
    kind = kinds_of_tables().get(table.name, "")
    former = (kind, key[-1]) in brought.snapshot.renamed
    return former or entry_of(table.name, key, brought) is not None


def _of_document(typed: _Typed, brought: NewRows) -> Cells:
    told = told_by_number(typed.get("document_number", ""), brought.snapshot)
    return {"id": told.key, "issuers": "; ".join(told.issuers), "kind": str(told.kind)}


def _of_city(typed: _Typed, brought: NewRows) -> Cells:
    """The key of a city is its name; that of one whose name others have names its province too."""
    name = typed.get("name_en", "")
    key = slugify(name)
    cities = brought.snapshot.cities.values()
    new = brought.of("cities").values()
    names = {*(city.name_en for city in cities), *(cells["name_en"] for cells in new)}
    keys = {*(city.slug for city in cities), *(cells["slug"] for cells in new)}
    if not key or (key not in keys and joined(name) not in map(joined, names)):
        return {"slug": key}
    try:
        (code,) = picked("provinces", typed.get("province", ""), brought=brought).key
    except NotPickedError:
        return {}
    provinces = brought.snapshot.related["province"].values()
    province = next((one.name_en for one in provinces if one.iso_3166_2 == code), "")
    own = f"{key}-{slugify(province)}"
    return {"slug": own} if province and own not in keys else {}


def _of_batch(typed: _Typed, brought: NewRows) -> Cells:
    """Batches of a programme are counted."""
    try:
        (programme,) = picked("programmes", typed.get("programme", ""), brought=brought).key
    except NotPickedError:
        return {}
    known = Batch.objects.filter(programme__slug=programme).values_list("number", flat=True)
    new = [key[1] for key in brought.of("batches") if key[0] == programme]
    counted = [int(number) for number in (*map(str, known), *new) if number.isdecimal()]
    return {"number": str(max(counted, default=0) + 1)}


_TOLD: Mapping[str, tuple[tuple[str, ...], Callable[[_Typed, NewRows], Cells]]] = {
    "sources": (("document_number",), _of_document),
    "cities": (("name_en", "province"), _of_city),
    "batches": (("programme",), _of_batch),
}
