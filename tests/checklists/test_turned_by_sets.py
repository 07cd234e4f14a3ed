"""A reviewer is told how many duties and open checklists a set turns, and of whom nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from checklists.models import ItemBasis, Requirement
from checklists.selectors.law_changes import moved
from checklists.selectors.turned_by_sets import turned_by
from tests.checklists.cast import started
from zones.desk.effect import effect_of
from zones.desk.judgement import judge, table_named
from zones.desk.proposals import RowDraft, acknowledge, open_set, propose
from zones.desk.row_warnings import warnings_of
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet, InForce, Policy, Topic
from zones.selectors.dependents import Turn
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

POLICIES = table_named("policies")


def member(name: str, group: str) -> User:
    own = User.objects.create_user(name, is_staff=True)
    own.groups.add(Group.objects.get(name=group))
    return own


def set_that_turns(topic: str, city: str, person: Any) -> ChangeSet:
    """A set in which a yes or no topic gets another answer in a city from the day of checklists."""
    rows = InForce.objects.current().filter(topic__slug=topic, city__slug=city)
    known = rows.order_by("-from_day").select_related("policy").first()
    wanted = "true" if known and known.policy.value_boolean is False else "false"
    change_set = open_set(person, f"{topic} in {city}")
    cells = {
        "topic": topic,
        "scope_kind": "city",
        "scope_code": city,
        "effective_from": "2026-11-20",
        "value": wanted,
        "summary_en": "It is another now.",
        "summary_zh": "现已不同。",
        "source_id": Policy.objects.first().source.slug,
        "verification": "secondary",
        "state": "stated",
    }
    propose(change_set, person, [RowDraft(POLICIES, None, cells)])
    return change_set


def turns(change_set: ChangeSet) -> list[Turn]:
    return [Turn(*change[:4]) for change in effect_of(judge(change_set)).answers]


def numbers(change_set: ChangeSet) -> dict[str, int]:
    return {one.words.split(" ", 1)[1]: one.number for one in turned_by(turns(change_set))}


@pytest.fixture
def tested() -> str:
    """A yes or no topic on which items of a checklist in Hangzhou stand."""
    with transaction.atomic():
        items = started("hangzhou").items.filter(
            requirement__tested_topic__value_type="boolean",
            requirement__asked_choice=None,
        )
        found = items.values_list("requirement__tested_topic__slug", flat=True).first()
        transaction.set_rollback(True)
    assert found
    return str(found)


def test_what_is_told_is_what_moves_once_it_is_published(tested: str) -> None:
    analyst, reviewer = member("ana", "analyst"), member("rui", "reviewer")
    day = date(2026, 11, 23)
    there, elsewhere = started("hangzhou", as_of=day), started("shenzhen", as_of=day)
    earlier = started("hangzhou", as_of=date(2025, 1, 1))
    for quiet in (there, elsewhere, earlier):
        assert [one for one in moved(quiet, current_snapshot()) if not one.is_gate] == []
    change_set = set_that_turns(tested, "hangzhou", analyst)
    told = turned_by(turns(change_set))
    found = judge(change_set)
    warned = [(one.judged.row, one.code, one.about) for one in warnings_of(found)]
    acknowledge(change_set, analyst, warned, "It was read.")
    submit(change_set, analyst)
    publish_set(change_set, reviewer)
    own = {one.item.pk for one in moved(there, current_snapshot()) if one.item}
    assert moved(elsewhere, current_snapshot()) == []
    # A checklist of a past day stands on the law of that day, which this leaves alone.
    assert [one for one in moved(earlier, current_snapshot()) if one.item] == []
    by_words = {one.words: one.number for one in told}
    stands = next(
        n for words, n in by_words.items() if "open checklist" in words and "item" in words
    )
    assert stands == len(own) > 0
    assert by_words["1 open checklist is touched"] == 1
    duties = Requirement.objects.filter(tested_topic__slug=tested).count()
    assert by_words[next(words for words in by_words if "test these topics" in words)] == duties


def test_nobody_learns_whose_checklists_turn(tested: str) -> None:
    started("hangzhou", owner="alice")
    change_set = set_that_turns(tested, "hangzhou", member("ana", "analyst"))
    told = " ".join(one.words for one in turned_by(turns(change_set)))
    assert "alice" not in told
    assert "hangzhou" not in told.casefold()


def test_a_closed_checklist_is_not_counted(tested: str) -> None:
    checklist = started("hangzhou")
    change_set = set_that_turns(tested, "hangzhou", member("ana", "analyst"))
    open_ones = [one for one in turned_by(turns(change_set)) if "touched" in one.words]
    assert [one.number for one in open_ones] == [1]
    type(checklist).objects.filter(pk=checklist.pk).update(closed_at="2026-11-24T00:00:00Z")
    assert [n.number for n in turned_by(turns(change_set)) if "touched" in n.words] == [0]


def test_it_takes_as_many_queries_for_any_number_of_checklists(
    tested: str, django_assert_num_queries: Any
) -> None:
    found = turns(set_that_turns(tested, "hangzhou", member("ana", "analyst")))
    for count in (0, 3):
        for _ in range(count):
            started("hangzhou")
        with django_assert_num_queries(4):
            turned_by(found)
    assert ItemBasis.objects.exists()
    assert Topic.objects.filter(slug=tested).exists()
