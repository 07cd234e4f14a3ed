"""One door for data: all or nothing, the same bytes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tests.zones.datasets import edit, read_rows
from tests.zones.oracle import DESCRIPTIVE, FIXTURES
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Edition, InForce, Policy, Revision, Zone

pytestmark = pytest.mark.django_db


def test_load_then_dump_gives_the_same_bytes(tmp_path: Path) -> None:
    dump_dataset(tmp_path)
    names = sorted(path.name for path in FIXTURES.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    for name in names:
        assert (FIXTURES / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_loading_again_changes_nothing() -> None:
    before = (Revision.objects.count(), Edition.objects.get().number, InForce.objects.count())
    report = load_dataset(FIXTURES)
    assert (report.added, report.corrected, report.revision) == (0, 0, None)
    after = (Revision.objects.count(), Edition.objects.get().number, InForce.objects.count())
    assert before == after


@pytest.mark.skipif(connection.vendor == "sqlite", reason="it plans without knowing how many")
def test_the_server_knows_how_many_rows_were_loaded() -> None:
    """The dataset of the tests was loaded by the command; before, the server says -1.

    What it counts for a test is not rolled back with it, so that it may be another number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples > 0 FROM pg_class WHERE relname = 'zones_policy'")
        assert cursor.fetchone() == (True,)


def test_the_rows_in_force_are_those_of_a_resolution_from_scratch() -> None:
    call_command("rebuild_in_force", "--check", verbosity=0)


def test_what_the_documents_count_is_there() -> None:
    told = " ".join((FIXTURES.parent / "docs" / "data.md").read_text(encoding="utf-8").split())
    many = {path.stem: len(read_rows(path)) for path in FIXTURES.glob("*.csv")}
    sure = Counter(row["verification"] for row in read_rows(FIXTURES / "policies.csv"))
    assert (
        f"{many['zones']} zones, {many['policies']:,} policies on {many['topics']} topics, "
        f"{many['sources']} documents of {many['issuers']} issuers and {many['requirements']} "
        "compliance requirements"
    ) in told
    assert (
        f"{sure['primary']} are primary, {sure['secondary']:,} secondary and "
        f"{sure['unverified']} unverified"
    ) in told
    assert len(DESCRIPTIVE) == 6
    assert "Six topics are descriptive" in told


@pytest.mark.filterwarnings("ignore")
def test_frictionless_finds_the_package_valid() -> None:
    from frictionless import Package

    report = Package(str(FIXTURES / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "message"])


def test_a_correction_is_a_revision_and_the_past_stays(folder: Path) -> None:
    old = "import-single-transaction-limit,nation,CN,2019-01-01,,5000,"
    edit(folder / "policies.csv", old, old.replace("5000", "6000"))
    report = load_dataset(folder)
    assert report.corrected == 1
    assert report.revision is not None
    topic = {"topic__slug": "import-single-transaction-limit", "city__slug": "hangzhou"}
    values = [
        InForce.objects.known_at(known)
        .filter(**topic)
        .order_by("-from_day")
        .first()
        .policy.value_number
        for known in (1, report.revision.number, None)
    ]
    assert values == [5000, 6000, 6000]
    call_command("rebuild_in_force", "--check", verbosity=0)


def test_a_zone_that_ends_takes_its_programme_with_it(folder: Path) -> None:
    zones = (folder / "zones.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    row = next(r for r in zones if r.startswith("comprehensive,1,hangzhou,"))
    edit(
        folder / "zones.csv",
        row,
        row.replace(",2015-03-07,,,,", ",2015-03-07,2026-01-01,sc-2025-40,,"),
    )
    report = load_dataset(folder)
    assert report.revision is not None
    assert Zone.objects.current().get(identity="comprehensive.hangzhou").change == "ended"
    rows = InForce.objects.current().filter(
        city__slug="hangzhou", topic__slug="export-deemed-profit-rate"
    )
    assert [str(row.until_day) for row in rows] == ["2025-12-31"]
    call_command("rebuild_in_force", "--check", verbosity=0)


def test_replace_withdraws_what_is_absent(folder: Path) -> None:
    text = (folder / "policies.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [row for row in text if not row.startswith("bonded-display-express-delivery,")]
    (folder / "policies.csv").write_text("".join(kept), encoding="utf-8")
    assert load_dataset(folder).revision is None
    assert load_dataset(folder, replace=True).revision is not None
    topic = {"topic__slug": "bonded-display-express-delivery"}
    assert not InForce.objects.current().filter(**topic).exists()
    assert InForce.objects.known_at(1).filter(**topic).exists()


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    edit(folder / "policies.csv", ",5000,", ",6000,")
    before = (Revision.objects.count(), Edition.objects.get().number)
    assert load_dataset(folder, dry_run=True).corrected == 1
    assert (Revision.objects.count(), Edition.objects.get().number) == before


def rubbish(path: Path, header: bytes) -> None:
    path.write_bytes(header + b'\x93rubbish,,"\n' * 400_000)


BAD: list[tuple[Callable[[Path], None], str]] = [
    (
        lambda d: edit(d / "cities.csv", "slug,adcode", "slug,code"),
        "cities.csv, line 1: the header has the unknown column code (is adcode meant?)",
    ),
    (lambda d: edit(d / "zones.csv", ",hangzhou,", ",atlantis,"), "there is no city “atlantis”"),
    (
        lambda d: edit(d / "policies.csv", ",5000,", ",many,"),
        "column value: “many” is not a number",
    ),
    (
        lambda d: edit(d / "policies.csv", "2023-01-30,2024-01-29", "2023-01-30,2022-01-29"),
        "column effective_to: “last day in force” 2022-01-29 is before “in force from” 2023-01-30",
    ),
    (lambda d: edit(d / "provinces.csv", "CN-TJ,", "CN-BJ,"), "CN-BJ stands on line 2 already"),
    (
        lambda d: edit(d / "batches.csv", "2015-03-07", "2015-02-30"),
        "column approved_on: “2015-02-30” is not a day of the calendar",
    ),
    (
        lambda d: (
            (d / "cities.csv").write_bytes(
                (d / "cities.csv").read_bytes().replace("杭州市".encode(), "杭州市".encode("gbk"))
            )
            and None
        ),
        "cities.csv: is not UTF-8 text",
    ),
    (
        lambda d: (d / "cites.csv").write_text("x") and None,
        "cites.csv: is not a table of the dataset",
    ),
    (lambda d: rubbish(d / "policies.csv", b""), "policies.csv"),
    (
        lambda d: rubbish(d / "provinces.csv", b"iso_3166_2,gb2260,name_en,name_zh,region_en\n"),
        "provinces.csv",
    ),
]


@pytest.mark.parametrize(("spoil", "why"), BAD, ids=[why[:40] for _, why in BAD])
def test_bad_input_is_refused_whole_and_says_why(
    folder: Path, spoil: Callable[[Path], None], why: str
) -> None:
    spoil(folder)
    edit(folder / "issuers.csv", "State Council,国务院", "Council of State,国务院")
    before = (Revision.objects.count(), Edition.objects.get().number)
    with pytest.raises(Refused) as refused:
        load_dataset(folder)
    assert why in str(refused.value)
    assert (Revision.objects.count(), Edition.objects.get().number) == before


@pytest.mark.parametrize("change", [{"clause": "x"}, {"recorded_in": None}])
def test_the_database_refuses_to_edit_what_is_published(change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(topic__slug="tir-ecommerce-transit").update(**change)
