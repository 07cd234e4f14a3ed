"""A grid says of rows what it says in any form; every row has its fate before anything is saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cbec_portal.languages import CODES
from tests.zones.desk.grids import in_every_form, judged
from tests.zones.later import like
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals, row_drafts, set_publication, set_steps
from zones.desk.acknowledgements import acknowledge
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_heads import ALSO_CALLED, column_names
from zones.desk.grid_judgement import JudgedGrid, judged_grid
from zones.desk.grid_matrix import read_matrix
from zones.desk.grid_names import GridWords, folded
from zones.desk.judgement import judge
from zones.desk.pickers import label_of
from zones.desk.row_warnings import warnings_of
from zones.models import ChangeSet, Policy, ProposedRow, Source
from zones.models.labels import label
from zones.rules.vocabulary import Fate, ScopeKind, State, Word

pytestmark = pytest.mark.django_db

HEAD = (
    *("topic", "scope_kind", "scope_code", "effective_from", "value", "summary_en", "summary_zh"),
    *("source_id", "verification", "state"),
)
LIMIT, LISTED = "import-single-transaction-limit", "bonded-import-1210"
SHARED = {
    "effective_from": "2019/1/1",
    "source_id": "mofcom-2018-486",
    "verification": "reported",
    "summary_en": "x",
    "summary_zh": "嗯",
}


def policy(**cells: str) -> tuple[str, ...]:
    own = {
        "topic": LIMIT,
        "scope_kind": "customs_district",
        "scope_code": "0700",
        "effective_from": "2020-01-01",
        "value": "4000",
        "summary_en": "x",
        "summary_zh": "嗯",
        "source_id": "mofcom-2018-486",
        "verification": "secondary",
        "state": "stated",
    }
    return tuple((own | cells)[name] for name in HEAD)


@pytest.fixture
def analyst() -> User:
    return person("ana", "analyst")


@pytest.fixture
def reviewer() -> User:
    return person("rev", "reviewer")


def person(name: str, group: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def told(found: JudgedGrid) -> list[tuple[int, str | None, str]]:
    return [(p.line or 0, p.column, p.why) for row in found.rows for p in row.problems]


def test_one_grid_in_every_form_gives_the_same_drafts() -> None:
    rows = [HEAD, *(policy(scope_code=f"0{n}00", effective_from="2020/1/1") for n in range(1, 10))]
    drafts = {
        name: [(d.key, d.cells) for d in read_table(table_named("policies"), sheet).drafts]
        for name, sheet in in_every_form(rows).items()
    }
    assert len(drafts["GB18030"]) == 9
    assert all(own == drafts["GB18030"] for own in drafts.values())


def in_chinese(word: Word) -> str:
    with translation.override("zh-hans"):
        return label(word)


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("effective_from", "2019/1/1", "2019-01-01"),
        ("effective_from", "2019年1月", "2019-01"),
        ("topic", "网购保税进口（1210）", LISTED),
        ("topic", "Bonded retail import (1210)", LISTED),
        ("scope_kind", in_chinese(ScopeKind.CUSTOMS_DISTRICT), "customs_district"),
        ("scope_kind", "Customs District", "customs_district"),
        ("scope_code", "700", "0700"),
        ("scope_code", "Beijing Customs", "0100"),
        ("scope_code", "北京海关", "0100"),
        ("scope_code", "ｂｅｉｊｉｎｇ　ｃｕｓｔｏｍｓ", "0100"),
        ("source_id", "商财发（2018）486号", "mofcom-2018-486"),
        ("value", "5,000", "5000"),
        ("value", "５０００", "5000"),
        ("value", "4000.000", "4000"),
        ("source_id", "商财发〔2018〕486号", "mofcom-2018-486"),
        ("source_id", "商财发[2018]486号", "mofcom-2018-486"),
        ("verification", "reported", "secondary"),
        ("verification", "PRIMARY", "primary"),
        ("state", in_chinese(State.STATED), "stated"),
    ],
)
def test_what_is_read_otherwise_than_written_is_said(column: str, written: str, read: str) -> None:
    found = judged("policies", [HEAD, policy(**{column: written})]).rows[0]
    assert found.row.cells[column] == read
    notes = {note.column: note for note in found.row.notes}
    assert (notes[column].line, notes[column].written, notes[column].read) == (2, written, read)


@pytest.mark.parametrize(
    ("topic", "written", "read"),
    [
        (LISTED, "未开放", "not-eligible"),
        (LISTED, "Not open", "not-eligible"),
        (LISTED, "NOT-ELIGIBLE", "not-eligible"),
        ("code-9610-available", "是", "true"),
        ("code-9610-available", "FALSE", "false"),
        (LIMIT, "5,000.00", "5000"),
    ],
)
def test_a_value_is_read_by_the_type_of_its_topic(topic: str, written: str, read: str) -> None:
    found = judged("policies", [HEAD, policy(topic=topic, value=written)]).rows[0]
    assert (found.row.cells["value"], found.problems) == (read, [])


def test_columns_stand_in_any_order_and_under_what_they_are_called_in_either_language() -> None:
    table = table_named("customs_districts")
    expected = [{"code": "0100", "name_en": "B", "name_zh": "京"}]
    for language in ("en", "zh-hans"):
        with translation.override(language):
            labels = {column.name: str(column.label) for column in table.columns}
        head = "\t".join((labels["name_zh"], "CODE ", labels["name_en"]))
        reading = read_table(table, read_text(f"{head}\n京\t0100\tB\n"))
        assert [row.cells for row in reading.rows] == expected, reading.problems


def test_heads_are_understood_as_people_write_them() -> None:
    table = table_named("policies")
    said = {
        "主题": "topic",
        "适用范围": "scope_kind",
        "范围代码": "scope_code",
        "生效日期": "effective_from",
        "取值": "value",
        "英文摘要": "summary_en",
        "中文摘要": "summary_zh",
        "来源": "source_id",
        "可信度": "verification",
        "状态": "state",
        "核实日期": "verified_on",
    }
    line = "\t".join(policy()[HEAD.index(name)] if name in HEAD else "" for name in said.values())
    reading = read_table(table, read_text("\t".join(said) + f"\n{line}\n"))
    assert reading.problems == []
    assert list(reading.rows[0].cells) == list(said.values())


@pytest.mark.parametrize("name", [table.name for table in registry])
def test_what_else_columns_are_called_hides_no_name_or_label(name: str) -> None:
    table = table_named(name)
    known = column_names(table)
    for column in table.columns:
        assert known[folded(column.name)] == [column.name]
        for language in ("en", "zh-hans"):
            with translation.override(language):
                label = str(column.label)
            assert not label or column.name in known[folded(label)]
    columns = {column.name for own in registry for column in own.columns}
    assert ALSO_CALLED.keys() <= columns


def test_columns_that_are_left_out_stay_as_they_are() -> None:
    found = judged("customs_districts", [("code", "name_en"), ("0100", "Another")])
    assert found.rows[0].fate == Fate.CHANGED
    assert list(found.rows[0].moved) == ["name_en"]
    short = judged("customs_districts", [("code", "name_en", "name_zh"), ("0100", "Another")])
    assert list(short.rows[0].moved) == ["name_en"]
    assert any("Line 2" in note for note in short.reading.told)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (("code", "nam_en", "name_zh"), ("nam_en", "name_en")),
        (("code", "kode", "name_en"), ("kode", "code")),
        (("name_en", "name_zh"), ("lacks", "code")),
        (("code", "name_en", "name_en"), ("twice", "name_en")),
        (("code", "", "name_en"), ("nothing", "2")),
        (("code", "英文称呼"), ("英文称呼", "name_en")),
        (("code", "%%%"), ("%%%", "is no column")),
        (("code", "name"), ("name_en", "name_zh")),
    ],
)
def test_a_wrong_head_is_told_with_what_would_be_right(
    head: tuple[str, ...], words: tuple[str, ...]
) -> None:
    found = judged("customs_districts", [head, tuple("0100" for _ in head)])
    assert found.rows == []
    said = " ".join(map(str, found.problems))
    assert all(word in said for word in words), said
    assert found.given_back.splitlines()[1].startswith("0100")


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    wrong = policy(
        topic="no-such-topic",
        scope_code="9999",
        effective_from="1/2/2019",
        source_id="mofcom-2018-48",
        verification="certain",
        summary_en="",
    )
    columns = {column for _line, column, _why in told(judged("policies", [HEAD, wrong]))}
    assert {"topic", "scope_code", "effective_from", "source_id", "verification"} <= columns
    whys = " ".join(why for _line, _column, why in told(judged("policies", [HEAD, wrong])))
    assert "mofcom-2018-486" in whys
    assert "2019-01-02" in whys
    assert "2019-02-01" in whys
    assert "primary" in whys


def test_every_wrong_reference_is_told_though_all_else_is_right() -> None:
    wrong = policy(topic="no-such-topic", scope_code="9999", source_id="no-such-source")
    columns = [column for _line, column, _why in told(judged("policies", [HEAD, wrong]))]
    assert sorted(map(str, columns)) == ["scope_code", "source_id", "topic"]


def test_lost_zeros_that_may_be_two_codes_are_refused_with_both() -> None:
    for number in ("700", "0700"):
        like(Source.objects.first(), slug=number, document_number="", title_en=f"Twin {number}")
    found = judged("policies", [HEAD, policy(source_id="700")])
    assert found.rows[0].fate == Fate.REFUSED
    assert "0700, 700" in told(found)[0][2]
    assert judged("policies", [HEAD, policy(source_id="0700")]).rows[0].fate == Fate.NEW


def test_a_name_of_two_cities_picks_none_of_them() -> None:
    found = judged("policies", [HEAD, policy(scope_kind="city", scope_code="Taizhou")])
    told_of = told(found)[0][2]
    for key in ("taizhou-jiangsu", "taizhou-zhejiang"):
        assert label_of("cities", (key,)) in told_of
    assert "Taizhou 台州市, Zhejiang" in told_of


def _terms() -> Iterator[tuple[str, list[str]]]:
    """Each English word of the glossary with the Chinese ones of the same thing."""
    document = (Path(__file__).parents[3] / "docs/glossary.md").read_text()
    for line in document.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if not line.startswith("| ") or len(cells) < 2:
            continue
        english, chinese = cells[0].split("; "), cells[1].split("；")
        if len(english) == len(chinese):
            yield from ((one, [other]) for one, other in zip(english, chinese, strict=True))
        elif len(english) == 1:
            yield english[0], chinese


OPTIONS = [
    pytest.param(table.name, column.name, id=f"{table.name}-{column.name}")
    for table in registry
    for column in table.columns
    if column.options
]


@pytest.mark.parametrize(("name", "of"), OPTIONS)
def test_every_option_is_read_by_all_that_it_is_called(name: str, of: str) -> None:
    """By its key, by its label in either language, and by the words of the glossary."""
    table, words = table_named(name), GridWords()
    column = next(column for column in table.columns if column.name == of)
    terms = list(_terms())
    for option in column.options:
        called = {option}
        for language in CODES:
            with translation.override(language):
                called.add(str(column.words.get(option, option)))
        # A word of the same spelling may be another thing: one of its Chinese words tells.
        for english, chinese in terms:
            called |= {*chinese} if english in called and not called.isdisjoint(chinese) else set()
        for word in called:
            assert words.option(table, column, word) == option, word


def test_every_city_is_found_by_its_names_unless_another_has_them_too() -> None:
    cities = list(table_named("cities").current())
    for name in ("slug", "name_en", "name_zh"):
        rows = [
            policy(scope_kind="city", scope_code=city[name], effective_from=f"20{20 + n // 100}-01")
            for n, city in enumerate(cities)
        ]
        found = judged("policies", [HEAD, *rows])
        for city, row in zip(cities, found.rows, strict=True):
            alike = [other for other in cities if other[name] == city[name]]
            assert (row.row.cells["scope_code"] == city["slug"]) == (len(alike) == 1), city


@pytest.mark.parametrize("written", ["hángzhōu", "HANG ZHOU", "杭州", "Hangzhou (hangzhou)"])
def test_a_city_is_found_as_the_boxes_of_forms_find_it(written: str) -> None:
    found = judged("policies", [HEAD, policy(scope_kind="city", scope_code=written)])
    assert (found.rows[0].row.cells["scope_code"], found.rows[0].fate) == ("hangzhou", Fate.NEW)


def test_a_row_that_stands_twice_is_refused_on_both_lines() -> None:
    found = judged("policies", [HEAD, policy(), policy(value="1")])
    assert [row.fate for row in found.rows] == [Fate.REFUSED, Fate.REFUSED]
    assert ["line 3 as well" in told(found)[0][2], "line 2" in told(found)[1][2]] == [True, True]


def test_good_rows_are_kept_and_wrong_ones_given_back_in_the_form_of_the_grid(
    analyst: User,
) -> None:
    codes = ("0100", "0200", "0400", "0500", "0600", "0800")
    good = [policy(scope_code=code, summary_en='Says "so"') for code in codes]
    rows = [HEAD, *good[:3], policy(value="a lot"), *good[3:], policy(effective_from="1/2/2019")]
    found = judged("policies", rows)
    assert (found.count(Fate.NEW), found.count(Fate.REFUSED)) == (6, 2)
    change_set = proposals.open_set(analyst, "A grid")
    proposals.propose(change_set, analyst, found.ready)
    assert change_set.rows.count() == 6
    again = judged_grid(read_table(table_named("policies"), read_text(found.given_back)))
    assert [row.row.cells for row in again.rows] == [row.row.cells for row in found.refused]
    mended = found.given_back.replace("a lot", "4,000").replace("1/2/2019", "2019/1/2")
    reading = read_table(table_named("policies"), read_text(mended))
    assert {row.fate for row in judged_grid(reading, change_set).rows} == {Fate.NEW}


def test_a_row_is_judged_beside_what_its_set_brings(analyst: User) -> None:
    change_set = proposals.open_set(analyst, "A source, then its policies")
    source = next(iter(table_named("sources").current())) | {
        "id": "of-tomorrow",
        "document_number": "",
        "official_url": "",
        "seen_url": "",
    }
    proposals.propose(
        change_set, analyst, [row_drafts.RowDraft(table_named("sources"), None, source)]
    )
    rows = [HEAD, policy(source_id="of-tomorrow")]
    assert judged("policies", rows).rows[0].fate == Fate.REFUSED
    assert judged("policies", rows, change_set=change_set).rows[0].fate == Fate.NEW


def test_judging_a_grid_saves_nothing_and_takes_as_many_queries_for_more_rows() -> None:
    def queries(number: int) -> int:
        rows = [policy(scope_kind="city", scope_code=c["slug"]) for c in cities[:number]]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            judged("policies", [HEAD, *rows])
        assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in asked)
        return len(asked)

    cities = list(table_named("cities").current())
    assert queries(3) == queries(100)
    assert (ProposedRow.objects.count(), ChangeSet.objects.count()) == (0, 0)


def test_a_matrix_gives_the_same_policies_whichever_way_it_lies() -> None:
    across = f"city\t{LISTED}\t{LIMIT}\nhangzhou\t未开放\t5,000\n宁波市\t\t4000\n"
    down = f"\thangzhou\t宁波市\n网购保税进口（1210）\tNot open\t\n{LIMIT}\t5000\t４０００\n"
    drafts = [
        sorted(
            (d.key, sorted(d.cells.items())) for d in read_matrix(read_text(text), SHARED).drafts
        )
        for text in (across, down)
    ]
    assert drafts[0] == drafts[1]
    assert [key for key, _cells in drafts[0]] == [
        (LISTED, "city", "hangzhou", "2019-01-01"),
        (LIMIT, "city", "hangzhou", "2019-01-01"),
        (LIMIT, "city", "ningbo", "2019-01-01"),
    ]
    found = judged_grid(read_matrix(read_text(across), SHARED))
    assert [row.fate for row in found.rows] == [Fate.NEW] * 3


@pytest.mark.parametrize(
    ("kind", "heads", "codes"),
    [
        ("customs_district", "Beijing\t700", ["0100", "0700"]),
        ("province", "Beijing\t浙江", ["CN-BJ", "CN-ZJ"]),
        ("city", "Beijing\t成都", ["beijing", "chengdu"]),
        ("programme", "comprehensive\tretail-import", ["comprehensive", "retail-import"]),
        ("nation", "全国\tx", ["CN", None]),
        ("", "CN-ZJ\t宁波市", ["CN-ZJ", "ningbo"]),
        ("", "CN-ZJ\tFoshan", ["CN-ZJ", "foshan"]),
        ("", "Beijing\t成都", [None, None]),
        ("", "Ningbo\t宁波", [None, None]),
    ],
)
def test_a_matrix_names_places_of_a_kind_that_is_said_or_of_the_only_one_so_called(
    kind: str, heads: str, codes: list[str | None]
) -> None:
    reading = read_matrix(read_text(f"topic\t{heads}\n{LIMIT}\t1\t2\n"), SHARED, kind)
    assert [row.cells.get("scope_code") for row in reading.rows] == codes
    fates = [row.fate for row in judged_grid(reading).rows]
    assert [fate == Fate.REFUSED for fate in fates] == [code is None for code in codes]


def test_a_wrong_cell_of_a_matrix_is_told_where_it_stands() -> None:
    text = f"city\t{LISTED}\t{LIMIT}\tno-such-topic\nhangzhou\tmaybe\ta lot\tx\nningbo\t\t7\t\n"
    found = judged_grid(read_matrix(read_text(text), SHARED))
    assert [(line, column) for line, column, _why in told(found)] == [
        (2, LISTED),
        (2, LIMIT),
        (2, "no-such-topic"),
    ]
    assert "not-eligible" in told(found)[0][2]
    assert [row.fate for row in found.rows if row.row.line == 3] == [Fate.NEW]


def test_a_matrix_may_say_that_nothing_was_found_and_what_a_line_shares() -> None:
    text = f"city\t{LIMIT}\tcaveat_en\teffective_from\nHangzhou\tnone found\tSo it seems\t2021年\n"
    row = read_matrix(read_text(text), SHARED).rows[0]
    told_beside = {"caveat_en": "So it seems", "effective_from": "2021"}
    assert (
        row.cells.items() >= ({"state": State.NONE_FOUND.value, "value": ""} | told_beside).items()
    )


def test_rows_of_a_grid_are_published_as_they_were_judged(analyst: User, reviewer: User) -> None:
    rows = [HEAD, *(policy(scope_code=code) for code in ("700", "0800", "青岛"))]
    found = judged("policies", rows)
    assert [row.fate for row in found.rows] == [Fate.NEW] * 3
    change_set = proposals.open_set(analyst, "Three districts")
    proposals.propose(change_set, analyst, found.ready)
    publish(change_set, analyst, reviewer)
    codes = Policy.objects.current().filter(topic__slug=LIMIT, scope_kind="customs_district")
    assert set(codes.values_list("customs_district__code", flat=True)) == {"0700", "0800", "4200"}
    assert judged("policies", rows).brings_nothing


def publish(change_set: ChangeSet, analyst: User, reviewer: User) -> Any:
    for warned in warnings_of(judge(change_set)):
        acknowledge(
            change_set, analyst, [(warned.judged.row, warned.code, warned.about)], "It is so."
        )
    change_set = set_steps.submit(change_set, analyst)
    return set_publication.publish_set(change_set, reviewer)


def test_a_new_row_that_lacks_cells_has_none_that_stay() -> None:
    head = ("code", "name_en", "name_zh")
    told = judged("customs_districts", [head, ("9901", "New Customs")]).reading.told
    assert any("Line 2 is a new row" in one for one in told)
    assert not any("stay as they are" in one for one in told)
    told = judged("customs_districts", [head, ("0100", "Another")]).reading.told
    assert any("Line 2 has 2 of 3 cells: the others stay as they are." in one for one in told)


@pytest.mark.parametrize("twice", ["foshan", "佛山市", "Foshan"])
def test_a_place_named_twice_is_told_as_it_is_typed(twice: str) -> None:
    """Whoever answers one topic in many places never sees a matrix, and typed no key."""
    reading = read_matrix(read_text(f"topic\tfoshan\t{twice}\n{LIMIT}\t1\t2\n"), SHARED, "city")
    first, second = (problem.why for row in reading.rows for problem in row.problems)
    assert "foshan" in first
    assert twice in second
    assert "matrix" not in f"{first}{second}"


@pytest.mark.parametrize("batch", ["第5批", "第五批", "fifth batch", "5", "国函〔2020〕47号"])
def test_nothing_is_told_of_a_batch_within_a_programme_that_is_not_known(batch: str) -> None:
    head = ("programme", "city", "batch", "designated_on", "verification")
    row = ("no such programme", "hangzhou", batch, "2026-01-01", "unverified")
    (line,) = judged("zones", [head, row]).rows
    told = {problem.column for problem in line.problems}
    assert "programme" in told
    assert "batch" not in told
