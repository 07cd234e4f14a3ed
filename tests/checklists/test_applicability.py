"""Whether a duty applies, on made-up cases: tests of the place and of the company."""

from __future__ import annotations

from datetime import date

import pytest

from checklists.rules.applicability import (
    Ask,
    Circumstances,
    Duty,
    Stands,
    TopicTest,
    Verdict,
    Why,
    ruling,
)
from zones.rules.vocabulary import State

DAY = date(2019, 6, 30)
TOPIC = 1


@pytest.mark.parametrize(
    ("stands", "equals", "differs"),
    [
        (Stands(State.STATED, "listed"), Verdict.INCLUDED, Verdict.EXCLUDED),
        (Stands(State.STATED, "not-eligible"), Verdict.EXCLUDED, Verdict.INCLUDED),
        (Stands(State.NO_SUCH_RULE_YET), Verdict.EXCLUDED, Verdict.INCLUDED),
        (Stands(State.NOT_APPLICABLE), Verdict.EXCLUDED, Verdict.INCLUDED),
        (Stands(State.NONE_FOUND), Verdict.TO_CONFIRM, Verdict.TO_CONFIRM),
        (Stands(State.NOT_RESEARCHED), Verdict.TO_CONFIRM, Verdict.TO_CONFIRM),
    ],
)
def test_no_such_rule_is_a_plain_no_and_unknown_is_none(
    stands: Stands, equals: Verdict, differs: Verdict
) -> None:
    place = Circumstances(DAY, {TOPIC: stands})
    assert ruling(Duty(place=TopicTest(TOPIC, "listed")), place).verdict is equals
    assert ruling(Duty(place=TopicTest(TOPIC, "listed", negated=True)), place).verdict is differs


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, Why.COMPANY_FAILS),
        ({"goods": ["food"]}, Why.COMPANY_HOLDS),
        ({"goods": ["general", "food"]}, Why.COMPANY_HOLDS),
        ({"goods": ["cosmetics"]}, Why.COMPANY_FAILS),
    ],
)
def test_no_answer_is_the_default_of_the_question(given: dict[str, list[str]], why: Why) -> None:
    duty = Duty(company=Ask("goods", "food", default="general"))
    assert ruling(duty, Circumstances(DAY, answers=given)).why is why


def test_a_question_without_answer_and_default_is_to_be_confirmed() -> None:
    duty = Duty(company=Ask("goods", "food"))
    assert ruling(duty, Circumstances(DAY)) == (Verdict.TO_CONFIRM, Why.COMPANY_UNKNOWN)
    assert ruling(duty, Circumstances(DAY, answers={"goods": []})).why is Why.COMPANY_UNKNOWN
