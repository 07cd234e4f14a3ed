"""Columns of the dataset: how a cell is read, written and described."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from cbec_portal.clock import in_china
from zones.models.topics import number_text, parse_boolean, parse_number
from zones.rules.partial_dates import PartialDate


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``read`` turns a filled cell into a value and raises ValueError saying what is wrong; ``write``
    turns a value back into the same cell. An empty cell is ``empty``. ``path`` is where the model
    keeps the value, ``type`` what the data package calls it.
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

    def value_of(self, cell: str) -> Any:
        """Read a cell.

        Raises:
            ValueError: the cell is empty where it must not be, or not of this column's form.
        """
        if cell == "":
            if self.required:
                raise ValueError("is empty, but must be filled")
            return self.empty
        if cell != cell.strip() or "\x00" in cell:
            raise ValueError("starts or ends with a blank, or holds a NUL character")
        return self.read(cell)

    def cell_of(self, value: Any) -> str:
        """Write a value."""
        return "" if value is None or value == "" else self.write(value)

    def cell_of_read(self, value: Any, cell: str) -> str:
        """The normal form of a cell that was read."""
        return cell if self.type == "string" else self.cell_of(value)


def text(
    name: str, path: str = "", *, longest: int = 5000, required: bool = False, staff: bool = False
) -> Column:
    """Free text on one line."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise ValueError(f"has {len(cell)} characters; at most {longest} fit")
        if "\n" in cell or "\r" in cell:
            raise ValueError("has a line break")
        return cell

    return Column(name, path or name, read, str, required, "string", staff=staff)


def url(name: str, path: str = "", *, staff: bool = False) -> Column:
    """A web address."""

    def read(cell: str) -> str:
        parts = urlsplit(cell)
        if parts.scheme not in {"http", "https"} or not parts.netloc or len(cell) > 500:
            raise ValueError(f"{cell[:80]!r} is not a web address of at most 500 characters")
        return cell

    return Column(name, path or name, read, str, False, "string", staff=staff)


def partial_date(name: str, path: str = "", *, required: bool = False) -> Column:
    """A date that may be cut short."""
    return Column(name, path or name, PartialDate, str, required, "string", empty=None)


def day(name: str, path: str = "") -> Column:
    """A whole date."""

    def read(cell: str) -> date:
        if len(cell) != 10:
            raise ValueError(f"{cell!r} is not a day such as 2025-04-25")
        return PartialDate(cell).first_day

    return Column(name, path or name, read, str, False, "date", empty=None)


def moment(name: str) -> Column:
    """A point in time with its offset from UTC."""

    def read(cell: str) -> datetime:
        try:
            return in_china(datetime.fromisoformat(cell).replace(fold=0)).astimezone(UTC)
        except (ValueError, OverflowError):
            why = f"{cell!r} is not a time such as 2026-11-23T08:00:00+00:00"
            raise ValueError(why) from None

    return Column(name, name, read, datetime.isoformat, True, "datetime")


def whole_number(name: str, path: str = "", *, required: bool = False) -> Column:
    """A natural number up to 32767."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdigit()) or int(cell) > 32767 or cell != str(int(cell)):
            raise ValueError(f"{cell!r} is not a whole number from 0 to 32767")
        return int(cell)

    return Column(name, path or name, read, str, required, "integer", empty=None)


def number(name: str, path: str = "", *, least: int, most: int) -> Column:
    """A decimal number within bounds."""

    def read(cell: str) -> Decimal:
        value = parse_number(cell)
        if not least <= value <= most:
            raise ValueError(f"{cell} is not between {least} and {most}")
        return value

    return Column(name, path or name, read, number_text, True, "number")


def boolean(name: str, path: str = "") -> Column:
    """``true`` or ``false``."""
    return Column(
        name, path or name, parse_boolean, lambda value: str(value).lower(), True, "boolean"
    )


def one_of(name: str, options: list[str], path: str = "", *, required: bool = True) -> Column:
    """One of a few words."""

    def read(cell: str) -> str:
        if cell not in options:
            raise ValueError(f"{cell!r} is not one of: {', '.join(filter(None, options))}")
        return cell

    return Column(
        name, path or name, read, str, required, "string", options=tuple(filter(None, options))
    )


def names_some(name: str) -> Column:
    """Several natural keys separated by semicolons."""

    def read(cell: str) -> list[str]:
        return [part.strip() for part in cell.split(";") if part.strip()]

    return Column(name, name, read, str, False, "string", empty=())
