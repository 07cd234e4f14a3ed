"""What a load does to the rows in force is worked out before anybody has to wait for it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.rounds import rounds
from tests.zones.datasets import Row, change_rows, copy_of_fixtures, read_rows
from tests.zones.test_publishing import next_version, publish_as_two
from zones.dataset import load
from zones.dataset.load import TRIES, load_dataset
from zones.dataset.load_report import Report
from zones.dataset.merge import PACKAGE
from zones.models import City, InForce, Policy, Zone
from zones.services import forecast as forecasting
from zones.services import publication
from zones.services.editions import new_edition
from zones.services.in_force_rows import rebuild
from zones.services.key_changes import rename
from zones.services.publication import Publication
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db

Happened = list[str]


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> Happened:
    """In which order a load resolves topics and locks."""
    told: Happened = []

    def noting(owner: Any, name: str, what: str) -> None:
        real = getattr(owner, name)

        def noted(*given: Any, **more: Any) -> Any:
            told.append(what)
            return real(*given, **more)

        monkeypatch.setattr(owner, name, noted)

    noting(load, "lock_publication", "locked")
    noting(forecasting, "difference", "resolved")
    noting(publication, "forecast", "forecast while locked")
    return told


def correct_policies(folder: Path, chance: random.Random) -> None:
    """Correct, end, begin and leave out some policies."""

    def change(rows: list[Row]) -> list[Row]:
        for row in chance.sample(rows, 12):
            row["effective_to"] = chance.choice(["", "2027-01", "2029"])
        twin = chance.choice(rows) | {"effective_from": "2027-03", "effective_to": ""}
        gone = chance.sample(range(len(rows)), 4)
        return [*(row for n, row in enumerate(rows) if n not in gone), twin]

    change_rows(folder / "policies.csv", change)


def change_zones(folder: Path, chance: random.Random) -> None:
    """End some zones, let others begin on another day, and leave one out with what it covers."""
    covered = {row["zone_city"] for row in read_rows(folder / "zone_coverage.csv")}

    def change(rows: list[Row]) -> list[Row]:
        for row in chance.sample([row for row in rows if row["designated_on"]], 5):
            row["designated_on"] = chance.choice(["2014", "2015-03", "2016-01-02"])
        for row in chance.sample([row for row in rows if row["designated_on"]], 2):
            row["ended_on"] = "2027"
        gone = chance.choice([row for row in rows if row["city"] not in covered])
        return [row for row in rows if row != gone]

    change_rows(folder / "zones.csv", change)


def change_coverage(folder: Path, chance: random.Random) -> None:
    """Cover a city no more, another from another day on, and one more."""
    city = chance.choice(read_rows(folder / "cities.csv"))["slug"]

    def change(rows: list[Row]) -> list[Row]:
        first, second, *others = chance.sample(rows, len(rows))
        second["covered_until"] = "2030-05"
        return [second, *others, first | {"city": city, "covered_from": "2021-02"}]

    change_rows(folder / "zone_coverage.csv", change)


def move_cities(folder: Path, chance: random.Random) -> None:
    """Let some cities lie elsewhere from a day on, and one have lain elsewhere."""
    bodies = chance.sample(read_rows(folder / "cities.csv"), 6)
    former: list[Row] = []

    def change(rows: list[Row]) -> list[Row]:
        for row, body in zip(chance.sample(rows, 6), bodies, strict=True):
            was = {name: row[name] for name in ("province", "customs_district")}
            row |= {name: body[name] for name in was}
            former.append({"city": row["slug"], "until": chance.choice(["2019-04", "2024"]), **was})
        return rows

    change_rows(folder / "cities.csv", change)
    taken = {(row["city"], row["until"]) for row in read_rows(folder / "former_placements.csv")}
    new = [row for row in former[1:] if (row["city"], row["until"]) not in taken]
    change_rows(folder / "former_placements.csv", lambda rows: [*rows, *new])


def add_everything(folder: Path, chance: random.Random) -> None:
    """Add a city with its zone and a rule of its own, and a topic with an answer to it."""
    city = chance.choice(read_rows(folder / "cities.csv")) | {"slug": "newtown", "adcode": "990100"}
    city |= {"name_en": "Newtown", "name_zh": "新镇", "other_customs_districts": ""}
    zone = {"city": "newtown", "designated_on": "2026-02", "ended_on": "", "ended_by": ""}
    topics = read_rows(folder / "topics.csv")
    topic = next(row for row in topics if row["value_type"] == "boolean")
    topic |= {"slug": "new-topic", "position": "999"}
    rule = read_rows(folder / "policies.csv")[0] | {"topic": "new-topic", "value": "true"}
    rule |= {"value_zh": "", "scope_kind": "nation", "scope_code": "CN"}
    rule |= {"effective_from": "2026-03", "effective_to": "", "state": "stated"}
    own = rule | {"scope_kind": "city", "scope_code": "newtown"}
    change_rows(folder / "cities.csv", lambda rows: [*rows, city])
    change_rows(folder / "zones.csv", lambda rows: [*rows, rows[0] | zone])
    change_rows(folder / "topics.csv", lambda rows: [*rows, topic])
    change_rows(folder / "policies.csv", lambda rows: [*rows, rule, own])


CHANGES: list[Callable[[Path, random.Random], None]] = [
    correct_policies,
    change_zones,
    change_coverage,
    move_cities,
    add_everything,
]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("seed", range(rounds(4, on_sqlite=2)))
def test_whatever_a_load_brings_its_forecast_is_what_resolution_gives(
    tmp_path: Path, happened: Happened, seed: int, replace: bool
) -> None:
    chance = random.Random(seed)
    folder = copy_of_fixtures(tmp_path)
    changes = CHANGES if seed == 0 else chance.sample(CHANGES, seed)
    for change in changes:
        change(folder, chance)
    report = load_dataset(folder, replace=replace, allow_withdrawals=_lost(folder, replace))
    assert report.revision is not None
    assert InForce.objects.filter(recorded_in=report.revision).exists()
    assert rebuild(check=True) == []
    assert happened[-1] == "locked", "no topic is resolved while others wait"


def _lost(folder: Path, replace: bool) -> int | None:
    if not replace:
        return None
    with transaction.atomic():
        report: Report = load_dataset(folder, replace=True, dry_run=True)
        transaction.set_rollback(True)
    return report.withdrawn


def test_what_others_change_meanwhile_is_taken_into_account(
    part: Path, happened: Happened, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_policies(part, random.Random(1))
    real, others = load.forecast, iter([True, False])

    def meanwhile(*given: Any) -> Any:
        found = real(*given)
        if next(others):
            new_edition()
        return found

    monkeypatch.setattr(load, "forecast", meanwhile)
    assert load_dataset(part).revision is not None
    assert happened.count("locked") == 2
    assert "forecast while locked" not in happened
    assert rebuild(check=True) == []


def test_a_load_that_others_never_let_alone_keeps_them_waiting_at_last(
    part: Path, happened: Happened, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_policies(part, random.Random(1))
    real = load.forecast

    def meanwhile(*given: Any) -> Any:
        new_edition()
        return real(*given)

    monkeypatch.setattr(load, "forecast", meanwhile)
    assert load_dataset(part).revision is not None
    assert happened.count("locked") == TRIES
    last = len(happened) - happened[::-1].index("locked")
    assert set(happened[last:]) == {"resolved"}, "and is worked out before it is written"
    assert rebuild(check=True) == []


def test_a_zone_keeps_its_identity_when_its_city_is_called_by_another_key(folder: Path) -> None:
    rename(City.objects.get(slug="hangzhou"), "hangzhou-fu")

    def change(rows: list[Row]) -> list[Row]:
        for row in rows:
            if row["city"] == "hangzhou":
                row["note"] = "corrected"
        return rows

    change_rows(folder / "zones.csv", change)
    assert load_dataset(folder).revision is not None
    zones = Zone.objects.current().filter(city__slug="hangzhou-fu")
    assert {zone.identity.split(".")[1] for zone in zones} == {"hangzhou"}
    assert {zone.note for zone in zones} == {"corrected"}
    assert rebuild(check=True) == []


@pytest.mark.parametrize("replace", [False, True])
def test_a_policy_whose_start_was_corrected_does_not_block_its_former_start(
    folder: Path, replace: bool
) -> None:
    """The corrected one keeps the words of its birth; who is born with the same gets a number."""
    identity = "import-single-transaction-limit.nation.CN.2019-01-01"
    corrected = next_version(Policy.objects.get(identity=identity), effective_from="2019-01-02")
    publish_as_two(Publication(policies=[corrected]))
    (folder / PACKAGE).unlink()  # else what was changed here since stays
    report = load_dataset(folder, replace=replace)
    assert report.revision is not None
    (born,) = Policy.objects.filter(recorded_in=report.revision).exclude(change="withdrawn")
    assert (born.identity, str(born.effective_from)) == (f"{identity}.2", "2019-01-01")
    standing = Policy.objects.current().not_withdrawn().filter(identity=identity)
    assert standing.exists() is not replace
    assert rebuild(check=True) == []
    assert broken_chains() == []
    assert load_dataset(folder, replace=replace).revision is None
