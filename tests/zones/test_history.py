"""A dump with its history restores everything that was ever answerable."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ran
from tests.templates import Elsewhere
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


def in_force() -> list[list[str]]:
    """Every row in force, whenever it was."""
    return sorted(list(map(str, row)) for row in InForce.objects.values_list(*IN_FORCE))


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
    folder: Path, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    change_rows(folder / "policies.csv", correct)
    load_dataset(folder, summary="a higher limit")
    change_rows(folder / "zones.csv", end)
    load_dataset(folder)
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
    here = in_force()
    with elsewhere():
        ran("load_dataset", str(tmp_path / "dump"))
        assert "0 added, 0 corrected" in ran("load_dataset", str(tmp_path / "dump"))
        assert "agree" in ran("rebuild_in_force", "--check")
        ran("dump_dataset", "--history", str(tmp_path / "second"))
        assert in_force() == here
    for path in (tmp_path / "dump").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_a_history_is_not_loaded_over_another(folder: Path, tmp_path: Path) -> None:
    dump_dataset(tmp_path / "dump", history=True)
    assert load_dataset(tmp_path / "dump").revision is None
    change_rows(folder / "policies.csv", correct)
    load_dataset(folder)
    with pytest.raises(Refused, match=r"revisions.csv.* tells another history"):
        load_dataset(tmp_path / "dump")


def test_a_history_from_before_placements_said_all_of_a_city_restores(
    tmp_path: Path, elsewhere: Elsewhere
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
    with elsewhere():
        ran("load_dataset", str(tmp_path / "dump"))
        ran("dump_dataset", "--history", str(tmp_path / "again"))
    assert (tmp_path / "again" / path.name).read_bytes() == whole


def test_a_history_is_whole_or_none(tmp_path: Path) -> None:
    dump_dataset(tmp_path, history=True)
    (tmp_path / "zone_versions.csv").unlink()
    (tmp_path / "policies.csv").write_text("topic\n")
    with pytest.raises(Refused) as refused:
        load_dataset(tmp_path)
    assert "zone_versions.csv: is missing" in str(refused.value)
    assert "policies.csv: is not a table of a dataset with its history" in str(refused.value)
