"""A class of the project has a name of its own, so that whoever reads it knows which is meant."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from django.conf import settings

#: Classes that Django finds by their names.
BY_NAME = {"Command", "Migration"}


def test_no_two_classes_have_one_name() -> None:
    found = defaultdict(list)
    for app in ("cbec_portal", "zones", "checklists"):
        for module in Path(settings.BASE_DIR, app).rglob("*.py"):
            for node in ast.parse(module.read_text()).body:
                if isinstance(node, ast.ClassDef) and node.name not in BY_NAME:
                    found[node.name].append(str(module.relative_to(settings.BASE_DIR)))
    assert len(found) > 300
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
