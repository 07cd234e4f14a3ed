"""The conditions of a duty in words."""

from __future__ import annotations

from django.utils.translation import gettext

from cbec_portal.languages import in_language
from checklists.models import Requirement
from checklists.models.templates import Operator
from zones.selectors.rendered_values import value_display
from zones.selectors.snapshot import Snapshot


def conditions_of(row: Requirement, snapshot: Snapshot, language: str) -> list[str]:
    """Return what a duty depends on, one sentence for each condition.

    There are none where it always holds.
    """
    found = []
    if row.tested_topic_id:
        topic = snapshot.topics[row.tested_topic_id]
        found.append(
            _sentence(
                in_language(topic, "question", language),
                value_display(row, topic, language),
                row.test_operator,
            )
        )
    if row.tested_programme:
        name = in_language(row.tested_programme, "name", language)
        found.append(_sentence(gettext("The place is in:"), name, row.test_operator))
    if row.asked_choice:
        question = in_language(row.asked_choice.question, "question", language)
        answer = in_language(row.asked_choice, "label", language)
        found.append(_sentence(question, answer, row.ask_operator))
    return found


def _sentence(question: str, answer: str, operator: str) -> str:
    if operator == Operator.IS_NOT:
        return gettext("%(question)s anything but %(answer)s") % {
            "question": question,
            "answer": answer,
        }
    return f"{question} {answer}"
