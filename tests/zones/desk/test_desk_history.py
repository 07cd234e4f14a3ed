"""What became of rows, when, by whom and why."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.growth import queries
from tests.zones.datasets import change_rows
from tests.zones.desk.acts import (
    known,
    proposed,
    published,
    said,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from zones.dataset.alias_table import KeysEver, kinds_of_tables
from zones.dataset.load import load_dataset
from zones.dataset.naming import naming_of
from zones.dataset.table_registry import registry, table_named
from zones.desk.history import of_cell, of_object, of_person, of_revision
from zones.desk.proposals import propose
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import City
from zones.models.former_keys import row_named
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
POLICIES, CITIES = table_named("policies"), table_named("cities")


def renamed(name: str) -> Any:
    return written("cities", ("hangzhou",), name_en=name)


def test_a_row_tells_what_became_of_it(analyst: Any, reviewer: Any) -> None:
    draft = written("policies", LIMIT, value="6000")._replace(quote="6000元", change="amended")
    revision = published(analyst, reviewer, draft, title="A new limit")
    published(analyst, reviewer, renamed("Hang"))
    (own,) = of_object(POLICIES, LIMIT).rows
    assert (own.revision, own.key, own.change) == (revision.number, LIMIT, "amended")
    assert own.moved == {"value": ("5000", "6000")}
    assert (own.authors, own.reviewer, own.quote) == ("ana", "rui", "6000元")
    assert own.reason.startswith("A new limit")


def test_a_policy_is_followed_through_every_key_it_had(analyst: Any, reviewer: Any) -> None:
    cells = known("policies")[LIMIT]
    moved = (*LIMIT[:3], "2018-12-01")
    published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    published(analyst, reviewer, written("policies", LIMIT, effective_from="2018-12-01"))
    published(analyst, reviewer, said("policies", {**cells, "value": "1"}))
    published(analyst, reviewer, written("policies", LIMIT, value="2"))
    published(analyst, reviewer, written("policies", moved, value="7000"))
    published(analyst, reviewer, taken_out("policies", moved))
    one = [(own.before or {}).get("value") for own in of_object(POLICIES, moved).rows]
    other = [(own.after or {}).get("value") for own in of_object(POLICIES, LIMIT).rows]
    assert one == ["7000", "6000", "6000", "5000"]
    assert other == ["2", "1"]


def test_a_renamed_row_is_followed_too(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, renamed("Hang"))
    rename(City.objects.get(slug="hangzhou"), "hangzhou-shi")
    published(analyst, reviewer, written("cities", ("hangzhou-shi",), name_en="Hangchow"))
    assert [own.moved["name_en"] for own in of_object(CITIES, ("hangzhou-shi",)).rows] == [
        ("Hang", "Hangchow"),
        ("Hangzhou", "Hang"),
    ]


def test_a_figure_is_followed_through_every_name_of_its_city(analyst: Any, reviewer: Any) -> None:
    key = next(key for key in known("statistics") if key[2] != "CN")
    statistics = table_named("statistics")
    published(analyst, reviewer, written("statistics", key, note_en="Before"))
    rename(City.objects.get(slug=key[2]), "renamed-city")
    now = (*key[:2], "renamed-city", key[3])
    published(analyst, reviewer, written("statistics", now, note_en="After"))
    told = [own.moved["note_en"][1] for own in of_object(statistics, now).rows]
    assert told == ["After", "Before"]


def test_a_row_is_followed_through_every_name_in_its_key() -> None:
    """Whatever part of a key names a row that can be renamed, of every table."""
    tried = set()
    for table in registry:
        for cells in islice(table.current(), 400):
            for column in table.key:
                named = naming_of(table, column, cells)
                own = (
                    table_named(named.table) if named and named.table in kinds_of_tables() else None
                )
                kind = kinds_of_tables()[own.name] if own else ""
                if not cells[column] or (kind, column, table.name) in tried or not own:
                    continue
                if cells[column] == "CN":
                    continue
                tried.add((kind, column, table.name))
                with transaction.atomic():
                    row = row_named(kind, cells[column])
                    other = {"customsdistrict": "9998", "province": "CN-QQ"}.get(kind, "renamed")
                    rename(row, other)
                    key = tuple(other if name == column else cells[name] for name in table.key)
                    was = tuple(cells[name] for name in table.key)
                    assert was in KeysEver().of(table, key), (table.name, column)
                    transaction.set_rollback(True)
    assert {("city", "scope", "statistics"), ("city", "scope_code", "policies")} <= tried


def test_a_cell_is_told_across_revisions(analyst: Any, reviewer: Any) -> None:
    for name in ("A", "B", "C"):
        published(analyst, reviewer, renamed(name))
        published(analyst, reviewer, written("cities", ("hangzhou",), note=f"Note {name}"))
    told = of_cell(CITIES, ("hangzhou",), "name_en")
    assert [(own.before, own.after) for own in told] == [("B", "C"), ("A", "B"), ("Hangzhou", "A")]
    assert [own.after for own in of_cell(CITIES, ("hangzhou",), "name_en", size=2)] == ["C", "B"]


def test_a_person_finds_what_they_wrote_and_what_they_published(
    analyst: Any, other_analyst: Any, reviewer: Any, both: Any
) -> None:
    own = proposed(analyst, renamed("Hang"))
    propose(own, other_analyst, [renamed("Hangchow"), written("cities", ("ningbo",), note="N")])
    publish_set(submit(own, analyst), reviewer)
    published(both, reviewer, written("cities", ("beijing",), note="B"))
    published(analyst, both, written("cities", ("xiongan",), note="X"))

    def keys(name: str) -> set[str]:
        return {row.key[0] for row in of_person(name).rows}

    assert keys("ana") == {"hangzhou", "xiongan"}
    assert keys("ben") == {"hangzhou", "ningbo"}
    assert keys("bo") == {"beijing", "xiongan"}
    assert keys("rui") == {"hangzhou", "ningbo", "beijing"}
    assert keys("b") == set()


def test_loads_are_told_too(folder: Path) -> None:
    change_rows(
        folder / "cities.csv",
        lambda rows: [
            row | ({"name_en": "Hang"} if row["slug"] == "hangzhou" else {}) for row in rows
        ],
    )
    assert load_dataset(folder).revision is None
    (own,) = of_object(CITIES, ("hangzhou",)).rows
    assert (own.revision, own.authors, own.moved) == (
        None,
        "dataset",
        {"name_en": ("Hangzhou", "Hang")},
    )


def test_pages_tell_each_row_once_while_others_publish(analyst: Any, reviewer: Any) -> None:
    cities = list(known("cities"))[:12]
    revision = published(analyst, reviewer, *(written("cities", key, note="N") for key in cities))
    told, after = [], None
    while True:
        page = of_revision(revision.number, after=after, size=5)
        told += [row.key for row in page.rows]
        published(analyst, reviewer, renamed(f"Hang {len(told)}"))
        after = page.next
        if after is None:
            break
    assert sorted(told) == sorted(cities)
    assert len(told) == 12


def test_a_history_takes_no_more_queries_for_more_rows(analyst: Any, reviewer: Any) -> None:
    def asked() -> list[int]:
        return [
            queries(lambda: of_object(POLICIES, LIMIT)),
            queries(lambda: of_object(CITIES, ("hangzhou",))),
            queries(lambda: of_person("ana")),
            queries(lambda: of_revision(2)),
            queries(lambda: of_cell(CITIES, ("hangzhou",), "name_en")),
        ]

    published(analyst, reviewer, written("policies", LIMIT, value="6000"), renamed("Hang"))
    few = asked()
    for place in range(4):
        own = submitted(analyst, written("policies", LIMIT, note=f"{place}"), renamed(f"H {place}"))
        say_why_all(own, analyst)
        publish_set(own, reviewer)
    assert asked() == few
    assert max(few) <= 5


def plans(act: Any) -> list[str]:
    """How the database finds what an act asks of the log and of the edits of rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of few rows it would read all, whatever indexes there are.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = on")
        with CaptureQueriesContext(connection) as asked:
            act()
        found = []
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        for one in asked:
            if 'FROM "zones_appliedrow"' in one["sql"]:
                cursor.execute(explain + one["sql"])
                found.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
    assert found
    return found


ASKED = {
    "a policy": lambda: of_object(POLICIES, LIMIT),
    "a city": lambda: of_object(CITIES, ("hangzhou",)),
    "an author": lambda: of_person("ana"),
    "a reviewer": lambda: of_person("rui"),
    "a revision": lambda: of_revision(2),
    "a later page": lambda: of_person("ana", after=3),
}


@pytest.mark.parametrize("what", ASKED)
def test_no_question_reads_the_whole_log(what: str, analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, written("policies", LIMIT, value="6000"), renamed("Hang"))
    for plan in plans(ASKED[what]):
        for table in ("zones_appliedrow", "zones_rowedit"):
            assert f"SCAN {table}" not in plan, plan
            assert f"Seq Scan on {table}" not in plan, plan
        if what in ("a policy", "a city") and connection.vendor == "sqlite":
            assert "table=? AND key=?" in plan


def test_who_wrote_and_published_under_one_name_is_told_each_row_once(
    both: Any, reviewer: Any, analyst: Any, settings: Any
) -> None:
    settings.CBEC_OFFICE_OF_ONE = True
    cities = list(known("cities"))[:7]
    published(both, both, *(written("cities", key, note="N") for key in cities))
    published(analyst, both, written("cities", cities[0], note="M"))
    published(both, reviewer, written("cities", cities[0], note="O"))
    told, after = [], None
    while True:
        page = of_person("bo", after=after, size=3)
        told += [row.number for row in page.rows]
        after = page.next
        if after is None:
            break
    assert told == sorted(set(told), reverse=True)
    assert len(told) == 9


def test_the_history_of_a_policy_goes_on_under_the_former_key_of_its_city(
    analyst: Any, reviewer: Any
) -> None:
    key = next(key for key in known("policies") if key[1:3] == ("city", "hangzhou"))
    published(analyst, reviewer, written("policies", key, note="Before"))
    zone = ("comprehensive", "hangzhou")
    published(analyst, reviewer, written("zones", zone, note="Before"))
    rename(City.objects.get(slug="hangzhou"), "hangzhou-shi")
    now_called = (*key[:2], "hangzhou-shi", key[3])
    published(analyst, reviewer, written("policies", now_called, note="After"))
    published(analyst, reviewer, written("zones", (zone[0], "hangzhou-shi"), note="After"))
    for table, own in ((POLICIES, now_called), (table_named("zones"), (zone[0], "hangzhou-shi"))):
        notes = [row.moved["note"][1] for row in of_object(table, own).rows]
        assert notes == ["After", "Before"], table.name
