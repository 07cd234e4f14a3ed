"""Every refusal of a grid is mended in a box: of a cell that was pasted, or of a column that was
not. What a cell may have meant is taken by a button.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.zones.desk.acts import known
from tests.zones.desk.grids import buttons_of, page_of, separated
from tests.zones.desk.test_grid_mending import boxes, kept
from tests.zones.desk.test_grid_page import HEAD, ROW, block
from zones.dataset.table import Table
from zones.dataset.table_registry import registry
from zones.desk import proposals
from zones.desk.grid_files import read_text
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"
ANNUAL = "import-annual-transaction-limit"


@pytest.fixture
def change_set(analyst: Any) -> ChangeSet:
    return proposals.open_set(analyst, "A grid")


@pytest.fixture
def page(change_set: ChangeSet, analyst: Any) -> Any:
    return page_of(change_set, analyst)


def boxes_of_lines(answer: Any) -> list[list[str]]:
    """The names of the boxes of each row that is shown."""
    return [[box.name for box in one["boxes"]] for one in answer.context["shown"]]


def claimed(head: str, row: str) -> str:
    """A policy that claims the official text."""
    return f"{head}\n{row}".replace("secondary", "primary")


def test_a_missing_quote_is_mended_in_a_box_of_its_line(page: Any, change_set: ChangeSet) -> None:
    lines = [ROW.format(code, "2027-01-01", "4000") for code in ("2900", "3100")]
    alone = page(do="mend", text=claimed(HEAD, "\n".join(lines)))
    assert [names[-1] for names in boxes_of_lines(alone)] == ["mend-1-quote", "mend-2-quote"]
    quoted = {"mend-1-quote": "单次交易限值为人民币5000元。"}
    once = page(do="mend", **kept(alone), **{**boxes(alone), **quoted})
    (still, good) = sorted(once.context["judged"].rows, key=lambda row: row.fate)[::-1]
    assert (good.row.line, still.row.line) == (2, 3)
    head, first, _second = read_text(kept(once)["text"]).lines
    assert head.cells[-1] == "quote"
    assert first.cells[-1] == quoted["mend-1-quote"]
    at = len(head.cells) - 1
    assert f"mend-2-{at}" in boxes(once), "the column is there by now"
    assert page(do="propose", **kept(once), **{f"mend-2-{at}": "原文如此。"}).status_code == 303
    assert {row.quote for row in change_set.rows.all()} == {*quoted.values(), "原文如此。"}


def test_a_line_with_too_many_cells_has_boxes_of_those(page: Any, change_set: ChangeSet) -> None:
    text = f"{HEAD}\n{ROW.format('2900', '2027-01-01', '4000')}\tmore\t\tstill more"
    alone = page(do="mend", text=text)
    width = len(HEAD.split("\t"))
    own = {f"mend-1-{width}": "more", f"mend-1-{width + 2}": "still more"}
    assert own.items() <= boxes(alone).items()
    emptied = dict.fromkeys(own, "")
    assert page(do="propose", **kept(alone), **{**boxes(alone), **emptied}).status_code == 303
    assert change_set.rows.count() == 1


def test_a_column_is_added_beside_lines_that_are_too_long(page: Any) -> None:
    long = f"{ROW.format('2900', '2027-01-01', '4000')}\tmore"
    short = ROW.format("3100", "2027-01-01", "4000").replace("secondary", "primary")
    alone = page(do="mend", text=f"{HEAD}\n{long}\n{short}")
    again = page(do="mend", **kept(alone), **{**boxes(alone), "mend-2-quote": "原文如此。"})
    judged = again.context["judged"]
    assert judged.problems == []
    assert [row.row.line for row in judged.refused] == [2]


@pytest.mark.parametrize("table", list(registry), ids=lambda own: own.name)
def test_every_refused_line_has_a_box_whatever_column_was_not_pasted(
    page: Any, table: Table
) -> None:
    """New and known rows of every table, with each column left out and each cell spoilt."""
    rows = list(known(table.name).values())[:1]
    if not rows:
        pytest.skip("it has no rows")
    (row,) = rows
    names = [column.name for column in table.columns]
    needed = set(table.key)
    grids = [(names, {**row, name: "?!"}) for name in names]
    grids += [([own for own in names if own != name], dict(row)) for name in names]
    new = {**row, table.key[-1]: "nowhere-else-2031"}
    grids += [([own for own in names if own != name], new) for name in names]
    # What was not pasted may be needed by what was: here by a claim, there by a scope or a topic.
    for columns, cells in grids:
        if not needed <= set(columns):
            continue
        text = separated([columns, [cells[name] for name in columns]], "\t", "\n")
        answer = page(do="mend", table=table.name, text=text)
        judged = answer.context.get("judged")
        if judged is None or judged.problems or not judged.refused:
            continue
        (line,) = answer.context["shown"]
        assert line["boxes"] or answer.context["lacking"], (columns, line["problems"])
        named = {problem.column for one in judged.refused for problem in one.problems}
        given = {
            columns[int(at)] if at.isdigit() else at
            for at in (box.name.split("-", 2)[2] for box in line["boxes"])
            if not at.isdigit() or int(at) < len(columns)
        }
        for column in named - {None}:
            for one in str(column).split(", "):
                assert one in given, (one, given, line["problems"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_boxes_are_called_as_the_portal_calls_columns_with_what_was_pasted(
    change_set: ChangeSet, analyst: Any, language: str
) -> None:
    page = page_of(change_set, analyst, language=language)
    # What was pasted is in the other language, or a name of ours.
    head = HEAD.replace("\tvalue\t", "\t答案\t" if language == "en" else "\tAnswer\t")
    alone = page(do="mend", text=f"{head}\n{ROW.format('2900', '2027-13-01', 'four')}")
    heads = [box.head for one in alone.context["shown"] for box in one["boxes"]]
    told = {
        "en": ["in force from (effective_from)", "value (答案)"],
        "zh-hans": ["生效日期（effective_from）", "取值（Answer）"],
    }
    assert heads == told[language]


def test_boxes_of_a_matrix_are_called_by_its_topics_and_places(page: Any) -> None:
    given = {"table": "matrix", "scope_kind": "city", "shared_effective_from": "2027-01-01"}
    given |= {"shared_source_id": "mof-gacc-sta-2018-49", "shared_verification": "secondary"}
    given |= {"shared_summary_en": "A trial.", "shared_summary_zh": "试点。"}
    alone = page(do="mend", text=f"place\t{LIMIT}\nHangzhouu\t4000\n郑州\tx", **given)
    assert alone.status_code == 200, (alone.context["errors"], alone.context["problems"])
    heads = {box.name: box.head for one in alone.context["shown"] for box in one["boxes"]}
    assert heads["mend-1-0"] == "key of the scope (place)"
    assert heads["mend-2-1"].endswith(f" ({LIMIT})")
    assert not heads["mend-2-1"].startswith(LIMIT)


def offers(answer: Any) -> dict[str, str]:
    """What the buttons of a page offer, by what each says."""
    return {
        words: sent
        for one in answer.context["shown"]
        for _column, why in one["problems"]
        for words, sent in buttons_of(why)
    }


@pytest.mark.parametrize("do", ["look", "mend"])
@pytest.mark.parametrize(
    ("name", "typed", "cell"),
    [
        ("topic", "import-single-transaction-limi", LIMIT),
        ("source_id", "mof-gacc-sta-2018-4", "mof-gacc-sta-2018-49"),
        ("effective_from", "03/04/2027", "2027-03-04"),
    ],
)
def test_what_a_cell_may_have_meant_is_taken_by_a_button(
    page: Any, do: str, name: str, typed: str, cell: str
) -> None:
    heads = HEAD.split("\t")
    cells = ROW.format("2900", "2027-01-01", "4000").split("\t")
    cells[heads.index(name)] = typed
    text = "\n".join(
        ("\t".join(heads), "\t".join(cells), block(("3100", "2027-01-01", "x")).split("\n")[1])
    )
    looked = page(do=do, text=text)
    sent = next(sent for sent in offers(looked).values() if sent.endswith(f" {cell}"))
    posted = {**kept(looked), **boxes(looked)} if do == "mend" else {"text": text}
    taken = page(do=sent, **posted)
    assert taken.status_code == 200
    row = next(one for one in taken.context["judged"].rows if one.row.line == 2)
    assert row.row.cells[name] == cell
    assert not [problem for problem in row.problems if problem.column == name]
    assert taken.context["only_errors"] == (do == "mend"), "one goes on as one was"
    moved = page(do=sent, **{**posted, "text": posted["text"].replace(typed, "another")})
    assert moved.status_code == 400, "what was typed meanwhile is not written over"
    assert "choose anew" in moved.content.decode()


def test_names_beside_a_matrix_are_taken_by_buttons(page: Any) -> None:
    given = {"table": "matrix", "scope_kind": "city", "shared_effective_from": "2027-01-01"}
    text = f"\t{LIMIT}\timport-annual-transaction-limi\nHangzhouu\t4000\t1\n郑州\t5\t2"
    looked = page(do="mend", text=text, **given)
    assert looked.status_code == 200, (looked.context["errors"], looked.context["problems"])
    sent = offers(looked)
    for cell, box in (("hangzhou", "mend-1-0"), (ANNUAL, "mend-0-2")):
        act = next(act for act in sent.values() if act.startswith(f"take {box}-") and cell in act)
        looked = page(do=act, **{**given, **kept(looked)})
    judged = looked.context["judged"]
    assert looked.status_code == 200, (looked.context["errors"], looked.context["problems"])
    assert {row.row.cells.get("topic") for row in judged.rows} == {LIMIT, ANNUAL}
    assert {row.row.cells.get("scope_code") for row in judged.rows} == {"hangzhou", "zhengzhou"}


@pytest.mark.parametrize(
    "forged",
    [
        "take mend-9999-1-00000000 x",
        "take mend-1-999-00000000 x",
        "take mend-1-1-zzzzzzzz x",
        "take mend-1-1 x",
        "take mend-1-quote x",
        "take",
    ],
)
def test_a_button_of_no_cell_changes_nothing(page: Any, forged: str) -> None:
    text = block(("2900", "2027-01-01", "four"))
    answer = page(do=forged, text=text)
    assert answer.status_code == 400
    html = answer.content.decode()
    (left,) = re.findall(r"<textarea id=\"grid-text\"[^>]*>(.*?)</textarea>", html, re.DOTALL)
    assert unescape(left) == text
