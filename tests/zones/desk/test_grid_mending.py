"""Rows of a grid that must be mended are shown alone, and mended where they are wrong."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.grids import buttons_of, page_of
from tests.zones.desk.test_grid_page import HEAD, ROW, block
from zones.admin import told_grid
from zones.desk import proposals
from zones.desk.grid_files import read_text
from zones.desk.grid_names import OTHER_WORDS
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


@pytest.fixture
def page(change_set: ChangeSet, analyst: Any) -> Any:
    return page_of(change_set, analyst)


def boxes(answer: Any) -> dict[str, str]:
    """What the boxes beside wrong rows hold, by their names, as a browser would send it."""
    html = answer.content.decode()
    found = dict(
        re.findall(r'<input id="mend[^"]*" name="([^"]*)" form="grid" value="([^"]*)"', html)
    )
    return {name: unescape(text) for name, text in found.items()}


def kept(answer: Any) -> dict[str, str]:
    """What the form of the page holds out of sight."""
    html = answer.content.decode()
    text = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', html, re.DOTALL)
    assert text
    assert 'name="only_errors" value="1"' in html
    table = re.search(r'name="table" value="([^"]*)"', html)
    assert table
    return {"text": unescape(text[1]), "only_errors": "1", "table": table[1]}


GOOD, WRONG, TWICE = (
    ("2900", "2027-01-01", "4000"),
    ("3100", "2027-01-01", "four"),
    ("3300", "2027-13-01", "4000"),
)


def test_only_rows_to_mend_are_shown_and_mended_in_place(page: Any, change_set: ChangeSet) -> None:
    looked = page(do="look", text=block(GOOD, WRONG, TWICE))
    assert "Show only rows to mend" in looked.content.decode()
    assert boxes(looked) == {}
    alone = page(do="mend", text=block(GOOD, WRONG, TWICE))
    assert alone.status_code == 200
    assert [row["line"] for row in alone.context["shown"]] == [3, 4]
    assert boxes(alone) == {"mend-2-4": "four", "mend-3-3": "2027-13-01"}
    assert kept(alone)["text"] == block(GOOD, WRONG, TWICE), "what was typed is kept"
    once = page(do="mend", **kept(alone), **{**boxes(alone), "mend-2-4": "4,500"})
    assert [row["line"] for row in once.context["shown"]] == [4, 3], "what was mended is shown"
    assert boxes(once) == {"mend-3-3": "2027-13-01"}
    everything = page(do="look", **kept(once), **boxes(once))
    assert [row["line"] for row in everything.context["shown"]] == [4, 2, 3]
    assert not change_set.rows.exists(), "nothing is saved by looking"
    done = page(do="propose", **kept(once), **{"mend-3-3": "2027/12/1"})
    assert done.status_code == 303
    cells = {row.cells["scope_code"]: row.cells for row in change_set.rows.all()}
    assert {code: own["value"] for code, own in cells.items()} == {
        "2900": "4000",
        "3100": "4500",
        "3300": "4000",
    }
    assert cells["3300"]["effective_from"] == "2027-12-01"


def test_what_is_still_wrong_stays_alone_once_the_good_rows_are_proposed(
    page: Any, change_set: ChangeSet
) -> None:
    alone = page(do="mend", text=block(GOOD, WRONG, TWICE))
    some = page(do="propose", **kept(alone), **{**boxes(alone), "mend-2-4": "4500"})
    assert some.status_code == 200
    assert change_set.rows.count() == 2
    assert boxes(some) == {"mend-1-3": "2027-13-01"}
    assert kept(some)["text"] == block(TWICE)
    assert page(do="propose", **kept(some), **{"mend-1-3": "2027-12-01"}).status_code == 303


def test_a_button_that_says_how_many_rows_proposes_those_that_were_shown(
    page: Any, change_set: ChangeSet
) -> None:
    alone = page(do="mend", text=block(GOOD, WRONG, TWICE))
    assert "Propose 1 row<" in alone.content.decode()
    mended = {**boxes(alone), "mend-2-4": "4,500"}
    shown = {"ready": alone.context["ready"]}
    first = page(do="propose", **kept(alone), **shown, **mended)
    assert first.status_code == 200
    html = first.content.decode()
    assert "What you typed since was read now" in html
    assert "Propose 2 rows" in html
    assert "read 4,500 as 4500" in html
    assert [row["line"] for row in first.context["shown"]] == [4, 3, 2]
    assert not change_set.rows.exists()
    text = first.context["grid_text"]
    done = page(do="propose", text=text, ready=first.context["ready"])
    assert done.context["proposed"] == 2
    assert change_set.rows.count() == 2


def test_boxes_that_stay_as_they_are_let_the_shown_rows_be_proposed(
    page: Any, change_set: ChangeSet
) -> None:
    alone = page(do="mend", text=block(GOOD, WRONG))
    done = page(do="propose", **kept(alone), **boxes(alone), ready=alone.context["ready"])
    assert done.context["proposed"] == 1
    assert change_set.rows.count() == 1


def test_many_rows_to_mend_are_shown_part_by_part(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_grid, "SHOWN", 2)
    wrong = [(code, "2027-01-01", "four") for code in ("2900", "3100", "3300", "5100", "5200")]
    first = page(do="mend", text=block(*wrong))
    assert [row["line"] for row in first.context["shown"]] == [2, 3]
    assert 'value="mend 2"' in first.content.decode()
    assert 'value="mend 0"' not in first.content.decode()
    second = page(do="mend 2", **kept(first), **boxes(first))
    assert [row["line"] for row in second.context["shown"]] == [4, 5]
    assert {'value="mend 1"', 'value="mend 3"'} <= set(
        re.findall(r'value="mend [0-9]+"', second.content.decode())
    )
    for part in ("mend 3", "mend 99", "mend 999999999999"):
        last = page(do=part, **kept(second))
        lines = [row["line"] for row in last.context["shown"]]
        assert lines == ([6] if part != "mend 999999999999" else [2, 3])
    mended = page(do="mend 2", **kept(first), **{**boxes(first), "mend-1-4": "4000"})
    assert len(mended.context["judged"].refused) == 4, "what was typed is read on the way"


def test_blank_lines_and_texts_of_several_lines_stay_where_they_are(
    page: Any, change_set: ChangeSet
) -> None:
    lines = block(GOOD, WRONG, TWICE).splitlines()
    lines[1] = lines[1].replace("A trial.", '"A trial\nof ""two"" lines."')
    text = "\n\n".join(lines)
    alone = page(do="mend", text=text)
    assert boxes(alone) == {"mend-2-4": "four", "mend-3-3": "2027-13-01"}
    done = page(do="propose", **kept(alone), **{"mend-2-4": "1", "mend-3-3": "2027-12-01"})
    assert done.status_code == 303
    summaries = {row.cells["scope_code"]: row.cells["summary_en"] for row in change_set.rows.all()}
    assert summaries["2900"] == 'A trial\nof "two" lines.'
    assert change_set.rows.count() == 3


def test_a_box_is_read_as_the_text_is(page: Any, change_set: ChangeSet) -> None:
    """What would be a formula there is one here, and signs that separate cells separate none."""
    alone = page(do="mend", text=block(WRONG))
    for typed in ("=1+1", "4000\t5000", '4"000', "4000\n5000"):
        again = page(do="mend", **kept(alone), **{"mend-1-4": typed})
        assert [row["line"] for row in again.context["shown"]] == [2], typed
        sheet = read_text(kept(again)["text"])
        assert [len(line.cells) for line in sheet.lines] == [10, 10], typed
    assert not change_set.rows.exists()


def test_names_of_a_matrix_that_name_nothing_are_mended_once(
    page: Any, change_set: ChangeSet
) -> None:
    shared = {
        "shared_effective_from": "2027-01-01",
        "shared_source_id": "mof-gacc-sta-2018-49",
        "shared_verification": "secondary",
        "shared_summary_en": "A trial.",
        "shared_summary_zh": "试点。",
    }
    heads = "\timport-single-transaction-limit\timport-annual-transaction-limit"
    grid = f"{heads}\nHangzhouu\t4000\t5000\n郑州\tx\t1"
    given = {"table": "matrix", "scope_kind": "city", **shared}
    alone = page(do="mend", text=grid, **given)
    assert alone.status_code == 200
    found = boxes(alone)
    assert found["mend-1-0"] == "Hangzhouu"
    assert found["mend-2-1"] == "x"
    assert len(found) == len(set(found))
    again = {**given, **kept(alone)}
    done = page(do="propose", **again, **{**found, "mend-1-0": "Hangzhou", "mend-2-1": "3"})
    assert done.status_code == 303, done.context["errors"]
    assert change_set.rows.count() == 4


@pytest.mark.parametrize(
    "forged",
    [
        {"mend-9999-0": "x"},
        {"mend-1-999": "x"},
        {"mend-1-500": "x"},
        {"mend--1-0": "x"},
        {"mend-٣-1": "x"},
        {"mend-1": "x"},
    ],
)
def test_a_box_of_no_cell_changes_nothing(page: Any, forged: dict[str, str]) -> None:
    answer = page(do="mend", text=block(WRONG), **forged)
    assert answer.status_code == 200
    assert kept(answer)["text"] == block(WRONG)


def test_a_grid_without_rows_to_mend_is_shown_whole(page: Any) -> None:
    answer = page(do="mend", text=block(GOOD))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Pasted rows, their head first" in html
    assert "Show only rows to mend" not in html


def test_what_cannot_be_read_any_more_is_given_back_as_it_was_typed(page: Any) -> None:
    alone = page(do="mend", text=block(WRONG))
    torn = page(do="mend", **{**kept(alone), "text": 'a\t"b'})
    assert torn.status_code == 400
    assert torn.context["grid_text"] == 'a\t"b'
    headless = page(do="mend", text=f"{HEAD}x\n{ROW.format(*WRONG)}")
    assert headless.status_code == 400
    assert "Pasted rows, their head first" in headless.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_row_that_cannot_be_named_has_boxes_of_its_key(page: Any, language: str) -> None:
    text = f"{HEAD}\n" + ROW.format("", "", "4000").replace("customs_district", "").replace(
        "import-single-transaction-limit", ""
    )
    alone = page(do="mend", text=text)
    assert set(boxes(alone)) >= {"mend-1-0", "mend-1-2"}


def test_what_would_write_over_anothers_row_is_shown_with_what_must_be_mended(
    page: Any, change_set: ChangeSet, other_analyst: Any, analyst: Any
) -> None:
    assert page(do="propose", text=block(GOOD)).status_code == 303
    client = Client()
    log_in_staff(client, other_analyst)
    address = reverse("admin:desk-grid", args=[change_set.pk])
    text = block((*GOOD[:2], "4800"), WRONG)
    alone = client.post(address, {"do": "mend", "text": text})
    assert [row["line"] for row in alone.context["shown"]] == [3, 2]
    assert boxes(alone) == {"mend-2-4": "four"}
    assert "it would be written over" in alone.content.decode()


def without(text: str, *columns: str) -> str:
    """A grid without some of its columns."""
    lines = [line.split("\t") for line in text.splitlines()]
    left = [at for at, head in enumerate(lines[0]) if head not in columns]
    return "\n".join("\t".join(line[at] for at in left) for line in lines)


def lacking(answer: Any) -> dict[str, str]:
    """What a form says out of sight of the columns that its grid lacks."""
    html = answer.content.decode()
    return dict(re.findall(r'form="grid" name="(lines-lacking-[^"]*)" value="([^"]*)"', html))


SECOND = ("3300", "2027-01-01", "5000")


@pytest.mark.parametrize("columns", [("state",), ("source_id",), ("state", "source_id")])
def test_a_column_that_the_head_lacks_is_told_once_and_given_once_for_all_rows(
    page: Any, change_set: ChangeSet, columns: tuple[str, ...]
) -> None:
    text = without(block(GOOD, SECOND, WRONG), *columns)
    said = {"state": "stated", "source_id": "mof-gacc-sta-2018-49"}
    given = {f"lacking-{name}": said[name] for name in columns}
    for do in ("look", "mend"):
        read = page(do=do, text=text)
        html = unescape(read.content.decode())
        assert {box.column for box in read.context["lacking"]} == set(columns)
        assert html.count("but must be filled") == len(columns)
        assert html.count("3 new rows need") == len(columns)
        # Each line says why it is refused, and leads to where that is said.
        assert all(row["problems"] for row in read.context["shown"] if row["is_refused"])
        led = set(re.findall(r'<a href="#(lacking-[^"]*)">the head lacks this column', html))
        assert led == {f"lacking-{name}-error" for name in columns}
        assert all(f'id="{own}"' in html for own in led)
        if "state" in columns:
            assert "Or add a column “what is known” to the grid" in html
        assert set(given) <= set(re.findall(r'name="(lacking-[^"]*)" form="grid"', html))
        offered = re.search(r"<option[^>]*>\s*not applicable", html)
        assert bool(offered) == ("state" in columns)
    own = {f"mend-{line}-{name}" for line in (1, 2, 3) for name in columns}
    assert own <= boxes(read).keys(), "a line may have its own"
    assert {name for name in boxes(read) if not name.startswith("mend-3-")} <= own
    again = page(do="mend", **kept(read), **boxes(read), **lacking(read), **given)
    assert again.context["lacking"] == []
    assert len(again.context["judged"].ready) == 2
    shown = [row["line"] for row in again.context["shown"]]
    assert shown == [4], "lines that one choice put in order are not to be mended"
    page(do="propose", **kept(again), **boxes(again), ready=again.context["ready"])
    rows = change_set.rows.all()
    assert len(rows) == 2
    assert {(row.cells["state"], row.cells["source_id"]) for row in rows} == {
        ("stated", "mof-gacc-sta-2018-49")
    }


def test_a_lacking_column_is_given_to_the_lines_that_need_it_alone(page: Any) -> None:
    text = without(block(GOOD, SECOND), "state")
    read = page(do="look", text=text)
    told = {**lacking(read), "lines-lacking-state": "2"}
    again = page(do="look", text=text, **told, **{"lacking-state": "stated"})
    assert len(again.context["judged"].ready) == 1
    head, first, second = read_text(again.context["grid_text"]).lines
    assert head.cells[-1] == second.cells[-1].replace("stated", "state") == "state"
    assert len(first.cells) == len(head.cells) - 1


@pytest.mark.parametrize("forged", ["x", "-1", "999999,0", "٣", ""])
def test_a_lacking_column_of_no_line_changes_no_row(page: Any, forged: str) -> None:
    answer = page(
        do="look",
        text=block(GOOD),
        **{"lacking-caveat_en": "A word.", "lines-lacking-caveat_en": forged},
    )
    assert answer.status_code == 200
    assert [row["line"] for row in answer.context["shown"]] == [2]
    assert len(answer.context["judged"].ready) == 1


def test_the_columns_of_a_table_are_named_beside_the_box(page: Any, change_set: ChangeSet) -> None:
    html = page(do="look", text=block(GOOD), table="policies").content.decode()
    assert re.search(r"<span>what is known \*", html)
    assert re.search(
        r"<span>note to the reader, English</span>|<span>[^<*]*English[^<*]*</span>", html
    )
    assert 'id="columns-policies"' in html
    assert 'id="columns-sources"' not in html
    assert 'id="columns-sources"' not in page(do="look", text=block(GOOD)).content.decode()
    assert 'id="columns-sources"' in page(do="look", text="").content.decode()


@pytest.mark.parametrize(
    ("language", "called"), [("en", "Not open"), ("zh-hans", "未开放")], ids=["en", "zh"]
)
def test_choices_are_offered_by_what_they_are_called(
    change_set: ChangeSet, analyst: Any, language: str, called: str
) -> None:
    page = page_of(change_set, analyst, language=language)
    head = "topic\tscope_kind\tscope_code\teffective_from\tvalue\tstate"
    row = "bonded-import-1210\tcity\thangzhou\t2027-01-01\tnonsense\tstated"
    alone = page(do="mend", table="policies", text=f"{head}\n{row}")
    buttons = dict(buttons_of(alone.content.decode()))
    (words,) = [words for words in buttons if called in words]
    assert "not-eligible" in words
    assert buttons[words].endswith(" not-eligible")


@pytest.mark.parametrize(("kind", "words"), [*OTHER_WORDS.items()], ids=[*OTHER_WORDS])
def test_a_kind_of_place_is_read_by_what_people_write_for_it(
    page: Any, kind: str, words: tuple[str, ...]
) -> None:
    head = "topic\tscope_kind\tscope_code\teffective_from\tvalue\tstate"
    places = {"nation": "CN", "programme": "comprehensive", "province": "CN-ZJ"}
    code = places | {"customs_district": "2900", "city": "hangzhou"}
    lines = [
        f"import-single-transaction-limit\t{word}\t{code[kind]}\t20{30 + at}-01-01\t6000\tstated"
        for at, word in enumerate(words)
    ]
    shown = page(do="look", table="policies", text="\n".join([head, *lines]))
    rows = shown.context["judged"].rows
    assert [row.row.cells["scope_kind"] for row in rows] == [kind] * len(words)
    assert not [why for row in rows for why in row.problems if why.column == "scope_kind"]


def test_a_name_that_is_read_as_what_is_called_so_is_not_told(page: Any) -> None:
    rows = ("Hangzhou Customs", "2027-01-01", "4000"), ("宁波海关", "2027/1/1", "4000")
    text = page(do="look", text=block(*rows)).content.decode()
    assert "read Hangzhou Customs" not in text
    assert "read 宁波海关 as Ningbo Customs (3100)" in text, "what is called otherwise is told"
    assert "read 2027/1/1 as 2027-01-01" in text
