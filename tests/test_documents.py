"""The documents name every layer of the looks, every module of the desk and every table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.file_list import LISTED, file_list
from zones.models.scopes import BODIES

BASE = Path(settings.BASE_DIR)
#: Tables that are told of by other words.
TOLD_BESIDE = {
    "SourceIssuer": "ISSUER }o--o{ SOURCE",
    **{
        body.model.__name__: "names cities as its members"
        for body in BODIES.values()
        if body.members
    },
}


def text_of(name: str) -> str:
    return (BASE / "docs" / name).read_text(encoding="utf-8")


def test_the_layers_of_the_looks_are_those_of_the_style_sheet() -> None:
    css = (BASE / "cbec_portal/static/cbec_portal/portal.css").read_text(encoding="utf-8")
    (declared,) = re.findall(r"^@layer ([^{;]+);", css, re.M)
    own = [name.strip() for name in declared.split(",")]
    (told,) = re.findall(
        r"styles in layers by part: (.+?)\. A later", text_of("architecture.md"), re.S
    )
    assert re.findall(r"`(\w+)`", told) == [name for name in own if name not in ("reset", "print")]


def words(name: str) -> list[str]:
    return re.findall(r"[A-Z][a-z]+", name)


@pytest.mark.parametrize(
    "model",
    sorted(m.__name__ for m in apps.get_app_config("zones").get_models()),
)
def test_every_table_of_the_rules_is_told_of(model: str) -> None:
    text = text_of("data-model.md")
    drawn, spoken = "_".join(words(model)).upper(), " ".join(words(model)).lower()
    named = TOLD_BESIDE.get(model, model)
    assert drawn in text or spoken in text.lower() or named in text, model


CHANGES = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", text_of("../CONTRIBUTING.md"), re.M)[2:]
NAMED = re.compile(r"`([\w./-]+\.(?:py|css|js|html)|[\w/-]+/)`")
TREES = ("cbec_portal", "checklists", "zones", "tests")


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[0][:40])
def test_what_is_edited_for_a_change_is_there_and_a_test_holds_it(
    change: tuple[str, str, str],
) -> None:
    _what, edited, held = change
    found = [name for text in (edited, held) for name in NAMED.findall(text)]
    assert [name for name in found if not is_there(name)] == []
    assert any("test" in name for name in NAMED.findall(held))


def is_there(name: str) -> bool:
    """Whether a file or a room is there; one that is named alone lies beside another."""
    alone = name.rstrip("/").rpartition("/")[2]
    beside = (path for tree in TREES for path in (BASE / tree).rglob(alone))
    return (BASE / name).exists() or ("/" not in name.rstrip("/") and any(beside))


def test_the_list_of_files_is_what_they_say_of_themselves() -> None:
    assert LISTED.read_text(encoding="utf-8") == file_list(), "run python -m tests.file_list"
