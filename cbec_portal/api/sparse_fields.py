"""`fields=` and `omit=`: the columns of a list that the reader wants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cbec_portal.api.parameters import Parameters, checked_options
from cbec_portal.api.renderers import plain

SPARSE_PARAMETERS = frozenset({"fields", "omit"})


def chosen_columns(
    rows: Sequence[Any], parameters: Parameters, declared: Iterable[str] = ()
) -> Sequence[Any]:
    """Return the rows cut to the columns asked for, in the order asked.

    `declared` are columns that are valid although no row of this page may show them.

    Raises:
        ParameterError: a column is asked for, or to be left out, that is none.
    """
    wanted, unwanted = parameters.many("fields"), parameters.many("omit")
    if not wanted and not unwanted:
        return rows
    read = [row if isinstance(row, Mapping) else plain(row) for row in rows]
    valid = list(dict.fromkeys([*declared, *(column for row in read for column in row)]))
    if valid:
        checked_options("fields", wanted, valid)
        checked_options("omit", unwanted, valid)
    kept = [column for column in wanted or valid if column not in unwanted]
    return [{column: row[column] for column in kept if column in row} for row in read]
