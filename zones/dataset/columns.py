"""Columns of the dataset: how a cell is read, written and described.

A cell is read by the rule of the model's field that keeps it, so that a file can say what a form
can, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext_lazy

from cbec_portal.china_time import in_china
from cbec_portal.decimals import number_text
from cbec_portal.quotation import quoted
from zones.models.fields import (
    LARGEST_SMALL,
    LONGEST,
    DegreesField,
    LinesField,
    NumberField,
    OptionField,
    PartialDateField,
    PastDayField,
    PlainMixin,
)
from zones.models.spellings import UnreadError, date_text
from zones.rules.partial_dates import partial_date, whole_day
from zones.rules.values import (
    WrongValueError,
    boolean,
    listed,
    number,
    plain_text,
    same_list,
    same_number,
    whole_number,
)

#: What a clause is called beside that in Chinese; readers of one language read of a clause alone.
ENGLISH_CLAUSE = pgettext_lazy("field", "English clause")
#: What stands where a cell may stay empty, and nothing calls that.
NOTHING = "—"
#: The largest number that columns of numbers that rise hold on any database.
MOST_RISING = 2**31 - 1


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    ``read`` turns a filled cell into a value and raises ValueError saying what is wrong; ``write``
    turns a value back into the one normal form of the cell. An empty cell is ``empty``. ``path`` is
    where the model keeps the value, ``type`` what the data package calls it. Two cells that are
    the ``same`` say the same, whatever their spelling. ``label`` is what people call it in their
    language, ``help`` what is not plain about it, ``words`` what its options are called. Files from
    before a column was ``added_later`` lack it: they leave it as it is known, and say
    ``until_then`` of new rows. Text that may have several ``lines`` gets a box of several. A
    ``past`` day has come by the time somebody writes it. Of options ``told_once_used`` a data
    package names those alone that its rows have.
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
    past: bool = False
    told_once_used: bool = False
    label: Any = ""
    help: Any = ""
    words: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def value_of(self, cell: str) -> Any:
        """Read a cell.

        Raises:
            ValueError: the cell is empty where it must not be, or not of this column's form.
        """
        if not cell or cell.isspace():
            if self.required:
                raise WrongValueError(gettext_noop("is empty, but must be filled"))
            return self.empty
        return self.read(cell)

    @property
    def is_of_days(self) -> bool:
        """Return whether its cells are days, whole or cut short."""
        return self.type == "date" or self.read in (partial_date, whole_day)

    def cell_of(self, value: Any) -> str:
        """Write a value."""
        return "" if value is None or value == "" else self.write(value)

    def read_out(self, cell: str) -> str:
        """Return a cell as people read it: an option by what it is called, a truth as yes or no."""
        if self.type == "boolean":
            return {"true": _("Yes"), "false": _("No")}.get(cell, cell)
        return str(self.words.get(cell, cell))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Return what may be chosen, each cell with what people call it, an empty one first where
        it is called something. Nothing where no list says it.
        """
        own = ("true", "false") if self.type == "boolean" else self.options
        empty = ("",) if own and "" in self.words else ()
        return [(cell, self.read_out(cell)) for cell in (*empty, *own)]

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Return what a box offers: the choices, and before them a blank where none is empty."""
        own = self.choices
        return own if not own or not own[0][0] else [("", NOTHING), *own]


def kept_in(
    model: type[models.Model], name: str, path: str = "", *, staff: bool = False
) -> TableColumn:
    """Return a column that is kept in a field of a model, or of one that it refers to."""
    path = path or name
    fields = _fields_along(model, path)
    first, own = fields[0], fields[-1]
    # A key of another row is called what refers to that row.
    named = fields[-2] if len(fields) > 1 else own
    read, write, kind, empty, options = _manner(own.target_field if own.is_relation else own)
    required = not (first.blank or first.null) and "" not in options
    filled = tuple(option for option in options if option)
    return TableColumn(
        *(name, path, read, write, required, kind, empty, filled, staff),
        lines=isinstance(own, LinesField),
        past=isinstance(own, PastDayField),
        label=named.verbose_name,
        help=named.help_text,
        words={str(value): words for value, words in own.flatchoices},
    )


def _fields_along(model: type[models.Model], path: str) -> list[Any]:
    fields: list[Any] = []
    owner: Any = model
    for part in path.split("__"):
        fields.append(owner._meta.get_field(part))
        owner = fields[-1].related_model
    return fields


Manner = tuple[Callable[[str], Any], Callable[[Any], str], str, Any, tuple[str, ...]]


def _day(text: str) -> date:
    """A day as people write it, as the model's field reads it."""
    try:
        return whole_day(date_text(text))
    except UnreadError:
        return whole_day(text)  # which says in words that it is none


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
            return _day, str, "date", None, ()
        case models.BooleanField():
            return boolean, _boolean_text, "boolean", None, ()
        case DegreesField():
            return field.read, number_text, "number", None, ()
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
        raise WrongValueError(
            gettext_noop("%(text)s is not between %(least)s and %(most)s"),
            text=cell[:80],
            least=least,
            most=most,
        )
    return value


def _boolean_text(value: bool) -> str:
    return str(value).lower()


def text(
    name: str,
    label: Any,
    path: str = "",
    *,
    lines: bool = False,
    required: bool = False,
    told: Any = "",
) -> TableColumn:
    """Return a column of text that no single field keeps."""
    read = partial(plain_text, lines=lines, longest=LONGEST)
    return TableColumn(
        *(name, path or name, read, str, required, "string"), lines=lines, label=label, help=told
    )


def counted(name: str, label: Any) -> TableColumn:
    """Return a column of numbers that tell apart what is alike in all else.

    Older files lack it.
    """
    read = partial(whole_number, least=1, most=MOST_RISING)
    return TableColumn(
        name, name, read, str, False, "integer", empty=None, added_later=True, label=label
    )


def moment(name: str, label: Any) -> TableColumn:
    """Return a column of points in time with their offsets from UTC."""

    def read(cell: str) -> datetime:
        try:
            return in_china(datetime.fromisoformat(cell.strip()).replace(fold=0)).astimezone(UTC)
        except (ValueError, OverflowError):
            why = f"{quoted(cell[:80])} is not a time such as 2026-11-23T08:00:00+00:00"
            raise ValueError(why) from None

    return TableColumn(name, name, read, datetime.isoformat, True, "datetime", label=label)


def parts(
    name: str, label: Any, *, ordered: bool = True, joined_by: str = ";", told: Any = ""
) -> TableColumn:
    """Return a column of several texts, separated by semicolons.

    If they are not ``ordered``, they are written from A to Z, and another order is no change.
    """

    def read(cell: str) -> list[str]:
        found = listed(plain_text(cell, lines=False, longest=LONGEST))
        return found if ordered else sorted(found)

    same = None if ordered else same_list
    return TableColumn(
        *(name, name, read, joined_by.join, False, "string"),
        empty=(),
        same=same,
        label=label,
        help=told,
    )


__all__ = [
    "NOTHING",
    "TableColumn",
    "counted",
    "kept_in",
    "moment",
    "parts",
    "same_list",
    "same_number",
    "text",
]
