"""Lines that were refused and mended fare as they would have if they had been pasted right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.zones.desk.acts import known
from tests.zones.desk.grids import page_of
from tests.zones.desk.test_grid_mending import boxes, kept
from zones.desk import proposals
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

COLUMNS = (
    *("topic", "scope_kind", "scope_code", "effective_from", "value", "state", "source_id"),
    *("verification", "summary_en", "summary_zh"),
)
#: What a cell may say that is refused, or makes a line the double of another.
FAULTS = {
    "value": ("four", "1.2.3"),
    "effective_from": ("2027-13-01", "03/04/2027"),
    "source_id": ("no-such-document",),
    "scope_code": ("", "9999"),
    "state": ("certainly",),
}


@st.composite
def grids(draw: Any) -> tuple[list[list[str]], list[list[str]]]:
    """A grid of known rows, changed rows and new ones; and it with wrong cells and doubles."""
    policies = [
        cells
        for cells in known("policies").values()
        if cells["topic"] == "import-single-transaction-limit" and cells["state"] == "stated"
    ]
    base = draw(st.sampled_from(policies))
    right = []
    for number in range(draw(st.integers(2, 5))):
        is_known = draw(st.booleans())
        cells = dict(draw(st.sampled_from(policies)) if is_known else base)
        if not is_known:
            cells |= {"scope_kind": "customs_district", "scope_code": "2900"}
            cells |= {"effective_from": f"2031-0{number + 1}-01", "verification": "secondary"}
        if draw(st.booleans()):
            cells["value"] = str(3000 + number)
        right.append([cells[name] for name in COLUMNS])
    once = {tuple(row[:4]): row for row in right}
    right = [*once.values()]
    wrong = [list(row) for row in right]
    for place in range(len(wrong)):
        kind = draw(st.sampled_from(("right", "wrong", "double", "blank key")))
        if kind == "wrong":
            name = draw(st.sampled_from([*FAULTS]))
            wrong[place][COLUMNS.index(name)] = draw(st.sampled_from(FAULTS[name]))
        elif kind == "double" and place:
            wrong[place][:4] = wrong[draw(st.integers(0, place - 1))][:4]
        elif kind == "blank key":
            wrong[place][draw(st.sampled_from((0, 1, 3)))] = ""
    return right, wrong


def text_of(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in (COLUMNS, *rows))


def fates(answer: Any) -> dict[int, tuple[Any, ...]]:
    """What becomes of each line, with the cells that would become others."""
    return {
        one.row.line: (
            one.fate,
            one.row.key,
            dict(one.moved),
            [(problem.column, problem.why) for problem in one.problems],
        )
        for one in answer.context["judged"].rows
    }


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(grid=grids())
def test_mending_is_pasting_the_right_grid(analyst: Any, grid: Any) -> None:
    """In one go, and box by box: whatever is refused has the boxes in which it is mended."""
    right, wrong = grid
    page = page_of(proposals.open_set(analyst, "A grid"), analyst)
    pasted = fates(page(do="look", text=text_of(right)))
    answer = page(do="mend", text=text_of(wrong))
    for _turn in range(2 * len(wrong) + 2):
        refused = answer.context["judged"].refused
        if not answer.context["only_errors"]:
            break
        typed = {}
        for name in boxes(answer):
            _mend, line, at = name.split("-")
            if at.isdigit():  # others are of columns that were not pasted
                typed[name] = right[int(line) - 1][int(at)]
        assert typed, [(one.row.line, one.problems) for one in refused]
        answer = page(do="mend", **kept(answer), **typed)
    told = fates(answer)
    assert told == pasted


def test_a_double_that_is_mended_changes_the_row_that_exists(analyst: Any) -> None:
    rows = [
        cells
        for cells in known("policies").values()
        if cells["topic"] == "import-single-transaction-limit" and cells["state"] == "stated"
    ]
    first, second = (dict(rows[0]), dict(rows[1]) | {"value": "4321"})
    right = [[own[name] for name in COLUMNS] for own in (first, second)]
    twice = [right[0], [*right[0][:4], *right[1][4:]]]
    page = page_of(proposals.open_set(analyst, "A grid"), analyst)
    answer = page(do="mend", text=text_of(twice))
    shown = next(one for one in answer.context["shown"] if one["line"] == 3)
    typed = {box.name: right[1][int(box.name.split("-")[2])] for box in shown["boxes"]}
    mended = page(do="mend", **kept(answer), **typed)
    (_same, own) = mended.context["judged"].rows
    assert own.fate == Fate.CHANGED
    assert own.moved == {"value": (rows[1]["value"], "4321")}
