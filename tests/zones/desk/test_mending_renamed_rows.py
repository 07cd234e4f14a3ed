"""Rows of an open set are mended by every way, though what they name was called otherwise since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, row_of, said, written
from tests.zones.desk.grids import separated
from tests.zones.desk.renamed_rows import TABLES, proposed_on_published, rename_all
from tests.zones.desk.test_every_table import tomorrow
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.bulk_rows import set_in_rows
from zones.desk.city_moves import refuse_other_moves
from zones.desk.grid_judgement import JudgedGrid
from zones.desk.judgement import judge
from zones.desk.proposals import propose, repropose
from zones.desk.submitted_rows import SubmittedRows, judged_rows, propose_rows
from zones.models import ChangeSet
from zones.models.former_keys import row_named
from zones.rules.vocabulary import Fate
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
DAYS = ("2026-12-10", "2026-12-11")


def handed(own: ChangeSet, table: str, *rows: Cells) -> JudgedGrid:
    return judged_rows(SubmittedRows(table_named(table), rows), own)


def fates(judged: JudgedGrid) -> list[tuple[Fate, list[str]]]:
    return [(row.fate, [problem.why for problem in row.problems]) for row in judged.rows]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "aliases"])
def test_rows_are_handed_in_anew_by_the_keys_of_today_and_by_those_they_had(
    name: str, analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    own = proposed_on_published(name, analyst, reviewer)
    numbers = {row.pk for row in own.rows.all()}
    rename_all()
    now = [dict(one.after or {}) for one in judge(own).rows if one.table.name == name]
    for cells in (now, new[name]):
        judged = handed(own, name, *cells)
        assert {fate for fate, _why in fates(judged)} == {Fate.HELD}, fates(judged)
        assert {row.judged.row.pk for row in judged.rows if row.judged} <= numbers
        propose(own, analyst, judged.ready)
        assert {row.pk for row in own.rows.all()} == numbers


def limit(city: str, day: str, **more: str) -> Cells:
    cells = known("policies")[LIMIT]
    return {**cells, "scope_kind": "city", "scope_code": city, "effective_from": day, **more}


def of_hangzhou(analyst: Any) -> ChangeSet:
    """A set with two new answers of a city that is called otherwise by now."""
    own = proposed(analyst, *(said("policies", limit("hangzhou", day)) for day in DAYS))
    hangzhou = row_named("city", "hangzhou")
    assert hangzhou is not None
    for key in ("hang-zhou", "hangzhou-shi"):
        rename(hangzhou, key)
    return own


def number(own: ChangeSet, day: str) -> int:
    return next(row.pk for row in own.rows.all() if key_of_text(row.key)[-1] == day)


@pytest.mark.parametrize("city", ["hangzhou", "hang-zhou", "hangzhou-shi", "杭州"])
def test_the_grid_and_the_api_mend_a_row(city: str, analyst: Any, client: Client) -> None:
    own = of_hangzhou(analyst)
    log_in_staff(client, analyst)
    cells = limit(city, DAYS[0], note="By the grid.")
    text = separated([[*cells, "quote"], [*cells.values(), "原文如此。"]])
    body = {"do": "propose", "table": "policies", "text": text}
    answer = client.post(reverse("admin:desk-grid", args=[own.pk]), body)
    assert answer.status_code == 303, answer.content.decode()
    assert own.rows.get(pk=number(own, DAYS[0])).cells["note"] == "By the grid."
    cells = limit(city, DAYS[0], note="By the API.") | {"quote": "原文如此。"}
    own.refresh_from_db()
    propose_rows(SubmittedRows(table_named("policies"), [cells]), own, analyst)
    assert own.rows.get(pk=number(own, DAYS[0])).cells["note"] == "By the API."
    assert own.rows.count() == len(DAYS)


def test_the_form_and_the_page_of_the_set_mend_a_row(analyst: Any, client: Client) -> None:
    own = of_hangzhou(analyst)
    set_in_rows(own, analyst, [number(own, DAYS[0])], "note", "In many rows.")
    log_in_staff(client, analyst)
    cells = limit("hangzhou-shi", DAYS[0], note="By the form.")
    typed = {f"cell_{name}": cell for name, cell in cells.items()} | {"quote": "原文如此。"}
    page = reverse("admin:desk-row", args=[own.pk, number(own, DAYS[0])])
    answer = client.post(page, typed | {"do": "save", "seen": "2"})
    assert answer.status_code == 303, answer.content.decode()
    assert own.rows.get(pk=number(own, DAYS[0])).cells["note"] == "By the form."


def test_two_rows_are_not_edited_into_one_though_one_was_called_otherwise(analyst: Any) -> None:
    own = of_hangzhou(analyst)
    row = own.rows.get(pk=number(own, DAYS[1]))
    with pytest.raises(ValidationError, match="such a row already"):
        repropose(row, analyst, said("policies", limit("hangzhou-shi", DAYS[0])))
    assert own.rows.count() == len(DAYS)


def test_a_policy_whose_start_was_corrected_is_mended_by_both_starts(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="So."))
    moved = (*LIMIT[:-1], "2018-12-01")
    published(other_analyst, reviewer, written("policies", LIMIT, effective_from=moved[-1]))
    for key in (LIMIT, moved):
        propose(own, analyst, [written("policies", key, note=f"From {key[-1]}.")])
        assert own.rows.count() == 1
        assert row_of(own).cells["note"] == f"From {key[-1]}."
    cells = {**known("policies")[moved], "note": "Handed in."}
    judged = handed(own, "policies", cells)
    assert fates(judged) == [(Fate.CHANGED, [])]


def test_a_set_says_once_where_a_city_lies_whatever_that_is_called(analyst: Any) -> None:
    lies = known("cities")[("hangzhou",)]["customs_district"]
    other = next(code for (code,) in known("customs_districts") if code != lies)
    own = proposed(analyst, written("cities", ("hangzhou",), customs_district=other))
    hangzhou = row_named("city", "hangzhou")
    assert hangzhou is not None
    rename(hangzhou, "hang-zhou")
    with pytest.raises(ValidationError, match="where the city lies"):
        refuse_other_moves(own, "hang-zhou")


def test_rows_that_a_set_brings_are_found_within_what_is_called_otherwise(analyst: Any) -> None:
    batch = next(iter(known("batches")))
    cells = known("batches")[batch] | {"number": "88"}
    own = proposed(analyst, said("batches", cells))
    programme = row_named("programme", batch[0])
    assert programme is not None
    rename(programme, "called-otherwise")
    zone = next(cells for key, cells in known("zones").items() if key[0] == "called-otherwise")
    judged = handed(own, "zones", {**zone, "city": "bortala", "batch": "88"})
    assert not [why for _fate, whys in fates(judged) for why in whys if "Nothing here" in why]
