"""What is wrong with a value is told in the reader's language, wherever it is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import override

from checklists.services.recorded_findings import typed
from zones.models import Topic
from zones.models.value_types import TESTABLE, AnswerType

APPS = ("cbec_portal", "checklists", "zones")
#: Errors that carry their words untranslated, and those that they are caught as.
PLAIN_WORDS = {"ValueError", "WrongValueError", "NotADateError"}
#: Where the words are made, what no reader sees, what matches each error by its class, and the
#: detail of an error of the API, which has words for readers beside it.
WORDED = {
    "zones/dataset/desk_table.py",
    "zones/selectors/matching_cities.py",
    "zones/dataset/problems.py",
    "zones/management/commands/check_links.py",
    "zones/desk/link_visits.py",
}


@pytest.mark.django_db
@pytest.mark.parametrize("own", TESTABLE, ids=lambda own: own.word)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_finding_of_a_wrong_value_is_refused_in_the_language_of_the_page(
    own: AnswerType, language: str
) -> None:
    topic = Topic.objects.filter(value_type=own.word).first() or Topic(value_type=own.word)
    with override(language), pytest.raises(ValidationError) as refused:
        typed(topic, "not one of them")
    (told,) = refused.value.message_dict["value"]
    assert any("一" <= letter <= "鿿" for letter in told) is (language == "zh-hans")


def spoken(tree: ast.AST) -> Iterator[int]:
    """The lines in which an error is written as it is, where it may carry plain words."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler) or not node.name or not node.type:
            continue
        caught = {own.id for own in ast.walk(node.type) if isinstance(own, ast.Name)}
        if caught.isdisjoint(PLAIN_WORDS):
            continue
        for call in ast.walk(node):
            match call:
                case (
                    ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)])
                    | ast.FormattedValue(value=ast.Name(id=name))
                ) if name == node.name:
                    yield call.lineno


def test_no_refusal_is_written_as_the_rules_raise_it() -> None:
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for app in APPS
        for path in sorted(Path(settings.BASE_DIR, app).rglob("*.py"))
        if str(path.relative_to(settings.BASE_DIR)) not in WORDED
        for line in spoken(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_what_is_looked_for_is_seen() -> None:
    text = "try:\n    a()\nexcept (KeyError, ValueError) as wrong:\n    b(str(wrong), f'{wrong}')\n"
    assert list(spoken(ast.parse(text))) == [4, 4]
