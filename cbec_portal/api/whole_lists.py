"""A list as a whole: made and written a page at a time, so that it needs no more room than one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from cbec_portal.api.renderers import (
    SeenColumns,
    cell,
    dump_json,
    file_name,
    flatten,
    harmless,
    rows_of,
    sheet_value,
)
from cbec_portal.api.sheets import TableSheet, Value
from cbec_portal.costly_responses import ALL

#: The forms that hold nothing but rows: no count tells there that some are missing.
TABLES = ("csv", "xlsx")
#: So much of an answer stays in memory; a longer one is sent from the disk.
MOST_IN_MEMORY = 4 * 1024 * 1024

#: The rows of a list, a page at a time, from the first on whenever it is asked.
Pages = Callable[[], Iterator[Sequence[Any]]]


def asks_for_all(request: Request) -> bool:
    """Return whether a list is asked for as a whole: in words, or as a table of no certain part."""
    asked = request.query_params
    if asked.getlist("limit") == [ALL]:
        return "offset" not in asked
    renderer = getattr(request, "accepted_renderer", None)
    return getattr(renderer, "format", "") in TABLES and not {"limit", "offset"} & set(asked)


def whole_list(
    view: Any, renderer: BaseRenderer, head: Mapping[str, Any], pages: Pages
) -> HttpResponseBase:
    """Return all rows of a list as a file in the form of a renderer.

    Args:
        view: whose list it is, after which a table is named.
        renderer: the form.
        head: what JSON says beside the rows, ``count`` among it.
        pages: the rows.
    """
    # It is closed by the response that sends it, or below.
    file: IO[bytes] = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115
    if renderer.format == "csv":
        _write_csv(file, pages)
    elif renderer.format == "xlsx":
        _write_xlsx(file, pages, int(head["count"]))
    else:
        _write_json(file, head, pages)
    size = file.tell()
    file.seek(0)
    kind = f"{renderer.media_type}; charset=utf-8" if renderer.charset else renderer.media_type
    response: HttpResponseBase
    if size > MOST_IN_MEMORY:
        response = FileResponse(file, content_type=kind)
        response.headers["Content-Length"] = str(size)
    else:
        with file:
            response = HttpResponse(file.read(), content_type=kind)
    if renderer.format in TABLES:
        name = f"{file_name(view)}.{renderer.format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _write_json(file: IO[bytes], head: Mapping[str, Any], pages: Pages) -> None:
    beside = {name: value for name, value in head.items() if name != "results"}
    file.write(dump_json(beside).removesuffix(b"}") + b',"results":[')
    parting = b""
    for page in pages():
        for row in page:
            file.write(parting + dump_json(row))
            parting = b","
    file.write(b"]}")


def _flat(pages: Pages) -> Iterator[list[dict[str, Any]]]:
    for page in pages():
        yield [flatten(row) for row in rows_of(page)]


def _columns(pages: Pages) -> list[str]:
    seen = SeenColumns()
    for page in _flat(pages):
        seen.add(page)
    return seen.columns()


def _write_csv(file: IO[bytes], pages: Pages) -> None:
    columns = _columns(pages)
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in columns])
    for page in _flat(pages):
        writer.writerows([cell(row.get(column)) for column in columns] for row in page)
    text.detach()


def _write_xlsx(file: IO[bytes], pages: Pages, count: int) -> None:
    from cbec_portal.api.workbooks import write_workbook

    columns = _columns(pages)
    write_workbook(file, [TableSheet("CBEC", columns, _SheetRows(columns, pages, count))])


class _SheetRows(Sequence[Sequence[Value]]):
    """The rows of a sheet, made as they are written."""

    def __init__(self, columns: Sequence[str], pages: Pages, count: int) -> None:
        self._columns, self._pages, self._count = columns, pages, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for page in _flat(self._pages):
            for row in page:
                yield [sheet_value(row.get(column)) for column in self._columns]

    def __getitem__(self, place: Any) -> Any:
        raise NotImplementedError("Rows are written in order.")
