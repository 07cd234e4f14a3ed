"""A dump with its history restores everything that was ever answerable."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.later import correct_cities
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import InForce, Policy, Revision
from zones.models.places import OF_CITY

pytestmark = pytest.mark.django_db

IN_FORCE = (
    "city__slug",
    "topic__slug",
    "policy__identity",
    "policy__version",
    "from_day",
    "until_day",
    "since",
    "through",
    "recorded_in",
    "replaced_in",
)
ASK = f"""
import json
from zones.models import InForce
rows = [list(map(str, row)) for row in InForce.objects.values_list(*{IN_FORCE!r})]
print(json.dumps(sorted(rows)))
"""


def manage(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a SQLite database of its own."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def correct(rows: list[Row]) -> list[Row]:
    for row in rows:
        if row["topic"] == "import-single-transaction-limit" and row["value"] == "5000":
            row["value"] = "6000"
    return rows


def end(rows: list[Row]) -> list[Row]:
    for row in rows:
        if (row["programme"], row["city"]) == ("comprehensive", "hangzhou"):
            row |= {"ended_on": "2026-01", "ended_by": "sc-2025-40"}
    return rows


def test_every_revision_answers_the_same_after_a_restore(
    folder: Path, tmp_path: Path, empty_database: Path
) -> None:
    change_rows(folder / "policies.csv", correct)
    load_dataset(folder, author="ada", publisher="bo", summary="a higher limit")
    change_rows(folder / "zones.csv", end)
    load_dataset(folder, author="ada", publisher="bo")
    change_rows(
        folder / "policies.csv",
        lambda rows: [row for row in rows if row["topic"] != "bonded-display-express-delivery"],
    )
    former = {"city": "hefei", "until": "2020", "province": "CN-JS", "customs_district": "2300"}
    change_rows(folder / "former_placements.csv", lambda rows: [*rows, former])
    load_dataset(folder, replace=True)
    correct_cities(tmp_path / "corrected")
    draft: Any = Policy.objects.current().first()
    draft.pk, draft.recorded_in, draft._state.adding = None, None, True
    draft.version += 1
    draft.save()
    assert Revision.objects.count() == 5

    dump_dataset(tmp_path / "dump", history=True)
    database = empty_database
    loaded = manage(database, "load_dataset", str(tmp_path / "dump"))
    assert loaded.returncode == 0, loaded.stderr
    again = manage(database, "load_dataset", str(tmp_path / "dump"))
    assert "0 added, 0 corrected" in again.stdout, again.stderr
    assert manage(database, "rebuild_in_force", "--check").returncode == 0
    manage(database, "dump_dataset", "--history", str(tmp_path / "second"))
    for path in (tmp_path / "dump").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name
    here = sorted(list(map(str, row)) for row in InForce.objects.values_list(*IN_FORCE))
    there = manage(database, "shell", "-v0", "-c", ASK)
    assert json.loads(there.stdout) == here


def test_a_history_is_not_loaded_over_another(folder: Path, tmp_path: Path) -> None:
    dump_dataset(tmp_path / "dump", history=True)
    assert load_dataset(tmp_path / "dump").revision is None
    change_rows(folder / "policies.csv", correct)
    load_dataset(folder)
    with pytest.raises(Refused, match=r"revisions.csv.* tells another history"):
        load_dataset(tmp_path / "dump")


def test_a_history_from_before_placements_said_all_of_a_city_restores(
    tmp_path: Path, empty_database: Path
) -> None:
    dump_dataset(tmp_path / "dump", history=True)
    path = tmp_path / "dump" / "placement_versions.csv"
    whole = path.read_bytes()
    rows = read_rows(path)
    assert len(rows) > 100
    lacking = (*OF_CITY, "other_customs_districts")
    kept = [name for name in rows[0] if name not in lacking]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    restored = manage(empty_database, "load_dataset", str(tmp_path / "dump"))
    assert restored.returncode == 0, restored.stderr
    manage(empty_database, "dump_dataset", "--history", str(tmp_path / "again"))
    assert (tmp_path / "again" / path.name).read_bytes() == whole


def test_a_history_is_whole_or_none(tmp_path: Path) -> None:
    dump_dataset(tmp_path, history=True)
    (tmp_path / "zone_versions.csv").unlink()
    (tmp_path / "policies.csv").write_text("topic\n")
    with pytest.raises(Refused) as refused:
        load_dataset(tmp_path)
    assert "zone_versions.csv: is missing" in str(refused.value)
    assert "policies.csv: is not a table of a dataset with its history" in str(refused.value)
