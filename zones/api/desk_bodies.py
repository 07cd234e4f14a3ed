"""The bodies of the API of the desk: what may be written of a change set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from cbec_portal.api.bodies import Ids, RequestBody, Several, TextMember, Texts
from cbec_portal.api.parameters import unknown_words
from cbec_portal.punctuation import blank
from cbec_portal.refusals import ParameterError
from zones.dataset.csv_files import LONGEST_CELL
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid_files import MOST_ROWS, too_many_rows
from zones.desk.submitted_rows import SubmittedRows, columns_of

ROWS_WANTED = gettext_lazy("A list of objects is wanted, each with texts by the columns of a row.")

#: So many columns that a table lacks are named at once.
MOST_UNKNOWN = 20
ROW_IDS_WANTED = gettext_lazy("A list of the rows' ids is wanted.")


class TableMember(TextMember):
    """A table of the dataset, by its name."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the table of that name.

        Raises:
            ParameterError: there is none.
        """
        name = super().to_internal_value(data)
        try:
            return table_named(name)
        except KeyError:
            known = [table.name for table in registry]
            words = unknown_words("table", name, known)
            raise ParameterError(self.field_name or "", words) from None


class RowObjects(Several):
    """Rows, each an object of texts by column."""

    child = serializers.DictField(child=serializers.CharField())

    def is_member(self, one: Any) -> bool:
        """Return whether it is an object."""
        return isinstance(one, dict)

    def members(self, data: list[Any]) -> list[dict[str, str]]:
        """Return the rows.

        Raises:
            ValidationError: there are too many, or a cell is no text, or a longer one than is read.
        """
        if len(data) > MOST_ROWS:
            raise serializers.ValidationError(too_many_rows())
        for line, row in enumerate(data, start=1):
            for column, cell in row.items():
                told: dict[str, Any] = {"line": line, "column": column[:40]}
                if not isinstance(cell, str):
                    words = _("Row %(line)s, column %(column)s: a cell is a text, as in a file.")
                    raise serializers.ValidationError(words % told)
                if len(cell) > LONGEST_CELL:
                    words = _(
                        "Row %(line)s, column %(column)s: the cell has %(found)s characters; "
                        "at most %(most)s are read."
                    )
                    told |= {"found": len(cell), "most": LONGEST_CELL}
                    raise serializers.ValidationError(words % told)
        return data


class SetOpening(RequestBody):
    """What a change set is opened with; readers see both in its revision."""

    title = TextMember(help_text="What it is called.")
    reason = TextMember(default="", help_text="Why; needed before it is sent to review.")


class SetRenaming(RequestBody):
    """What a set is called, and why."""

    title = TextMember(required=False, help_text="Another title.")
    reason = TextMember(required=False, help_text="Another reason.")


class RowsToCheck(RequestBody):
    """Rows of one table, by the columns of its file and what stands beside them."""

    table = TableMember(help_text="The table, by the name of its file, such as `policies`.")
    rows = RowObjects(
        ROWS_WANTED,
        default=list,
        help_text="Rows to write, each an object of texts by column; what is left out stays.",
    )
    take_out = RowObjects(
        ROWS_WANTED,
        default=list,
        help_text="Rows to take out, each an object of the columns of its key.",
    )

    def read(self) -> dict[str, Any]:
        """Return the table and its rows.

        Raises:
            ParameterError: a member is wrong, or a row names a column that the table lacks.
        """
        found = super().read()
        table, rows, gone = found.pop("table"), found.pop("rows"), found.pop("take_out")
        if not rows and not gone:
            raise ParameterError("rows", str(ROWS_WANTED))
        _refuse_unknown("rows", rows, columns_of(table))
        _refuse_unknown("take_out", gone, table.key)
        return {**found, "handed": SubmittedRows(table, rows, gone)}


def _refuse_unknown(
    member: str, rows: Iterable[Mapping[str, str]], columns: Collection[str]
) -> None:
    """Refuse rows that say something in columns that are none: all of those are named, each once.

    Raises:
        ParameterError: there are such.
    """
    first: dict[str, str] = {}
    for line, row in enumerate(rows, start=1):
        for name in row:
            if name not in columns and name not in first and len(first) < MOST_UNKNOWN:
                words = unknown_words("column", name, columns, given=row)
                first[name] = _("Row %(line)s: %(words)s") % {"line": line, "words": words}
    if first:
        raise ParameterError(member, blank().join(first.values()))


class RowsToPropose(RowsToCheck):
    """Rows to propose, and what was seen of those that they would write over or double."""

    held = TextMember(default="", help_text="The `held` that the check gave, if it gave one.")
    doubles = TextMember(default="", help_text="The `doubles` that the check gave, if it did.")


class Reasons(RequestBody):
    """Why rows are right although they are warned of, for all open warnings of some kinds."""

    warnings = Texts(help_text="The codes of the warnings that are meant.")
    reason = TextMember(help_text="Why it is right all the same.")


class NoMembers(RequestBody):
    """No members at all: the address says what is to be done."""


class RowIds(Ids):
    """Ids of rows of the set."""

    def members(self, data: list[Any]) -> list[int]:
        """Return the ids.

        Raises:
            ValidationError: one of them is none of the set's.
        """
        known = set(self.context["view"].change_set.rows.values_list("pk", flat=True))
        if strange := sorted(set(data) - known):
            words = _("The change set has no row %s.")
            raise serializers.ValidationError(words % strange[0])
        return data


class SentBack(RequestBody):
    """Why a set goes back, and which of its rows; the whole set if none are named."""

    text = TextMember(help_text="Why.")
    rows = RowIds(ROW_IDS_WANTED, default=list, help_text="The ids of rows.")
