"""A text in one language only is warned of, for every pair of columns, and once a row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.languages import CODES as CODES_OF_LANGUAGES
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said, warned_of, written
from zones.admin.row_form import RowForm
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid_heads import column_names
from zones.desk.grid_names import folded
from zones.desk.judgement import judge
from zones.desk.one_language import pairs_of, with_chinese
from zones.desk.proposals import open_set
from zones.desk.row_evidence import labels_beside
from zones.desk.row_warnings import warnings_of
from zones.models import Topic

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"
CODES = {"untranslated", "half-changed"}
#: Optional pairs, and a text that says something in each language.
PAIRS = [
    (table.name, english, chinese)
    for table in registry
    for english, chinese in pairs_of(table)
    if (table.name, english) != ("policies", "value")
    and not any(c.required for c in table.columns if c.name in (english, chinese))
]


def told(analyst: Any, *drafts: Any) -> list[tuple[str, str]]:
    return [own for own in warned_of(judge(proposed(analyst, *drafts))) if own[0] in CODES]


def text_answer() -> tuple[Key, Cells]:
    """A policy that answers a text in both languages, told only once."""
    texts = {*Topic.objects.filter(value_type="text").values_list("slug", flat=True)}
    return next((k, own) for k, own in known("policies").items() if k[0] in texts and own["value"])


def test_every_pair_of_columns_is_known() -> None:
    assert {("policies", "caveat_en", "caveat_zh"), ("zones", "zone_name_en", "zone_name_zh")} <= {
        *PAIRS
    }
    assert len(PAIRS) > 10
    assert ("value", "value_zh") in pairs_of(table_named("policies"))


@pytest.mark.parametrize(("table", "english", "chinese"), PAIRS)
def test_a_pair_of_which_one_is_empty_is_warned_of(
    analyst: Any, table: str, english: str, chinese: str
) -> None:
    rows = known(table)
    if not rows:
        pytest.skip("no such row is known")
    key = next(iter(rows))
    for cells in ({english: "Said once", chinese: ""}, {english: "", chinese: "只说一次"}):
        lacking = next(name for name, cell in cells.items() if not cell)
        found = judge(proposed(analyst, written(table, key, **cells)))
        (row,) = found.rows
        if row.problems:
            continue  # both are needed
        own = [one for one in warnings_of(found) if one.code in CODES]
        assert [(one.code, one.about) for one in own] == [("untranslated", lacking)]


def test_an_answer_in_one_language_is_warned_of(analyst: Any) -> None:
    key, own = text_answer()
    day = {"effective_from": "2031-01-01"}
    for cells, expected in (
        ({"value": "By the office", "value_zh": ""}, [("untranslated", "value_zh")]),
        ({"value": "By the office", "value_zh": "由办公室"}, []),
        ({"value": "1210; 9610", "value_zh": ""}, []),
    ):
        assert told(analyst, said("policies", {**own, **day, **cells})) == expected
    assert told(analyst, written("policies", key, value="Other words")) == [
        ("half-changed", "value_zh")
    ]
    both = {"value": "Other words", "value_zh": "别的话"}
    assert told(analyst, written("policies", key, **both)) == []


def test_what_is_no_text_or_did_not_change_is_not_warned_of(analyst: Any) -> None:
    limit: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    assert told(analyst, written("policies", limit, value="6000")) == []
    assert told(analyst, written("policies", limit, summary_en="Another wording.")) == []


def test_several_are_told_at_once(analyst: Any) -> None:
    limit: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    cells = {"caveat_en": "Once", "caveat_zh": "", "clause": "Article 1", "clause_zh": ""}
    assert told(analyst, written("policies", limit, **cells)) == [
        ("untranslated", "caveat_zh clause_zh")
    ]


@pytest.mark.parametrize("language", CODES_OF_LANGUAGES)
def test_of_two_columns_of_one_text_each_says_its_language(language: str) -> None:
    english = {"en": "English", "zh-hans": "英文"}[language]
    chinese = {"en": "Chinese", "zh-hans": "中文"}[language]
    with override(language):
        for table in registry:
            labels = {column.name: str(column.label) for column in table.columns}
            for one, other in pairs_of(table):
                assert chinese in labels[other], (table.name, other)
                if (table.name, one) != ("policies", "value"):
                    assert english in labels[one], (table.name, one)
            beside = labels_beside(table)
            if "clause" in beside:
                assert english in beside["clause"]


@pytest.mark.parametrize("language", CODES_OF_LANGUAGES)
def test_the_box_of_an_answer_by_a_text_says_its_language_beside_that_in_chinese(
    language: str,
) -> None:
    table = table_named("policies")
    _key, cells = text_answer()
    number = next(own for key, own in known("policies").items() if key[0] == LIMIT)
    with override(language):
        boxes = {box.column.name: box for box in RowForm(table, cells, language, "").boxes}
        assert boxes["value"].heading != boxes["value_zh"].heading
        assert {"en": "English text", "zh-hans": "英文取值"}[language] in boxes["value"].heading
        alone = {box.column.name: box for box in RowForm(table, number, language, "").boxes}
        assert "value_zh" not in alone
        assert {"en": "English", "zh-hans": "英文"}[language] not in alone["value"].heading


@pytest.mark.parametrize("head", ["clause", "Clause", "条款", "English clause", "英文条款"])
@pytest.mark.parametrize("table", ["policies", "requirements", "zones"])
def test_a_grid_reads_the_english_clause_by_its_former_names(table: str, head: str) -> None:
    assert column_names(table_named(table))[folded(head)] == ["clause"]


NOTED = {
    "杭州": True,
    "Hangzhou 杭州": True,
    "Rules in force, 自2027年起": True,
    "Opinions (甬政发〔2015〕122号)": False,
    "Guiding opinions 甬政发〔2015〕122号; fund rules 甬商务跨境〔2020〕46号": False,
    "Replies of the State Council (批复) since 2015": False,
    "Announcement 海关总署公告2018年第194号, item 5": False,
    "The 《电子商务法》 of 2018": False,
    "Item 4": False,
    "": False,
}


@pytest.mark.parametrize("text", NOTED)
def test_chinese_in_a_text_for_english_is_noted_beside_its_box(text: str) -> None:
    table = table_named("policies")
    _key, cells = text_answer()
    for column in ("caveat_en", "clause", "value"):
        boxes = RowForm(table, {**cells, column: text}, "en", "").boxes
        noted = {box.column.name for box in boxes if box.note}
        assert (column in noted) == NOTED[text]
        assert "caveat_zh" not in noted
    assert with_chinese(table_named("cities"), {"name_en": text}) == ["name_en"] * NOTED[text]


def test_what_is_known_has_no_chinese_in_english() -> None:
    noted = {
        (table.name, key, name)
        for table in registry
        for key, cells in known(table.name).items()
        for name in with_chinese(table, cells)
    }
    assert noted == set()


def test_a_grid_notes_chinese_in_a_text_for_english(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-grid", args=[open_set(analyst, "A set").pk])
    pasted = "slug\tname_en\tname_zh\nnew-issuer\t新机构\t新机构\n"
    for language, words in (("en", "there is Chinese in it"), ("zh-hans", "含有中文")):
        client.cookies["django_language"] = language
        page = client.post(address, {"do": "look", "table": "issuers", "text": pasted})
        assert words in page.content.decode()
