"""What is wrong with a head of a matrix is told once, for all of its column or line."""

from __future__ import annotations

import pytest

from zones.admin.grid_row_words import told_once
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_matrix import read_matrix

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"


@pytest.mark.parametrize(
    "grid",
    [
        f"place\tno-such-topic\t{LIMIT}\nHangzhou\t1\t1\nNingbo\t2\t2\n郑州\t3\t3",
        f"topic\tHangzhou\tNingbo\t郑州\nno-such-topic\t1\t2\t3\n{LIMIT}\t1\t2\t3",
    ],
)
def test_a_wrong_topic_is_told_once_across_and_down(grid: str) -> None:
    found = judged_grid(read_matrix(read_text(grid), {}, "city"))
    assert len(found.refused) == 6
    problems = [one for row in told_once(found.rows) for one in row.problems]
    told = [one for one in problems if "no-such-topic" in one.why]
    assert len(told) == 1
    # Every other cell still says what is wrong with it.
    assert len(told_once(found.rows)) == 4


def test_a_wrong_place_and_a_wrong_topic_are_told_once_each() -> None:
    grid = f"place\tno-such-topic\t{LIMIT}\nnowhere-at-all\t1\t1\nNingbo\t2\t2"
    found = judged_grid(read_matrix(read_text(grid), {}, "city"))
    whys = [one.why for row in told_once(found.rows) for one in row.problems]
    for name in ("no-such-topic", "nowhere-at-all"):
        assert sum(name in why for why in whys) == 1


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        (
            f"place\t{LIMIT}x\t{LIMIT}\nNingbo\t1\t1",
            ["is no topic: write its key", f"Near it: {LIMIT}"],
        ),
        (
            f"place\t{LIMIT}\nHangzhuo\t1\nNingbo\t1",
            ["is no city, customs district, province or programme", "Near it: ", "hangzhou ("],
        ),
    ],
)
def test_what_a_head_must_be_is_said_with_what_comes_near(grid: str, told: list[str]) -> None:
    found = judged_grid(read_matrix(read_text(grid), {}, ""))
    (why,) = {one.why for row in found.rows for one in row.problems if "is no " in one.why}
    assert [one for one in told if one not in why] == []


def test_where_no_topic_is_named_it_is_said_where_one_must_be_and_which_come_near() -> None:
    reading = read_matrix(read_text(f"place\t{LIMIT}x\nHangzhou\t1"), {}, "")
    (problem,) = reading.problems
    assert problem.why.startswith("Neither the first line nor the first column names a topic: one")
    assert f"Near it: {LIMIT}" in problem.why
