"""Every word of the vocabulary has one home, and a name in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from zones.models.labels import LABELS, choices, label
from zones.pages.cell_tags import OUTCOMES, SIGNS, certainties
from zones.rules import vocabulary
from zones.rules.vocabulary import AtlasOrder, Certainty, HitKind, Layer, Only, Outcome, Word

#: How a comparison comes out, what it is narrowed to, how the atlas is ordered, and what a search
#: finds is worded on the page that shows it.
OF_ONE_PAGE = (AtlasOrder, HitKind, Layer, Only, Outcome)
KINDS = [kind for kind in Word.__subclasses__() if kind not in OF_ONE_PAGE]
APPS = ("zones", "checklists", "cbec_portal")


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_is_called_something_in_both_languages(kind: type[Word]) -> None:
    assert set(LABELS[kind]) == set(kind)
    called = {}
    for language in ("en", "zh-hans"):
        with override(language):
            called[language] = [label(word) for word in kind]
            assert [(value, str(name)) for value, name in choices(kind)] == list(
                zip(map(str, kind), called[language], strict=True)
            )
    assert all(map(str.__ne__, called["en"], called["zh-hans"]))


def test_every_certainty_and_outcome_has_a_sign_of_its_own() -> None:
    for kind, signs in ((Certainty, SIGNS), (Outcome, OUTCOMES)):
        assert set(signs) == set(kind)
        assert len({sign for sign, _name in signs.values()}) == len(kind)
    assert [value for value, _told in certainties()] == ["secondary", "primary"]


def test_no_other_enumeration_says_the_same() -> None:
    """A pair of enumerations kept equal by hand is one too many."""
    words = {frozenset(word.value for word in kind) for kind in Word.__subclasses__()}
    twice = []
    for path in sorted(path for app in APPS for path in Path(settings.BASE_DIR, app).rglob("*.py")):
        if path == Path(vocabulary.__file__) or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and _values(node) in words:
                twice.append((path.name, node.name))
    assert twice == []


def _values(node: ast.ClassDef) -> frozenset[str]:
    """The texts that a class gives its attributes, alone or before a label."""
    found = set()
    for line in node.body:
        if isinstance(line, ast.Assign):
            parts = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value]
            first = parts[0] if parts else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return frozenset(found)
