"""How much is asked of the database does not grow with the rows of a set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.benchmarks.change_set import ROWS, successions
from tests.benchmarks.change_set import drafts as of_every_kind
from tests.conftest import log_in_staff
from tests.growth import queries
from tests.zones.desk.acts import known, proposed, said, say_why_all, taken_out, written
from zones.desk.effect import effect_of
from zones.desk.judgement import judge
from zones.desk.permissions import SetAction, may
from zones.desk.proposals import propose
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.selectors.snapshot import forget

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def drafts(number: int, first: int = 0) -> list[RowDraft]:
    """New, corrected and withdrawn policies, cities and sources: so many of each."""
    there = known("policies")
    other = {"true": "false", "false": "true"}
    policies = [
        key
        for key, own in there.items()
        if own["value"] in ("true", "false") and not own["effective_to"]
    ]
    limit = there["import-single-transaction-limit", "nation", "CN", "2019-01-01"]
    cities = list(known("cities"))[first : first + number]
    mine, gone = policies[first::2][:number], policies[first + 1 :: 2][:number]
    return [
        *(written("policies", key, note="Seen", value=other[there[key]["value"]]) for key in mine),
        *(taken_out("policies", key) for key in gone),
        *(written("cities", key, name_en=f"City {key[0]}") for key in cities),
        *(
            said(
                "policies",
                {
                    **limit,
                    "scope_kind": "city",
                    "scope_code": key[0],
                    "effective_from": "2020-02-03",
                    "value": "6000",
                },
            )
            for key in cities
        ),
        *(
            written("sources", key, title_en=f"Document {key[0]}")
            for key in list(known("sources"))[first : first + number]
        ),
    ]


def test_judging_foreseeing_and_sending_take_no_more_queries_for_more_rows(analyst: Any) -> None:
    counted = []
    for number in (15, 45):
        own = proposed(analyst)
        rows = drafts(number)
        propose(own, analyst, rows)
        asked = [queries(lambda own=own: judge(own))]
        found = judge(own)
        assert not found.hinders
        assert len(found.rows) == 5 * number
        asked.append(queries(lambda found=found: effect_of(found)))
        say_why_all(own, analyst)
        asked.append(queries(lambda own=own: submit(own, analyst)))
        counted.append(asked)
    assert counted[0] == counted[1]


def test_proposing_takes_no_more_queries_for_more_rows(analyst: Any) -> None:
    """As long as one statement can write them."""
    counted = []
    for number in (3, 10):
        own, rows = proposed(analyst), drafts(number)
        counted.append(queries(lambda own=own, rows=rows: propose(own, analyst, rows)))
    assert counted[0] == counted[1]


def test_publishing_takes_no_more_queries_for_more_rows(analyst: Any, reviewer: Any) -> None:
    counted = []
    for first, number in ((0, 3), (20, 9)):
        own = proposed(analyst, *policies_of_one_topic(number, first))
        say_why_all(own, analyst)
        submit(own, analyst)
        assert may(reviewer, SetAction.REVIEW)  # which is read once for a person
        with CaptureQueriesContext(connection) as asked:
            publish_set(own, reviewer)
        statements = [one["sql"] for one in asked.captured_queries]
        # Rows in force are written one by one in one call, which is counted once for each.
        counted.append(sum("zones_inforce" not in sql for sql in statements))
    assert counted[0] == counted[1]


def policies_of_one_topic(number: int, first: int) -> list[RowDraft]:
    limit = known("policies")["import-single-transaction-limit", "nation", "CN", "2019-01-01"]
    born = {"scope_kind": "city", "effective_from": "2020-02-03", "value": "6000"}
    cities = list(known("cities"))[first : first + number]
    return [said("policies", {**limit, **born, "scope_code": key[0]}) for key in cities]


def test_the_page_of_a_set_in_review_asks_for_what_is_warned_of_once(
    analyst: Any, reviewer: Any
) -> None:
    """Whether it may be published is told by the same warnings as the page shows."""
    asked = []
    for number in (4, 12):
        own = proposed(analyst, *policies_of_one_topic(number, 0))
        page, client = reverse("admin:desk-set", args=[own.pk]), Client()
        log_in_staff(client, reviewer)
        drafted = queries(lambda page=page, client=client: client.get(page))
        say_why_all(own, analyst)
        submit(own, analyst)
        reviewed = queries(lambda page=page, client=client: client.get(page))
        asked.append(reviewed - drafted)
    assert asked == [1, 1]  # who wrote in it


def pages_of(own: Any, analyst: Any, reviewer: Any) -> tuple[int, int]:
    """How many queries the page of a set takes its author, and once it is sent a reviewer, when
    everything that is kept was asked for before.
    """
    page, told = reverse("admin:desk-set", args=[own.pk]), []
    for person in (analyst, reviewer):
        client = Client()
        log_in_staff(client, person)
        assert client.get(page).status_code == 200
        told.append(queries(lambda client=client: client.get(page)))
        if person is analyst:
            say_why_all(own, analyst)
            submit(own, analyst)
    return told[0], told[1]


def test_the_page_of_five_hundred_rows_in_every_city_takes_these_queries(
    analyst: Any, reviewer: Any
) -> None:
    """As docs/benchmarks.md tells them."""
    own = proposed(analyst)
    propose(own, analyst, of_every_kind(ROWS))
    found = judge(own)
    effect = effect_of(found)
    assert (len(found.rows), len(effect.cities), len(effect.topics)) == (500, 186, 49)
    assert pages_of(own, analyst, reviewer) == (26, 27)
    table = Path("docs/benchmarks.md").read_text(encoding="utf-8")
    assert "| author's | 500 | 186 | 49 | 26 |" in table
    assert "| reviewer's | 500 | 186 | 49 | 27 |" in table


def test_the_first_look_at_a_set_takes_no_more_queries_when_its_rows_double(
    analyst: Any, reviewer: Any
) -> None:
    """Nothing that is kept was asked for before: neither the set, nor the revision it rests on."""
    counted = []
    for number in (ROWS // 2, ROWS):
        own = proposed(analyst)
        propose(own, analyst, successions(number, 1, "", "city"))
        page, looks = reverse("admin:desk-set", args=[own.pk]), []
        for person in (analyst, reviewer):
            client = Client()
            log_in_staff(client, person)
            forget()
            looks.append(queries(lambda page=page, client=client: client.get(page)))
            if person is analyst:
                say_why_all(own, analyst)
                submit(own, analyst)
        counted.append(looks)
    assert counted[0] == counted[1]
    assert max(counted[0]) < 100


def test_the_page_of_a_set_takes_no_more_queries_when_its_rows_double(
    analyst: Any, reviewer: Any
) -> None:
    counted = []
    for number in (ROWS // 2, ROWS):
        own = proposed(analyst)
        propose(own, analyst, successions(number, 1, "", "city"))
        assert len(effect_of(judge(own)).cities) == 186
        counted.append(pages_of(own, analyst, reviewer))
        forget()
    assert counted[0] == counted[1]
