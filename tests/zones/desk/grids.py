"""Grids to read in tests: one in every form, and workbooks made part by part."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import openpyxl
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from zones.dataset.table_registry import table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import Sheet, read_text, read_upload
from zones.desk.grid_judgement import JudgedGrid, judged_grid
from zones.models import ChangeSet

Rows = Sequence[Sequence[str]]


def page_of(
    change_set: ChangeSet, person: Any, name: str = "admin:desk-grid", language: str = ""
) -> Any:
    """How somebody posts a form of a page that reads rows into a set."""
    client = Client()
    log_in_staff(client, person)
    if language:
        client.cookies["django_language"] = language
    address = reverse(name, args=[change_set.pk])
    return lambda **posted: client.post(address, posted)


def buttons_of(why: str) -> list[tuple[str, str]]:
    """What the buttons say that stand in a text, and what each sends."""
    found = re.findall(r'name="do" value="([^"]*)">([^<]*)</button>', why)
    return [(unescape(words), unescape(sent)) for sent, words in found]


def separated(rows: Rows, sign: str = ",", line: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator=line).writerows(rows)
    return out.getvalue()


def workbook(rows: Sequence[Sequence[Any]], forms: Mapping[str, str] | None = None) -> bytes:
    """A workbook of one sheet; ``forms`` gives the format of cells by their places."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append([None if cell == "" else cell for cell in row])
    for place, form in (forms or {}).items():
        sheet[place].number_format = form
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with another part in the place of one."""
    return with_parts(content, {name: part})


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A workbook with other parts in the place of some, or beside those it has."""
    out = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(content))
    # However little it is packed, what is large here is one sign over and over.
    with old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for member in old.namelist():
            if member not in parts:
                new.writestr(member, old.read(member))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def renamed_part(content: bytes, part: str, name: str, inside: bytes = b"") -> bytes:
    """A workbook of which a part is called otherwise, wherever it is named, and may hold another
    text.
    """
    out = io.BytesIO()
    folder, old = part.rpartition("/")[::2]
    new = name.rpartition("/")[2]
    with (
        zipfile.ZipFile(io.BytesIO(content)) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        assert folder in name
        for member in book.namelist():
            told = book.read(member)
            if member == part:
                made.writestr(name, inside or told)
            else:
                made.writestr(member, told.replace(old.encode(), new.encode()))
    return out.getvalue()


def sheet_xml(rows: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def in_every_form(rows: Rows) -> dict[str, Sheet]:
    """One grid in every coding, with every separator, pasted and as a workbook."""
    text = separated(rows)
    files = {
        "UTF-8": text.encode(),
        "UTF-8 with its mark": text.encode("utf-8-sig"),
        "GB18030": text.encode("gb18030"),
        "UTF-16": text.encode("utf-16"),
        "UTF-16 unmarked": text.encode("utf-16-le"),
        "UTF-16 from its other end": b"\xfe\xff" + text.encode("utf-16-be"),
        "tabs in UTF-16": separated(rows, "\t").encode("utf-16"),
        "semicolons": separated(rows, ";").encode(),
        "semicolons said": b"sep=;\r\n" + separated(rows, ";").encode(),
        "lines of Unix": separated(rows, line="\n").encode(),
        "a workbook": workbook(rows),
    }
    found = {name: read_upload("grid", content) for name, content in files.items()}
    return found | {"pasted": read_text(separated(rows, "\t", "\n"))}


def judged(table: str, rows: Rows, **options: Any) -> JudgedGrid:
    return judged_grid(read_table(table_named(table), read_text(separated(rows, "\t"))), **options)
