"""A dry run tells of every line what becomes of it, as the page of a grid does, and what a load
refuses because others changed it meanwhile becomes a set in which that is settled.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.zones.datasets import change_rows
from tests.zones.desk.acts import known, published, taken_out, written
from tests.zones.desk.grids import separated
from tests.zones.desk.test_grid_exports import rows_of
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Refused
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk.grid import read_table
from zones.desk.grid_export import export_grid
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import JudgedGrid, judged_grid
from zones.desk.judgement import judge
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

POLICIES = table_named("policies")
#: Policies of one value, which is yes or no, or a number.
LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def ran(*arguments: Any) -> tuple[str, str]:
    """What a command says, and why it refuses."""
    out = StringIO()
    try:
        call_command("load_dataset", *map(str, arguments), stdout=out)
    except CommandError as refused:
        return out.getvalue(), str(refused)
    return out.getvalue(), ""


@pytest.fixture
def lines() -> list[Cells]:
    """Three lines of an export: that of the limit, and two of yes or no."""
    rows = {POLICIES.key_of(row): row for row in rows_of(export_grid(POLICIES, "csv"))}
    others = [row for row in rows.values() if row["value"] == "true"][:2]
    return [rows[LIMIT], *others]


@pytest.fixture
def mixed(lines: list[Cells], other_analyst: Any, reviewer: Any) -> list[Cells]:
    """A line in conflict, one that changes, and one that is refused."""
    theirs = written("policies", LIMIT, summary_en="Theirs.")
    published(other_analyst, reviewer, theirs)
    conflict, edit, wrong = lines
    return [
        conflict | {"summary_en": "Mine."},
        edit | {"note": "A word."},
        wrong | {"value": "MAYBE"},
    ]


def file_of(folder: Path, rows: list[Cells]) -> bytes:
    text = separated([list(rows[0]), *(list(row.values()) for row in rows)])
    (folder / POLICIES.file).write_text(text, encoding="utf-8", newline="")
    return text.encode()


def reported(folder: Path) -> Report | None:
    try:
        return load_dataset(folder, dry_run=True)
    except Refused as refused:
        return refused.report


def on_the_page(content: bytes) -> JudgedGrid:
    return judged_grid(read_table(POLICIES, read_upload("x.csv", content)))


def test_every_line_is_told_though_some_are_refused(tmp_path: Path, mixed: list[Cells]) -> None:
    found = on_the_page(file_of(tmp_path, mixed))
    fates = [Fate.CONFLICT, Fate.CHANGED, Fate.REFUSED]
    assert [row.fate for row in found.rows] == fates
    said, refused = ran(tmp_path, "--dry-run", "--report", tmp_path / "README.md")
    counts = "1 row that changes, 1 row in conflict, 1 refused row"
    assert f"policies.csv: {counts}\n" in said
    key = " ".join(POLICIES.key_of(mixed[1]))
    assert f"policies.csv, line 3: row that changes {key}: note " in said
    assert "-> 'A word.'" in said
    assert f"policies.csv, line 2: in conflict: {' '.join(LIMIT)} was changed both here" in said
    assert "is 'Mine.' in the file and 'Theirs.' here" in said
    assert "policies.csv, line 4: refused row" in said
    assert "value: " in said.partition("line 4: refused row")[2]
    assert refused == "Refused; nothing was changed."
    assert "line 3: row that changes" in (tmp_path / "README.md").read_text(encoding="utf-8")
    report = reported(tmp_path)
    assert report
    assert list(report.fates(POLICIES).values()) == fates


@pytest.mark.parametrize("act", ["edit", "twice", "gone", "came", "same"])
def test_whatever_others_did_the_page_and_the_dry_run_say_the_same(
    tmp_path: Path, lines: list[Cells], other_analyst: Any, reviewer: Any, act: str
) -> None:
    first, second, third = lines
    mine = first | {"summary_en": "Mine."}
    rows = [mine, second, third | {"note": "A word."}]
    draft = written("policies", LIMIT, summary_en="Theirs.")
    match act:
        case "twice":
            rows.append(first)
        case "gone":
            draft = taken_out("policies", LIMIT)
        case "came":
            later = {"effective_from": "2031-01-01", "effective_to": ""}
            draft = written("policies", None, **known("policies")[LIMIT] | later)
            rows[0] = mine | later
        case "same":
            rows[0] = first | {"summary_en": "Theirs."}
    published(other_analyst, reviewer, draft)
    # The desk asks for the words of the document, where a load is trusted to have read it.
    found = on_the_page(file_of(tmp_path, [row | {"quote": "原文如此。"} for row in rows]))
    file_of(tmp_path, rows)
    report = reported(tmp_path)
    assert report
    assert [row.fate for row in found.rows] == list(report.fates(POLICIES).values())
    expected = {"twice": Fate.REFUSED, "same": Fate.SAME}.get(act, Fate.CONFLICT)
    assert found.rows[0].fate == expected


def test_a_conflict_alone_becomes_a_set_that_holds_it(
    tmp_path: Path, mixed: list[Cells], analyst: Any
) -> None:
    file_of(tmp_path, mixed[:2])
    said, refused = ran(tmp_path, "--dry-run")
    assert "1 row that changes, 1 row in conflict" in said
    assert "With --propose it becomes a change set, in which conflicts are settled." in refused
    said, refused = ran(tmp_path, "--propose", "ana", "--title", "L")
    assert refused == ""
    assert "proposes 2 rows (1 row that changes, 1 row in conflict); none is public" in said
    assert "in conflict: summary_en was " in said
    assert "is 'Mine.' in the file and 'Theirs.' here" in said
    judged = {row.key: row for row in judge(ChangeSet.objects.get(title="L")).rows}
    (conflict,) = judged[LIMIT].conflicts
    assert (conflict.column, conflict.mine, conflict.live) == ("summary_en", "Mine.", "Theirs.")
    assert judged[LIMIT].row.cells == {"summary_en": "Mine."}


def test_of_a_conflict_the_cells_are_told_that_both_changed(
    tmp_path: Path, mixed: list[Cells]
) -> None:
    file_of(tmp_path, [mixed[0] | {"caveat_en": "A doubt.", "caveat_zh": "存疑。"}])
    said, _refused = ran(tmp_path, "--dry-run")
    assert "policies.csv: 1 line read\n" in said
    assert "summary_en was " in said
    assert "A doubt." not in said


def test_what_is_refused_beside_a_conflict_is_refused(
    tmp_path: Path, mixed: list[Cells], analyst: Any
) -> None:
    file_of(tmp_path, mixed)
    _said, refused = ran(tmp_path, "--propose", "ana", "--title", "L")
    assert "line 4, column value" in refused
    assert not ChangeSet.objects.filter(title="L").exists()


def test_a_load_refuses_a_conflict_and_writes_nothing(tmp_path: Path, mixed: list[Cells]) -> None:
    before = known("policies")
    file_of(tmp_path, mixed[:2])
    _said, refused = ran(tmp_path)
    assert "was changed both here" in refused
    assert known("policies") == before


def test_a_dump_with_a_row_that_others_changed_becomes_a_set_as_well(
    tmp_path: Path, analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    dump_dataset(tmp_path)
    published(other_analyst, reviewer, written("policies", LIMIT, summary_en="Theirs."))

    def edited(rows: list[Cells]) -> list[Cells]:
        return [
            row | {"summary_en": "Mine."} if POLICIES.key_of(row) == LIMIT else row for row in rows
        ]

    change_rows(tmp_path / POLICIES.file, edited)
    said, _refused = ran(tmp_path, "--dry-run")
    assert "1 row in conflict" in said
    said, refused = ran(tmp_path, "--propose", "ana", "--title", "L")
    assert refused == ""
    (row,) = judge(ChangeSet.objects.get(title="L")).rows
    assert (row.fate, [one.column for one in row.conflicts]) == (Fate.CONFLICT, ["summary_en"])
