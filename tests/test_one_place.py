"""What one module decides, no other decides again."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from cbec_portal.languages import CODES
from checklists.dataset import TABLES

ROOT = Path(settings.BASE_DIR)
APPS = ("cbec_portal", "checklists", "zones")


def modules() -> Iterator[tuple[str, str]]:
    """Every module of the portal but migrations: its path, and what it says."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text()


def constants(source: str) -> set[object]:
    return {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize(
    ("said", "places"),
    [
        (
            r"\bselect_for_update\(",
            {*(f"{app}/services/locks.py" for app in APPS[1:]), "cbec_portal/sessions.py"},
        ),
        (r"\bget_language\b", {"cbec_portal/languages.py"}),
        (r"\bchange(__\w+)?=\W*withdrawn", set()),
        (r"\bclosed_at(__isnull|=None)\b", {"checklists/models/checklists.py"}),
        (r"\bdue_on__lt\b|\.due_on <", {"checklists/models/items.py"}),
        (r"\.expires_on <|< \w+\.expires_on", {"checklists/models/findings.py"}),
        (r"\.ended_day <", {"zones/models/programmes.py"}),
        (r"\bdef number_text\b", {"cbec_portal/decimals.py"}),
        (r"4e00|3400|9f[af]\w|一-", {"cbec_portal/chinese_characters.py"}),
        (r"== \"programme\"|\"programme!?=", set()),
        (r"\.startswith\(\"zh\"\)", {"cbec_portal/languages.py"}),
    ],
)
def test_what_one_module_asks_no_other_asks(said: str, places: set[str]) -> None:
    assert {path for path, source in modules() if re.search(said, source)} == places


#: Django's own views of lists, which are read or acted on in one transaction.
LISTS_OF_THE_ADMIN = {"zones/admin/forms.py", "zones/admin/read_only.py"}


def test_what_is_written_is_held_by_services_alone() -> None:
    """Pages and the API call one service for one act: none opens a transaction, or holds rows."""
    found = {
        path
        for path, source in modules()
        if path.split("/")[1] in ("admin", "api", "pages")
        if re.search(r"\batomic\b|\bhold_\w+\(|\brefuse_unseen\(", source)
    }
    assert found == LISTS_OF_THE_ADMIN


def test_bodies_and_places_are_those_of_scopes_and_nothing_else() -> None:
    """What lies where is declared once, and its names have no second sense."""
    (own,) = (ast.parse(source) for path, source in modules() if path == "zones/models/scopes.py")
    named = {name for name in assigned(own) if name.isupper()}
    assert {"BODIES", "PLACES"} <= named
    for path, source in modules():
        if path != "zones/models/scopes.py":
            assert not named & {*assigned(ast.parse(source))}, path


def assigned(tree: ast.Module) -> Iterator[str]:
    """The names that a module gives its constants."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (one.id for one in targets if isinstance(one, ast.Name))


#: The order of the tables of the admin, of both apps.
KINDS_OF_BOTH = {"zones/admin/desk_dashboard.py"}


def test_zones_name_no_table_of_checklists() -> None:
    """What zones must know of the tables of checklists, these say of themselves in the registry."""
    named = {table.name for table in TABLES} | {
        model._meta.model_name
        for model in apps.get_app_config("checklists").get_models()
        if getattr(model, "guards", None)
    }
    assert {"requirements", "requirement", "intake_questions"} <= named
    found = {
        path
        for path, source in modules()
        if path.startswith("zones/") and constants(source) & named
    }
    assert found == KINDS_OF_BOTH


def test_codes_of_languages_are_written_in_one_place() -> None:
    assert [code for code, _name in settings.LANGUAGES] == [*CODES]
    found = {path for path, source in modules() if constants(source) & {*CODES}}
    assert found == {"cbec_portal/languages.py", "cbec_portal/settings.py"}


#: Pages for when nothing works, not even what chooses a language: they speak both.
IN_BOTH = {
    *("cbec_portal/templates/500.html", "cbec_portal/templates/unreadable.html"),
    "cbec_portal/templates/unreadable_form.html",
}


def test_codes_of_languages_stand_in_no_template_and_no_script() -> None:
    code = re.compile(
        r"""\bzh-\w|\ben-[A-Z]|=\s*=+\s*["']en["']|\b(?:hreflang|querystring lang)=["']en["']"""
    )
    found = {
        str(path.relative_to(ROOT))
        for app in APPS
        for room in ("templates", "static")
        for path in (ROOT / app / room).rglob("*.*")
        if path.suffix in (".html", ".js", ".txt", ".xml", ".svg")
        and ".min." not in path.name
        and code.search(path.read_text())
    }
    assert found == IN_BOTH


def test_the_rooms_stand_in_the_order_that_is_described() -> None:
    told = (ROOT / "docs" / "architecture.md").read_text()
    kept = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    orders = {one["containers"][0]: one for one in kept["contracts"] if "containers" in one}
    assert set(orders) == {"zones", "checklists"}
    for app, contract in orders.items():
        assert f"\n{app}: {' > '.join(contract['layers'])}\n" in told


#: The edges of answers, which a snapshot keeps for each revision; the templates, which have no day.
WITHOUT_DAY = {"zones/selectors/interval_edges.py", "checklists/selectors/template_snapshot.py"}


def test_a_read_takes_an_inquiry_and_not_its_parts() -> None:
    parts = {"snapshot", "known_at", "certainty"}
    found = set()
    for path, source in modules():
        if path.split("/")[1] != "selectors" or path == "zones/selectors/inquiry.py":
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                taken = {own.arg for own in (*node.args.args, *node.args.kwonlyargs)}
                if "snapshot" in taken and len(taken & parts) > 1:
                    found.add(path)
    assert found == WITHOUT_DAY
