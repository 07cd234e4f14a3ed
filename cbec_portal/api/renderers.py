"""JSON by orjson, and CSV and XLSX that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

import orjson
from django.db.models import QuerySet
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.text import slugify
from rest_framework.renderers import BaseRenderer

from cbec_portal.china_time import in_china
from cbec_portal.decimals import number_text

T = TypeVar("T")
Row = Mapping[str, Any]
Writer = Callable[[T], bytes]

_writers: dict[type, Writer[Any]] = {}

# Times are left to `as_json`, so that moments are written as everywhere.
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME

# What a spreadsheet takes for the start of a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# Most values of a table are of these types, which are not asked what else they might be.
_UNDIVIDED = frozenset((str, type(None), bool, int, float, Decimal, date, list))


class JSONRenderer(BaseRenderer):
    """An answer as JSON in UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the answer as JSON, or nothing where there is none."""
        return b"" if data is None else dump_json(data)


class CSVRenderer(BaseRenderer):
    """A view may shape its own rows with `csv_rows(data)` and name the file with `csv_name`."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the rows of the answer as a CSV file."""
        return write_csv(table_rows(data, self.format, renderer_context)).encode()


class XLSXRenderer(BaseRenderer):
    """The same rows as CSV, as a workbook whose numbers are numbers."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the rows of the answer as a workbook."""
        return write_xlsx(table_rows(data, self.format, renderer_context))


def table_rows(data: Any, ending: str, context: Mapping[str, Any] | None) -> Iterable[Row]:
    """Return the rows of an answer, and let it be saved as a file with a name of its own.

    A view may shape its rows, but not those of an answer that says what was wrong, or what can be
    asked (OPTIONS).
    """
    view: Any = (context or {}).get("view")
    if (response := (context or {}).get("response")) is not None:
        name = f"{file_name(view)}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    request = (context or {}).get("request")
    describes = request is not None and request.method == "OPTIONS"
    if describes or (isinstance(data, Mapping) and "errors" in data):
        return rows_of(data)
    rows: Iterable[Row] = view.csv_rows(data) if hasattr(view, "csv_rows") else rows_of(data)
    return rows


def writes(kind: type[T]) -> Callable[[Writer[T]], Writer[T]]:
    """Let a function write all things of a kind as JSON, wherever they stand in an answer.

    It is for mappings that are written quicker than value by value, and gives the same text.
    """

    def register(write: Writer[T]) -> Writer[T]:
        _writers[kind] = write
        return write

    return register


def dump_json(data: Any) -> bytes:
    """Return anything that answers hold as JSON."""
    return orjson.dumps(data, default=as_json, option=_OPTIONS)


def as_json(value: Any) -> Any:
    """Return what JSON has for a value that orjson does not know itself.

    Numbers keep their digits; those that JSON cannot write are null.

    Raises:
        TypeError: it is of a kind that has no place in an answer.
    """
    if (write := _writers.get(type(value))) is not None:
        return orjson.Fragment(write(value))
    if isinstance(value, date | time):
        return time_text(value)
    if isinstance(value, Decimal):
        return orjson.Fragment(number_text(value)) if value.is_finite() else None
    if isinstance(value, Promise):
        return force_str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, QuerySet | set | frozenset | tuple | Iterator):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def time_text(value: date | time) -> str:
    """Return a day as it is, a moment as a clock in China shows it: 2026-11-30T03:33:00+08:00."""
    return (in_china(value) if isinstance(value, datetime) else value).isoformat()


def file_name(view: Any) -> str:
    """Return the name of a view's files, without ending.

    It is what the view says, else its own name in letters that every system takes.
    """
    name = getattr(view, "csv_name", None) or getattr(view, "basename", None)
    return slugify(name or (view.get_view_name() if view is not None else "")) or "answer"


def rows_of(data: Any) -> list[Row]:
    """Return the rows of an answer: the results of a page, a list, or the one thing it is."""
    if isinstance(data, orjson.Fragment):
        data = plain(data)
    if isinstance(data, Mapping):
        data = data.get("results", [data])
    return [plain(row) if isinstance(row, orjson.Fragment) else row for row in data or ()]


def plain(fragment: Any) -> Any:
    """Return what was written as JSON ahead as values again, for files need its columns."""
    return orjson.loads(dump_json(fragment))


def write_csv(rows: Iterable[Row]) -> str:
    """Return rows as CSV, with nested values under dotted column names.

    Columns come in the order in which they are first seen.
    """
    flat = [flatten(row) for row in rows]
    columns = columns_of(flat)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([[cell(row.get(column)) for column in columns] for row in flat])
    return text.getvalue()


def write_xlsx(rows: Iterable[Row]) -> bytes:
    """Return rows as a workbook: one sheet with a frozen, filterable head.

    No cell ever starts a formula.
    """
    from cbec_portal.api.sheets import TableSheet
    from cbec_portal.api.workbooks import workbook_of

    flat = [flatten(row) for row in rows]
    columns = columns_of(flat)
    written = [[sheet_value(row.get(c)) for c in columns] for row in flat]
    return workbook_of([TableSheet("CBEC", columns, written)])


def sheet_value(value: Any) -> bool | int | float | str | None:
    """Return what a cell of a workbook holds, in which a number stays a number."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    return cell_text(value)


def flatten(row: Row) -> dict[str, Any]:
    """Return the values of a row under dotted column names."""
    flat: dict[str, Any] = {}
    _flatten_into(flat, row, "")
    return flat


def _flatten_into(flat: dict[str, Any], row: Row, prefix: str) -> None:
    for key, value in row.items():
        name = f"{prefix}{key}"
        if type(value) in _UNDIVIDED:
            flat[name] = value
            continue
        if isinstance(value, orjson.Fragment):
            value = plain(value)
        if isinstance(value, Mapping):
            _flatten_into(flat, value, f"{name}.")
        else:
            flat[name] = value


def columns_of(rows: list[dict[str, Any]]) -> list[str]:
    """Return every column seen, in the order in which they are first seen.

    A column such as `city` is left out where it is only ever empty beside `city.name`.
    """
    seen = SeenColumns()
    seen.add(rows)
    return seen.columns()


class SeenColumns:
    """The columns of rows that are seen some at a time."""

    def __init__(self) -> None:
        # Most rows have the same columns: each set of them is looked through once.
        self._heads: dict[tuple[str, ...], None] = {}
        self._filled: set[str] = set()

    def add(self, rows: list[dict[str, Any]]) -> None:
        """See rows."""
        fresh = dict.fromkeys(map(tuple, rows))
        self._heads |= fresh
        # A page may hold a column whole that another divides.
        for name in {column for head in fresh for column in head} - self._filled:
            if any(row.get(name) is not None for row in rows):
                self._filled.add(name)

    def columns(self) -> list[str]:
        """Return every column seen but the hollow ones."""
        seen = list(dict.fromkeys(column for head in self._heads for column in head))
        hollow = _parents(set(seen)) - self._filled
        return [column for column in seen if column not in hollow]


def _parents(columns: set[str]) -> set[str]:
    """The columns that are divided as well: ``city`` beside ``city.name``."""
    return {column.rpartition(".")[0] for column in columns} & columns


def cell(value: Any) -> str:
    """Return what a cell of a CSV file holds.

    Numbers may begin with a minus; of texts none may start a formula.
    """
    if value is None:
        return ""
    if type(value) is str:
        return harmless(value)
    if isinstance(value, int | float | Decimal):  # bool is an int
        return cell_text(value)
    return harmless(cell_text(value))


def cell_text(value: Any) -> str:
    """Return a value as text: dates as ISO has them, lists separated by semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return number_text(value) if value.is_finite() else ""
        case date() | time():
            return time_text(value)
        case Mapping():
            return dump_json(value).decode()
        case list() | tuple() | set() | frozenset() | QuerySet():
            return "; ".join(map(cell_text, value))
    return force_str(value)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Files hold what others wrote, and a formula would be run where they are opened.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
