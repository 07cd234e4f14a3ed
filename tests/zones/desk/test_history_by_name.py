"""The history of rows is found by any name of theirs, and tells of their first load as well."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.growth import queries
from tests.zones.desk.acts import known, published, said, taken_out, written
from zones.dataset.table import Key
from zones.desk import history
from zones.models import Revision

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NATION: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
CLEARANCE: Key = ("clearance-hours-commitment", "city", "hangzhou", "2015-07-31")
GACC_194 = "gacc-2018-194"


@pytest.fixture
def ask(analyst: Any) -> Any:
    client = Client()
    log_in_staff(client, analyst)
    return lambda **asked: client.get(reverse("admin:desk-history"), {"lang": "en", **asked})


def told(page: Any) -> list[tuple[str, Key]]:
    return [
        (one["row"].table, one["row"].key) for one in page.context["shown"] if not one["is_first"]
    ]


@pytest.fixture
def clearance(analyst: Any, reviewer: Any) -> Key:
    """A policy of Tianjin Customs that came, and was changed, after the first load."""
    own = {
        **known("policies")[CLEARANCE],
        "scope_kind": "customs_district",
        "scope_code": "0200",
        "effective_from": "2019-01-01",
        "source_id": GACC_194,
    }
    published(analyst, reviewer, said("policies", own))
    key = (CLEARANCE[0], "customs_district", "0200", "2019-01-01")
    published(analyst, reviewer, written("policies", key, value="36"))
    published(analyst, reviewer, written("cities", ("jiaxing",), note="Seen"))
    return key


@pytest.mark.parametrize("table", ["", "policies"])
@pytest.mark.parametrize(
    "typed",
    [
        *("Tianjin Customs", "天津海关", "通关时限承诺", "clearance time", "clearance 0200"),
        *("海关总署公告2018年第194号", "通关时限承诺 天津", "tianjin 2019年1月1日"),
    ],
)
def test_names_in_either_language_find_rows_of_any_table(
    ask: Any, clearance: Key, table: str, typed: str
) -> None:
    assert told(ask(table=table, row=typed)) == [("policies", clearance)] * 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_the_page_calls_a_row_finds_it(ask: Any, clearance: Key, language: str) -> None:
    (name, *_) = [one["name"] for one in ask(table="policies", lang=language).context["shown"]]
    for asked in ("en", "zh-hans"):
        for table in ("", "policies"):
            found = ask(table=table, row=name, lang=asked)
            assert told(found) == [("policies", clearance)] * 2, (name, asked)


def test_rows_themselves_are_found_by_name_without_their_table(ask: Any, clearance: Key) -> None:
    for typed in ("嘉兴", "Jiaxing", "jiax"):
        assert told(ask(row=typed)) == [("cities", ("jiaxing",))], typed
    assert told(ask(row="Tianjin Jiaxing")) == []


def test_names_that_a_row_had_find_it_though_it_is_gone(
    ask: Any, analyst: Any, reviewer: Any
) -> None:
    fresh = {**known("sources")[GACC_194,], "id": "tomorrow", "document_number": ""}
    fresh |= {"title_en": "Of tomorrow", "title_zh": "明日公告"}
    published(analyst, reviewer, said("sources", fresh))
    published(analyst, reviewer, written("sources", ("tomorrow",), title_en="Of the day after"))
    published(analyst, reviewer, taken_out("sources", ("tomorrow",)))
    for typed in ("明日公告", "day after"):
        assert [own for _table, own in told(ask(row=typed))][:1] == [("tomorrow",)], typed


def test_what_is_found_by_name_is_told_a_page_at_a_time(ask: Any, clearance: Key) -> None:
    asked = history.Search(text="Tianjin Customs")
    first = history.found_by(asked, size=1)
    last = history.found_by(asked, after=first.next, size=1)
    assert [len(first.rows), len(last.rows), last.next] == [1, 1, None]
    assert first.rows[0].number > last.rows[0].number


def test_more_rows_take_no_more_queries(ask: Any, analyst: Any, reviewer: Any) -> None:
    asked = []
    for number in (3, 9):
        cities = list(known("cities"))[:number]
        published(
            analyst, reviewer, *(written("cities", key, note=f"Of {number}") for key in cities)
        )
        revision = Revision.objects.latest("number").number
        ask(row="city", revision=revision)
        asked.append(queries(lambda revision=revision: ask(row="a", revision=revision)))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    "asked",
    [
        {"table": "cities", "row": "Beijing"},
        {"table": "cities", "row": "北京", "revision": "1"},
        {"table": "customs_districts", "row": "0200"},
        {"row": "天津海关", "table": "customs_districts", "person": "dataset"},
        {"table": "policies", "row": " ".join(NATION)},
        {"table": "policies", "row": "import-single-transaction-limit nation 2019"},
    ],
)
def test_the_first_load_is_told_of_a_row_by_name(ask: Any, asked: dict[str, str]) -> None:
    (only,) = ask(**asked).context["shown"]
    assert only["is_first"]
    assert only["cells"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "As first loaded"), ("zh-hans", "首次导入")]
)
def test_several_rows_of_a_name_lead_to_theirs(ask: Any, language: str, words: str) -> None:
    page = ask(table="policies", row="import-single-transaction-limit", lang=language)
    shown = page.content.decode()
    keys = [key for key in known("policies") if key[0] == NATION[0]]
    assert len(keys) > 1
    assert page.context["loaded"]["count"] == len(keys)
    assert words in shown
    assert "Nothing was noted" not in shown
    address = page.context["loaded"]["rows"][0][0]
    assert address.replace("&", "&amp;") in shown


def test_rows_that_were_changed_since_stand_no_longer_as_loaded(
    ask: Any, analyst: Any, reviewer: Any
) -> None:
    before = ask(table="policies", row=NATION[0]).context["loaded"]["count"]
    published(analyst, reviewer, written("policies", NATION, value="6000"))
    assert ask(table="policies", row=NATION[0]).context["loaded"]["count"] == before - 1
    published(analyst, reviewer, written("policies", NATION, effective_from="2019-01-02"))
    assert ask(table="policies", row=NATION[0]).context["loaded"]["count"] == before - 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_table_alone_says_how_many_came_with_the_first_load(ask: Any, language: str) -> None:
    page = ask(table="provinces", lang=language)
    assert page.context["loaded"]["of_table"] == len(known("provinces"))
    assert 'href="?revision=1"' in page.content.decode()
    assert str(len(known("provinces"))) in page.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"table": "cities", "row": "Beijing", "person": "nobody"},
        {"row": "no such name"},
        {"row": "%"},
    ],
)
def test_nothing_is_told_of_what_is_not_meant(ask: Any, asked: dict[str, str]) -> None:
    page = ask(**asked)
    assert not page.context["shown"]
    assert "Nothing was noted of this." in page.content.decode()
