"""What became of rows, when, by whom and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

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
from zones.dataset.load import load_dataset
from zones.desk.history import of_cell, of_object, of_person, of_revision
from zones.desk.judgement import table_named
from zones.desk.proposals import propose
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import City
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
