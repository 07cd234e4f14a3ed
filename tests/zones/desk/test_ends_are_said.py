"""What ends is told as ended or amended wherever changes are told, and never as corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.zones.desk.acts import known
from tests.zones.desk_forms import Desk
from zones.dataset.table_registry import registry, table_named
from zones.models import AppliedRow
from zones.rules.vocabulary import Change

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

ENDING = [table.name for table in registry if table.ends_by]
#: Of what changes readers are told.
TOLD = ("policies", "zones", "zone_coverage")
#: A day on which each can end, and what is said beside it.
BESIDE = {"ended_by": "state-council-2025-40", "note": "Ended by the notice of November 2026."}
DAY = "2027-01-01"


def endless(table: str) -> Any:
    """A row that has no last day, and a note for staff where it can have one."""
    day = table_named(table).ends_by[0]
    rows = {key: cells for key, cells in known(table).items() if not cells[day]}
    return next((key for key in sorted(rows) if rows[key].get("note")), sorted(rows)[0])


def cells_of_end(table: str) -> dict[str, str]:
    day, *beside = table_named(table).ends_by
    said = {name: BESIDE[name] for name in beside if name in BESIDE}
    if "ended_by" in said:
        said["ended_by"] = sorted(known("sources"))[0][0]
    return {day: DAY, **said}


def begun_with(desk: Desk, table: str, key: Any, way: str = "end") -> str:
    opened = desk.client.get(desk.address(table, key, way))
    return str(opened.context["said_change"])


@pytest.mark.parametrize("table", ENDING)
def test_the_form_of_an_end_begins_with_ended(table: str) -> None:
    desk, key = Desk(), endless(table)
    assert begun_with(desk, table, key) == Change.ENDED
    for way in ("version", "copy", "withdraw"):
        assert begun_with(desk, table, key, way) == ""
    change_set = desk.proposes(table, cells_of_end(table), key, "end", change="corrected")
    row = change_set.rows.get()
    assert row.change == Change.CORRECTED
    # What is chosen stays.
    shown = desk.client.get(f"/admin/desk/sets/{change_set.pk}/rows/{row.pk}/")
    assert shown.context["said_change"] == Change.CORRECTED


@pytest.mark.parametrize("table", TOLD)
@pytest.mark.parametrize("way", ["end", "version"])
@pytest.mark.parametrize("said", ["", Change.ENDED.value])
def test_a_last_day_that_is_added_is_no_correction(table: str, way: str, said: str) -> None:
    desk, key = Desk(), endless(table)
    revision = desk.publishes(table, cells_of_end(table), key, way, change=said)
    assert AppliedRow.objects.get(revision=revision, table=table).change == Change.ENDED
    told = Change.AMENDED if table == "zone_coverage" else Change.ENDED
    asked = {"by": "publication", "since": str(revision.number - 1)}
    answered = Client().get("/api/v1/changes/", asked).json()
    assert {row["kind"] for row in answered["results"]} == {told}


def test_an_end_that_is_moved_or_said_with_more_is_a_correction() -> None:
    desk, key = Desk(), endless("policies")
    desk.publishes("policies", cells_of_end("policies"), key, "end")
    assert begun_with(desk, "policies", key) == ""
    moved = desk.publishes("policies", {"effective_to": "2027-06-30"}, key, "end")
    assert AppliedRow.objects.get(revision=moved).change == Change.CORRECTED
    other = next(k for k in sorted(known("policies")) if not known("policies")[k]["effective_to"])
    both = {"effective_to": DAY, "clause": "Article 99"}
    more = desk.publishes("policies", both, other)
    assert AppliedRow.objects.get(revision=more).change == Change.CORRECTED


@pytest.mark.parametrize(
    ("language", "city", "days"),
    [
        ("en", "Haikou", "Apr 2025 – 1 Jan 2027"),
        ("zh-hans", "海口市", "2025年4月–2027年1月1日"),
    ],
)
def test_a_covered_city_that_ends_is_named_with_its_day(
    language: str, city: str, days: str
) -> None:
    key = ("comprehensive", "hainan-island", "haikou", "2025-04")
    revision = Desk().publishes("zone_coverage", cells_of_end("zone_coverage"), key, "end")
    asked = {"by": "publication", "since": str(revision.number - 1), "lang": language}
    (row,) = Client().get("/api/v1/changes/", asked).json()["results"]
    assert city in row["after"]
    assert days in row["after"]
    assert city in row["before"]
    assert "2027" not in row["before"]
    page = Client().get("/changes/", asked).content.decode()
    assert row["after"] in page
    if language != "en":
        assert ": " not in row["after"]
        assert " " not in row["after"].partition("；")[0]
    # By day of law the city itself is told of.
    law = {"what": "coverage", "kind": "ended", "city": "haikou", "lang": language}
    ended = [one["day"] for one in Client().get("/api/v1/changes/", law).json()["results"]]
    assert DAY in ended
