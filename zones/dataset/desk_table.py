"""What tables of the desk share, and the columns that they have beside those of models.

They are written after the revisions to which they refer are replayed. Accounts are not part of a
dump: names are kept, and none is ever led to an account that happens to have that name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from zones.dataset.columns import MOST_RISING, TableColumn
from zones.dataset.history_tables import HistoryTable
from zones.dataset.table import BATCH, Cells, Changes, Load, TableRow
from zones.rules.values import whole_number


def number_column(name: str, label: Any, path: str = "", *, required: bool = True) -> TableColumn:
    """Return a column of whole numbers that no rule of a model reads."""

    def read(cell: str) -> int:
        return whole_number(cell, least=0, most=MOST_RISING)

    return TableColumn(
        *(name, path or name, read, str, required, "integer"), empty=None, staff=True, label=label
    )


def json_column(name: str, label: Any) -> TableColumn:
    """Return a column of cells by name, as JSON in one order whatever a database makes of it."""

    def read(cell: str) -> Any:
        try:
            return json.loads(cell)
        except ValueError as wrong:
            raise ValueError(f"is not JSON: {wrong}") from None

    def write(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    return TableColumn(
        name, name, read, write, False, "object", empty=None, staff=True, label=label
    )


def words_column(name: str, label: Any, path: str = "", *, required: bool = False) -> TableColumn:
    """Return a column of text that is restored as it was written."""
    return TableColumn(*(name, path or name, str, str, required, "string"), staff=True, label=label)


NUMBER = pgettext_lazy("field", "number")
OF_SET = pgettext_lazy("field", "change set")
OF_ROW = pgettext_lazy("field", "proposed row")
TABLE = pgettext_lazy("field", "table")
KEY = pgettext_lazy("field", "key of the row")
NAME = pgettext_lazy("field", "name of the person")
AT = pgettext_lazy("field", "moment")
COPY = pgettext_lazy("field", "archived copy")
SETTLED = pgettext_lazy("field", "settled at")


class DeskTable(HistoryTable):
    """A table of the desk. A history that was dumped before there was one lacks it."""

    model: ClassVar[type[models.Model]]
    instead_of = ""
    is_optional = True
    key = ("number",)
    #: The account of whose name a column keeps what it was then, where it matters whose work it is.
    accounts: ClassVar[Mapping[str, str]] = {}

    def current(self) -> Iterable[Cells]:
        """Yield the rows by number.

        People whose work it is are named as their accounts are now: names are all that a restore
        knows of them, and nobody reviews what they wrote themselves under an earlier name.
        """
        paths = [self._path(column) for column in self.columns]
        for row in self.model._default_manager.order_by("pk").values_list(*paths).iterator():
            yield {c.name: self._cell(c, value) for c, value in zip(self.columns, row, strict=True)}

    def _path(self, column: TableColumn) -> Any:
        if account := self.accounts.get(column.name):
            return Coalesce(f"{account}__username", column.path, output_field=models.CharField())
        return column.path

    @staticmethod
    def _cell(column: TableColumn, value: Any) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
        return "" if value is None else column.write(value)

    def write(self, changes: Changes, load: Load) -> None:
        """Store the rows under the numbers that they had."""
        rows = [self.model(**self.fields(row)) for row in changes.added.values()]
        self.model._default_manager.bulk_create(rows, batch_size=BATCH)
        # Rows keep their numbers, since others refer to them by these. PostgreSQL counts on from
        # where its sequence is, and would give the next row a number that is taken.
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(sql)

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what the model keeps of a row."""
        return {self._attribute(column): row.values[column.name] for column in self.columns}

    def _attribute(self, column: TableColumn) -> str:
        field: Any = self.model._meta.get_field("id" if column.path == "pk" else column.path)
        return str(field.attname)

    def finish_restore(self, changes: Changes) -> None:
        """Do what waits for the other tables of the desk."""
