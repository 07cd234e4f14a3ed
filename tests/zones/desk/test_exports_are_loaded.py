"""What the desk exports is loaded as the desk reads it: by what each row was made from, with the
columns that it has.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.zones.desk.acts import known, published, written
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.dataset.row_origins import MADE_FROM
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid_export import export_grid

pytestmark = pytest.mark.django_db

TABLES = [table.name for table in registry]
#: Two columns of a table that take any text.
TWO = {
    "issuers": ("official_site", "abbreviation"),
    "policies": ("caveat_en", "caveat_zh"),
    "requirements": ("caveat_en", "caveat_zh"),
    "zones": ("caveat_en", "caveat_zh"),
}
#: What the cells become.
NEW = {"official_site": "https://example.org/new", "caveat_zh": "新的说明。"}


def exported(folder: Path, table: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{table}.csv"
    path.write_bytes(export_grid(table_named(table), "csv"))
    return path


def rows_in(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def rewrite(path: Path, rows: list[dict[str, str]], names: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def edit(path: Path, key: dict[str, str], **cells: str) -> None:
    rows = rows_in(path)
    (own,) = [row for row in rows if all(row[name] == cell for name, cell in key.items())]
    own |= cells
    rewrite(path, rows, list(own))


def test_every_export_brings_nothing_while_nothing_is_edited(tmp_path: Path) -> None:
    for table in TABLES:
        exported(tmp_path / "all", table)
    report = load_dataset(tmp_path / "all", dry_run=True, replace=True)
    assert (report.added, report.corrected, report.withdrawn) == (0, 0, 0)


@pytest.mark.parametrize("table", sorted(TWO))
def test_what_was_changed_here_since_stays_and_both_changes_of_a_row_count(
    analyst: Any, reviewer: Any, tmp_path: Path, table: str
) -> None:
    first, second = TWO[table]
    one = {first: NEW.get(first, "New"), second: NEW.get(second, "New")}
    key = next(iter(known(table)))
    named = dict(zip(table_named(table).key, key, strict=True))
    path = exported(tmp_path / "made", table)
    here = written(table, key, **{first: one[first]})._replace(quote="In words.")
    published(analyst, reviewer, here)
    report = load_dataset(tmp_path / "made", dry_run=True)
    assert (report.corrected, report.kept) == (0, 1)
    edit(path, named, **{second: one[second]})
    load_dataset(tmp_path / "made")
    assert {name: known(table)[key][name] for name in one} == one
    edit(path, named, **{first: one[first] + "er"})
    with pytest.raises(Refused, match="was changed both here"):
        load_dataset(tmp_path / "made", dry_run=True)


def test_what_an_export_was_made_from_must_be_known_here(tmp_path: Path) -> None:
    path = exported(tmp_path / "made", "issuers")
    rows = rows_in(path)
    rows[0] |= {"abbreviation": "NEW", MADE_FROM: "revision 77 of 2020-01-01T00:00:00+00:00 edit 9"}
    rewrite(path, rows, list(rows[0]))
    with pytest.raises(Refused, match="export it anew"):
        load_dataset(tmp_path / "made", dry_run=True)


@pytest.mark.parametrize("table", TABLES)
def test_columns_that_need_not_be_filled_may_be_left_out(tmp_path: Path, table: str) -> None:
    own = table_named(table)
    path = exported(tmp_path / "made", table)
    rows = rows_in(path)
    needed = [column.name for column in own.columns if column.required or column.name in own.key]
    rewrite(path, rows, needed)
    report = load_dataset(tmp_path / "made", dry_run=True, replace=True)
    assert (report.added, report.corrected, report.withdrawn) == (0, 0, 0)
    assert report.unchanged == len(rows)
    rewrite(path, rows, [name for name in needed if name != own.key[0]])
    with pytest.raises(Refused, match=f"the header lacks the column {own.key[0]}"):
        load_dataset(tmp_path / "made", dry_run=True)


def test_all_is_told_that_is_wrong_with_a_row(tmp_path: Path) -> None:
    path = exported(tmp_path / "made", "statistics")
    rows = rows_in(path)[:1]
    rows[0] |= {"indicator": "nowhere", "value": "many", "scope": "atlantis"}
    rewrite(path, rows, list(rows[0]))
    with pytest.raises(Refused) as refused:
        load_dataset(tmp_path / "made", dry_run=True)
    assert {one.column for one in refused.value.problems} == {"indicator", "value", "scope"}
