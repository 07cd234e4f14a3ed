"""The grid and the loader judge a row alike: what one refuses the other does not write."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import pytest

from tests.zones.desk.acts import known
from tests.zones.desk.grids import separated
from zones.dataset.load import load_dataset
from zones.dataset.load_report import Report
from zones.dataset.problems import Problem, Refused
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import registry, table_named
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
        match chance.randrange(6):
            case 0:
                row[name] = chance.choice(rows)[name]
            case 1 | 2:
                row |= {name: as_spreadsheets_write(cell) for name, cell in row.items()}
            case 3 if row[name]:
                row[name] += chance.choice(("x", " x", "1"))
            case _:
                row[name] = chance.choice(ODD)
    copy = dict(chance.choice(rows))
    copy[table.key[-1]] = chance.choice(("zzz", "99", "2031-01-01"))
    # A row of several lines is found by its first, and is told apart more easily in one.
    return [{n: cell.replace("\n", " ") for n, cell in row.items()} for row in (*rows, copy)]


def as_spreadsheets_write(cell: str) -> str:
    """A cell as a spreadsheet or a person writes what the dataset writes so."""
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return "/".join(str(int(part)) for part in cell.split("-"))
    if re.fullmatch("0[0-9]{3}", cell):
        return cell.lstrip("0")
    if re.fullmatch("[1-9][0-9]{3}", cell):
        return f"{int(cell):,}"
    return {"true": "TRUE", "false": "否"}.get(cell, cell)


def loaded(folder: Path) -> tuple[Report | None, list[Problem]]:
    try:
        return load_dataset(folder, dry_run=True), []
    except Refused as wrong:
        return wrong.report, wrong.problems


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


def fates_of_load(table: Table, rows: list[Cells], folder: Path) -> list[Fate]:
    write(table, rows, folder)
    report, _problems = loaded(folder)
    assert report is not None
    fates = report.fates(table)
    assert list(fates) == list(range(2, len(rows) + 2))
    return list(fates.values())


@pytest.mark.parametrize("name", [table.name for table in registry])
def test_a_dry_run_and_a_grid_give_each_row_the_same_fate(name: str, tmp_path: Path) -> None:
    """Rows that are refused leave the others what they are in both."""
    table = next(own for own in registry if own.name == name)
    seen: set[Fate] = set()
    for number in range(ROUNDS):
        rows = odd_rows(table, random.Random(f"{name} {number}"))
        fates, expected = fates_of_grid(table, rows), fates_of_load(table, rows, tmp_path)
        assert [
            (row, fate, own)
            for row, fate, own in zip(rows, fates, expected, strict=True)
            if fate != own
        ] == []
        seen |= set(expected)
    assert Fate.REFUSED in seen
    assert seen & {Fate.NEW, Fate.CHANGED}


BASIS = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: Cells of a new policy of the limit, and its fate.
WRITTEN: list[tuple[Cells, Fate, str]] = [
    ({"scope_kind": "customs_district", "scope_code": "700"}, Fate.NEW, "read 700 as 0700"),
    ({"effective_from": "2020/1/1"}, Fate.NEW, "read 2020/1/1 as 2020-01-01"),
    ({"source_id": "海关总署公告2018年第194号"}, Fate.NEW, "as gacc-2018-194"),
    ({"scope_kind": "province", "scope_code": "Zhejiang"}, Fate.NEW, "read Zhejiang as CN-ZJ"),
    ({"value": "4,000"}, Fate.NEW, "read 4,000 as 4000"),
    ({"value": "5 500 CNY"}, Fate.NEW, "read 5 500 CNY as 5500"),
    ({"value": "26,000元"}, Fate.NEW, "read 26,000元 as 26000"),
    ({"value": "5,000 USD"}, Fate.REFUSED, "is in “USD”, and the answer in CNY"),
    ({"scope_kind": "城市", "scope_code": "杭州"}, Fate.NEW, "read 杭州 as hangzhou"),
    ({"verified_on": "2190-01-01"}, Fate.REFUSED, "has not come yet"),
    ({"effective_from": "1/2/2019"}, Fate.REFUSED, "2019-01-02"),
    ({"value": "4.000"}, Fate.REFUSED, "4000"),
    ({"value": "abc"}, Fate.REFUSED, "not a number"),
    ({"scope_kind": "city", "scope_code": "nowhere"}, Fate.REFUSED, "there is no city"),
    ({"effective_to": "2001-01-01"}, Fate.REFUSED, "is before"),
    ({"summary_zh": ""}, Fate.REFUSED, "is empty"),
]


def of_city(number: int, cells: Cells, **more: str) -> Cells:
    basis = {**known("policies")[BASIS], "verification": "secondary", **more}
    return {**basis, "scope_kind": "city", "scope_code": "hangzhou"} | {
        "effective_from": f"2020-02-{number + 1:02}",
        **cells,
    }


def test_what_people_write_is_read_alike_and_all_that_is_wrong_is_told_at_once(
    tmp_path: Path,
) -> None:
    table = table_named("policies")
    rows = [of_city(number, cells) for number, (cells, _fate, _why) in enumerate(WRITTEN)]
    expected = [fate for _cells, fate, _why in WRITTEN]
    assert fates_of_grid(table, rows) == expected == fates_of_load(table, rows, tmp_path)
    _report, problems = loaded(tmp_path)
    told = {problem.line: str(problem) for problem in problems}
    refused = {
        line: why for line, (_cells, fate, why) in enumerate(WRITTEN, 2) if fate == Fate.REFUSED
    }
    assert told.keys() == refused.keys()
    assert all(why in told[line] for line, why in refused.items()), told
    kept = [
        row for row, (_cells, fate, _why) in zip(rows, WRITTEN, strict=True) if fate == Fate.NEW
    ]
    write(table, kept, tmp_path)
    report, problems = loaded(tmp_path)
    assert report is not None
    assert fates_of_load(table, kept, tmp_path) == [Fate.NEW] * len(kept)
    lines = "\n".join(report.readings())
    assert all(why in lines for _cells, fate, why in WRITTEN if fate == Fate.NEW), lines


def test_a_load_takes_a_claim_on_trust_and_says_so(tmp_path: Path) -> None:
    table = table_named("policies")
    row = of_city(0, {}, verification="primary")
    names = [column.name for column in table.columns]
    text = separated([names, [row[name] for name in names]])
    (judged,) = judged_grid(read_table(table, read_upload("x.csv", text.encode()))).rows
    assert (judged.fate, [one.column for one in judged.problems]) == (
        Fate.REFUSED,
        ["verification"],
    )
    write(table, [row], tmp_path)
    report, _problems = loaded(tmp_path)
    assert report is not None
    assert "taken on trust: the desk asks for a quote" in "".join(report.details())


def test_rows_that_come_together_name_each_other(tmp_path: Path) -> None:
    sources, policies = table_named("sources"), table_named("policies")
    source = {**next(iter(known("sources").values())), "id": "new-one", "title_zh": "一份新文件"}
    write(sources, [source | {"document_number": ""}], tmp_path)
    write(policies, [of_city(0, {"source_id": "一份新文件"})], tmp_path)
    report, problems = loaded(tmp_path)
    assert report is not None, problems
    (row,) = report.changes["policies"].added.values()
    assert row.cells["source_id"] == "new-one"
