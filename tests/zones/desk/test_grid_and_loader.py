"""The grid and the loader judge a row alike: what one refuses the other does not write."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from tests.zones.desk.grids import separated
from zones.dataset.columns import TableColumn
from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Problem, Refused
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import registry
from zones.desk.grid import read_table
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import judged_grid
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

EDITS = 10
ROUNDS = 3
ODD = ("", "zzz", "no-such-key", "2019-13-01", "2021-05", "2021-05-06", "99999999999", "-1", "CN")
#: Rows of a table that holds none yet.
ALIASES = [
    {"kind": "city", "former": "hangchow", "current": "hangzhou"},
    {"kind": "city", "former": "peking", "current": "beijing"},
    {"kind": "topic", "former": "of-old", "current": "bonded-import-1210"},
    {"kind": "source", "former": "gacc-194", "current": "gacc-2018-194"},
]


def odd_rows(table: Table, chance: random.Random) -> list[Cells]:
    """The rows of a table with some cells that are others, right or wrong, and some new rows."""
    rows = [dict(cells) for cells in table.current()] or [dict(row) for row in ALIASES]
    if table.name == "former_placements":
        rows = [
            {"city": city, "until": "2020-01-01", "province": "CN-ZJ", "customs_district": "2900"}
            for city in ("hangzhou", "ningbo", "beijing", "xiongan")
        ]
    names = [column.name for column in table.columns]
    for _number in range(min(EDITS, len(rows))):  # few rows keep some that are right
        row, name = chance.choice(rows), chance.choice(names)
        match chance.randrange(4):
            case 0:
                row[name] = chance.choice(rows)[name]
            case 1 if row[name]:
                row[name] += chance.choice(("x", " x", "1"))
            case _:
                row[name] = chance.choice(ODD)
    copy = dict(chance.choice(rows))
    copy[table.key[-1]] = chance.choice(("zzz", "99", "2031-01-01"))
    # A row of several lines is found by its first, and is told apart more easily in one.
    return [{n: cell.replace("\n", " ") for n, cell in row.items()} for row in (*rows, copy)]


def loaded(folder: Path) -> tuple[Report | None, list[Problem]]:
    try:
        return load_dataset(folder, dry_run=True), []
    except Refused as wrong:
        return None, wrong.problems


def normal(table: Table, row: Cells) -> Cells:
    return {**row, **{k: c.cell_of(c.value_of(row[k])) for k, c in keyed(table).items()}}


def keyed(table: Table) -> dict[str, TableColumn]:
    return {column.name: column for column in table.columns if column.name in table.key}


def write(table: Table, rows: list[Cells], folder: Path) -> None:
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c.name for c in table.columns], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fates_of_grid(table: Table, rows: list[Cells]) -> list[Fate]:
    """Each row quotes what makes it sure, which the loader takes on trust."""
    names = [column.name for column in table.columns]
    lines = ([*(row[name] for name in names), "原文如此。"] for row in rows)
    text = separated([[*names, "quote"], *lines])
    found = judged_grid(read_table(table, read_upload("x.csv", text.encode())))
    assert not found.problems
    return [row.fate for row in found.rows]


def fates_of_load(table: Table, rows: list[Cells], report: Report) -> list[Fate]:
    changes = report.changes[table.name]
    keys = [table.key_of(normal(table, row)) for row in rows]
    return [
        Fate.NEW
        if key in changes.added
        else Fate.CHANGED
        if key in changes.corrected
        else Fate.SAME
        for key in keys
    ]


@pytest.mark.parametrize("name", [table.name for table in registry])
def test_a_dry_run_and_a_grid_give_each_row_the_same_fate(name: str, tmp_path: Path) -> None:
    """Both are asked again without the rows that the loader refuses, until it refuses none."""
    table = next(own for own in registry if own.name == name)
    seen: set[Fate] = set()
    for number in range(ROUNDS):
        rows = odd_rows(table, random.Random(f"{name} {number}"))
        report: Report | None = None
        while report is None:
            write(table, rows, tmp_path)
            report, problems = loaded(tmp_path)
            fates = fates_of_grid(table, rows)
            if report is None:
                refused = {problem.line - 2: str(problem) for problem in problems if problem.line}
                assert refused, problems
                missed = [(rows[at], why) for at, why in refused.items() if fates[at] != "refused"]
                assert not missed
                seen.add(Fate.REFUSED)
                rows = [row for at, row in enumerate(rows) if at not in refused]
        expected = fates_of_load(table, rows, report)
        assert [
            (row, fate, own)
            for row, fate, own in zip(rows, fates, expected, strict=True)
            if fate != own
        ] == []
        seen |= set(expected)
    assert Fate.REFUSED in seen
    assert seen & {Fate.NEW, Fate.CHANGED}
