"""What applies where, read off fixtures/ alone: dates, applies_when and asks, row by row."""

from __future__ import annotations

from tests.zones import oracle
from tests.zones.oracle import first_day, last_day, read

TEMPLATES = {row["slug"]: row for row in read("templates")}
REQUIREMENTS = read("requirements")
QUESTIONS = {row["slug"]: row for row in read("intake_questions")}


def split(test: str) -> tuple[str, bool, str]:
    """``name!=value`` as name, whether it is negated, and value."""
    name, _, value = test.partition("=")
    return name.removesuffix("!"), name.endswith("!"), value


def holds_in_place(test: str, city: str, day: str) -> bool | None:
    """Whether ``applies_when`` holds; none where nobody knows."""
    if not test:
        return True
    name, negated, wanted = split(test)
    if name == "programme":
        return (wanted in oracle.programmes_of(city, day)) != negated
    state, value = oracle.answer(city, name, day)[:2]
    if state == "stated":
        return (value == oracle.typed(wanted, name)) != negated
    return negated if state in ("no-such-rule-yet", "not-applicable") else None


def holds_for_company(test: str, answers: dict[str, list[str]]) -> bool:
    """Whether ``asks`` holds; no answer is the question's default."""
    if not test:
        return True
    question, negated, wanted = split(test)
    given = answers.get(question) or [QUESTIONS[question]["default"]]
    return (wanted in given) != negated


def verdict(row: dict[str, str], city: str, day: str, answers: dict[str, list[str]]) -> str:
    """What becomes of a requirement."""
    if first_day(row["effective_from"]) > day:
        return "excluded"
    if row["effective_to"] and last_day(row["effective_to"]) < day:
        return "excluded"
    tests = (
        holds_in_place(row["applies_when"], city, day),
        holds_for_company(row["asks"], answers),
    )
    if False in tests:
        return "excluded"
    return "to_confirm" if None in tests else "included"


def gate(template: str, city: str, day: str) -> str:
    """Whether the template's trade mode is open in a city."""
    topic = TEMPLATES[template]["gate_topic"]
    if not topic:
        return "open"
    state, value = oracle.answer(city, topic, day)[:2]
    if state == "stated":
        opening = TEMPLATES[template]["gate_values"].split(";")
        if value in [oracle.typed(text, topic) for text in opening]:
            return "open"
        return "confirm" if value == "eligible-unconfirmed" else "stop"
    return "stop" if state in ("no-such-rule-yet", "not-applicable") else "confirm"
