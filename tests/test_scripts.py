"""Scripts of pages share one room of names: what two of them declare stops the second. Those that
every page has are sent as one file, and no page brings what it does not work with.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from cbec_portal import joined_scripts

SCRIPTS = sorted((Path(settings.BASE_DIR) / "cbec_portal/static/cbec_portal").glob("*.js"))
DECLARED = re.compile(r"^(?:const|let|var|class|(?:async )?function\*?) +(\w+)", re.MULTILINE)
#: Where a page says which scripts it brings: its template, or the field that needs one.
BRINGING = [
    path
    for room in ("cbec_portal", "zones", "checklists")
    for path in (Path(settings.BASE_DIR) / room).rglob("*")
    if path.suffix in (".html", ".py")
]


def test_no_name_is_declared_by_two_scripts() -> None:
    names = Counter(
        name for script in SCRIPTS for name in {*DECLARED.findall(script.read_text("utf-8"))}
    )
    assert len(names) > 50
    assert [name for name, number in names.items() if number > 1] == []


def test_what_every_page_has_is_one_file() -> None:
    found = finders.find(joined_scripts.JOINED)
    assert isinstance(found, str)
    text = Path(found).read_text("utf-8")
    own = [script.read_text("utf-8") for script in SCRIPTS if script.stem in joined_scripts.NAMES]
    assert len(own) == len(joined_scripts.NAMES) > 10
    assert all(one in text for one in own)
    assert len(text) == sum(map(len, own)) + len(own) - 1


def test_every_other_script_is_brought_by_the_pages_that_need_it() -> None:
    bringing = "".join(path.read_text("utf-8") for path in BRINGING)
    brought = {*re.findall(r"cbec_portal/(\w+)\.js", bringing)}
    assert brought | {*joined_scripts.NAMES} == {script.stem for script in SCRIPTS} | {"page"}


def test_htmx_comes_with_what_it_exchanges_alone() -> None:
    """Most of what scripts weigh, for the one page that exchanges its rows by it."""
    asking = {path.name for path in BRINGING if re.search(r"\bhx-\w", path.read_text("utf-8"))}
    bringing = {path.name for path in BRINGING if "htmx-2.min" in path.read_text("utf-8")}
    assert asking - {"apps.py"} == {"row.html"}
    assert bringing == {"checklist.html"}
