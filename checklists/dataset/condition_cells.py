"""Cells that test a place or ask the company: read as references, and written."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from cbec_portal.quotation import quoted
from checklists.models import IntakeChoice, IntakeQuestion, Requirement
from zones.dataset.model_table import Lookup, refused_words
from zones.dataset.table import Changes, Load
from zones.models import Choice, Programme, Topic
from zones.models.value_types import TESTABLE, value_cell
from zones.rules.cell_tests import PROGRAMME, CellTest, read_test


class Conditions:
    """Reads conditions as references."""

    def __init__(self, load: Load) -> None:
        self.topics = Lookup(Topic, "slug", load=load)
        self.choices = Lookup(Choice, "topic__slug", "slug", load=load)
        self.programmes = Lookup(Programme, "slug", load=load)
        self.answers = Lookup(IntakeChoice, "question__slug", "slug", load=load)
        questions = load.changes.get("intake_questions", Changes())
        #: The answers that there will be to questions that the load writes.
        self.kept = {key[0]: row.values["choices"] for key, row in questions.rows.items()}
        self.refused = {key[0] for key, _row in questions.refused}

    def of_place(self, cell: str) -> dict[str, Any]:
        """Read a test of a place, which may be a topic or a programme.

        It is written ``topic=value``, ``topic!=value``, ``programme=slug`` or ``programme!=slug``.

        Raises:
            ValueError: the test is not of that form, or names what does not exist.
        """
        none = {"tested_topic": None, "tested_programme": None, "test_operator": ""}
        none |= dict.fromkeys(own.column for own in TESTABLE)
        if not cell:
            return none
        test = test_of(cell)
        if test.is_of_programme:
            programme = self.programmes[test.value]
            return none | {"tested_programme": programme, "test_operator": test.operator}
        topic = self.topics[test.subject]
        typed = read_test_value(topic, test.value, self.choices)
        return none | {"tested_topic": topic, "test_operator": test.operator, **typed}

    def of_company(self, cell: str) -> dict[str, Any]:
        """Read a test of a company, written ``question=answer`` or ``question!=answer``.

        Raises:
            ValueError: the test is not of that form, or names what does not exist.
        """
        if not cell:
            return {"asked_choice": None, "ask_operator": ""}
        question, operator, answer = test_of(cell)
        if answer not in self.kept.get(question, [answer]):
            why = gettext("%(answer)s is no answer to %(question)s any more")
            raise ValueError(why % {"answer": quoted(answer), "question": question})
        try:
            choice = self.answers[question, answer]
        except ValueError:
            if question not in self.refused:
                raise
            what = str(IntakeQuestion._meta.verbose_name)
            raise ValueError(refused_words(what, question)) from None
        return {"asked_choice": choice, "ask_operator": operator}


def read_test_value(topic: Topic | None, cell: str, choices: Lookup) -> dict[str, Any]:
    """Return a value to test a topic for, in the column of its type.

    Raises:
        ValueError: there is no topic, it is a text, or the value is not of its type.
    """
    own = topic.answer_type if topic else None
    if topic is None or own is None or not own.is_testable:
        why = gettext("tests %s, which cannot be tested for a value")
        raise ValueError(why % (topic or gettext("no topic")))
    return {own.column: own.read(cell, lambda key: choices[topic.slug, key])}


def applies_when(row: Requirement) -> str:
    """Return the test on the city as a cell."""
    if row.tested_programme:
        return str(CellTest(PROGRAMME, row.test_operator, row.tested_programme.slug))
    if row.tested_topic:
        return str(CellTest(row.tested_topic.slug, row.test_operator, value_cell(row)))
    return ""


def asks(row: Requirement) -> str:
    """Return the test on the company as a cell."""
    if row.asked_choice is None:
        return ""
    asked = row.asked_choice
    return str(CellTest(asked.question.slug, row.ask_operator, asked.slug))


def test_of(cell: str) -> CellTest:
    """Return the test that a cell says.

    Raises:
        ValueError: it says none.
    """
    found = read_test(cell)
    if found is None:
        why = gettext("%s is not a test such as name=value or name!=value")
        raise ValueError(why % quoted(cell))
    return found
