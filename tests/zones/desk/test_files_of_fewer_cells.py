"""What spreadsheets leave out, or put behind lines, is read alike by grid and loader, and said."""

from __future__ import annotations

import csv
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.zones.desk.acts import known, published
from tests.zones.desk.acts import written as proposed
from tests.zones.desk.test_all_wrong_at_once import right_row
from tests.zones.desk.test_grid_and_loader import ODD, loaded
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.dataset.table import Cells, Table, needed_of
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import JudgedGrid, judged_grid

pytestmark = pytest.mark.django_db

TABLES = [table.name for table in registry]
ROUNDS = 12


def by_grid(table: Table, text: str) -> JudgedGrid:
    return judged_grid(read_table(table, read_upload("x.csv", text.encode())))


def put(table: Table, text: str, folder: Path) -> Path:
    (folder / table.file).write_text(text, encoding="utf-8", newline="")
    return folder


def written(names: list[str], rows: list[Cells]) -> list[str]:
    """The lines of a file, its head first."""
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([names, *([r[n] for n in names] for r in rows)])
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", TABLES)
def test_columns_may_be_left_out_and_stand_in_any_order(name: str, tmp_path: Path) -> None:
    """Whatever is left out of rows that there are stays as it is."""
    table, chance = table_named(name), random.Random(name)
    rows = list(known(name).values())[:40]
    if not rows:
        return
    needed = needed_of(table)
    others = [column.name for column in table.columns if column.name not in table.key]
    for _round in range(3):
        keys = [*table.key] if name == "statistics" else needed
        names = [*keys, *chance.sample(others, chance.randrange(len(others) + 1))]
        chance.shuffle(names)
        text = "\n".join(written(names, rows))
        report, problems = loaded(put(table, text, tmp_path))
        assert report is not None, problems
        assert (report.added, report.corrected, report.unchanged) == (0, 0, len(rows))
        assert by_grid(table, text).brings_nothing
    lacking = [*needed[1:], *others]
    if lacking:
        text = "\n".join(written(lacking, rows))
        assert any(needed[0] in one.why for one in loaded(put(table, text, tmp_path))[1])
        assert any(needed[0] in one.why for one in by_grid(table, text).problems)


def test_a_new_row_is_told_of_the_columns_that_it_needs(tmp_path: Path) -> None:
    table = table_named("provinces")
    text = "iso_3166_2,name_en\nCN-XX,New\nCN-ZJ,Zhejiang anew"
    (line,) = {one.line for one in loaded(put(table, text, tmp_path))[1]}
    told = {one.column for one in loaded(tmp_path)[1]}
    (new, old) = by_grid(table, text).rows
    assert line == 2
    assert {one.column for one in new.problems} == told >= {"name_zh", "gb2260"}
    assert old.fate == "changed"


def test_what_is_left_out_is_published_as_it_was(tmp_path: Path) -> None:
    table = table_named("provinces")
    was = known("provinces")["CN-ZJ",]
    load_dataset(put(table, "name_en,iso_3166_2\nZhejiang anew,CN-ZJ\n", tmp_path))
    assert known("provinces")["CN-ZJ",] == was | {"name_en": "Zhejiang anew"}


ODD_LINES = "\n ,,\niso_3166_2,name_en,,\n\nCN-ZJ,Zhejiang anew,,,,\n,,,,\nCN-JS,,,\nCN-AH\n\n"


def test_blank_lines_and_trailing_commas_are_read_and_said(tmp_path: Path) -> None:
    table = table_named("provinces")
    report, problems = loaded(put(table, ODD_LINES, tmp_path))
    assert report is not None
    assert [(one.line, one.column) for one in problems] == [(7, "name_en")]
    grid = by_grid(table, ODD_LINES)
    assert [row.fate for row in grid.rows] == ["changed", "refused", "same"]
    assert report.fates(table) == {5: "changed", 7: "refused", 8: "same"}
    text = ODD_LINES.replace("CN-JS,,,", "CN-JS")
    report, problems = loaded(put(table, text, tmp_path))
    assert report is not None, problems
    assert not problems
    assert report.fates(table) == {5: "changed", 7: "same", 8: "same"}
    said = list(report.readings())
    told = by_grid(table, text).reading.told
    for words in (
        "5 blank lines were passed over.",
        "2 lines have empty cells behind the last column, which were passed over.",
        "Line 7 has 1 of 2 cells: the others stay as they are.",
        "Line 8 has 1 of 2 cells: the others stay as they are.",
    ):
        assert f"provinces.csv: {words}" in said
        assert words in told
    out = StringIO()
    call_command("load_dataset", str(tmp_path), "--dry-run", stdout=out)
    assert "5 blank lines were passed over." in out.getvalue()


def test_cells_that_no_head_is_above_are_refused(tmp_path: Path) -> None:
    table = table_named("provinces")
    for text, place in (
        ("iso_3166_2,name_en,,\nCN-ZJ,Zhejiang anew,,x\n", 4),
        ("iso_3166_2,,name_en\nCN-ZJ,x,Zhejiang anew\n", 2),
        ("iso_3166_2,name_en\nCN-ZJ,Zhejiang anew, x\n", 3),
    ):
        (problem,) = loaded(put(table, text, tmp_path))[1]
        words = f"column {place} has no name in the header, and the cell holds “x”"
        assert (problem.line, problem.why) == (2, words)
        grid = by_grid(table, text)
        assert grid.problems or grid.refused
    text = "iso_3166_2,,name_en\nCN-ZJ,,Zhejiang anew\n"
    report, problems = loaded(put(table, text, tmp_path))
    assert report is not None, problems
    assert report.corrected == 1


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("iso_3166_2,nane_en", "has the unknown column nane_en (is name_en meant?)"),
        ("iso_3166_2,Name_ZH", "has the unknown column Name_ZH (is name_zh meant?)"),
        ("iso_3166_2,xyzzy", "has the unknown column xyzzy"),
        ("iso_3166_2,name_en,name_en", "has the column name_en twice"),
        ("name_en,name_zh", "lacks the column iso_3166_2"),
        (
            "iso_3166,name_zh",
            "lacks the column iso_3166_2 and "
            "has the unknown column iso_3166 (is iso_3166_2 meant?)",
        ),
    ],
)
def test_a_wrong_head_is_told(head: str, why: str, tmp_path: Path) -> None:
    (problem,) = loaded(put(table_named("provinces"), f"\n{head}\nCN-ZJ,x\n", tmp_path))[1]
    assert problem.why == f"the header {why}"
    assert problem.line == 2


def test_a_short_line_of_an_edited_dump_keeps_what_was_changed_here_since(
    folder: Path, analyst: Any, reviewer: Any
) -> None:
    """The cells that it lacks are not told to be what they were then."""
    path = folder / "customs_districts.csv"
    names, *lines = path.read_text(encoding="utf-8").splitlines()
    last = names.split(",")[-1]
    published(analyst, reviewer, proposed("customs_districts", ("0100",), **{last: "京城海关"}))
    at = next(n for n, line in enumerate(lines) if line.startswith("0100,"))
    lines[at] = lines[at].replace("Beijing", "Peking").rpartition(",")[0]
    path.write_text("\n".join([names, *lines]), encoding="utf-8")
    load_dataset(folder)
    now = known("customs_districts")["0100",]
    assert (now["name_en"], now[last]) == ("Peking Customs", "京城海关")


def test_a_history_is_whole(tmp_path: Path) -> None:
    dump_dataset(tmp_path, history=True)
    path = tmp_path / "provinces.csv"
    whole = path.read_text(encoding="utf-8")
    head = whole.splitlines()[0]
    for text in (
        whole.replace(head, ",".join(reversed(head.split(",")))),
        whole.replace(head, f"{head},"),
        whole + "\n",
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refused, match=r"provinces\.csv"):
            load_dataset(tmp_path, dry_run=True)


def test_odd_files_say_no_more_than_what_is_wrong(tmp_path: Path) -> None:
    """A file of blank lines alone, and an empty one, have no header."""
    for text in ("", "\n\n", ",,\n"):
        assert loaded(put(table_named("provinces"), text, tmp_path))[1]


def odd_file(table: Table, chance: random.Random) -> tuple[str, str]:
    """A file of a table as spreadsheets and people leave it; and as a grid whose rows quote what
    makes them sure, which the loader takes on trust.
    """
    there = list(table.current()) or [right_row(table.name, number) for number in range(4)]
    rows = [dict(row) for row in chance.sample(there, min(8, len(there)))]
    rows += [right_row(table.name, number) for number in (1, 2)]
    others = [column.name for column in table.columns if column.name not in table.key]
    names = [*table.key, *chance.sample(others, chance.randrange(len(others) + 1))]
    if chance.random() < 0.5:
        names = [column.name for column in table.columns]
    chance.shuffle(names)
    for row in chance.sample(rows, len(rows) // 2):
        name = chance.choice(names)
        row[name] = chance.choice((*ODD, chance.choice(rows)[name], f"{row[name]} x", " "))
    rows += [dict(chance.choice(rows)) for _double in range(chance.randrange(3))]
    head, *lines = written(
        names, [{n: cell.replace("\n", " ") for n, cell in row.items()} for row in rows]
    )
    told = [f"quote,{head}"]
    plain = [head]
    for line in lines:
        shape = chance.randrange(8)
        if shape == 0:
            plain.append(chance.choice(("", ",,", " , ,")))
            told.append("")
        if shape == 1:
            cells = next(csv.reader([line]))
            out = StringIO(newline="")
            csv.writer(out).writerow(cells[: chance.randrange(1, len(cells) + 1)])
            line = out.getvalue().strip("\r\n")
        if shape == 2:
            line += "," * chance.randrange(1, 4)
        plain.append(line)
        told.append(f"原文如此。,{line}" if line.strip(' ,"') else "")
    return "\n".join(plain), "\n".join(told)


@pytest.mark.parametrize("name", TABLES)
def test_odd_files_fare_alike_line_by_line(name: str, tmp_path: Path) -> None:
    table = table_named(name)
    for number in range(ROUNDS):
        text, quoted = odd_file(table, random.Random(f"{name} {number}"))
        report, problems = loaded(put(table, text, tmp_path))
        grid = by_grid(table, quoted)
        assert not grid.problems, (number, text, grid.problems)
        refused = {row.row.line: list(map(str, row.problems)) for row in grid.refused}
        by_load: dict[int, list[str]] = {}
        for one in problems:
            by_load.setdefault(one.line or 0, []).append(str(one))
        odd = {line: (refused.get(line), by_load.get(line)) for line in refused.keys() ^ by_load}
        assert not odd, (number, odd, text.splitlines())
        assert report is not None
        fates = report.fates(table)
        assert {row.row.line: row.fate for row in grid.rows} == fates, (number, text)
