"""A dataset of a hundred times the size: the real places, zones and topics, many more policies.

The generator is seeded, so the same arguments give the same bytes. It writes a history of fifty
revisions: the real data first, then publications that each touch a few topics, as real documents
do. What it invents is for measuring only.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from zones.dataset.history_tables import (
    PlacementVersions,
    PolicyVersions,
    Revisions,
    ZoneCoverageVersions,
    ZoneVersions,
)
from zones.dataset.table import Table

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
VERSIONED = ("policies", "zones", "zone_coverage", "former_placements")
REVISIONS = 50
TOPICS_A_REVISION = 6
FIRST_DAY = date(2013, 1, 1)
DAYS = 5000
#: How many of a hundred invented policies are of each kind of scope.
SCOPES = {"nation": 20, "programme": 8, "province": 17, "customs_district": 20, "city": 35}

Row = dict[str, str]


def generate(folder: Path, *, policies: int, seed: int = 20261123) -> None:
    """Write the dataset with its history.

    Args:
        folder: does not exist yet.
        policies: how many to invent beside the real ones.
    """
    folder.mkdir(parents=True)
    for path in FIXTURES.glob("*.csv"):
        if path.stem not in VERSIONED:
            shutil.copy(path, folder)
    zones, covered = _read("zones"), _read("zone_coverage")
    first = {"version": "1", "change": "researched", "recorded_in": "1"}
    _write(folder, Revisions(), _revisions())
    _write(
        folder,
        PlacementVersions(),
        (
            {"since": "", "recorded_in": "1", "replaced_in": ""}
            | {"city": city["slug"]}
            | {name: city[name] for name in ("province", "customs_district")}
            for city in _read("cities")
        ),
    )
    _write(
        folder,
        ZoneVersions(),
        ({"identity": f"{z['programme']}.{z['city']}", **first, **z} for z in zones),
    )
    _write(
        folder,
        ZoneCoverageVersions(),
        ({"identity": f"{c['programme']}.{c['zone_city']}", **first, **c} for c in covered),
    )
    _write(folder, PolicyVersions(), _policies(policies, random.Random(seed)))


def _revisions() -> Iterable[Row]:
    for number in range(1, REVISIONS + 1):
        day = date(2026, 1, 1) + timedelta(days=number)
        yield {
            "number": str(number),
            "published_at": f"{day}T08:00:00+00:00",
            "author": "generator",
            "publisher": "generator",
            "summary": f"Invented for measuring: publication {number}",
        }


def _policies(count: int, chance: random.Random) -> Iterable[Row]:
    """The real policies, then invented ones: new, or corrections of earlier ones."""
    real = [_version(row, 1, 1) for row in _read("policies")]
    yield from real
    bodies = _bodies()
    templates: dict[str, list[Row]] = {}
    for row in real:
        templates.setdefault(row["topic"], []).append(row)
    topics = sorted(templates)
    taken = {row["identity"] for row in real}
    versions = {row["identity"]: row for row in real}
    each = count // ((REVISIONS - 1) * TOPICS_A_REVISION)
    for revision in range(2, REVISIONS + 1):
        start = (revision - 2) * TOPICS_A_REVISION
        for turn in range(TOPICS_A_REVISION):
            topic = topics[(start + turn) % len(topics)]
            corrected: set[str] = set()
            for _ in range(each):
                if chance.random() < 0.05:
                    old = versions[chance.choice(templates[topic])["identity"]]
                    if old["identity"] in corrected or old["recorded_in"] == str(revision):
                        continue
                    corrected.add(old["identity"])
                    new = dict(old) | {"clause": f"item {chance.randrange(1, 40)}"}
                    new |= {"version": str(int(old["version"]) + 1), "change": "corrected"}
                    new["recorded_in"] = str(revision)
                    versions[new["identity"]] = new
                    yield new
                elif made := _invented(chance, chance.choice(templates[topic]), bodies):
                    new = _version(made, 1, revision)
                    if new["identity"] not in taken:
                        taken.add(new["identity"])
                        versions[new["identity"]] = new
                        templates[topic].append(new)
                        yield new


def _invented(chance: random.Random, template: Row, bodies: dict[str, list[str]]) -> Row:
    kind = chance.choices(list(SCOPES), list(SCOPES.values()))[0]
    start = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    end = ""
    if chance.random() < 0.4:
        end = (start + timedelta(days=chance.randrange(30, 1200))).isoformat()
    value = template["value"]
    if value in ("true", "false"):
        value = chance.choice(["true", "false"])
    return template | {
        "scope_kind": kind,
        "scope_code": chance.choice(bodies[kind]),
        "effective_from": start.isoformat(),
        "effective_to": end,
        "value": value,
        "start_qualifier": "",
    }


def _version(row: Row, version: int, revision: int) -> Row:
    key = ("topic", "scope_kind", "scope_code", "effective_from")
    return row | {
        "identity": ".".join(row[name] for name in key),
        "version": str(version),
        "change": "researched",
        "recorded_in": str(revision),
    }


def _bodies() -> dict[str, list[str]]:
    return {
        "nation": ["CN"],
        "programme": [row["slug"] for row in _read("programmes")],
        "province": [row["iso_3166_2"] for row in _read("provinces")],
        "customs_district": [row["code"] for row in _read("customs_districts")],
        "city": [row["slug"] for row in _read("cities")],
    }


def _read(name: str) -> list[Row]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, table: Table, rows: Iterable[Row]) -> None:
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        names = [column.name for column in table.columns]
        writer = csv.DictWriter(file, names, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
