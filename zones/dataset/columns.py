"""Columns of the dataset: how a cell is read, written and described.

A cell is read by the rule of the model's field that keeps it, so that a file can say what a form
can, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from cbec_portal.china_time import in_china
from cbec_portal.decimals import number_text
from zones.models.fields import (
    LARGEST_SMALL,
    LONGEST,
    LinesField,
    NumberField,
    OptionField,
    PartialDateField,
    PlainMixin,
)
from zones.rules.partial_dates import partial_date, whole_day
from zones.rules.values import (
    boolean,
    listed,
    number,
    plain_text,
    same_list,
    same_number,
    whole_number,
)

#: The largest number that columns of numbers that rise hold on any database.
MOST_RISING = 2**31 - 1


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    ``read`` turns a filled cell into a value and raises ValueError saying what is wrong; ``write``
    turns a value back into the one normal form of the cell. An empty cell is ``empty``. ``path`` is
    where the model keeps the value, ``type`` what the data package calls it. Two cells that are
    the ``same`` say the same, whatever their spelling. Files from before a column was
    ``added_later`` lack it: they leave it as it is known, and say ``until_then`` of new rows. Text
    that may have several ``lines`` gets a box of several.
    """

    name: str
    path: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    required: bool
    type: str
    empty: Any = ""
    options: tuple[str, ...] = ()
    staff: bool = False
    same: Callable[[str, str], bool] | None = None
    added_later: bool = False
    until_then: str = ""
    lines: bool = False

    @property
    def label(self) -> str:
        """Return what the column is called."""
        return self.name

    def value_of(self, cell: str) -> Any:
        """Read a cell.

        Raises:
            ValueError: the cell is empty where it must not be, or not of this column's form.
        """
        if not cell or cell.isspace():
            if self.required:
                raise ValueError("is empty, but must be filled")
            return self.empty
        return self.read(cell)

    def cell_of(self, value: Any) -> str:
        """Write a value."""
        return "" if value is None or value == "" else self.write(value)


def kept_in(
    model: type[models.Model], name: str, path: str = "", *, staff: bool = False
) -> TableColumn:
    """Return a column that is kept in a field of a model, or of one that it refers to."""
    path = path or name
    first, field = _fields_along(model, path)
    read, write, kind, empty, options = _manner(field)
    required = not (first.blank or first.null) and "" not in options
    filled = tuple(option for option in options if option)
    lines = isinstance(field, LinesField)
    return TableColumn(name, path, read, write, required, kind, empty, filled, staff, lines=lines)


def _fields_along(model: type[models.Model], path: str) -> tuple[Any, Any]:
    first: Any = None
    field: Any = None
    owner: Any = model
    for part in path.split("__"):
        field = owner._meta.get_field(part)
        first = first or field
        owner = field.related_model
    return first, field.target_field if field.is_relation else field


Manner = tuple[Callable[[str], Any], Callable[[Any], str], str, Any, tuple[str, ...]]


def _manner(field: Any) -> Manner:
    """How the cells of a field are read and written, what they are, and what an empty one is."""
    match field:
        case OptionField():
            options = tuple(str(value) for value, _ in field.flatchoices)
            return field.read, str, "string", "", options
        case PlainMixin():
            return field.read, str, "string", "", ()
        case PartialDateField():
            return partial_date, str, "string", None, ()
        case models.DateField():
            return whole_day, str, "date", None, ()
        case models.BooleanField():
            return boolean, _boolean_text, "boolean", None, ()
        case NumberField():
            least, most = _bounds(field, -(10**15), 10**15)
            return partial(_number, least=least, most=most), number_text, "number", None, ()
        case models.IntegerField():
            small = isinstance(field, models.SmallIntegerField | models.PositiveSmallIntegerField)
            least, most = _bounds(field, 0, LARGEST_SMALL if small else MOST_RISING)
            return partial(whole_number, least=least, most=most), str, "integer", None, ()
    raise TypeError(f"no column of the dataset is kept in {field!r}")


def _bounds(field: Any, least: int, most: int) -> tuple[int, int]:
    for validator in field._validators:
        match validator:
            case MinValueValidator():
                least = max(least, validator.limit_value)
            case MaxValueValidator():
                most = min(most, validator.limit_value)
    return least, most


def _number(cell: str, least: int, most: int) -> Decimal:
    value = number(cell)
    if not least <= value <= most:
        raise ValueError(f"{cell[:80]} is not between {least} and {most}")
    return value


def _boolean_text(value: bool) -> str:
    return str(value).lower()


def text(name: str, path: str = "", *, lines: bool = False, required: bool = False) -> TableColumn:
    """Return a column of text that no single field keeps."""
    read = partial(plain_text, lines=lines, longest=LONGEST)
    return TableColumn(name, path or name, read, str, required, "string", lines=lines)


def counted(name: str) -> TableColumn:
    """Return a column of numbers that tell apart what is alike in all else.

    Older files lack it.
    """
    read = partial(whole_number, least=1, most=MOST_RISING)
    return TableColumn(name, name, read, str, False, "integer", empty=None, added_later=True)


def moment(name: str) -> TableColumn:
    """Return a column of points in time with their offsets from UTC."""

    def read(cell: str) -> datetime:
        try:
            return in_china(datetime.fromisoformat(cell.strip()).replace(fold=0)).astimezone(UTC)
        except (ValueError, OverflowError):
            why = f"{cell[:80]!r} is not a time such as 2026-11-23T08:00:00+00:00"
            raise ValueError(why) from None

    return TableColumn(name, name, read, datetime.isoformat, True, "datetime")


def parts(name: str, *, ordered: bool = True, joined_by: str = ";") -> TableColumn:
    """Return a column of several texts, separated by semicolons.

    If they are not ``ordered``, another order is no change.
    """

    def read(cell: str) -> list[str]:
        return listed(plain_text(cell, lines=False, longest=LONGEST))

    same = None if ordered else same_list
    return TableColumn(name, name, read, joined_by.join, False, "string", empty=(), same=same)


__all__ = [
    "TableColumn",
    "counted",
    "kept_in",
    "moment",
    "parts",
    "same_list",
    "same_number",
    "text",
]
