"""Copies of the dataset to change in tests."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.zones.oracle import FIXTURES

Row = dict[str, str]


def copy_of_fixtures(folder: Path) -> Path:
    return Path(shutil.copytree(FIXTURES, folder / "dataset"))


def begun(path: Path) -> Path:
    """A table of the dataset where it is to be changed, as it is told there."""
    if not path.exists():
        shutil.copyfile(FIXTURES / path.name, path)
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = begun(path).read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def change_rows(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    with begun(path).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        names = list(reader.fieldnames or [])
    changed = change(rows)
    assert {name for row in changed for name in row} <= {*names}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([row.get(name, "") for name in names] for row in changed)
