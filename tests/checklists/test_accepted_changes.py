"""When the law moves, the duties that stand on it are flagged, and nothing signed changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist, Requirement, Status
from checklists.rules.applicability import Verdict
from checklists.rules.change_detection import Basis, Move, gate_move, move
from checklists.selectors.law_changes import moved, moved_by_answers
from checklists.selectors.template_snapshot import templates
from checklists.selectors.upcoming_changes import coming
from checklists.services import item_updates
from checklists.services.accepted_changes import accept
from checklists.services.checklist_creation import start
from checklists.services.intake_answers import change_answers
from tests.checklists.cast import someone, started
from tests.rounds import rounds
from tests.zones.test_publishing import answers, next_version, publish_as_two
from zones.models import Choice, CustomsDistrict, Policy, Province
from zones.rules.vocabulary import Change
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
BASES = st.builds(Basis, st.sampled_from(Verdict), st.sampled_from([None, 1, 2]))
STANDINGS = st.none() | st.fixed_dictionaries({1: BASES, 2: BASES})


@given(before=STANDINGS, after=STANDINGS, reworded=st.booleans())
def test_a_duty_moves_only_where_something_differs(before: Any, after: Any, reworded: bool) -> None:
    how = move(before, after, reworded=reworded)
    was = any(f.verdict is not Verdict.EXCLUDED for f in (before or {}).values())
    now = any(f.verdict is not Verdict.EXCLUDED for f in (after or {}).values())
    assert (how is Move.NEW) == (now and not was)
    assert (how is Move.FALLS_AWAY) == (was and not now)
    assert (how is Move.CHANGED) == (was and now and (reworded or before != after))


PLACES = st.fixed_dictionaries({1: BASES, 2: BASES})


@given(before=PLACES, after=PLACES)
def test_a_gate_that_closes_in_one_place_closes(before: Any, after: Any) -> None:
    how = gate_move(before, after)
    open_then = {place for place, f in before.items() if f.verdict is not Verdict.EXCLUDED}
    open_now = {place for place, f in after.items() if f.verdict is not Verdict.EXCLUDED}
    assert (how is Move.FALLS_AWAY) == bool(open_then - open_now)
    assert (how is None) == (before == after)


def fixed(*cities: str, template: str, **answers: list[str]) -> Checklist:
    """A checklist held against one day, whatever today is."""
    checklist = started(*cities, template=template, as_of=TODAY, **answers)
    Checklist.objects.filter(pk=checklist.pk).update(follows_today=False)
    checklist.refresh_from_db()
    return checklist


def flagged(checklist: Checklist) -> set[str]:
    forget()
    return {
        one.requirement.number for one in moved(checklist, current_snapshot()) if one.requirement
    }


def deciding(city: str, topic: str) -> Policy:
    """The policy that answers a topic in a city on the day."""
    (policy,) = answers(city, topic, TODAY)
    return policy


def duties_testing(template: str, topic: str) -> set[str]:
    """The duties that test a topic and whose dates hold on the day."""
    rows = Requirement.objects.filter(template__slug=template, tested_topic__slug=topic)
    return {
        row.number
        for row in rows
        if (not row.effective_from or row.effective_from.first_day <= TODAY)
        and (not row.effective_to or row.effective_to.first_day >= TODAY)
    }


def reversed_value(policy: Policy) -> dict[str, Any]:
    """The same policy saying otherwise."""
    if policy.value_boolean is not None:
        return {"value_boolean": not policy.value_boolean}
    if policy.value_choice is not None:
        other = Choice.objects.filter(topic=policy.topic).exclude(pk=policy.value_choice_id).first()
        return {"value_choice": other}
    return {"summary_en": "Said otherwise"}


@pytest.mark.parametrize("template", ["import-1210-seller", "import-9610-seller"])
def test_the_law_that_closes_the_trade_mode_flags_the_gate(template: str) -> None:
    checklist = fixed("hangzhou", "zhengzhou", template=template)
    topic = checklist.template.gate_topic
    assert topic is not None
    policy = deciding("hangzhou", topic.slug)
    draft = next_version(policy, change=Change.CORRECTED, **reversed_value(policy))
    publish_as_two(Publication(policies=[draft]))
    forget()
    gate = moved(checklist, current_snapshot())[0]
    here = checklist.places.get(city__slug="hangzhou").pk
    assert (gate.is_gate, gate.number, gate.move) == (True, "gate", Move.FALLS_AWAY)
    there = checklist.places.get(city__slug="zhengzhou").pk
    assert gate.changed(here)
    assert gate.changed(there) == (gate.after[there].policy != gate.before[there].policy_id)
    assert gate.before[here].verdict == Verdict.INCLUDED
    assert gate.after[here].ruling.verdict is Verdict.EXCLUDED
    accept(checklist, actor=someone("alice"), numbers=["gate"])
    assert not any(one.is_gate for one in moved(checklist, current_snapshot()))
    assert checklist.places.get(pk=here).gate_basis.verdict == Verdict.EXCLUDED


def test_a_coming_end_of_the_trade_mode_is_foreseen() -> None:
    checklist = started(template="export-9610-seller", as_of=today_in_china())
    topic = checklist.template.gate_topic
    assert topic is not None
    policy = deciding("hangzhou", topic.slug)
    last = today_in_china() + timedelta(days=20)
    draft = next_version(policy, change=Change.ENDED, effective_to=last.isoformat())
    publish_as_two(Publication(policies=[draft]))
    forget()
    found = coming(checklist, current_snapshot())
    assert [one.day for one in found if one.moved.is_gate] == [last + timedelta(days=1)]


def test_a_coming_change_is_foreseen_for_a_place_without_pilot_status() -> None:
    kept, policy = current_snapshot(), deciding("hangzhou", "code-9610-available")
    assert policy.scope_kind == "nation"
    yunnan = Province.objects.get(iso_3166_2="CN-YN")
    checklist = start(
        owner=someone("alice"),
        title="A place",
        template=templates(kept).templates["export-9610-seller"],
        places=[HypotheticalPlace("Ruili", yunnan, CustomsDistrict.objects.order_by("pk").first())],
        as_of=today_in_china(),
        answers={},
    )
    last = today_in_china() + timedelta(days=20)
    draft = next_version(policy, change=Change.ENDED, effective_to=last.isoformat())
    publish_as_two(Publication(policies=[draft]))
    forget()
    assert {one.day for one in coming(checklist, current_snapshot())} == {last + timedelta(days=1)}


@pytest.mark.parametrize("second", ["Ruili", " ruili "])
def test_places_of_a_checklist_have_names_apart(second: str) -> None:
    kept = current_snapshot()
    districts = CustomsDistrict.objects.order_by("pk")
    yunnan = Province.objects.get(iso_3166_2="CN-YN")
    with pytest.raises(ValidationError, match="each once"):
        start(
            owner=someone("alice"),
            title="Two places",
            template=templates(kept).templates["export-9610-seller"],
            places=[
                HypotheticalPlace("Ruili", yunnan, districts[0]),
                HypotheticalPlace(second, yunnan, districts[1]),
            ],
            as_of=TODAY,
            answers={},
        )


def test_a_fresh_checklist_stands_as_the_law_does() -> None:
    for template in ("import-1210-seller", "export-9610-seller", "zone-readiness"):
        assert flagged(fixed("hangzhou", "urumqi", template=template)) == set()


@settings(
    max_examples=rounds(25, on_sqlite=8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    place=st.integers(0, 10_000),
    tested=st.booleans(),
    template=st.sampled_from(["import-1210-seller", "export-9610-seller", "export-9810-seller"]),
)
def test_publishing_flags_what_tests_the_topic_and_nothing_else(
    place: int, tested: bool, template: str, client: Client
) -> None:
    with transaction.atomic():
        forget()
        checklist = fixed("hangzhou", template=template, goods_kinds=["food"])
        items = set(checklist.items.values_list("number", flat=True))
        gate = checklist.template.gate_topic
        assert gate is not None
        gate_by = deciding_or_none("hangzhou", gate.slug)
        before = {
            topic: deciding_or_none("hangzhou", topic)
            for topic in Requirement.objects.filter(template__slug=template)
            .exclude(tested_topic=None)
            .values_list("tested_topic__slug", flat=True)
            .distinct()
        }
        policies = Policy.objects.current().not_withdrawn().order_by("identity")
        if tested:
            policies = policies.filter(pk__in=[own for own in (gate_by, *before.values()) if own])
        policy = policies[place % policies.count()]
        draft = next_version(policy, change=Change.CORRECTED, **reversed_value(policy))
        publish_as_two(Publication(policies=[draft]))
        forget()
        standing = items | live("hangzhou", template, client)
        assert flagged(checklist) == {
            number
            for topic, own in before.items()
            if own == policy.pk
            for number in duties_testing(template, topic) & standing
        }
        gates = [one for one in moved(checklist, current_snapshot()) if one.is_gate]
        assert len(gates) == (policy.pk == gate_by)
        transaction.set_rollback(True)


def deciding_or_none(city: str, topic: str) -> int | None:
    found = answers(city, topic, TODAY)
    return found[0].pk if found else None


def live(city: str, template: str, client: Client) -> set[str]:
    """The duties that apply or may apply now, as the public preview says."""
    question = {"city": city, "as_of": TODAY.isoformat(), "answer": "goods-kinds:food"}
    told = client.get(f"/api/v1/templates/{template}/preview/", question).json()
    return {duty["number"] for duty in (*told["included"], *told["to_confirm"])}


def test_accepting_gives_new_bases_and_leaves_what_was_signed() -> None:
    alice = someone("alice")
    checklist = fixed("hangzhou", template="import-1210-seller", goods_kinds=["food"])
    item = checklist.items.filter(
        requirement__tested_topic__slug="food-recall-domestic-agent-required"
    ).first()
    assert item is not None
    item = item_updates.set_status(item, "done", actor=alice)
    signed = item.signed_periods.get().signed
    policy = deciding("hangzhou", "food-recall-domestic-agent-required")
    publish_as_two(
        Publication(
            policies=[next_version(policy, change=Change.CORRECTED, summary_en="Read anew.")]
        )
    )
    forget()
    (one,) = moved(checklist, current_snapshot())
    assert (one.move, one.item) == (Move.CHANGED, item)
    accept(checklist, actor=alice)
    item.refresh_from_db()
    assert item.signed_periods.get(number=1).signed == signed
    assert (item.status, item.period) == (Status.OPEN, 2)
    assert item.bases.get().policy_id != policy.pk
    assert flagged(checklist) == set()
    checklist.refresh_from_db()
    assert checklist.known_at == 2


def test_changes_are_accepted_one_by_one() -> None:
    alice = someone("alice")
    checklist = fixed("hangzhou", template="import-9610-seller")
    policy = deciding("hangzhou", "code-9610-available")
    draft = next_version(policy, change=Change.CORRECTED, value_boolean=False)
    publish_as_two(Publication(policies=[draft]))
    numbers = flagged(checklist)
    assert len(numbers) > 1
    first = min(numbers)
    accept(checklist, actor=alice, numbers=[first])
    assert flagged(checklist) == numbers - {first}
    with pytest.raises(ValidationError, match="Nothing moved"):
        accept(checklist, actor=alice, numbers=["99.9"])


def test_other_answers_leave_what_the_law_moved_to_be_accepted_on_its_own() -> None:
    alice = someone("alice")
    checklist = fixed("hangzhou", template="import-1210-seller", goods_kinds=["food"])
    policy = deciding("hangzhou", "import-return-central-warehouse")
    draft = next_version(policy, change=Change.CORRECTED, summary_en="Read anew.")
    publish_as_two(Publication(policies=[draft]))
    assert flagged(checklist) == {"7.6"}
    answers = {"goods-kinds": ["medicines"]}
    weighed = {one.number for one in moved_by_answers(checklist, current_snapshot(), answers)}
    assert "7.8" in weighed
    assert "7.6" not in weighed
    taken_up = change_answers(checklist, answers, actor=alice)
    assert {one.number for one in taken_up} == weighed
    assert flagged(checklist) == {"7.6"}
    checklist.refresh_from_db()
    assert checklist.known_at == 1


def test_a_reworded_duty_is_flagged_with_what_was_reworded() -> None:
    checklist = fixed("hangzhou", template="import-1210-seller")
    row = checklist.items.first().requirement  # type: ignore[union-attr]
    Requirement.objects.filter(pk=row.pk).update(title_en="Said better", clause="Article 9")
    forget()
    (one,) = moved(checklist, current_snapshot())
    assert (one.move, one.reworded) == (Move.CHANGED, ("title_en", "clause"))


def test_as_days_pass_coming_law_arrives() -> None:
    checklist = started(template="export-9610-seller", refund_cancelled_goods=["batteries"])
    day = date(2027, 1, 2)
    found = {one.move for one in moved(checklist, current_snapshot(), day=day)}
    assert found == {Move.NEW, Move.FALLS_AWAY}
