"""A type of answer is known in one place, and everything that holds a value has its column."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from checklists.models import Finding, GateValue, Requirement
from tests.zones.values_to_try import TRIED
from zones.dataset.dump import dump_dataset
from zones.dataset.table_registry import table_named
from zones.models import Policy, ValueType
from zones.models.topics import Topic
from zones.models.value_types import (
    ANSWER_TYPES,
    RANGED,
    TESTABLE,
    TEXTS,
    TYPES,
    AnswerType,
    plain_value,
    type_of,
    value_cell,
)

APPS = ("zones", "checklists", "cbec_portal")


def test_every_word_for_a_type_has_a_class_with_columns_of_its_own() -> None:
    assert list(ANSWER_TYPES) == ValueType.values == list(TRIED)
    columns = [name for own in TYPES for name in (own.column, *own.beside)]
    assert len(columns) == len(set(columns))
    assert set(columns) == set(Policy.value_columns())


@pytest.mark.parametrize("model", [Finding, GateValue, Requirement])
def test_what_is_tested_or_found_out_has_the_column_of_every_such_type(model: Any) -> None:
    assert [own.column for own in TESTABLE] == list(model.value_columns())


@pytest.mark.parametrize("own", TYPES, ids=ANSWER_TYPES)
def test_a_value_is_read_back_from_what_is_written(own: AnswerType) -> None:
    @given(TRIED[own.word].plain)
    def holds(plain: Any) -> None:
        text = own.text(plain)
        assert own.plain_of(text) == plain
        assert own.normal(text) == text

    holds()


@pytest.mark.django_db
@pytest.mark.parametrize("own", TYPES, ids=ANSWER_TYPES)
def test_a_policy_is_of_the_type_of_its_topic_wherever_it_is_read(own: AnswerType) -> None:
    policies = Policy.objects.current().filter(state="stated", topic__value_type=own.word)
    for policy in policies.select_related("topic", "value_choice")[:20]:
        assert type_of(policy) is own is policy.topic.answer_type
        plain = plain_value(policy)
        assert value_cell(policy) == own.text(plain)
        assert Policy.objects.values_list(own.path, flat=True).get(pk=policy.pk) == plain
        assert own.json(policy, "en") is not None
        assert own.display(policy, policy.topic, "zh-hans")
        assert policy.wrong_value(policy.topic) == {}
        others = Topic.objects.exclude(value_type=own.word).distinct()
        assert all(policy.wrong_value(topic) for topic in others[:5])


@pytest.mark.parametrize("own", TYPES, ids=ANSWER_TYPES)
def test_what_the_dataset_writes_is_spelled_as_it_is(own: AnswerType) -> None:
    @given(TRIED[own.word].plain)
    def holds(plain: Any) -> None:
        assert own.spelled(own.text(plain)) == own.text(plain)

    holds()


@pytest.mark.parametrize(
    ("word", "written", "read"),
    [(word, *spelled) for word, own in TRIED.items() for spelled in own.spelled.items()],
)
def test_a_type_reads_how_people_spell_its_values(word: str, written: str, read: str) -> None:
    assert ANSWER_TYPES[word].spelled(written) == read


@pytest.mark.django_db
@pytest.mark.parametrize("own", TYPES, ids=ANSWER_TYPES)
def test_a_description_names_the_types_that_topics_of_the_data_have(
    own: AnswerType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = table_named("topics")
    others = [cells for cells in table.current() if cells["value_type"] != own.word]
    monkeypatch.setattr(type(table), "current", lambda _self: others)
    dump_dataset(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    (topics,) = (part for part in package["resources"] if part["name"] == "topics")
    (kinds,) = (part for part in topics["schema"]["fields"] if part["name"] == "value_type")
    there = {cells["value_type"] for cells in others}
    assert kinds["constraints"]["enum"] == [word for word in ValueType.values if word in there]


@pytest.mark.parametrize("own", RANGED, ids=lambda own: own.word)
def test_no_value_among_those_known_is_far_from_them(own: AnswerType) -> None:
    @given(st.lists(TRIED[own.word].plain, min_size=1))
    def holds(known: list[Any]) -> None:
        least, *_, most = sorted([*known, known[0]])
        assert not any(own.is_far(plain, least, most) for plain in known)
        assert own.plain_of(own.text(most)) == most

    holds()


def test_a_number_is_far_if_it_is_many_times_as_large_or_small() -> None:
    far = ANSWER_TYPES["number"].is_far
    asked = map(Decimal, (999, 1000, 2000, 10000, 10001))
    assert [n for n in asked if far(n, Decimal(2000), Decimal(5000))] == [999, 10001]


def test_no_other_module_knows_the_column_of_a_type() -> None:
    """So a new type is written in one place; only policies have columns for texts."""
    named = {own.column for own in TYPES} - {*TEXTS}
    columns = rf"(?:\b|__)({'|'.join(named)})(_id)?(?:\b|__)"
    hand = re.compile(rf"{columns}|\bValueType\.[A-Z]")
    found = [
        (path.name, line)
        for app in APPS
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        if "migrations" not in path.parts and path.name != "value_types.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if hand.search(line)
    ]
    assert found == []


def test_no_other_module_knows_the_word_or_the_class_of_a_type() -> None:
    """What is asked of a value is asked of its type: modules name no class of one, hold no list of
    their words, and hold the type of a topic against none.
    """
    classes = {type(own).__name__ for own in TYPES}
    found = []
    for app in APPS:
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            if "migrations" in path.parts or path.name == "value_types.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.ImportFrom(module="zones.models.value_types", names=names):
                        is_told = any(name.name in classes for name in names)
                    case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                        is_told = len(parts) > 1 and all(map(_is_word, parts))
                    case ast.Compare(left=left, comparators=others):
                        sides = [left, *others]
                        is_told = any("value_type" in ast.unparse(side) for side in sides) and any(
                            map(_is_word, sides)
                        )
                    case _:
                        continue
                if is_told:
                    found.append((path.name, node.lineno))
    assert found == []


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in ANSWER_TYPES


def test_no_module_matches_the_classes_of_types() -> None:
    """What is asked of a value is asked of its type, so that a new one need not be told of."""
    classes = {type(own).__name__ for own in TYPES}
    found = [
        (path.name, node.lineno)
        for app in APPS
        for path in Path(settings.BASE_DIR, app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.MatchClass)
        and isinstance(node.cls, ast.Name)
        and node.cls.id in classes
    ]
    assert found == []
