"""Rows of open sets whose base moved wait in the research queue until they are settled."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones import oracle
from tests.zones.desk.acts import proposed, published, row_of, submitted, taken_out, written
from tests.zones.desk.queues import LIMIT, waiting
from zones.desk.settlement import settle
from zones.rules.vocabulary import ToResearch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [proposed, submitted])
def test_a_row_whose_base_moved_waits_until_it_is_settled(
    analyst: Any, reviewer: Any, make: Any
) -> None:
    own = make(analyst, written("policies", LIMIT, value="6000"))
    other = proposed(analyst, taken_out("policies", LIMIT))
    assert waiting(ToResearch.CONFLICT) == []
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    found = {entry.change_set: entry for entry in waiting(ToResearch.CONFLICT)}
    assert found.keys() == {own.pk, other.pk}
    assert "value: 6000 / 7000" in found[own.pk].detail
    assert {entry.cities for entry in found.values()} == {len(oracle.read("cities"))}
    assert found[own.pk].subject == str(row_of(own).pk)
    area = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}[LIMIT[0]]
    assert len(waiting(ToResearch.CONFLICT, focus_area=area)) == 2
    if make is proposed:
        settle(row_of(own), analyst, "value", mine=True)
        assert [entry.change_set for entry in waiting(ToResearch.CONFLICT)] == [other.pk]


def test_conflicts_take_as_many_queries_for_any_number_of_rows(
    analyst: Any, reviewer: Any, django_assert_num_queries: Any
) -> None:
    sets = [proposed(analyst, written("policies", LIMIT, value="6000"))]
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    waiting(ToResearch.CONFLICT)
    with CaptureQueriesContext(connection) as one:
        assert len(waiting(ToResearch.CONFLICT)) == 1
    published(analyst, reviewer, written("policies", LIMIT, value="5000"))
    sets += [proposed(analyst, written("policies", LIMIT, value=str(n))) for n in range(8000, 8003)]
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    waiting(ToResearch.CONFLICT)
    with django_assert_num_queries(len(one)):
        assert {entry.change_set for entry in waiting(ToResearch.CONFLICT)} == {
            own.pk for own in sets
        }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_conflict_leads_to_its_set(analyst: Any, reviewer: Any, language: str) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(f"{reverse('admin:desk-queue')}?kind=conflict&lang={language}")
    text = page.content.decode()
    assert f'href="{reverse("admin:desk-set", args=[own.pk])}"' in text
    assert {"en": "proposal in conflict", "zh-hans": "提议有冲突"}[language] in text


def test_a_conflict_names_columns_as_people_do(analyst: Any, reviewer: Any) -> None:
    proposed(analyst, written("policies", LIMIT, clause_zh="第八条"))
    published(analyst, reviewer, written("policies", LIMIT, clause_zh="第九条"))
    gone = proposed(analyst, written("policies", LIMIT, value="6000"))
    client = Client()
    log_in_staff(client, analyst)
    asked = f"{reverse('admin:desk-queue')}?kind=conflict&lang="
    for language, words in (("zh-hans", "中文条款："), ("en", "Chinese clause: ")):
        page = client.get(f"{asked}{language}")
        told = page.content.decode()
        assert f"{words}第八条 / 第九条" in told
        assert "clause_zh" not in told
    published(analyst, reviewer, taken_out("policies", LIMIT))
    found = {entry.change_set: entry for entry in waiting(ToResearch.CONFLICT)}
    assert found[gone.pk].detail.startswith("the whole row: ")
    # Nothing answers any more: it weighs the cities that the row would bind.
    assert found[gone.pk].cities == len(oracle.read("cities"))
