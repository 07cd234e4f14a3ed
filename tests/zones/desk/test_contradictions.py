"""Published rows that contradict one another wait in the research queue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.checklists.cast import started
from tests.conftest import log_in_staff
from tests.zones import oracle
from tests.zones.desk.acts import known, proposed, published, said, written
from tests.zones.desk.queues import waiting
from zones.dataset.table import Cells
from zones.desk.entry_assignments import let_rest
from zones.desk.judgement import judge
from zones.desk.row_warnings import warnings_of
from zones.models import InForce
from zones.rules.contradictions import Claim, clashes, same_figure
from zones.rules.intervals import interval_of_days, last_day
from zones.rules.partial_dates import PartialDate
from zones.rules.vocabulary import State, ToResearch

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
FIGURE = ("cbec-total", "2020", "CN", "derived")


def limit(**cells: str) -> Cells:
    return {**known("policies")[LIMIT], **cells}


def contradicting() -> list[tuple[str, ...]]:
    return [entry.key for entry in waiting(ToResearch.CONTRADICTION)]


def claim(first: int, last: int | None = None, state: State = State.STATED) -> Claim:
    day = date(last, 12, 31) if last else None
    return Claim(interval_of_days(date(first, 1, 1), day), state)


NOTHING = State.NONE_FOUND
SCOPES = {
    "one follows another": ([claim(2016), claim(2019)], []),
    "one ends before another": ([claim(2016, 2018), claim(2019)], []),
    "one has an end of its own": ([claim(2016, 2020), claim(2019)], [(0, 1, 2019, 2020)]),
    "one lies within another": ([claim(2016, 2025), claim(2019, 2020)], [(0, 1, 2019, 2020)]),
    "a measure for a time": ([claim(2016), claim(2019, 2020)], []),
    "nothing found any more": (
        [claim(2010), claim(2016), claim(2019, None, NOTHING)],
        [(1, 2, 2019, None)],
    ),
    "nothing found in between": (
        [claim(2016), claim(2019, None, NOTHING), claim(2021)],
        [(0, 1, 2019, 2020)],
    ),
    "nothing found until then": ([claim(2016, None, NOTHING), claim(2019)], []),
    "nothing found for a time": (
        [claim(2016, 2020, NOTHING), claim(2019)],
        [(0, 1, 2019, 2020)],
    ),
    "nothing found twice": ([claim(2016, None, NOTHING), claim(2019, None, NOTHING)], []),
}


@pytest.mark.parametrize("kind", SCOPES)
def test_which_policies_of_a_scope_claim_the_same_days(kind: str) -> None:
    claims, expected = SCOPES[kind]
    found = []
    for earlier, later, days in clashes(claims):
        last = last_day(days)
        found.append((earlier, later, days.start.year, last and last.year))
    assert found == expected


def test_figures_are_the_same_as_the_coarser_one_says() -> None:
    assert same_figure((Decimal("16.9"), 1), (Decimal("16.92"), 2))
    assert not same_figure((Decimal("16.9"), 1), (Decimal("17.00"), 2))


def test_those_of_the_fixtures_are_told() -> None:
    scopes: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    described = {row["slug"] for row in oracle.read("topics") if row["descriptive"] == "true"}
    for row in oracle.read("policies"):
        if row["topic"] not in described:
            scopes[row["topic"], row["scope_kind"], row["scope_code"]].append(row)
    expected = {
        oracle.key_of(later)
        for rows in scopes.values()
        for later in rows
        for earlier in rows
        if PartialDate(earlier["effective_from"]).first_day
        < PartialDate(later["effective_from"]).first_day
        and (earlier["state"], earlier["value"]) != (later["state"], later["value"])
        and (
            later["state"] == "none-found"
            if not earlier["effective_to"]
            else PartialDate(earlier["effective_to"]).last_day
            >= PartialDate(later["effective_from"]).first_day
        )
    }
    figures: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for row in oracle.read("statistics"):
        figures[row["indicator"], row["year"], row["scope"]][row["revision"]] = row["value"]
    for figure, values in figures.items():
        told = values.get("revised") or values.get("first")
        if told and "derived" in values and Decimal(values["derived"]) != Decimal(told):
            expected.add(".".join((*figure, "derived")))
    assert {".".join(key) for key in contradicting()} == expected == {".".join(FIGURE)}


def test_a_policy_with_an_end_of_its_own_is_contradicted(analyst: Any, reviewer: Any) -> None:
    old = limit(effective_from="2018-06", effective_to="2020-01", value="3000")
    published(analyst, reviewer, said("policies", old))
    (entry, figure) = waiting(ToResearch.CONTRADICTION)
    assert (entry.key, figure.key) == (LIMIT, FIGURE)
    assert entry.detail == "2019-01-01 – 2020-01-31: 5,000 CNY (2019-01-01) / 3,000 CNY (2018-06)"
    rows = InForce.objects.current().on(date(2019, 6, 1)).filter(policy__identity=entry.subject)
    assert entry.cities == rows.count() == len(oracle.read("cities"))
    assert figure.cities == 0
    areas = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}
    assert [e.key for e in waiting(ToResearch.CONTRADICTION, focus_area=areas[LIMIT[0]])] == [LIMIT]


def test_open_checklists_weigh(analyst: Any, reviewer: Any) -> None:
    where = {"topic": "bonded-import-1210", "scope_kind": "city", "scope_code": "hangzhou"}
    own = next(
        cells
        for cells in known("policies").values()
        if cells["topic"] == where["topic"] and cells["scope_kind"] == "programme"
    )
    rows = ({"effective_from": "2020", "effective_to": "2022", "value": "listed"},)
    rows += ({"effective_from": "2021", "effective_to": "", "value": "conditional"},)
    published(analyst, reviewer, *(said("policies", own | where | row) for row in rows))
    assert waiting(ToResearch.CONTRADICTION)[0].cities == 1
    assert waiting(ToResearch.CONTRADICTION)[0].checklists == 0
    started("hangzhou")
    assert waiting(ToResearch.CONTRADICTION)[0].checklists == 1


OTHERWISE = {
    "an equal answer": {"effective_from": "2018-06", "effective_to": "2020-01"},
    "no end of its own": {"effective_from": "2018-06", "value": "3000"},
    "an end before": {"effective_from": "2018-06", "effective_to": "2018", "value": "3000"},
    "another scope": {
        "scope_kind": "city",
        "scope_code": "hangzhou",
        "effective_from": "2018-06",
        "effective_to": "2020-01",
        "value": "3000",
    },
    "nothing found in a narrower scope": {
        "scope_kind": "city",
        "scope_code": "hangzhou",
        "state": "none-found",
        "value": "",
    },
}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_what_follows_or_is_narrower_contradicts_nothing(
    analyst: Any, reviewer: Any, kind: str
) -> None:
    published(analyst, reviewer, said("policies", limit(**OTHERWISE[kind])))
    assert contradicting() == [FIGURE]


def test_to_find_nothing_where_something_holds_is_warned_of_and_told(
    analyst: Any, reviewer: Any
) -> None:
    nothing = said(
        "policies", limit(effective_from="2024-05", state="none-found", value="", value_zh="")
    )
    warned = [(w.code, w.about) for w in warnings_of(judge(proposed(analyst, nothing)))]
    assert ("unfound", "2019-01-01") in warned
    published(analyst, reviewer, nothing)
    entry = waiting(ToResearch.CONTRADICTION)[0]
    assert entry.key == (*LIMIT[:3], "2024-05")
    # The answer of before holds for as long as nobody says that it ended.
    assert entry.detail.startswith("2024-05-01 –: none found (2024-05) / 5,000 CNY")
    published(analyst, reviewer, written("policies", LIMIT, effective_to="2024-04"))
    assert contradicting() == [FIGURE]


def test_they_take_as_many_queries_for_any_number_of_rows(
    analyst: Any, reviewer: Any, django_assert_num_queries: Any
) -> None:
    def local(city: str) -> None:
        where = {"scope_kind": "city", "scope_code": city}
        published(
            analyst,
            reviewer,
            said("policies", limit(**where, effective_from="2021", value="4000")),
            said(
                "policies",
                limit(**where, effective_from="2020", effective_to="2022", value="3000"),
            ),
        )

    local("hangzhou")
    waiting(ToResearch.CONTRADICTION)
    with CaptureQueriesContext(connection) as one:
        assert len(waiting(ToResearch.CONTRADICTION)) == 2
    local("ningbo")
    local("xiamen")
    waiting(ToResearch.CONTRADICTION)
    with django_assert_num_queries(len(one)):
        assert len(waiting(ToResearch.CONTRADICTION)) == 4


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_one_leads_to_the_form_and_can_rest(analyst: Any, language: str) -> None:
    client = Client()
    log_in_staff(client, analyst)
    asked = f"{reverse('admin:desk-queue')}?kind=contradiction&lang={language}"
    text = client.get(asked).content.decode()
    assert {"en": "published rows contradict each other", "zh-hans": "已发布的行相互矛盾"}[
        language
    ] in text
    (shown,) = client.get(asked).context["entries"]
    assert client.get(shown["address"], follow=True).status_code == 200
    until = today_in_china() + timedelta(days=9)
    let_rest("contradiction", shown["entry"].subject, analyst, until=until, reason="Asked customs.")
    assert client.get(asked).context["count"] == 0
    assert client.get(f"{asked}&resting=1").context["count"] == 1
