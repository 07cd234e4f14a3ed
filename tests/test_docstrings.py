"""Whoever calls a public function is told in a sentence what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("cbec_portal", "zones", "checklists")

#: The schema of the API would tell theirs in the place of what each view says of itself.
UNTOLD = {
    "cbec_portal/api/base_views.py ReadOnlyViewSet.list",
    "cbec_portal/api/base_views.py ReadOnlyViewSet.retrieve",
    "cbec_portal/api/base_views.py QuestionView.get",
}
#: What begins the name of a thing, not a sentence of what a function does.
NAMING = ("A", "An", "All", "Every", "The", "What", "Whether", "Who", "Whoever", "Why")
#: The schema of the API tells theirs to its readers, who ask for things.
TOLD_AS_THINGS = ("/api/viewsets/", "/api/serializers", "models/statistics.py Statistic.value_text")


def public_functions(
    body: Iterable[ast.stmt], within: str = ""
) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods without those that only say types."""
    for node in body:
        if isinstance(node, ast.If):
            yield from public_functions([*node.body, *node.orelse], within)
        elif not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        elif isinstance(node, ast.ClassDef):
            yield from public_functions(node.body, f"{within}{node.name}.")
        elif not any(isinstance(n, ast.Name) and n.id == "overload" for n in node.decorator_list):
            yield f"{within}{node.name}", node


def wrong_with(docstring: str | None) -> str:
    if not docstring:
        return "it has no docstring"
    sentence = docstring.partition("\n\n")[0]
    if not sentence[0].isupper():
        return f"{sentence!r} begins with no capital letter"
    return "" if sentence.endswith(".") else f"{sentence!r} ends with no period"


def every_docstring() -> dict[str, str | None]:
    """The docstring of every public function, by its place."""
    found = {}
    for app in APPS:
        for module in sorted(Path(settings.BASE_DIR, app).rglob("*.py")):
            if "migrations" in module.parts:
                continue
            place = module.relative_to(settings.BASE_DIR).as_posix()
            tree = ast.parse(module.read_text(encoding="utf-8"))
            for name, function in public_functions(tree.body):
                found[f"{place} {name}"] = ast.get_docstring(function)
    return found


def test_a_public_function_says_in_a_sentence_what_it_does() -> None:
    found = every_docstring()
    assert len(found) > 1200
    assert {place for place in UNTOLD if found[place]} == set()
    told = {place: why for place, text in found.items() if (why := wrong_with(text))}
    assert {place: why for place, why in told.items() if place not in UNTOLD} == {}
    named = {
        place: text
        for place, text in found.items()
        if text and text.split()[0].strip(",:;.") in NAMING
    }
    assert {p: t for p, t in named.items() if not any(way in p for way in TOLD_AS_THINGS)} == {}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("def f(): pass", "it has no docstring"),
        ("class C:\n    def f(self): pass", "it has no docstring"),
        ("if True:\n    def f(): pass", "it has no docstring"),
        ('def f():\n    """a cookie."""', "'a cookie.' begins with no capital letter"),
        ('def f():\n    """Return it"""', "'Return it' ends with no period"),
        ('def f():\n    """Return it.\n\n    Raises:\n        E: so\n    """', ""),
    ],
)
def test_a_docstring_that_is_none_is_found(source: str, why: str) -> None:
    [(_, function)] = public_functions(ast.parse(source).body)
    assert wrong_with(ast.get_docstring(function)) == why


@pytest.mark.parametrize(
    "source",
    ["def _f(): pass", "class _C:\n    def f(self): pass", "@overload\ndef f(): ..."],
)
def test_what_is_not_public_may_be_without(source: str) -> None:
    assert list(public_functions(ast.parse(source).body)) == []
