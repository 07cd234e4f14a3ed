"""A load undoes nobody's work: what it takes away is counted, what others changed stays."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.desk_forms import Desk
from tests.zones.test_publishing import publish_as_two
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.place_tables import Cities
from zones.dataset.problems import Refused
from zones.models import City, Edit, Placement, Policy, Revision, Source, Statistic, Zone
from zones.services.key_changes import rename
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

DOCUMENT = "gacc-2020-75"
LIMIT = ("import-single-transaction-limit", "2019-01-01")


def where(changes: Row, **wanted: str) -> Callable[[list[Row]], list[Row]]:
    """A change of the rows that hold some cells."""

    def change(rows: list[Row]) -> list[Row]:
        hit = [row for row in rows if wanted.items() <= row.items()]
        assert hit
        return [row | changes if row in hit else row for row in rows]

    return change


def limit(**changes: str) -> Callable[[list[Row]], list[Row]]:
    return where(changes, topic=LIMIT[0], effective_from=LIMIT[1])


def now(topic: str = LIMIT[0], start: str = LIMIT[1]) -> Policy:
    policy: Policy = Policy.objects.current().get(topic__slug=topic, effective_from=start)
    return policy


@pytest.fixture
def stale(tmp_path: Path) -> Path:
    """A dump that somebody works on while others go on."""
    dump_dataset(tmp_path / "stale")
    return tmp_path / "stale"


def header_only(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def said(*arguments: Any) -> str:
    out = StringIO()
    call_command("load_dataset", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_a_file_with_its_header_alone_does_not_withdraw_everything(folder: Path) -> None:
    header_only(folder / "policies.csv")
    total = Policy.objects.current().not_withdrawn().count()
    for arguments in ((), ("--allow-withdrawals", total - 1)):
        with pytest.raises(CommandError, match=f"--allow-withdrawals {total}"):
            said(folder, "--replace", *arguments)
    assert Policy.objects.current().not_withdrawn().count() == total
    told = said(folder, "--replace", "--dry-run")
    assert told.count("policies.csv: withdrawn ") == total
    assert f"--allow-withdrawals {total}" in told
    assert f"policies.csv: withdrawn {LIMIT[0]} nation CN {LIMIT[1]}" in told
    told = said(folder, "--replace", "--allow-withdrawals", total, "--report", folder / "README.md")
    assert told.count("policies.csv: withdrawn ") == total
    assert (folder / "README.md").read_text().count("withdrawn") == total
    assert not Policy.objects.current().not_withdrawn().exists()


def test_every_table_is_guarded_and_a_missing_one_is_left_alone(folder: Path) -> None:
    header_only(folder / "statistics.csv")
    (folder / "zones.csv").unlink()
    (folder / "zone_coverage.csv").unlink()
    with pytest.raises(CommandError, match="statistics.csv lacks"):
        said(folder, "--replace")
    count = Statistic.objects.count()
    told = said(folder, "--replace", "--allow-withdrawals", count)
    assert told.count("statistics.csv: deleted ") == count
    assert "zones.csv is missing: its table is left alone." in told
    assert Zone.objects.current().not_withdrawn().exists()


def test_a_few_rows_go_without_asking_and_each_is_named(folder: Path) -> None:
    change_rows(
        folder / "policies.csv",
        lambda rows: [row for row in rows if row["topic"] != "bonded-display-express-delivery"],
    )
    told = said(folder, "--replace")
    assert told.count("policies.csv: withdrawn bonded-display-express-delivery") >= 1


def test_a_dry_run_shows_the_old_and_the_new_of_each_cell(
    folder: Path,
) -> None:
    change_rows(folder / "policies.csv", limit(value="6000", clause="Article 1"))
    change_rows(folder / "cities.csv", where({"note": "A word."}, slug="hangzhou"))
    told = said(folder, "--dry-run")
    assert (
        f"row that changes {LIMIT[0]} nation CN {LIMIT[1]}: value '5000' -> '6000'; clause" in told
    )
    assert "row that changes hangzhou: note '' -> 'A word.'" in told
    assert now().value_number == 5000


def test_a_long_report_is_cut_on_the_screen_and_whole_in_a_file(
    folder: Path, tmp_path: Path
) -> None:
    change_rows(
        folder / "policies.csv", lambda rows: [row | {"clause": "Everywhere"} for row in rows]
    )
    total = len(read_rows(folder / "policies.csv"))
    told = said(folder, "--dry-run", "--report", tmp_path / "report.txt", "-v0")
    assert told.count("row that changes ") == 200
    assert f"... and {total - 200} more lines: --report FILE writes them all." in told
    assert len((tmp_path / "report.txt").read_text().splitlines()) == total


def test_a_stale_file_does_not_undo_what_a_colleague_published(folder: Path, stale: Path) -> None:
    change_rows(folder / "policies.csv", limit(value="6000"))
    assert load_dataset(folder).corrected == 1
    other = {"topic": "import-annual-transaction-limit", "effective_from": "2019-01-01"}
    change_rows(stale / "policies.csv", where({"value": "27000"}, **other))
    report = load_dataset(stale)
    assert (report.corrected, report.kept) == (1, 1)
    assert now().value_number == 6000
    assert now(*other.values()).value_number == 27000


def test_what_both_changed_is_refused_with_the_three_values(folder: Path, stale: Path) -> None:
    change_rows(folder / "policies.csv", limit(value="6000"))
    load_dataset(folder)
    change_rows(stale / "policies.csv", limit(value="7000"))
    with pytest.raises(Refused) as refused:
        load_dataset(stale)
    told = str(refused.value)
    assert f"{LIMIT[0]} nation CN {LIMIT[1]} was changed both here, since revision 1" in told
    assert "value was '5000', is '7000' in the file and '6000' here" in told
    assert Revision.objects.count() == 2
    change_rows(stale / "policies.csv", limit(value="6000.0"))
    assert load_dataset(stale).revision is None


def test_rows_added_or_withdrawn_here_are_merged_too(folder: Path, stale: Path) -> None:
    new = {"topic": LIMIT[0], "effective_from": "2027", "value": "9000"}

    def add(rows: list[Row]) -> list[Row]:
        like = next(r for r in rows if (r["topic"], r["effective_from"]) == LIMIT)
        return [*(r for r in rows if r["topic"] != "tir-ecommerce-transit"), like | new]

    change_rows(folder / "policies.csv", add)
    assert load_dataset(folder, replace=True).withdrawn >= 1
    assert load_dataset(stale, replace=True).revision is None
    assert now(LIMIT[0], "2027").value_number == 9000
    gone = Policy.objects.current().not_withdrawn().filter(topic__slug="tir-ecommerce-transit")
    assert not gone.exists()
    change_rows(stale / "policies.csv", where({"clause": "x"}, topic="tir-ecommerce-transit"))
    with pytest.raises(Refused, match="it is no longer here"):
        load_dataset(stale)


def test_rows_without_versions_are_merged_like_others(stale: Path) -> None:
    source = Source.objects.get(slug="mof-2018-157")
    Desk().publishes("sources", {"title_en": "As a colleague calls it"}, (source.slug,))
    change_rows(stale / "cities.csv", where({"note": "Seen."}, slug="hangzhou"))
    report = load_dataset(stale)
    assert (report.corrected, report.kept) == (1, 1)
    source.refresh_from_db()
    assert source.title_en == "As a colleague calls it"
    assert City.objects.get(slug="hangzhou").note == "Seen."
    change_rows(stale / "sources.csv", where({"title_en": "Otherwise"}, id="mof-2018-157"))
    with pytest.raises(Refused, match=r"title_en was .*, is 'Otherwise' in the file and 'As a"):
        load_dataset(stale)


def test_what_a_placement_says_is_merged_with_what_a_file_says_of_the_city(stale: Path) -> None:
    """A draft that an analyst wrote and another published, while somebody works on a dump."""
    city = City.objects.get(slug="hangzhou")
    was = Placement.objects.current().get(city=city)
    there = {"province": was.province, "customs_district": was.customs_district}
    said = {"level": "new area", "latitude": 31, "longitude": 120}
    draft = Placement.objects.create(city=city, **there, **said)
    publish_as_two(Publication(placements=[draft], replaced_placements=[was]))
    city.refresh_from_db()
    assert (city.level, city.latitude, city.adcode) == ("new area", 31, "330100")
    assert load_dataset(stale).revision is None
    city.refresh_from_db()
    assert city.level == "new area"
    change_rows(stale / "cities.csv", where({"level": "prefecture"}, slug="hangzhou"))
    with pytest.raises(Refused, match="'prefecture' in the file and 'new area' here"):
        load_dataset(stale)


def placed_otherwise(slug: str, **said: Any) -> None:
    """Publish another placement of a city from the start, as an analyst and another may."""
    city = City.objects.get(slug=slug)
    was = Placement.objects.current().get(city=city, since=None)
    there = {"province": was.province, "customs_district": was.customs_district}
    said = {"latitude": was.latitude, "longitude": was.longitude, "adcode": was.adcode, **said}
    draft = Placement.objects.create(city=city, **there, **said)
    publish_as_two(Publication(placements=[draft], replaced_placements=[was]))


def test_a_placement_is_kept_though_the_city_was_edited_renamed_and_edited_back(
    stale: Path, tmp_path: Path
) -> None:
    placed_otherwise("wuhan", level="prefecture")
    for number, note in enumerate(("a note", "")):
        folder = tmp_path / str(number)
        dump_dataset(folder)
        slug = City.objects.get(adcode="420100").slug
        change_rows(folder / "cities.csv", where({"note": note}, slug=slug))
        load_dataset(folder)
        if note:
            rename(City.objects.get(slug="wuhan"), "wuhan-hubei")
    assert load_dataset(stale).revision is None
    assert City.objects.get(slug="wuhan-hubei").level == "prefecture"


def test_a_city_is_what_its_row_says_where_a_move_is_withdrawn(folder: Path) -> None:
    """Where it was before it moved it had another rank, which is not that of today."""
    city = City.objects.get(slug="dalian")
    move = {"city": "dalian", "until": "2024-05", "province": "CN-LN", "customs_district": "0900"}
    dump_dataset(folder)
    change_rows(folder / "former_placements.csv", lambda rows: [*rows, move])
    change_rows(folder / "cities.csv", where({"province": "CN-GD"}, slug="dalian"))
    load_dataset(folder)
    placed_otherwise("dalian", level="new area")
    dump_dataset(folder)
    header_only(folder / "former_placements.csv")
    change_rows(folder / "cities.csv", where({"province": "CN-LN"}, slug="dalian"))
    assert load_dataset(folder, replace=True, allow_withdrawals=1).revision
    (placed,) = Placement.objects.current().filter(city=city)
    assert placed.level == City.objects.get(slug="dalian").level == city.level
    assert load_dataset(folder).revision is None


@pytest.mark.parametrize("column", ["level", "lat", "adcode", "other_customs_districts"])
def test_what_is_corrected_of_a_city_is_published(folder: Path, column: str) -> None:
    other = {"level": "prefecture", "lat": "31.5", "adcode": "133100"}
    change = where({column: other.get(column, "2900")}, slug="xiongan")
    change_rows(folder / "cities.csv", change)
    revision = load_dataset(folder).revision
    assert revision is not None
    (placed,) = Placement.objects.filter(recorded_in=revision)
    assert placed.city.slug == "xiongan"
    (before,) = Placement.objects.filter(replaced_in=revision)
    assert before.city.slug == "xiongan"


def test_a_zone_and_its_coverage_are_merged(folder: Path, stale: Path) -> None:
    change_rows(folder / "zone_coverage.csv", lambda rows: [r | {"note": "Seen."} for r in rows])
    change_rows(
        folder / "zones.csv", where({"note": "Seen."}, programme="comprehensive", city="hefei")
    )
    assert load_dataset(folder).revision is not None
    report = load_dataset(stale)
    assert report.revision is None
    assert report.kept == 1 + len(read_rows(folder / "zone_coverage.csv"))
    change_rows(stale / "zones.csv", where({"note": "x"}, programme="comprehensive", city="hefei"))
    with pytest.raises(Refused, match=r"zones.csv, line \d+: comprehensive hefei was changed both"):
        load_dataset(stale)


def test_what_changed_between_comparing_and_writing_is_compared_once_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zones.dataset import load

    change_rows(folder / "policies.csv", limit(value="6000"))
    lock = load.lock_publication

    def publish_first() -> None:
        monkeypatch.setattr(load, "lock_publication", lock)
        load_dataset(folder)

    monkeypatch.setattr(load, "lock_publication", publish_first)
    report = load_dataset(folder)
    assert (report.corrected, report.unchanged > 0, report.revision) == (0, True, None)
    assert Revision.objects.count() == 2


@pytest.mark.parametrize("theirs", ["between", "theirs"])
def test_a_row_edited_before_and_after_it_was_renamed_is_judged_once(
    stale: Path, theirs: str
) -> None:
    """What it was is what it was before the first change, by whatever key."""
    city = City.objects.get(slug="hangzhou")
    first = city.note
    edit_note(city, "between")
    rename(city, "hz")
    edit_note(City.objects.get(slug="hz"), first)
    change_rows(stale / "cities.csv", where({"note": theirs}, slug="hangzhou"))
    load_dataset(stale)
    city.refresh_from_db()
    assert city.note == theirs


def edit_note(city: City, note: str) -> None:
    """Save a city with another note, and note what it said before, as a load does."""
    before = {name: str(value) for name, value in cells_of_city(city).items()}
    city.note = note
    city.save()
    Edit.note(former=[["cities", [city.slug], before]])


def cells_of_city(city: City) -> dict[str, str]:
    return Cities().cells(City.objects.get(pk=city.pk))


def test_a_city_covered_by_a_zone_that_a_file_leaves_out_is_refused_at_once(folder: Path) -> None:
    covering = {(row["programme"], row["zone_city"]) for row in read_rows(folder / COVERAGE)}
    gone = sorted(covering)[0]
    change_rows(
        folder / "zones.csv",
        lambda rows: [row for row in rows if (row["programme"], row["city"]) != gone],
    )
    with pytest.raises(Refused, match="is still named by") as refused:
        load_dataset(folder, replace=True)
    assert {problem.file for problem in refused.value.problems} == {"zones.csv"}
    left = [r for r in read_rows(folder / COVERAGE) if (r["programme"], r["zone_city"]) != gone]
    change_rows(folder / COVERAGE, lambda _rows: left)
    assert load_dataset(folder, replace=True, allow_withdrawals=2).revision is not None


@pytest.mark.parametrize("table", ["choices", "topics", "sources", "cities", "focus_areas"])
def test_what_others_refer_to_is_named_where_a_file_leaves_it_out(folder: Path, table: str) -> None:
    used = {
        "choices": lambda row: row["choice"] == "listed",
        "topics": lambda row: row["slug"] == LIMIT[0],
        "sources": lambda row: row["id"] == DOCUMENT,
        "cities": lambda row: row["slug"] == "hangzhou",
        "focus_areas": lambda row: row["slug"] == "payment",
    }[table]
    for path in folder.glob("*.csv"):
        if path.stem != table:
            path.unlink()
    change_rows(folder / f"{table}.csv", lambda rows: [row for row in rows if not used(row)])
    with pytest.raises(Refused) as refused:
        load_dataset(folder, replace=True, allow_withdrawals=1)
    told = " ".join(map(str, refused.value.problems))
    assert "is still named by" in told
    assert "so it stays" in told
    assert "breaks a rule" not in told
    name = {
        "choices": "On the pilot list",
        "topics": "Single-order limit, imports",
        "sources": "9710 and 9810\\)",
        "cities": "Hangzhou",
        "focus_areas": "Payment",
    }[table]
    assert re.search(rf"{name} \([a-z0-9 -]+\): It is still named by", told), told


def test_what_a_file_leaves_out_and_a_row_refers_to_is_called_by_its_name(folder: Path) -> None:
    change_rows(folder / "sources.csv", lambda rows: [r for r in rows if r["id"] != DOCUMENT])
    said = {"note": "Seen again."}
    change_rows(
        folder / "policies.csv",
        lambda rows: [row | (said if row["source_id"] == DOCUMENT else {}) for row in rows],
    )
    with pytest.raises(Refused) as refused:
        load_dataset(folder, replace=True, allow_withdrawals=1)
    told = " ".join(map(str, refused.value.problems))
    assert re.search(rf"leave out Ann[^.]+ \({DOCUMENT}\), to which", told), told


COVERAGE = "zone_coverage.csv"


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done(folder: Path) -> None:
    change_rows(folder / "policies.csv", limit(clause="a clause"))
    for path in (folder, folder / "nowhere" / "report"):
        for more in ((), ("--dry-run",)):
            with pytest.raises(CommandError, match=f"{path} cannot be written"):
                said(folder, "--report", path, *more)
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("path", ["/dev/null", "/proc/nowhere", "/etc/passwd"])
def test_a_dump_to_what_is_no_folder_is_refused_in_words(path: str) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("dump_dataset", path)


def test_a_number_of_withdrawals_is_exact_where_nothing_goes(folder: Path) -> None:
    with pytest.raises(CommandError, match="--allow-withdrawals 0"):
        said(folder, "--replace", "--allow-withdrawals", 3)
    assert "0 withdrawn" in said(folder, "--replace", "--allow-withdrawals", 0)


@pytest.mark.parametrize("name", ["policies.csv", "datapackage.json"])
@pytest.mark.parametrize("kind", ["a folder", "a pipe"])
def test_what_is_no_file_is_refused_and_waited_for_by_nobody(
    folder: Path, name: str, kind: str
) -> None:
    (folder / name).unlink()
    (folder / name).mkdir() if kind == "a folder" else os.mkfifo(folder / name)
    with pytest.raises(Refused) as refused:
        load_dataset(folder)
    assert (name, "is no file") in {(one.file, one.why) for one in refused.value.problems}
