"""What is pasted or uploaded is read as it stands, in whatever form, or refused in words."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings

from tests.zones.desk.grids import (
    in_every_form,
    renamed_part,
    separated,
    sheet_xml,
    with_part,
    with_parts,
    workbook,
)
from zones.desk import grid_files
from zones.desk.grid_files import UnreadableFileError, read_text, read_upload

HEAD = ("code", "name_en", "name_zh")
ROWS = (
    HEAD,
    ("0100", "Beijing, Customs", "北京海关"),
    ("0700", 'A "quoted" one; so', "满洲里\n海关"),
)
SHEET = "xl/worksheets/sheet1.xml"


def test_a_grid_is_the_same_in_every_form() -> None:
    for name, sheet in in_every_form(ROWS).items():
        assert [tuple(line.cells) for line in sheet.lines] == list(ROWS), name
        assert (sheet.wrong, sheet.blank) == ([], 0), name


@pytest.mark.parametrize(("coding", "told"), [("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_another_coding_than_utf_8_is_said(coding: str, told: str) -> None:
    assert any(told in note for note in read_upload("x", separated(ROWS).encode(coding)).notes)
    assert read_upload("x", separated(ROWS).encode()).notes == []


def test_blank_lines_and_trailing_commas_are_passed_over_and_said() -> None:
    sheet = read_text("\n,,\ncode,name_en,,\n\n0100,Beijing,,,,\n,,,,,\n0200,Tianjin\n\n")
    assert [line.number for line in sheet.lines] == [3, 5, 7]
    assert [tuple(line.cells) for line in sheet.lines[1:]] == [
        ("0100", "Beijing"),
        ("0200", "Tianjin"),
    ]
    assert sheet.blank == 5
    assert any("5" in note for note in sheet.notes)


def test_a_row_of_several_lines_is_found_by_its_first() -> None:
    sheet = read_text('code,name\n1,"a\nb"\n2,c\n')
    assert [line.number for line in sheet.lines] == [1, 2, 4]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "nothing"),
        (b"\r\n,,\r\n", "nothing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"%PDF-1.7\0\1\2\3\0\0\0" * 9, "no text"),
        ("编码,名称\n".encode() * 9 + b"\xe5\xe5," + "编码\n".encode(), "broken at byte"),
        (b"code,name\n\xff\xff\xff\xfe,1\n", "neither"),
        (b'code,name\n1,"open\n', "Line 2, column name: the quotation mark"),
        (b'a,b\n1,2\n"x\ny",3\n4,"open\n5,6\n7,8\n', "Line 5, column b: the quotation mark"),
        (b'a,b\n"x\ny",z,"open\n5,6\n7,8\n', "Line 3, column 3: the quotation mark"),
        (b'a,b\n1,"open\n5,6\n7,"eight"\n9,0\n', "Line 2, column b: the quotation mark"),
        (b'a,b\n1,"it is ""said\n5,6\n', "Line 2, column b: the quotation mark"),
        (b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n", "no text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no text"),
        (bytes(range(32)) * 40, "no text"),
        (b"\x1f\x8b\x08\0" + bytes(60), "no text"),
        (b"code,name;zh\n1,2;3\n", "commas and semicolons"),
        (b"code,name\n1," + b"x" * 11_000 + b"\n", "Line 2, column name: the cell has 11000"),
        (b"PK\x03\x04" + bytes(100), "cannot be read"),
        (b"a," * 500 + b"\n", "500|at most 400"),
        (b"a," * 30_000 + b"\n", "at most 400"),
        (b"a,b\n" + b"1,2\n" * 10_001, "more than 10000 rows"),
        (b"a" + b",a" * 299 + b"\n" + (b"1" + b",1" * 299 + b"\n") * 900, "more than 250000 cells"),
        (b"a,b\n" + b" " * 10_000_000, "bytes"),
    ],
)
def test_what_is_no_grid_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told):
        read_upload("grid.csv", content)


@pytest.mark.parametrize("name", ["甲", "a" * 50, "北京海关" * 100])
def test_a_zero_in_a_text_is_told_by_line_and_column(name: str) -> None:
    text = f"code,name_en,name_zh\n0100,Beijing,{name}\n0200,Tian\0jin,{name}\n0300,x,{name}\n"
    files = (text.encode(), text.encode("gb18030"), b"\xff\xfe" + text.encode("utf-16-le"))
    for sheet in (read_text(text), *(read_upload("zero.csv", content) for content in files)):
        assert sheet.lines[0].cells == ("code", "name_en", "name_zh")
        assert len(sheet.lines) == 4, "the other lines are read"
        assert [(one.line, one.column) for one in sheet.wrong] == [(3, 1)]
        assert "U+0000" in sheet.wrong[0].why
        assert "\0" not in "".join(sheet.lines[2].cells)


def test_what_is_utf16_without_its_mark_is_told_from_a_text_with_a_zero() -> None:
    for name in ("Beijing", "北京海关" * 40):
        rows = (("code", "name"), *((f"{code:04}", name) for code in range(100, 120)))
        for coding in ("utf-16-le", "utf-16-be"):
            sheet = read_upload("unmarked.csv", separated(rows).encode(coding))
            assert [tuple(line.cells) for line in sheet.lines] == list(rows)


@pytest.mark.parametrize("before", ["", "a;b\n1;2\n"], ids=["nothing else", "a grid"])
@pytest.mark.parametrize(
    "line", ["\n", "\r\n", "\r", ";;;;\n", "  \n", " ; ; \n", "\u3000\n", '"\n"\n']
)
def test_no_more_lines_are_read_than_a_grid_has(
    monkeypatch: pytest.MonkeyPatch, before: str, line: str
) -> None:
    read = 0

    def counted(*given: Any) -> Iterator[str]:
        nonlocal read
        for one in lines(*given):
            read += 1
            yield one

    lines = grid_files._lines
    monkeypatch.setattr(grid_files, "_lines", counted)
    text = before + line * (3 * grid_files.MOST_LINES // 2)
    for refuse in (lambda: read_text(text), lambda: read_upload("x.csv", text.encode())):
        read = 0
        with pytest.raises(UnreadableFileError, match=f"more than {grid_files.MOST_LINES} lines"):
            refuse()
        assert read == grid_files.MOST_LINES


def test_cells_of_blank_lines_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def counted(*given: Any) -> str:
        nonlocal looked
        looked += 1
        return plain(*given)

    plain = grid_files._plain
    monkeypatch.setattr(grid_files, "_plain", counted)
    sheet = read_text("a;b\n" + f"{';' * 10_000}\n" * 100 + " ; \n1;2\n")
    assert [line.number for line in sheet.lines] == [1, 103]
    assert (sheet.blank, looked) == (101, 4)


def test_as_many_lines_as_a_grid_may_have_are_read() -> None:
    text = "a;b\n" + "\n" * (grid_files.MOST_LINES - 2) + "1;2\n"
    sheet = read_text(text)
    assert [line.number for line in sheet.lines] == [1, grid_files.MOST_LINES]
    assert sheet.blank == grid_files.MOST_LINES - 2


def test_pasted_text_is_as_long_as_a_file_at_most() -> None:
    with pytest.raises(UnreadableFileError, match="characters"):
        read_text("a" * (grid_files.MOST_BYTES + 1))


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", '="a"&"b"', "=SUM(A1:A2)"])
def test_a_formula_in_a_text_is_refused_with_its_place(text: str) -> None:
    sheet = read_text(separated([("code", "name"), ("1", "a"), ("2", text)]))
    assert [(one.line, one.column) for one in sheet.wrong] == [(3, 1)]
    assert "formula" in sheet.wrong[0].why


def test_a_text_in_a_formula_is_read_and_said() -> None:
    sheet = read_text('code\tname\n="0700"\tx\n')
    assert sheet.lines[1].cells[0] == "0700"
    assert [(n.line, n.column, n.written, n.read) for n in sheet.cell_notes] == [
        (2, 0, '="0700"', "0700")
    ]


@pytest.mark.parametrize("cell", ["=x", "'=x", "''=x", "'x", "-x", "+1", "-1.5", "@x", "a=b", "'"])
def test_a_text_that_looks_like_a_formula_is_written_and_read_back(cell: str) -> None:
    sheet = read_text(separated([("a", "b"), ("1", grid_files.escaped(cell))]))
    assert sheet.lines[1].cells[1] == cell
    assert not sheet.wrong


@pytest.mark.parametrize(
    ("value", "form", "read"),
    [
        (date(2019, 1, 1), "yyyy/m/d", "2019-01-01"),
        (date(2019, 1, 1), "mmm-yy", "2019-01"),
        (date(2019, 1, 1), 'yyyy"年"m"月"', "2019-01"),
        (date(2019, 1, 2), "mmm-yy", "2019-01-02"),
        (date(2019, 1, 1), 'yyyy"年"m"月"d"日"', "2019-01-01"),
        (date(2019, 1, 1), "[$-804]yyyy-mm-dd", "2019-01-01"),
        (datetime(2019, 1, 1, 8, 30), "yyyy-mm-dd hh:mm", "2019-01-01 08:30:00"),  # noqa: DTZ001
        (True, "General", "TRUE"),
        (False, "General", "FALSE"),
        (5000, "#,##0", "5000"),
        (5000.0, "General", "5000"),
        (26.37, "0.0", "26.37"),
        (0.3, "0.0000", "0.3"),
        (0.13, "0%", "13%"),
        (1e-5, "General", "0.00001"),
        (700, "0000", "0700"),
        (12345, "0000", "12345"),
        ("0700", "General", "0700"),
        ("2019/1/1", "General", "2019/1/1"),
        (43466, "General", "43466"),
        (43466, "[Red]0", "43466"),
    ],
)
def test_a_cell_of_a_workbook_is_read_by_what_it_holds(value: object, form: str, read: str) -> None:
    sheet = read_upload("x.xlsx", workbook([("a", "b"), ("1", value)], {"B2": form}))
    assert sheet.lines[1].cells[1] == read
    assert bool(sheet.cell_notes) == (len(read) == 7 and read.startswith("2019-"))


def test_days_of_both_ways_of_counting_are_the_same() -> None:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["a"])
    book.active.append([date(2019, 1, 1)])
    out = io.BytesIO()
    book.save(out)
    assert read_upload("x", out.getvalue()).lines[1].cells == ("2019-01-01",)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>1+1</f><v>2</v></c>',
        '<c r="B2" t="str"><f>A1</f><v>kept</v></c>',
        '<c r="B2"><f t="shared" si="0"/><v>2</v></c>',
        '<c r="B2"><f t="array" ref="B2">SUM(A1)</f><v>2</v></c>',
        '<c r="B2" t="b"><f>TRUE()</f><v>1</v></c>',
        '<c r="B2"><f/></c>',
    ],
)
def test_the_result_of_a_formula_is_never_taken(cell: str) -> None:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    rows = f'{head}<row r="2"><c r="A2"><v>1</v></c>{cell}</row>'
    sheet = read_upload("x", with_part(workbook([("a",)]), SHEET, sheet_xml(rows)))
    assert [(one.line, one.column) for one in sheet.wrong] == [(2, 1)]
    assert "formula" in sheet.wrong[0].why
    assert sheet.lines[1].cells[1].startswith("=")


def test_an_error_of_a_formula_is_refused_with_its_place() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="C5" t="e"><v>#REF!</v></c></row>'
    )
    sheet = read_upload("x", with_part(workbook([("a",)]), SHEET, sheet_xml(rows)))
    assert [(one.line, one.column) for one in sheet.wrong] == [(5, 2)]


def test_how_a_text_sounds_is_no_part_of_it_and_its_runs_are() -> None:
    text = "<is><r><t>杭</t></r><r><t>州</t></r><rPh sb='0' eb='1'><t>hang</t></rPh></is>"
    rows = f'<row r="1"><c r="A1" t="inlineStr">{text}</c></row>'
    sheet = read_upload("x", with_part(workbook([("a",)]), SHEET, sheet_xml(rows)))
    assert sheet.lines[0].cells == ("杭州",)


def test_of_several_sheets_the_first_that_is_filled_and_shown_is_read_and_said() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "empty"
    for title in ("hidden", "first", "second"):
        book.create_sheet(title).append([title])
    book["hidden"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    sheet = read_upload("x", out.getvalue())
    assert sheet.lines[0].cells == ("first",)
    assert any("first" in note for note in sheet.notes)


DOCTYPE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BILLION = "<!DOCTYPE w [" + '<!ENTITY a "aaaaaaaaaa">' + '<!ENTITY b "&a;&a;&a;&a;">' + "]>"


@pytest.mark.parametrize("declared", [DOCTYPE, BILLION, "<!DOCTYPE w>"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]
)
def test_what_declares_entities_is_refused(declared: str, coding: str, part: str) -> None:
    own = f'<?xml version="1.0" encoding="{coding}"?>{declared}<w><c><v>1</v></c></w>'
    with pytest.raises(UnreadableFileError, match="entities"):
        read_upload("x", with_part(workbook([("a", "b")]), part, own.encode(coding)))


def read_or_refused(content: bytes) -> list[tuple[str, ...]]:
    """What is read of a file; nothing where it is refused in words."""
    try:
        return [tuple(line.cells) for line in read_upload("x", content).lines]
    except UnreadableFileError:
        return []


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", SHEET, "xl/styles.xml"])
@pytest.mark.parametrize("content", [b"", b"<", b"\0\0\0", b"<w/>", b"<row r='x'/>"])
def test_a_broken_part_is_refused_or_not_needed(part: str, content: bytes) -> None:
    broken = with_part(workbook([("a",), ("b",)]), part, content)
    assert read_or_refused(broken) in ([], [("a",), ("b",)])


def test_a_broken_container_is_refused_at_whichever_byte_it_breaks() -> None:
    whole = workbook([("a", "b"), ("1", "2")])
    for at in range(0, len(whole), 37):
        for broken in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :]):
            assert read_or_refused(broken) in ([], [("a", "b"), ("1", "2")])


def _bomb() -> bytes:
    return with_part(workbook([("a",)]), SHEET, b"<w>" + b" " * 150_000_000)


def _many_cells() -> bytes:
    row = "<row>" + "<c s='1'/>" * 1000 + "</row>"
    return with_part(workbook([("a",)]), SHEET, sheet_xml(row * 5_000))


def _many_texts() -> bytes:
    return with_part(workbook([("a",)]), "xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 3_900_000)


def _many_formats() -> bytes:
    formats = b"<styleSheet><cellXfs>" + b"<xf/>" * 790_000 + b"</cellXfs></styleSheet>"
    return with_part(workbook([("a",)]), "xl/styles.xml", formats)


def _many_rows() -> bytes:
    return separated([("a", "b"), *(("1", str(n)) for n in range(100_000))]).encode()


def _many_rows_of_a_workbook() -> bytes:
    rows = "".join(f"<row r='{n}'><c><v>{n}</v></c></row>" for n in range(1, 100_001))
    return with_part(workbook([("a",)]), SHEET, sheet_xml(rows))


def _far_line() -> bytes:
    row = "<row r='99999999999'><c><v>1</v></c></row>"
    return with_part(workbook([("a",)]), SHEET, sheet_xml(row))


def _many_sheets() -> bytes:
    sheet = b"<w>" + b" " * 9_000_000
    more = {f"xl/worksheets/more{number}.xml": sheet for number in range(30)}
    return with_parts(workbook([("a",)]), more)


def _one_sheet_named_often() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    named = '<sheet name="a" sheetId="1" r:id="rId1"/>' * 100
    book = f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{named}</sheets></workbook>'
    blank = sheet_xml("<row/>" * 900_000)
    return with_parts(workbook([("a",)]), {"xl/workbook.xml": book.encode(), SHEET: blank})


def _far_columns() -> bytes:
    rows = "".join(f"<row r='{i}'><c r='XFD{i}'><v></v></c></row>" for i in range(1, 60_001))
    return with_part(workbook([("a",)]), SHEET, sheet_xml(rows))


def _styles(inner: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}">{inner}</styleSheet>'
    return with_part(workbook([("a",)]), "xl/styles.xml", styles.encode())


def _many_borders() -> bytes:
    return _styles(f"<borders>{'<border/>' * 430_000}</borders>")


def _deep_styles() -> bytes:
    return _styles("<a>" * 560_000 + "</a>" * 560_000)


def _deep_cell() -> bytes:
    inner = "<a>" * 5_000_000 + "</a>" * 5_000_000
    return with_part(workbook([("a",)]), SHEET, sheet_xml(f"<row><c>{inner}</c></row>"))


def _long_tags() -> bytes:
    rows = "<row r='1'><c><v>1</v></c></row>" + f"<row x='{'y' * 20_000_000}'/>"
    return with_part(workbook([("a",)]), SHEET, sheet_xml(rows))


def _many_attributes() -> bytes:
    told = " ".join(f"a{number}='1'" for number in range(500_000))
    return with_part(workbook([("a",)]), SHEET, sheet_xml(f"<row {told}/>"))


def _one_wide_line() -> bytes:
    return b"," * 9_999_000 + b"a"


def _quoted_line() -> bytes:
    return b"a,b\n" + b'"x\n",' * 1_900_000


def _element(attributes: int) -> bytes:
    told = " ".join(f"a{number}='1'" for number in range(attributes))
    return f"<a {told}/>".encode()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, sheet_xml(f"<row x='{'y' * 1_300_000}'/>")),
        (SHEET, sheet_xml(f"<!--{'y' * 1_300_000}-->")),
        (SHEET, sheet_xml(f"<row x='{'y' * 200_000}'/>" * 40)),
        ("xl/styles.xml", f"<a x='{'y' * 1_300_000}'/>".encode()),
        ("xl/more.xml", _element(101)),
    ],
    ids=["attribute", "comment", "several", "styles", "attributes"],
)
def test_tags_that_would_be_scanned_again_and_again_are_refused(part: str, content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="longer than those of a spreadsheet"):
        read_upload("x", with_part(workbook([("a",)]), part, content))


def test_tags_as_large_as_those_of_a_spreadsheet_are_read() -> None:
    extra = {
        "xl/pivot.xml": _element(100),
        "xl/ranges.xml": f"<a sqref='{'A1 ' * 40_000}'/>".encode(),
    }
    assert read_upload("x", with_parts(workbook([("a",)]), extra)).lines[0].cells == ("a",)


def test_a_cell_is_no_longer_in_a_workbook_than_in_a_text() -> None:
    with pytest.raises(UnreadableFileError, match="Line 2, column a: the cell has 10001"):
        read_upload("x", workbook([("a",), ("y" * 10_001,)]))
    assert read_upload("x", workbook([("a",), ("y" * 10_000,)])).lines[1].cells == ("y" * 10_000,)


TEXTS = "xl/sharedStrings.xml"


def _with_texts() -> bytes:
    """A workbook whose first cell is one of the texts that sheets share."""
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    told = f'<Override PartName="/{TEXTS}" ContentType="{types}"/></Types>'
    book = workbook([("a", "b")])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        content = parts.read("[Content_Types].xml").replace(b"</Types>", told.encode())
    row = "<row><c t='s'><v>0</v></c><c t='s'><v>0</v></c></row>"
    texts = f'<sst xmlns="{main}"><si><t>shared</t></si></sst>'.encode()
    parts_of = {"[Content_Types].xml": content, TEXTS: texts, SHEET: sheet_xml(row)}
    return with_parts(book, parts_of)


@pytest.mark.parametrize("name", ["strings.bin", "strings", "strings.png", "strings.xml.bin"])
@pytest.mark.parametrize("part", [TEXTS, SHEET])
def test_what_was_not_looked_through_is_not_read(part: str, name: str) -> None:
    """The library reads whichever part a workbook leads it to, whatever that is called."""
    book = _with_texts()
    assert read_upload("x", book).lines[0].cells == ("shared", "shared")
    other = f"{part.rpartition('/')[0]}/{name}"
    with pytest.raises(UnreadableFileError, match="leads to a part that a grid has not|larger"):
        read_upload("x", renamed_part(book, part, other))


@pytest.mark.parametrize("part", [TEXTS, SHEET])
def test_a_part_is_looked_through_whatever_its_letters_are(part: str) -> None:
    book = _with_texts()
    upper = f"{part.removesuffix('.xml')}.XML"
    assert read_upload("x", renamed_part(book, part, upper)).lines[0].cells == ("shared", "shared")
    declared = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read_upload("x", renamed_part(book, part, upper, declared))


def _filled(count: int) -> str:
    return "".join(f"<row r='{n}'><c><v>1</v></c></row>" for n in range(1, count + 1))


def test_a_workbook_is_read_no_further_than_its_rows_may_go() -> None:
    head = grid_files.MOST_ROWS + 1
    broken = with_part(workbook([("a",)]), SHEET, sheet_xml(_filled(head + 1) + "<broken"))
    with pytest.raises(UnreadableFileError, match="more than 10000 rows"):
        read_upload("x", broken)
    full = with_part(workbook([("a",)]), SHEET, sheet_xml(_filled(head) + "<row/>" * 20))
    assert len(read_upload("x", full).lines) == head


def test_a_sheet_that_is_not_read_has_as_many_rows_as_it_likes() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["first"])
    book.create_sheet("second")
    out = io.BytesIO()
    book.save(out)
    second = sheet_xml(_filled(grid_files.MOST_ROWS + 2))
    read = read_upload("x", with_part(out.getvalue(), "xl/worksheets/sheet2.xml", second))
    assert [line.cells for line in read.lines] == [("first",)]


SECONDS, MEGABYTES = 30, 300
#: Loads what reads files once; each file is read by a process of its own that is forked from it.
READER = f"""
import os, resource, sys
import django
django.setup()
from zones.desk.grid_files import UnreadableFileError, read_upload
for path in sys.stdin:
    if os.fork():
        print(os.wait()[1], flush=True)
        continue
    resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
    content = open(path.strip(), "rb").read()
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        read = len(read_upload("x", content).lines)
    except UnreadableFileError as refused:
        read = str(refused)
    after = resource.getrusage(resource.RUSAGE_SELF)
    # What the system calls the most of a process counts that of the one it was forked from.
    most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    told = (after.ru_utime - before.ru_utime, int(most.split()[1]) // 1024, read)
    print(*told, sep="|", end="|", flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes], list[str]]]:
    """Have a file read elsewhere: in how many seconds and megabytes, what, and how that ended."""
    folder = tmp_path_factory.mktemp("grids")
    with subprocess.Popen(
        [sys.executable, "-c", READER],
        env={
            "DJANGO_SETTINGS_MODULE": "cbec_portal.settings",
            "PATH": "",
            "CBEC_VAR": str(folder),
        },
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, told = process.stdin, process.stdout
        assert asked is not None
        assert told is not None

        def read(content: bytes) -> list[str]:
            path = folder / "grid"
            path.write_bytes(content)
            print(path, file=asked, flush=True)
            return told.readline().strip().split("|")

        yield read


@pytest.mark.parametrize(
    "made",
    [
        *(_bomb, _many_cells, _many_texts, _many_formats, _many_rows, _many_rows_of_a_workbook),
        *(_far_line, _many_sheets, _one_wide_line, _quoted_line),
        *(_one_sheet_named_often, _far_columns, _many_borders, _deep_styles, _deep_cell),
        *(_long_tags, _many_attributes),
    ],
)
def test_what_is_too_much_is_refused_or_read_in_little_time_and_memory(
    made: Callable[[], bytes], reader: Callable[[bytes], list[str]]
) -> None:
    seconds, megabytes, read, ended = reader(made())
    assert ended == "0"
    assert float(seconds) < SECONDS
    assert int(megabytes) < MEGABYTES
    assert read == "1" or not read.isdigit(), read


@pytest.mark.parametrize("before", ["", "\n", "\ufeff", "sep=\t\n", "\t\n"])
def test_a_head_of_one_cell_behind_an_empty_corner_is_separated_by_that_tab(before: str) -> None:
    sheet = read_text(f"{before}\tlimit\nHangzhou\t4,000\n")
    assert [line.cells for line in sheet.lines] == [("", "limit"), ("Hangzhou", "4,000")]
    assert read_text("\ta,b\n1,2\n").lines[0].cells == ("a", "b")
