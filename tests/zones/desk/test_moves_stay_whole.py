"""A move of a city is two rows: without the day of the other, one would write the past anew."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import proposed, published, said, say_why_all, warned_of, written
from zones.admin.changed_rows import changed_rows
from zones.desk import bulk_rows, proposals
from zones.desk.cell_words import CellWords
from zones.desk.city_moves import address_of_move, moved, moved_on, places_of
from zones.desk.judgement import judge
from zones.desk.proposals import propose
from zones.desk.reversal import propose_undo
from zones.desk.revision_effect import applied_judgement
from zones.desk.row_warnings import ALL_DAYS, warnings_of
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit
from zones.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

DAY = "2027-02-01"
THERE = ("CN-AH", "3300")
ALONE = written("cities", ("jiaxing",), province="CN-AH", customs_district="3300")
NAMED = written("cities", ("ningbo",), name_en="Ning-po")


def of_all_days(own: ChangeSet) -> list[str]:
    return [about for code, about in warned_of(judge(own)) if code == ALL_DAYS]


def lines(own: ChangeSet) -> list[str]:
    (table,) = changed_rows(judge(own), CellWords("en")).tables
    return table.lines


def numbers(own: ChangeSet, *tables: str) -> list[int]:
    rows = own.rows.filter(table__in=tables) if tables else own.rows.all()
    return list(rows.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    "cells", [{"province": "CN-AH"}, {"customs_district": "3300"}], ids=["province", "district"]
)
def test_a_city_that_lies_elsewhere_without_a_day_waits_for_a_reason(
    analyst: Any, cells: dict[str, str]
) -> None:
    own = proposed(analyst, written("cities", ("jiaxing",), **cells))
    assert len(of_all_days(own)) == 1
    with pytest.raises(ValidationError, match="The past is written anew"):
        submit(own, analyst)
    say_why_all(own, analyst)
    submit(own, analyst)
    assert lines(own)[0].startswith("Jiaxing changes for all days: ")


def test_what_was_said_of_it_holds_for_that_place_alone(analyst: Any) -> None:
    own = proposed(analyst, ALONE)
    say_why_all(own, analyst)
    propose(own, analyst, [written("cities", ("jiaxing",), province="CN-JS")])
    with pytest.raises(ValidationError, match="The past is written anew"):
        submit(own, analyst)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_leads_to_where_the_day_is_said(analyst: Any, language: str) -> None:
    own = proposed(analyst, ALONE)
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}")
    html = page.content.decode()
    assert f'href="{address_of_move("jiaxing")}"' in html
    with override(language):
        (words,) = {one.words for one in warnings_of(judge(own)) if one.code == ALL_DAYS}
    assert words in html
    assert bool(re.search("[一-鿿]", words)) == (language != "en")


def test_a_move_says_its_day_and_warns_of_no_past(analyst: Any) -> None:
    own = proposed(analyst, *moved("jiaxing", DAY, *THERE))
    assert not of_all_days(own)
    assert lines(own)[0].startswith("Jiaxing changes from 1 Feb 2027 on: ")
    with override("zh-hans"):
        (table,) = changed_rows(judge(own), CellWords("zh-hans")).tables
        assert "自2027年2月1日起有变" in table.lines[0]


def test_other_cells_of_the_row_change_on_no_day(analyst: Any) -> None:
    there, lies = moved("jiaxing", DAY, *THERE)
    cells = {**lies.cells, "note": "Seen"}
    own = proposed(analyst, there, lies._replace(cells=cells))
    placed, rest = lines(own)
    assert placed.startswith("Jiaxing changes from 1 Feb 2027 on: province")
    assert rest.startswith("Jiaxing changes: note")


def test_after_a_move_the_days_since_that_are_written_anew(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, *moved("jiaxing", "2016-05-01", *THERE))
    own = proposed(analyst, written("cities", ("jiaxing",), province="CN-JS"))
    (about,) = of_all_days(own)
    assert about.startswith("2016-05-01 CN-JS")
    assert lines(own)[0].startswith("Jiaxing changes from 1 May 2016 on: ")
    (words,) = {one.words for one in warnings_of(judge(own)) if one.code == ALL_DAYS}
    assert "from 1 May 2016 on" in words
    # A former placement of an earlier day says nothing of the latest.
    former = {"city": "jiaxing", "until": "2010-01-01", "province": "CN-SH"}
    propose(own, analyst, [said("former_placements", {**former, "customs_district": "2200"})])
    assert of_all_days(own)


def test_taking_a_revision_back_says_no_more_than_that_did(analyst: Any, reviewer: Any) -> None:
    for drafts in ([ALONE], moved("jiaxing", "2016-05-01", *THERE)):
        revision = published(analyst, reviewer, *drafts)
        undo = propose_undo(revision, analyst)
        assert not of_all_days(undo)
        say_why_all(undo, analyst)
        publish_set(submit(undo, analyst), reviewer)
        assert len(places_of("jiaxing")) == 1


def test_what_was_published_tells_the_day_that_was_known_then(analyst: Any, reviewer: Any) -> None:
    revision = published(analyst, reviewer, *moved("jiaxing", "2016-05-01", *THERE))
    published(analyst, reviewer, *moved_on(places_of("jiaxing")[0], "2017-05-01"))
    found = applied_judgement(revision)
    told = [line for table in changed_rows(found, CellWords("en")).tables for line in table.lines]
    assert told[0].startswith("Jiaxing changes from 1 May 2016 on: ")


@pytest.mark.parametrize("table", ["cities", "former_placements"])
def test_the_rows_of_a_move_go_back_together(analyst: Any, reviewer: Any, table: str) -> None:
    own = proposed(analyst, *moved("jiaxing", DAY, *THERE), NAMED)
    submit(own, analyst)
    (row,) = (row for row in own.rows.filter(table=table) if "jiaxing" in row.key)
    part = send_back(own, reviewer, "Which day?", [row])
    assert part.pk != own.pk
    assert sorted(part.rows.values_list("table", flat=True)) == ["cities", "former_placements"]
    assert [row.key for row in own.rows.all()] == ['["ningbo"]']
    assert all(row.sent_back for row in part.rows.all())


def test_a_set_of_one_move_goes_back_whole(analyst: Any, reviewer: Any) -> None:
    own = submit(proposed(analyst, *moved("jiaxing", DAY, *THERE)), analyst)
    back = send_back(own, reviewer, "Which day?", numbers(own, "cities"))
    assert back.pk == own.pk
    assert all(row.sent_back for row in own.rows.all())


@pytest.mark.parametrize("table", ["cities", "former_placements"])
@pytest.mark.parametrize("way", ["one", "several"])
def test_the_rows_of_a_move_are_taken_out_together(analyst: Any, table: str, way: str) -> None:
    own = proposed(analyst, *moved("jiaxing", DAY, *THERE), NAMED)
    (row,) = (row for row in own.rows.filter(table=table) if "jiaxing" in row.key)
    if way == "one":
        count = proposals.drop(row, analyst)
    else:
        count = bulk_rows.drop_rows(own, analyst, [row.pk])
    assert count == 2
    assert [row.key for row in own.rows.all()] == ['["ningbo"]']


def test_so_are_those_that_correct_the_day_of_one(analyst: Any, reviewer: Any) -> None:
    published(analyst, reviewer, *moved("jiaxing", "2016-05-01", *THERE))
    own = proposed(analyst, *moved_on(places_of("jiaxing")[0], "2017-05-01"), NAMED)
    assert bulk_rows.drop_rows(own, analyst, numbers(own, "former_placements")[:1]) == 2


def test_rows_of_several_cities_and_other_rows_go_alone(analyst: Any, reviewer: Any) -> None:
    own = proposed(
        analyst, *moved("jiaxing", DAY, *THERE), *moved("ningbo", DAY, "CN-JS", "2300"), NAMED
    )
    named = written("cities", ("hangzhou",), name_en="Hangchow")
    propose(own, analyst, [named])
    submit(own, analyst)
    (row,) = (row for row in own.rows.all() if "hangzhou" in row.key)
    part = send_back(own, reviewer, "Why?", [row])
    assert part.rows.count() == 1
    (row,) = (row for row in own.rows.filter(table="cities") if "ningbo" in row.key)
    part = send_back(own, reviewer, "Why?", [row])
    assert {row.key.split('"')[1] for row in part.rows.all()} == {"ningbo"}
    assert {row.key.split('"')[1] for row in own.rows.all()} == {"jiaxing"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_says_that_they_go_together_and_asks_for_both(analyst: Any, language: str) -> None:
    own = proposed(analyst, *moved("jiaxing", DAY, *THERE))
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}"
    client = Client()
    log_in_staff(client, analyst)
    told = "One act with" if language == "en" else "同属一次操作"
    html = client.get(page).content.decode()
    assert html.count(told) == 2
    row = own.rows.get(table="cities")
    assert f'href="{reverse("admin:desk-set", args=[own.pk])}?row={row.pk}#row-{row.pk}"' in html
    asked = client.post(page, {"do": "drop", "row": row.pk, "seen": row.version}).content.decode()
    assert ("Take 2 rows out" in asked) == (language == "en")
    done = {"do": "drop", "row": row.pk, "seen": row.version, "sure": "1"}
    assert client.post(page, done).status_code == 303
    assert not own.rows.exists()
