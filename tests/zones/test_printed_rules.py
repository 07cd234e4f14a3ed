"""A comparison as PDF from the server loses no column, and says what it stands on."""

from __future__ import annotations

import html
import io
import re
import subprocess
import unicodedata
from importlib.util import find_spec
from shutil import which
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from pypdf import PdfReader

from cbec_portal import pdf as pdf_export
from tests.zones.oracle import CITIES
from zones.pages.cell_tags import printed_cells
from zones.pages.printed_rules import MOST_ABREAST, printed_tables
from zones.pages.tables.rule_sheets import ColumnHead, rule_rows

pytestmark = pytest.mark.django_db

EIGHT = ["hangzhou", "zhengzhou", "shanghai", "wuhan", "haikou", "tianjin", "ningbo", "chongqing"]
QUESTION = f"cities={','.join(EIGHT)}&as_of=2019-12-31&focus_area=transactions"
CAN_PRINT = bool(find_spec("weasyprint")) and not pdf_export.missing_packages()


def text_of(reader: PdfReader) -> str:
    """All that is printed, without blanks; letters set as one are read as two."""
    text = "".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.skipif(not CAN_PRINT, reason="needs the PDF extra, its libraries and a font")
@pytest.mark.filterwarnings("ignore")
def test_eight_cities_are_printed_with_all_columns_and_what_they_stand_on(client: Client) -> None:
    answer = client.get(f"/compare/table.pdf?{QUESTION}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="Hangzhou' in answer["Content-Disposition"]
    reader = PdfReader(io.BytesIO(answer.content))
    assert all(page.mediabox.width > page.mediabox.height for page in reader.pages)
    text = text_of(reader)
    for slug in EIGHT:
        assert squeezed(CITIES[slug]["name_en"]) in text
    told: Any = client.get(f"/api/v1/compare/?{QUESTION}").json()
    cells = [cell for row in told["rows"] for cell in row["cells"]]
    for words in {cell["display"] for cell in cells}:
        assert squeezed(words) in text, words
    for row in told["rows"]:
        alike = len({repr(cell) for cell in row["cells"]}) == 1
        printed = text.count(squeezed(row["topic"]["question"]))
        assert printed == (1 if alike else 2), row["topic"]["question"]
    for cell in cells:
        if cell["policy"]:
            assert squeezed(cell["scope"]["name"]) in text
            assert squeezed(cell["clause"]) in text, cell["clause"]
            document = cell["source"]
            own = f"http://testserver/sources/{document['id']}/"
            assert squeezed(document["official_url"] or own) in text
    lasting = f"/compare/?{QUESTION}&known_at="
    assert squeezed(lasting) in text
    assert "31Dec2019" in text
    for number, page in enumerate(reader.pages, start=1):
        assert f"{number}/{len(reader.pages)}" in squeezed(page.extract_text())


def test_columns_are_split_and_none_is_lost() -> None:
    heads = [ColumnHead(slug, None, slug) for slug in EIGHT]  # type: ignore[arg-type]
    row = {"noted": saying(*EIGHT), "topic": {}}
    area = {"tally": {"name": "Area"}, "rows": [row, row]}
    sections = {"local": [area], "folded": []}
    tables = list(printed_tables(heads, sections))
    assert [len(table.heads) for table in tables] == [MOST_ABREAST] * 2
    assert [head.name for table in tables for head in table.heads] == EIGHT
    first = [[noted["cell"]["display"] for noted in table.rows[0].cells] for table in tables]
    assert first == [EIGHT[:4], EIGHT[4:]]
    assert [(own.part, own.area) for own in tables[1].rows] == [("Local topics", "Area"), ("", "")]
    (alone,) = printed_tables(heads[:3], sections)
    assert alone.title == ""


def saying(*displays: str) -> list[dict[str, Any]]:
    """Cells that say this, of which nobody knows more."""
    return [
        {"cell": {"policy": None, "ended": None, "state": "not_researched", "display": display}}
        for display in displays
    ]


def test_what_all_columns_say_alike_is_printed_once() -> None:
    """Eight columns stand in two tables, and most rows would be the same in both."""
    heads = [ColumnHead(slug, None, slug) for slug in EIGHT]  # type: ignore[arg-type]
    alike = {"noted": saying(*["yes"] * 8), "topic": {"slug": "alike"}}
    apart = {"noted": saying(*["yes"] * 7, "no"), "topic": {"slug": "apart"}}
    area = {"tally": {"name": "Area"}, "rows": [alike, apart]}
    sections = {"local": [area], "folded": []}
    *split, shared = printed_tables(heads, sections)
    assert [own.row["topic"]["slug"] for own in shared.rows] == ["alike"]
    assert (shared.heads, shared.width, len(shared.rows[0].cells)) == ([], 2, 1)
    assert [own.row["topic"]["slug"] for table in split for own in table.rows] == ["apart"] * 2
    (abreast,) = printed_tables(heads[:4], sections)
    assert [own.row["topic"]["slug"] for own in abreast.rows] == ["alike", "apart"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("day", ["2019-12-31", "2026-02-03"])
def test_cells_stand_under_each_column_whose_answer_they_are(
    client: Client, language: str, day: str
) -> None:
    asked = f"?cities={','.join(EIGHT)}&as_of={day}&lang={language}"
    rows = [one.row for one in rule_rows(client.get(f"/compare/{asked}").context["sections"])]
    assert rows
    merged = 0
    for row in rows:
        with override(language):
            markup = printed_cells(row["noted"])
        found = re.findall(r'<td(?: colspan="(\d+)")?>(.*?)</td>', markup, re.DOTALL)
        cells = [html.unescape(cell) for width, cell in found for _ in range(int(width or 1))]
        merged += len(cells) - len(found)
        for noted, cell in zip(row["noted"], cells, strict=True):
            own = noted["cell"]
            assert own["display"] in cell
            assert (own["clause"] or "") in cell
            assert (own["caveat"] or "") in cell + row.get("caveat", "")
            assert not own["policy"] or own["scope"]["name"] in cell
            assert not own["policy"] or f"<sup>{noted['note']}</sup>" in cell
    assert merged


def test_without_its_libraries_a_pdf_says_what_to_install(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_export, "LIBRARIES", {"absent.so.0": "libharfbuzz-subset0"})
    answer = client.get("/cities/hangzhou/table.pdf")
    assert answer.status_code == 501
    assert "libharfbuzz-subset0" in answer.content.decode()
    assert "ETag" not in answer


@pytest.mark.parametrize("address", ["/compare/?cities=hangzhou", "/cities/hangzhou/"])
def test_a_page_of_rules_offers_its_pdf(client: Client, address: str) -> None:
    assert "table.pdf" in client.get(address).content.decode()


def lines_of_sheets(content: bytes) -> list[list[str]]:
    """The lines of each sheet from the top down, without its number at the foot."""
    command = ["pdftotext", "-layout", "-", "-"]
    told = subprocess.run(command, input=content, capture_output=True, check=True)
    sheets = told.stdout.decode().removesuffix("\f").split("\f")
    lines = [[squeezed(line) for line in sheet.splitlines() if line.strip()] for sheet in sheets]
    return [[line for line in own if not re.fullmatch(r"\d+/\d+", line)] for own in lines]


@pytest.mark.skipif(not CAN_PRINT, reason="needs the PDF extra, its libraries and a font")
@pytest.mark.skipif(not which("pdftotext"), reason="needs poppler-utils")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("count", [2, 4, 8])
def test_no_sheet_ends_with_a_head(client: Client, count: int, language: str) -> None:
    asked = f"?cities={','.join(EIGHT[:count])}&as_of=2026-11-23&lang={language}"
    sections = client.get(f"/compare/{asked}").context["sections"]
    heads = {squeezed(words) for one in rule_rows(sections) for words in (one.part, one.area)}
    sheets = lines_of_sheets(client.get(f"/compare/table.pdf{asked}").content)
    assert heads & {line for sheet in sheets for line in sheet}
    assert [sheet[-1] for sheet in sheets if sheet[-1] in heads] == []


def whole(address: str) -> bool:
    return address.startswith(("http://", "https://"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address",
    ["/compare/?cities=hangzhou,ningbo", "/cities/hangzhou/", "/places/Suihua:CN-HL:1900/"],
)
def test_footnotes_on_paper_have_whole_addresses(
    client: Client, address: str, language: str
) -> None:
    """A document without an official address is read at its page here."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    sources = answer.context["sources"]
    printed = re.findall(r'<li id="source-\d+" data-address="([^"]*)"', answer.content.decode())
    own = [f"http://testserver/sources/{source['id']}/" for source in sources]
    official = [html.escape(source["official_url"]) for source in sources]
    assert printed == [there or here for there, here in zip(official, own, strict=True)]
    assert all(map(whole, printed))
    assert set(printed) & set(own)
