"""Whether a duty applies to a company in a place on a day, and why.

A duty is dated, may test the place (one topic or programme) and may ask the company one question.
It applies when its dates hold and no test fails. A test of what nobody knows neither holds nor
fails: the duty is *to be confirmed*, never silently in or out.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, assert_never

from zones.rules.vocabulary import State
from zones.rules.written_keys import WrittenKey


class Verdict(StrEnum):
    """What becomes of a duty in a checklist."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    TO_CONFIRM = "to-confirm"


class Why(StrEnum):
    """The one reason that decides a verdict."""

    ALWAYS = "always"
    START_UNKNOWN = "start-unknown"
    NOT_YET = "not-yet"
    ENDED = "ended"
    PLACE_HOLDS = "place-holds"
    PLACE_FAILS = "place-fails"
    PLACE_UNKNOWN = "place-unknown"
    PLACE_UNCONFIRMED = "place-unconfirmed"
    PROGRAMME_HOLDS = "programme-holds"
    PROGRAMME_FAILS = "programme-fails"
    COMPANY_HOLDS = "company-holds"
    COMPANY_FAILS = "company-fails"
    COMPANY_UNKNOWN = "company-unknown"


class Stands(NamedTuple):
    """What is known of a topic in the place: the value is compared only where it is stated."""

    state: State
    value: Hashable = None


@dataclass(frozen=True, slots=True)
class TopicTest:
    """The test ``topic=value``, or ``topic!=value`` where ``negated``."""

    topic: int
    value: Hashable
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ProgrammeTest:
    """The test ``programme=slug``, or ``programme!=slug`` where ``negated``."""

    programme: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The test ``question=answer``, or ``question!=answer`` where ``negated``.

    ``default`` is what counts as answered where the company did not answer.
    """

    question: str
    answer: str
    negated: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """A requirement as applicability sees it; ``ends`` is the last day it binds."""

    starts: date | None = None
    ends: date | None = None
    place: TopicTest | ProgrammeTest | None = None
    company: Ask | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """A place and a company on a day.

    ``topics`` holds what is known of each tested topic by id; ``programmes`` those whose zones the
    place is in; ``answers`` the company's answers by question, those not answered absent.
    """

    day: date
    topics: Mapping[int, Stands] = field(default_factory=dict)
    programmes: Collection[str] = ()
    answers: Mapping[str, Collection[str]] = field(default_factory=dict)


class Ruling(NamedTuple):
    """A verdict and what decides it."""

    verdict: Verdict
    why: Why

    @property
    def live(self) -> bool:
        """Return whether the duty is to be worked on: it applies, or may apply."""
        return self.verdict is not Verdict.EXCLUDED


def ruling(duty: Duty, circumstances: Circumstances) -> Ruling:
    """Return whether a duty applies.

    Dates come first, then a test that fails, then a test that nobody can answer. Of tests that
    hold, the one on the place is named before the one on the company.
    """
    if duty.starts and circumstances.day < duty.starts:
        return Ruling(Verdict.EXCLUDED, Why.NOT_YET)
    if duty.ends and circumstances.day > duty.ends:
        return Ruling(Verdict.EXCLUDED, Why.ENDED)
    reasons = [*_place(duty.place, circumstances), *_company(duty.company, circumstances)]
    for verdict, decisive in _DECISIVE.items():
        for why in reasons:
            if why in decisive:
                return Ruling(verdict, why)
    if reasons:
        return Ruling(Verdict.INCLUDED, reasons[0])
    return Ruling(Verdict.INCLUDED, Why.ALWAYS if duty.starts else Why.START_UNKNOWN)


_DECISIVE = {
    Verdict.EXCLUDED: (Why.PLACE_FAILS, Why.PROGRAMME_FAILS, Why.COMPANY_FAILS),
    Verdict.TO_CONFIRM: (Why.PLACE_UNKNOWN, Why.COMPANY_UNKNOWN),
}

#: Where the answer is that there is nothing.
_NOTHING = (State.NO_SUCH_RULE_YET, State.NOT_APPLICABLE)


def topic_holds(test: TopicTest, stands: Stands) -> bool | None:
    """Return whether a test on a topic holds; none where nobody knows.

    Before a topic begins, or where it does not apply, there is plainly no such rule: the topic
    equals no value and differs from every one.
    """
    if stands.state is State.STATED:
        return (stands.value == test.value) is not test.negated
    return test.negated if stands.state in _NOTHING else None


def _place(test: TopicTest | ProgrammeTest | None, circumstances: Circumstances) -> list[Why]:
    match test:
        case ProgrammeTest():
            inside = test.programme in circumstances.programmes
            return [Why.PROGRAMME_HOLDS if inside is not test.negated else Why.PROGRAMME_FAILS]
        case TopicTest():
            unknown = Stands(State.NOT_RESEARCHED)
            holds = topic_holds(test, circumstances.topics.get(test.topic, unknown))
            if holds is None:
                return [Why.PLACE_UNKNOWN]
            return [Why.PLACE_HOLDS if holds else Why.PLACE_FAILS]
        case None:
            return []
    assert_never(test)


def _company(ask: Ask | None, circumstances: Circumstances) -> list[Why]:
    if ask is None:
        return []
    given = circumstances.answers.get(ask.question)
    if not given and ask.default is None:
        return [Why.COMPANY_UNKNOWN]
    holds = (ask.answer in (given or (ask.default,))) is not ask.negated
    return [Why.COMPANY_HOLDS if holds else Why.COMPANY_FAILS]


class Gate(StrEnum):
    """Whether a trade mode is open in a place."""

    OPEN = "open"
    STOP = "stop"
    CONFIRM = "confirm"

    @classmethod
    def of(cls, verdict: Verdict) -> Gate:
        """Return how a gate stands of which a verdict was found."""
        return _STATES[verdict]


_STATES = {
    Verdict.INCLUDED: Gate.OPEN,
    Verdict.EXCLUDED: Gate.STOP,
    Verdict.TO_CONFIRM: Gate.CONFIRM,
}

#: By this value the law makes a place eligible, and no confirmation of a site there by its customs
#: is on record (商财发〔2021〕39号, item 1): neither open nor shut.
UNCONFIRMED = WrittenKey("choice", "eligible-unconfirmed")


#: By this value the law leaves it to what the place has, which the portal has not settled: it is
#: not among the values that open a trade mode, but a reader is told what would.
CONDITIONAL = WrittenKey("choice", "conditional")


def gate(
    values: Collection[Hashable], stands: Stands, unconfirmed: Hashable = UNCONFIRMED.key
) -> Ruling:
    """Return whether one of the values that open a trade mode is stated, and why.

    What nobody knows, and what customs has yet to confirm, is to be confirmed: neither is a no.

    Args:
        values: those that open it.
        stands: what is known of its topic in the place.
        unconfirmed: what ``UNCONFIRMED`` is called today.
    """
    holds = [topic_holds(TopicTest(0, value), stands) for value in values]
    if any(holds):
        return Ruling(Verdict.INCLUDED, Why.PLACE_HOLDS)
    if stands == Stands(State.STATED, unconfirmed):
        return Ruling(Verdict.TO_CONFIRM, Why.PLACE_UNCONFIRMED)
    if None in holds:
        return Ruling(Verdict.TO_CONFIRM, Why.PLACE_UNKNOWN)
    return Ruling(Verdict.EXCLUDED, Why.PLACE_FAILS)
