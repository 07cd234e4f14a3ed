"""A choice among the words of an enumeration says what becomes of each of them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

APPS = ("cbec_portal", "checklists", "zones")
#: Choices that are right of every other word, too: a kind of scope without words of its own is told
#: of by those of its table, and one without a page of its own leads to its cities.
OPEN = {"zones/admin/effect_words.py": 1, "zones/admin/row_links.py": 1}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the portal."""
    found = {}
    for app in APPS:
        for path in sorted(Path(settings.BASE_DIR, app).rglob("*.py")):
            if "migrations" not in path.parts:
                name = str(path.relative_to(settings.BASE_DIR))
                found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def enumerations(modules: Iterable[ast.Module]) -> set[str]:
    """The names of the classes that are enumerations."""
    bases = {"Word", "Enum", "StrEnum", "IntEnum", "TextChoices", "IntegerChoices"}
    return {
        node.name
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        and any(getattr(base, "attr", getattr(base, "id", "")) in bases for base in node.bases)
    }


def is_never(statement: ast.stmt | None) -> bool:
    """Whether a statement holds, by the types, that it is never reached."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
            return True
    return False


def silent(tree: ast.AST, names: set[str]) -> Iterator[int]:
    """The lines of choices among such words that leave some of them unsaid."""
    for node in ast.walk(tree):
        for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
            if not isinstance(block, list):
                continue
            for place, statement in enumerate(block):
                if not isinstance(statement, ast.Match):
                    continue
                words = {
                    own.value.id
                    for case in statement.cases
                    for own in ast.walk(case.pattern)
                    if isinstance(own, ast.Attribute) and isinstance(own.value, ast.Name)
                }
                following = block[place + 1] if place + 1 < len(block) else None
                ends = is_never(statement.cases[-1].body[0]) or is_never(following)
                if words & names and not ends:
                    yield statement.lineno


def test_a_choice_among_words_is_exhaustive() -> None:
    names = enumerations(trees().values())
    assert {"ScopeKind", "HitKind", "Recurrence", "SetAction"} <= names
    found = Counter(name for name, tree in trees().items() for _line in silent(tree, names))
    assert found == OPEN


def test_what_is_looked_for_is_seen() -> None:
    begun = (
        "def f(a):\n    match a:\n        case State.STATED | State.NONE_FOUND:\n            b()\n"
    )
    loud = "        case _:\n            assert_never(a)\n"
    assert list(silent(ast.parse(begun), {"State"})) == [2]
    assert list(silent(ast.parse(begun + "        case _:\n            c()\n"), {"State"})) == [2]
    assert list(silent(ast.parse(begun + loud), {"State"})) == []
    assert list(silent(ast.parse(begun + "    assert_never(a)\n"), {"State"})) == []
