"""What the program names by a key stays what it is when the row is called otherwise."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.test_one_place import modules
from tests.zones.test_manners import PAGES
from zones.models.former_keys import row_named
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db

ROOT = Path(settings.BASE_DIR)
HOME = "WrittenKey"
#: Words of the program that some row happens to be called by as well.
WORDS = {
    *("none", "confirmed"),
    "tax",  # what people type into the search
}
_TAG = re.compile(r'\{% written_keys "(\w+)"((?: "[^"]+")+)')
_IN_TEMPLATES = re.compile(r"""["'=,]([A-Za-z0-9][\w.-]+)(?=["',&@])""")


def keys_of_data() -> dict[str, str]:
    """Every key by which a row of the fixtures is told apart, and the file that has it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "fixtures").glob("*.csv")):
        with path.open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                for column in ("slug", "code", "iso_3166_2", "choice", "question"):
                    if path.stem != "aliases" and (key := row.get(column)) and not key.isdigit():
                        found[key] = path.stem
    return found


def literals(source: str) -> Iterator[tuple[ast.Constant, bool]]:
    """Every text in a module, and whether it is given to the home of such keys."""
    tree = ast.parse(source)
    given = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == HOME
        for argument in call.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, id(node) in given


def templates() -> Iterator[tuple[str, str]]:
    for app in ("cbec_portal", "checklists", "zones"):
        for path in sorted((ROOT / app).rglob("*.html")):
            yield str(path.relative_to(ROOT)), path.read_text()


def written() -> set[tuple[str, str]]:
    """The kinds and keys that the program names."""
    found = set()
    for _, source in modules():
        for call in ast.walk(ast.parse(source)):
            named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            if not named or call.func.id != HOME:
                continue
            if all(isinstance(argument, ast.Constant) for argument in call.args):
                found.add(tuple(argument.value for argument in call.args))
    for _, text in templates():
        for kind, keys in _TAG.findall(text):
            found |= {(kind, key) for key in re.findall(r'"([^"]+)"', keys)}
    return found


def test_no_module_names_a_row_but_by_the_one_home() -> None:
    keys = keys_of_data()
    assert {"hangzhou", "comprehensive", "CN-ZJ", "conditional", "transactions"} <= keys.keys()
    bare = [
        (path, node.lineno, node.value, keys[node.value])
        for path, source in modules()
        for node, is_given in literals(source)
        if node.value in keys and node.value not in WORDS and not is_given
    ]
    assert bare == []


def test_no_template_names_a_row_but_by_the_one_home() -> None:
    keys = keys_of_data()
    bare = [
        (path, key)
        for path, text in templates()
        for left in [
            re.sub(r"\{% (written_keys|translate)\b.*?%\}|placeholder=\"[^\"]*\"", "", text)
        ]
        for key in _IN_TEMPLATES.findall(left)
        if key in keys and key not in WORDS
    ]
    assert bare == []


def test_everything_that_the_program_names_is_there() -> None:
    assert {kind for kind, _ in written()} >= {"city", "topic", "programme", "province", "template"}
    for kind, key in written():
        whole = "bonded-import-1210:" if kind == "choice" else ""
        assert row_named(kind, f"{whole}{key}") is not None, (kind, key)


API = "/api/v1"
ASKED = (
    *(page for page in PAGES if "report" not in page),
    *("/atlas/?order=batch&shown=words", "/atlas/?order=distance", "/search/?q=杭州"),
    *("/compare/?cities=hangzhou,ningbo", "/compare/?cities=jinhua", "/cities/jinhua/"),
    *("/templates/", "/templates/zone-readiness/", "/compare/?cities=xian&only=local"),
    "/templates/import-1210-seller/preview/?city=jinhua",
    *(f"{API}/templates/import-1210-seller/preview/?city={c}" for c in ("ningbo", "jinhua")),
    f"{API}/compare/?cities=hangzhou,ningbo,jinhua&only=local",
    *(f"{API}/{name}/?limit=40" for name in ("cities", "topics", "programmes", "batches")),
    *(f"{API}/profiles/", f"{API}/cities/hangzhou/", f"{API}/policies/?topic=bonded-import-1210"),
)
COMPARED = {"hangzhou", "ningbo"}
_UNSTEADY = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|"(next|previous)":"[^"]*"|(edition|更新号) ?\d+'
)


def answers(addresses: dict[str, str]) -> dict[str, str]:
    """What pages and API answer, by the address as it was first, in the keys of then.

    Each is asked by its former address, which leads to that of today.
    """
    found = {}
    for address in ASKED:
        for past in ("", "known_at=1"):
            asked = f"{address}{'&' if '?' in address else '?'}{past}" if past else address
            for language in ("en", "zh-hans") if not address.startswith(API) else ("en",):
                whole = f"{asked}{'&' if '?' in asked else '?'}lang={language}"
                # A comparison reads names too, and asks anew by the keys of what they name.
                asks = whole
                for now, former in addresses.items() if whole.startswith("/compare/") else ():
                    if former in COMPARED:
                        asks = re.sub(rf"\b{former}\b", now, asks)
                page = Client().get(asks, follow=True)
                if page.status_code == 400 and past:
                    continue  # The page knows no revision.
                assert page.status_code == 200, whole
                text = _UNSTEADY.sub("", page.content.decode())
                for now, former in addresses.items():
                    text = text.replace(now, former)
                found[whole] = text
    return found


def anew(kind: str, key: str, number: int) -> str:
    """Another key that stands nowhere yet."""
    letters = chr(65 + number // 26) + chr(65 + number % 26)
    return {"province": f"CN-Q{letters[1]}" if number < 26 else f"CN-V{letters[1]}"}.get(
        kind, f"{key}-qz"
    )


def apart(one: str, other: str) -> tuple[str, str]:
    """Where two texts begin to differ."""
    signs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (own, now) in signs if own != now), min(len(one), len(other)))
    return one[at - 60 : at + 90], other[at - 60 : at + 90]


def test_all_that_the_program_names_may_be_called_otherwise() -> None:
    forget()
    before = answers({})
    assert len(before) > 100
    assert current_snapshot().records
    named = written() | {("topic", own.slug) for own in current_snapshot().operations.values()}
    back = {}
    for number, (kind, key) in enumerate(sorted(named)):
        whole = "bonded-import-1210" if kind == "choice" else ""  # renamed later
        row = row_named(kind, f"{whole}:{key}" if whole else key)
        assert row is not None
        now = anew(kind, key, number)
        back[now] = key
        rename(row, now)
    forget()
    after = answers(dict(sorted(back.items(), key=lambda pair: -len(pair[0]))))
    assert after.keys() == before.keys()
    turned = [address for address in before if before[address] != after[address]]
    assert [(address, *apart(before[address], after[address])) for address in turned[:20]] == []
