"""A file has a name of its own, but where it is the same room in another app."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from django.conf import settings

#: Names that Django looks for, in whichever room.
BY_NAME = {"__init__.py", "admin.py", "apps.py", "formats.py", "urls.py"}
#: What decides over rights is one module in either app: zones need one for the desk alone.
RIGHTS = "permissions.py"
#: Templates load tags by the matter that these tell of, whatever else is called after it.
TAGS = "templatetags"


def test_a_file_name_is_repeated_in_the_same_room_alone() -> None:
    rooms = defaultdict(set)
    for app in ("cbec_portal", "zones", "checklists"):
        for module in Path(settings.BASE_DIR, app).rglob("*.py"):
            if {"migrations", TAGS} & {*module.parts} or module.name in BY_NAME | {RIGHTS}:
                continue
            rooms[module.name].add(module.parent.relative_to(Path(settings.BASE_DIR, app)))
    assert len(rooms) > 300
    assert {name: places for name, places in rooms.items() if len(places) > 1} == {}
