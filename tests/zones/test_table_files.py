"""Whatever a page shows as a table can be taken along: the same values in every form."""

from __future__ import annotations

import csv
import io
import random
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from cbec_portal.api.renderers import FORMULA_STARTS
from cbec_portal.languages import CODES
from tests.addresses import public_addresses
from tests.zones.oracle import CITIES, TOPICS
from zones.models import Policy
from zones.pages.lasting_pages import FILE as OF_A_FILE
from zones.pages.tables.sheet_parts import TOLD_BEFORE, columns_of
from zones.pages.urls import urlpatterns
from zones.selectors.rendered_cells import policy_shape
from zones.selectors.snapshot import current_snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

COMPARED = "cities=hangzhou,ningbo&as_of=2019-12-31"
#: The kinds of pages of which nothing is taken along, and why.
WITHOUT = {
    "home": "its pictures are those of other pages, which have the files",
    "search": "it leads to answers, and gives none of its own that another page has not",
    "about": "it is prose",
    "parts": "it shows how pages look, and answers nothing",
    "places": "it is a form",
    "report": "it is a form",
    "place-report": "it is a form",
    "embedded-comparison": "it stands in a frame and leads to the page, which has the files",
    "embedded-topic": "it stands in a frame and leads to the page, which has the files",
    "changes-feed": "it is a file itself",
    "changes-calendar": "it is a file itself",
}


class Cells(HTMLParser):
    """Collects the cells of rules that a page shows, under the question that heads their row.

    Where a short label heads it, the question stands in what that opens. A cell that spans columns
    is the cell of each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, list[str]]] = []
        self._told: list[str] | None = None
        self._in = ""
        self._columns = 1
        self._within = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "th" and given.get("scope") == "row":
            self._in, self._told = "head", []
        elif tag == "td" and "cell" in (given.get("class") or "").split():
            self._in, self._told = "cell", None
            self._columns = int(given.get("colspan") or 1)
        elif self._in == "cell" and self._told is None and tag in ("a", "span"):
            self._in, self._told, self._within = "value", [], 0
        elif self._in == "value" and tag in ("a", "span"):
            self._within += 1
        elif self._in == "head" and tag == "p":
            self._told = []
        elif self._in == "head" and tag not in ("a", "details", "summary") and self._told:
            self._finish_head()

    def handle_endtag(self, tag: str) -> None:
        if self._in == "value" and tag in ("a", "span") and self._within:
            self._within -= 1
        elif self._in == "value" and tag in ("a", "span"):
            self.rows[-1][1].extend([text_of(self._told)] * self._columns)
            self._in = ""
        elif self._in == "head" and tag in ("p", "th"):
            self._finish_head()

    def handle_data(self, data: str) -> None:
        if self._told is not None:
            self._told.append(data)

    def _finish_head(self) -> None:
        self.rows.append((text_of(self._told), []))
        self._in, self._told = "", None


def text_of(parts: list[str] | None) -> str:
    """What stands in an element, without the sign before a state."""
    return re.sub(r"^[?○–] ", "", " ".join("".join(parts or ()).split()))


def shown(client: Client, address: str) -> list[tuple[str, list[str]]]:
    """The rows of rules that a page shows, opened or not, in its order."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    cells = Cells()
    cells.feed(answer.content.decode())
    return [(head, own) for head, own in cells.rows if own]


def as_file(address: str, form: str) -> str:
    path, mark, question = address.partition("?")
    return f"{path}table.{form}{mark}{question}"


def lines(client: Client, address: str) -> list[list[str]]:
    """The lines of a page's CSV, its head first."""
    answer = client.get(as_file(address, "csv"))
    assert answer.status_code == 200, address
    assert answer.content.startswith(BOM_UTF8)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def book(client: Client, address: str) -> Workbook:
    answer = client.get(as_file(address, "xlsx"))
    assert answer.status_code == 200, address
    return load_workbook(io.BytesIO(answer.content))


def rows_of(sheet: Any) -> list[list[str]]:
    return [
        ["" if value is None else str(value) for value in row]
        for row in sheet.iter_rows(values_only=True)
    ]


def words(text: str) -> str:
    """A text as a page shows it: runs of blanks are one."""
    return " ".join(text.split())


def states() -> Iterator[tuple[str, int]]:
    """Fifty questions about one to eight columns, and how many columns each has: some of a day of
    their own, some of one city twice, some of a place without pilot status; the first is the
    baseline.
    """
    drawn = random.Random(2026)

    def some_day() -> date:
        return date(2012, 1, 1) + timedelta(days=drawn.randrange(15 * 365))

    for place in range(50):
        day = some_day()
        columns = drawn.sample(sorted(CITIES), drawn.randint(1, 8))
        if place % 3 == 0:
            columns = [f"{own}@{some_day()}" if drawn.random() < 0.5 else own for own in columns]
        if place % 7 == 0 and len(columns) < 8:
            columns.append(f"{columns[0].partition('@')[0]}@{some_day()}")
        if place % 5 == 0 and len(columns) < 8:
            columns.insert(drawn.randrange(len(columns) + 1), "Suihua:CN-HL:1900")
        asked = [f"cities={','.join(columns)}", f"as_of={day}", f"lang={CODES[place % 2]}"]
        asked += drawn.choice([[], ["only=differences"], ["only=gaps"], ["only=local"]])
        asked += drawn.choice([[], ["known_at=1"]])
        asked += drawn.choice([[], ["certainty=primary"], ["focus_area=transactions"]])
        yield f"/compare/?{'&'.join(asked)}", len(columns)


@pytest.mark.parametrize(
    ("language", "named"), [("en", "Newest revision"), ("zh-hans", "最新数据版本")]
)
@pytest.mark.parametrize("address", ["/sources/", "/topics/", "/statistics/"])
def test_what_has_no_revision_says_which_was_the_newest(
    client: Client, address: str, language: str, named: str
) -> None:
    (*_others, about) = book(client, f"{address}?lang={language}").worksheets
    assert [named, str(current_snapshot().newest)] in rows_of(about)
    (*_others, about) = book(client, f"/batches/?known_at=1&lang={language}").worksheets
    assert named not in {row[0] for row in rows_of(about)}


@pytest.mark.parametrize(("address", "columns"), [*states()])
def test_page_json_csv_and_workbook_say_the_same(
    client: Client, address: str, columns: int
) -> None:
    page = shown(client, address)
    sheet = book(client, address).worksheets[0]
    written, saved = lines(client, address), rows_of(sheet)
    assert written == saved
    body = [(words(row[0]), [words(text) for text in row[1 : columns + 1]]) for row in saved[1:]]
    # Rows that are alike in all columns stand together on a page.
    assert sorted(body) == sorted(page)
    question = urlsplit(address).query
    if columns == 1:
        question = question.replace("&only=differences", "")
    answer = client.get(f"/api/v1/compare/?{question}").json()
    told = {
        words(row["topic"]["question"]): [words(cell["display"]) for cell in row["cells"]]
        for row in answer["rows"]
    }
    assert dict(page) == told
    assert len(page) == len(told)


def test_the_states_drawn_are_of_every_kind() -> None:
    asked = [address for address, _columns in states()]
    for kind in ("@", "Suihua", "lang=en", "lang=zh-hans", "only=", "certainty=", "known_at="):
        assert sum(kind in one for one in asked) >= 5, kind
    assert sum("@" not in one for one in asked) >= 15
    assert {columns for _address, columns in states()} == set(range(1, 9))


@pytest.mark.parametrize("path", ["/cities/hangzhou/", "/places/Suihua:CN-HL:1900/"])
@pytest.mark.parametrize("day", ["2014-01-01", "2018-12-31", "2026-11-01"])
def test_the_rules_of_a_place_are_the_same_in_every_form(
    client: Client, path: str, day: str
) -> None:
    address = f"{path}?as_of={day}"
    saved = rows_of(book(client, address).worksheets[0])
    assert lines(client, address) == saved
    assert [(words(row[0]), [words(row[1])]) for row in saved[1:]] == shown(client, address)


def test_numbers_are_numbers_and_days_are_days(client: Client) -> None:
    details = book(client, f"/compare/?{COMPARED}").worksheets[1]
    head, *rows = details.iter_rows()
    place = {cell.value: number for number, cell in enumerate(head)}
    answer = client.get(f"/api/v1/compare/?{COMPARED}").json()
    cells = [cell for row in answer["rows"] for cell in row["cells"]]
    assert len(rows) == len(cells)
    by_policy = {cell["policy"]: cell for cell in cells if cell["policy"]}
    numbers = days = 0
    for row in rows:
        if not (policy := row[place["Policy"]].value):
            continue
        cell = by_policy[policy]
        number = cell["value"] if type(cell["value"]) in (int, float) else None
        assert row[place["Number"]].value == number
        numbers += number is not None
        since = row[place["Holds since"]]
        if since.is_date:
            days += 1
            assert since.value.date().isoformat() == cell["from_written"]
    assert numbers > 5
    assert days > 50
    assert not any(cell.data_type == "f" for row in rows for cell in row)


def test_details_name_their_documents_by_the_numbers_of_the_sheet_of_sources(
    client: Client,
) -> None:
    opened = book(client, f"/compare/?{COMPARED}")
    details, sources = rows_of(opened["Details"]), rows_of(opened["Sources"])
    place = {name: number for number, name in enumerate(details[0])}
    titles = {row[0]: row[1] for row in sources[1:]}
    cited = {row[place["Source no."]]: row[place["Document"]] for row in details[1:]}
    cited.pop("", None)
    assert cited == titles
    page = client.get(f"/compare/?{COMPARED}").content.decode()
    assert len(titles) == page.count('<li id="source-')


@pytest.mark.parametrize(
    ("language", "names", "name"),
    [
        ("en", ["As shown", "Details", "Sources", "About this table"], "Hangzhou, Ningbo Compare"),
        ("zh-hans", ["对照表", "明细", "依据文件", "关于本表"], "杭州市、宁波市："),
    ],
)
def test_a_workbook_is_named_after_its_question_and_says_what_it_answers(
    client: Client, language: str, names: list[str], name: str
) -> None:
    address = f"/compare/?{COMPARED}&lang={language}"
    answer = client.get(as_file(address, "xlsx"))
    disposition = answer["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("attachment; filename")
    told = unquote(disposition)
    assert name in told
    assert "2019-12-31.xlsx" in told
    opened = load_workbook(io.BytesIO(answer.content))
    assert opened.sheetnames == names
    about = [value for row in opened.worksheets[-1].iter_rows(values_only=True) for value in row]
    (permalink,) = [text for text in about if str(text).startswith("http")]
    assert permalink.endswith("/compare/?cities=hangzhou,ningbo&as_of=2019-12-31&known_at=1")
    assert shown(client, permalink.removeprefix("http://testserver")) == shown(client, address)
    for sheet in opened.worksheets[:-1]:
        assert sheet.freeze_panes
        assert sheet.column_dimensions["A"].width >= 8
        assert sheet.page_setup.orientation == "landscape"


def test_what_is_wrong_with_a_question_is_told_and_no_file_made(client: Client) -> None:
    for asked in ("cities=nowhere", "", "cities=hangzhou&as_of=soon", "cities=hangzhou&color=red"):
        answer = client.get(f"/compare/table.xlsx?{asked}")
        assert answer.status_code == 400, asked
        assert "Content-Disposition" not in answer


def test_a_name_that_was_typed_leads_to_the_file_of_its_key(client: Client) -> None:
    answer = client.get("/compare/table.csv?cities=杭州", follow=True)
    assert answer.redirect_chain[0][0].endswith("?cities=hangzhou")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def pages() -> list[str]:
    found = [one for one in public_addresses() if not one.startswith(("/api/", "/templates/"))]
    return [one for one in found if not OF_A_FILE.search(urlsplit(one).path)]


def test_of_every_kind_of_page_the_table_is_taken_along_or_it_is_told_why_not() -> None:
    routes = {str(one.name): str(one.pattern) for one in urlpatterns}
    kinds = {name for name, route in routes.items() if not OF_A_FILE.search(route)}
    assert {name for name in kinds if f"{name}-xlsx" not in routes} == WITHOUT.keys()
    assert all(f"{name}-csv" in routes for name in kinds - WITHOUT.keys())


@pytest.mark.parametrize("address", pages())
def test_every_page_with_a_table_offers_it(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    name = resolve(urlsplit(address).path).url_name
    if name in WITHOUT or "<main" not in text:
        return
    found = re.findall(r'<a href="([^"]*table\.(?:xlsx|csv)[^"]*)"', text)
    assert len(found) >= 2, address


#: What sheets behind the first are called.
NAMES = {
    "en": ("Details", "Sources", "About this table"),
    "zh-hans": ("明细", "依据文件", "关于本表"),
}
FILES = [
    *(one for one in public_addresses() if "/table.xlsx" in one),
    "/cities/table.xlsx?policy=bonded-import-1210:listed",
    "/distances/table.xlsx?city=ningbo",
    "/distances/table.xlsx?cities=hangzhou,ningbo,yiwu",
    "/atlas/table.xlsx?order=province",
    "/research/table.xlsx?city=hangzhou",
]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("address", FILES)
def test_every_table_opens_and_its_csv_is_its_first_sheet(
    client: Client, address: str, language: str
) -> None:
    asked = f"{address}{'&' if '?' in address else '?'}lang={language}"
    answer = client.get(asked)
    assert answer.status_code == 200
    opened = load_workbook(io.BytesIO(answer.content))
    _seen, *details, sources, about = opened.worksheets
    assert NAMES[language][0] in [sheet.title for sheet in details]
    assert (sources.title, about.title) == NAMES[language][1:]
    # What rests on documents names them; of what nothing is shown there are none.
    assert sources.max_row > 1
    for sheet in opened.worksheets:
        if sheet.max_row > 1:
            for column in sheet.iter_cols(min_row=2, values_only=True):
                assert any(value is not None for value in column), sheet.title
    assert not any(
        cell.data_type == "f" for sheet in opened for row in sheet.iter_rows() for cell in row
    )
    text = client.get(asked.replace("table.xlsx", "table.csv")).content.decode("utf-8-sig")
    written = list(csv.reader(io.StringIO(text)))
    saved = rows_of(opened.worksheets[0])
    assert len(saved) == len(written) > 1
    harmless = [[f"'{v}" if v.startswith(FORMULA_STARTS) else v for v in row] for row in saved]
    assert [[v.removesuffix(" 00:00:00") for v in row] for row in harmless] == written


def test_a_file_holds_all_groups_and_changes_and_not_one_page(client: Client) -> None:
    changes = client.get("/api/v1/changes/?limit=1").json()["count"]
    assert len(lines(client, "/changes/")) == changes + 1 > 51
    profiles = client.get("/api/v1/profiles/?as_of=2020-02-01&topics=all").json()
    told = lines(client, "/profiles/?as_of=2020-02-01&topics=all")
    assert len(told) == len(profiles["results"]) + 1 > 26


@pytest.mark.parametrize("place", ["cities/hangzhou", "places/Suihua:CN-HL:1900"])
def test_the_story_of_a_place_is_taken_along_whole(client: Client, place: str) -> None:
    address = f"/{place}/changes/?from=2012-01-01&to=2026-11-23"
    changes = client.get(address).context["changes"]
    _head, *told = lines(client, address)
    assert [row[0] for row in told] == [change.day.isoformat() for change in changes]
    assert [row[1] for row in told] == [change.topic.question_en for change in changes]
    after = [change.after["display"] if change.after else "no longer holds" for change in changes]
    assert [row[3] for row in told] == after
    if place.startswith("cities"):
        assert len(told) > 100  # more than a page of them shows


def test_the_history_of_an_answer_is_taken_along(client: Client) -> None:
    address = "/cities/hangzhou/code-9610-available/"
    history = client.get(address).context["history"]
    head, *told = lines(client, address)
    answer = head.index("Answer")
    assert [row[answer] for row in told] == [cell["display"] for cell in history]
    assert told


def test_topics_of_a_table_are_all_topics(client: Client) -> None:
    assert len(lines(client, "/cities/hangzhou/")) == len(TOPICS) + 1


def test_sheets_have_a_column_for_all_that_is_said_of_a_policy() -> None:
    """A new part of what is said of a policy is a column of sheets, or told before them."""
    policy = Policy.objects.current().select_related("topic").filter(value_number=5000)[0]
    said = policy_shape(policy, policy.topic, "en", scope={}, source={})
    of_others = {"official_url", "policy"}  # of the document, and of the policy's identity
    assert {*columns_of(), *TOLD_BEFORE} - of_others == said.keys()
