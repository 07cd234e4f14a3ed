"""A part of the dataset that is soon read: a few cities and topics, with all kinds of scopes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from tests.zones.datasets import Row, read_rows
from tests.zones.oracle import FIXTURES

#: Those that cover others or are covered, two that share a district, and some of each programme.
CITIES = (
    *("bortala", "alashankou", "fuzhou-fujian", "pingtan", "hangzhou", "ningbo", "shenzhen"),
    *("guangzhou", "beijing", "tianjin", "zhengzhou", "haikou", "xiamen", "shijiazhuang"),
)
#: Answered by yes or no, a number, or one of some choices; of every kind of scope.
TOPICS = (
    *("bonded-import-1239-applies", "b2b-export-9710-9810-available", "medicines-import-pilot"),
    *("import-single-transaction-limit", "payment-institution-fx-single-limit"),
    *("pilot-free-trade-zone", "city-unified-service-platform", "first-import-licence-bonded"),
    "positive-list-version",
)
WHOLE = (
    *("provinces", "customs_districts", "programmes", "batches", "focus_areas", "issuers"),
    "sources",
)


def small_world(folder: Path) -> Path:
    """Write that part of the dataset into a folder."""
    folder.mkdir()
    cities = set(CITIES)
    for row in read_rows(FIXTURES / "zone_coverage.csv"):
        cities |= {row["zone_city"], row["city"]}
    for name in WHOLE:
        _write(folder, name, lambda _row: True)
    _write(folder, "cities", lambda row: row["slug"] in cities)
    _write(folder, "topics", lambda row: row["slug"] in TOPICS)
    _write(folder, "choices", lambda row: row["topic"] in TOPICS)
    _write(folder, "zones", lambda row: row["city"] in cities)
    _write(folder, "zone_coverage", lambda row: {row["zone_city"], row["city"]} <= cities)
    _write(
        folder,
        "policies",
        lambda row: (
            row["topic"] in TOPICS and (row["scope_kind"] != "city" or row["scope_code"] in cities)
        ),
    )
    return folder


def _write(folder: Path, name: str, is_in: Callable[[Row], bool]) -> None:
    rows = read_rows(FIXTURES / f"{name}.csv")
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(row for row in rows if is_in(row))
