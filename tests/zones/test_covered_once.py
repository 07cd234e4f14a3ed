"""A zone covers further cities, each once from a day on, by whatever door that is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.steps import without
from tests.zones.datasets import Row, change_rows
from tests.zones.desk_forms import Desk, refused, wrong
from tests.zones.test_draft_checks import saved
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import City, Coverage, Zone
from zones.models.triggers import installed_triggers

pytestmark = pytest.mark.django_db

FILE = "zone_coverage.csv"
KNOWN = {"programme": "comprehensive", "zone_city": "fuzhou-fujian", "city": "pingtan"}


def draft() -> Zone:
    """A draft of a zone that covers nothing yet."""
    zone = Zone.objects.current().get(identity="comprehensive.fuzhou-fujian")
    new: Zone = saved(zone, version=zone.version + 1, change="corrected")
    return new


def covering(zone: Zone, city: str, start: str, **changes: Any) -> Coverage:
    row = {"covered_from": start, "verification": "secondary", **changes}
    return Coverage(zone=zone, city=City.objects.get(slug=city), **row)


def test_the_model_refuses_it_in_words() -> None:
    zone = draft()
    with pytest.raises(ValidationError, match="the zone's own city: a zone covers further cities"):
        covering(zone, "fuzhou-fujian", "2016").full_clean()
    covering(zone, "pingtan", "2016").save()
    with pytest.raises(ValidationError, match="covers this city from that day on already"):
        covering(zone, "pingtan", "2016-01-01").full_clean()
    covering(zone, "pingtan", "2016-02").full_clean()


@pytest.mark.parametrize("start", ["2016", "2016-01", "2016-01-01"])
def test_the_database_refuses_it(start: str) -> None:
    zone = draft()
    covering(zone, "pingtan", "2016").save()
    wrong = [
        lambda: covering(zone, "pingtan", start).save(),
        lambda: Coverage.objects.bulk_create([covering(zone, "pingtan", start)]),
        lambda: Coverage.objects.bulk_create([covering(zone, "fuzhou-fujian", start)]),
        lambda: zone.coverages.update(city=zone.city, covered_from=start),
    ]
    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def add(folder: Path, **changes: str) -> None:
    def change(rows: list[Row]) -> list[Row]:
        like = next(row for row in rows if row.items() >= KNOWN.items())
        return [*rows, like | changes]

    change_rows(folder / FILE, change)


def why(folder: Path, **how: Any) -> str:
    with pytest.raises(Refused) as refused:
        load_dataset(folder, **how)
    return str(refused.value)


def test_the_loader_refuses_it_in_words(folder: Path) -> None:
    add(folder, city="fuzhou-fujian")
    told = why(folder)
    assert told.startswith(FILE)
    assert "column city: This is the zone's own city" in told


def test_the_loader_refuses_one_city_twice_in_words(folder: Path) -> None:
    """Both in the file, or one there and one here."""
    add(folder, covered_from="2020-01-01")
    for how in ({}, {"replace": True}):
        told = why(folder, **how)
        assert "column covered_from: pingtan is covered from this day on already, written" in told
        assert "breaks a rule" not in told
    known = KNOWN | {"covered_from": "2020"}
    change_rows(
        folder / FILE, lambda rows: [row for row in rows if not row.items() >= known.items()]
    )
    assert "already, written 2020: one row says it" in why(folder)
    assert load_dataset(folder, replace=True, allow_withdrawals=1).revision is not None
    zone = Zone.objects.current().get(identity="comprehensive.fuzhou-fujian")
    assert [str(row.covered_from) for row in zone.coverages.all()] == ["2020-01-01"]
    call_command("rebuild_in_force", "--check", verbosity=0)


def test_a_history_that_says_it_is_refused_in_words(tmp_path: Path, elsewhere: Any) -> None:
    folder = tmp_path / "history"
    dump_dataset(folder, history=True)
    change_rows(
        folder / "zone_coverage_versions.csv",
        lambda rows: [
            *rows,
            *(
                row | {"covered_from": "2020-01-01"}
                for row in rows
                if row["covered_from"] == "2020"
            ),
        ],
    )
    with elsewhere():
        told = why(folder)
    assert "pingtan is covered from this day on already, written 2020" in told


def test_the_form_of_the_desk_refuses_it_beside_its_box() -> None:
    desk = Desk()
    row = {**KNOWN, "covered_from": "2020-01-01", "verification": "secondary"}
    told = refused(desk.send("zone_coverage", row))
    assert "is covered from this day on already, written" in told["covered_from"][0]
    told = refused(desk.send("zone_coverage", row | {"city": "fuzhou-fujian"}))
    assert "own city" in told["city"][0]
    desk.publishes("zone_coverage", row | {"covered_from": "2020-01-02"})
    zone = Zone.objects.current().get(identity="comprehensive.fuzhou-fujian")
    said = sorted(str(own.covered_from) for own in zone.coverages.filter(city__slug="pingtan"))
    assert said == ["2020", "2020-01-02"]


def test_a_set_that_says_it_twice_is_told_of_the_second_row() -> None:
    desk = Desk()
    row = {**KNOWN, "covered_from": "2021", "verification": "secondary"}
    change_set = desk.proposes("zone_coverage", row)
    again = desk.send("zone_coverage", row | {"covered_from": "2021-01-01"}, set=str(change_set.pk))
    assert again.status_code == 400
    assert wrong(again)["covered_from"]
    assert change_set.rows.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_said_twice_is_said_once_after_the_migration() -> None:
    zone = draft()
    rows = [
        covering(zone, "pingtan", "2016", covered_until="2020"),
        covering(zone, "pingtan", "2016-01-01"),
        covering(zone, "pingtan", "2016-01", covered_until="2021"),
        covering(zone, "pingtan", "2017"),
        covering(zone, "hefei", "2016-01", covered_until="2020"),
        covering(zone, "hefei", "2016", covered_until="2021"),
    ]
    with without("zones", "0021_coverage_starts_once"):
        for row in rows:
            row.save()
    left = {(c.city.slug, str(c.covered_from), c.covered_until) for c in zone.coverages.all()}
    assert left == {
        ("pingtan", "2016-01-01", None),
        ("pingtan", "2017", None),
        ("hefei", "2016", "2021"),
    }
    assert not installed_triggers(connection)
