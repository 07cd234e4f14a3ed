"""Lines whose key is wanting, or that of another line: each says which line it doubles, and
everything else that is wrong with it, by whatever door it comes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.zones.desk.acts import known
from tests.zones.desk.grids import judged, page_of
from tests.zones.desk.test_all_wrong_at_once import (
    FAULTS,
    LIMIT,
    TABLES,
    UNREADABLE,
    Fault,
    by_grid,
    by_load,
    by_program,
    missed,
    right_row,
)
from tests.zones.desk_forms import Desk, wrong
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_matrix import read_matrix
from zones.desk.proposals import open_set
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


#: What nobody can tell of a row that has no key: whether it is the one that has this already,
#: which choices are its own, and what its value is.
RESTS_ON_THE_KEY = ("stands in the rows", "are called", "choices.csv", "is filled, but only")


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.mark.parametrize("name", TABLES)
def test_lines_that_double_others_are_told_all_that_is_wrong_with_them(
    name: str, tmp_path: Path, desk: Desk
) -> None:
    """The second and the third line of a key each have one fault, and a cell that nobody can read
    where there is another column.
    """
    table = table_named(name)
    rows: list[Cells] = []
    expected = []
    for fault in FAULTS[name]:
        if {*fault.cells} & {*table.key}:
            continue
        others = (c.name for c in table.columns if c.name not in (*table.key, *fault.rests_on))
        beside = next(others, "")
        first = right_row(name, len(rows) // 3)
        double = first | fault.cells | ({beside: UNREADABLE} if beside else {})
        expected += [(len(rows) + number, fault, beside, len(rows)) for number in (1, 2)]
        rows += [first, double, dict(double)]
    if not rows:
        return
    key = ", ".join(table.key)
    doors = {
        "grid": (by_grid(table, rows), 2),
        "load": (by_load(table, rows, tmp_path), 2),
        "program": (by_program(table, rows, desk.analyst), 1),
    }
    silent = []
    for door, (found, first_line) in doors.items():
        for at, fault, beside, first_at in expected:
            problems = found[at]
            is_named = f"line {first_at + first_line} already" in problems.get(key, "")
            if beside:
                is_whole = not missed(fault, beside, problems)
            else:
                is_whole = fault.words in problems.get(fault.column, "\0")
            if not (is_named and is_whole):
                silent.append((door, fault, beside, problems))
    assert not silent, "\n".join(map(str, silent))


@pytest.mark.parametrize("name", TABLES)
def test_lines_without_a_key_are_told_all_else(name: str, desk: Desk) -> None:
    table = table_named(name)
    rests = (fault for fault in FAULTS[name] if {*table.key}.isdisjoint(fault.rests_on))
    lines: list[tuple[Fault, Cells]] = []
    for fault in rests:
        if fault.words in RESTS_ON_THE_KEY:
            continue
        row = right_row(name, len(lines)) | fault.cells | dict.fromkeys(table.key, "")
        lines.append((fault, row))
    if not lines:
        return
    rows = [row for _fault, row in lines]
    doors = {
        "grid": by_grid(table, rows),
        "program": by_program(table, rows, desk.analyst),
        "form": [
            {column: " ".join(map(str, why)) for column, why in told.items()}
            for row in rows
            for told in [wrong(desk.send(name, row))]
        ],
    }
    silent = [
        (door, fault, problems)
        for door, found in doors.items()
        for (fault, _row), problems in zip(lines, found, strict=True)
        if fault.words not in problems.get(fault.column, "\0")
    ]
    assert not silent, "\n".join(map(str, silent))


def test_a_program_that_names_no_row_is_told_of_the_cells_that_it_gives(desk: Desk) -> None:
    cells = {"name_en": "", "province": "CN-NO"}
    (told,) = by_program(table_named("cities"), [cells], desk.analyst)
    assert set(told) == {"", "name_en", "province"}
    assert "(slug)" in told[""]


def test_of_policies_that_start_on_one_day_each_but_one_is_told(tmp_path: Path) -> None:
    basis = right_row("policies", 0)
    rows = [basis | {"effective_from": day} for day in ("2020", "2020-01", "2020-01-01")]
    for found in (
        by_load(table_named("policies"), rows, tmp_path),
        by_grid(table_named("policies"), rows),
    ):
        assert [bool(problems.get("effective_from")) for problems in found] == [False, True, True]
    stands = known("policies")[LIMIT]
    rows = [dict(stands) | {"effective_from": day} for day in ("2019", "2019-01")]
    for found in (
        by_load(table_named("policies"), rows, tmp_path),
        by_grid(table_named("policies"), rows),
    ):
        assert all("another policy" in problems["effective_from"] for problems in found)


def test_of_issuers_of_one_spelling_each_but_one_is_told(tmp_path: Path) -> None:
    rows = [right_row("issuers", number) | {"aliases": "同一个名称"} for number in range(3)]
    for found in (
        by_load(table_named("issuers"), rows, tmp_path),
        by_grid(table_named("issuers"), rows),
    ):
        assert [bool(problems.get("aliases")) for problems in found] == [False, True, True]


def test_lines_that_double_each_other_are_never_proposed() -> None:
    line = (*LIMIT, "6000")
    head = ("topic", "scope_kind", "scope_code", "effective_from", "value")
    found = judged("policies", [head, line, (*LIMIT, "7000"), (*LIMIT, "5000")])
    assert [row.fate for row in found.rows] == ["refused"] * 3
    assert not found.ready
    told = [[problem.why.rpartition("line ")[2] for problem in row.problems] for row in found.rows]
    assert told == [["3 as well."], ["2 already."], ["2 already."]]


def test_both_lines_have_boxes_and_can_be_left_out(desk: Desk) -> None:
    """A line that is mended into the key of a later one is the wrong one of both."""
    page = page_of(open_set(desk.analyst, "Doubles"), desk.analyst)
    lines = ("topic\tscope_kind\tscope_code\teffective_from\tvalue", "\t".join((*LIMIT, "6000")))
    text = "\n".join((*lines, "\t".join((*LIMIT[:3], "2031-13-01", "7000"))))
    (wrong_line,) = page(do="mend", text=text).context["shown"]
    box = next(one.name for one in wrong_line["boxes"] if one.name.endswith("-3"))
    mended = page(do="mend", text=text, **{box: LIMIT[3]}).context["shown"]
    assert [one["line"] for one in mended] == [3, 2], "what was typed last stands first"
    assert all(len(one["boxes"]) == len(LIMIT) for one in mended)
    left = page(do=mended[0]["left_by"], text=text, **{box: LIMIT[3]})
    assert left.context["judged"].count(Fate.REFUSED) == 0


@pytest.mark.parametrize("across", [True, False])
def test_of_heads_that_name_one_thing_twice_both_are_told(across: bool) -> None:
    topic, shared = LIMIT[0], {"effective_from": "2031-01-01"}
    text = f"\t0100\tBeijing Customs\n{topic}\t1\t2\n"
    if across:
        text = f"\t{topic}\n0100\t1\nBeijing Customs\t2\n"
    rows = judged_grid(read_matrix(read_text(text), shared, "customs_district")).rows
    assert [bool(row.row.wrong_heads) for row in rows] == [True, True]
    if not across:
        return
    of_list = read_matrix(read_text(text), shared, "customs_district", is_list=True)
    assert [bool(row.wrong_heads) for row in of_list.rows] == [False, True], "both say the same"


@pytest.mark.parametrize("name", TABLES)
def test_lines_that_double_a_known_row_are_told_so_and_nothing_else(
    name: str, tmp_path: Path
) -> None:
    rows = [dict(row) for row in known(name).values()][:1] * 3
    if not rows:
        return
    table = table_named(name)
    key = ", ".join(table.key)
    for found, first in ((by_load(table, rows, tmp_path), ""), (by_grid(table, rows), "as well")):
        assert first in found[0].pop(key, "")
        assert found[0] == {}
        for problems in found[1:]:
            assert list(problems) == [", ".join(table.key)]
            assert "line 2 already" in problems[", ".join(table.key)]
