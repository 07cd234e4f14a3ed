"""No line of a template is too long to be read beside another, and none chooses by a chain."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

LONGEST = 160


#: A further branch that asks for a certain word: which words stand for which is said in Python.
CHAIN = re.compile(r"""{% elif [^%]*[!=]= ["']""")


def templates() -> list[Path]:
    """What pages, mails and feeds are made of."""
    return [
        path
        for app in ("cbec_portal", "checklists", "zones")
        for path in sorted(Path(settings.BASE_DIR, app, "templates").rglob("*"))
        if path.is_file()
    ]


def test_no_line_of_a_template_is_too_long() -> None:
    """The rule of the linter does not see what stands within a translation."""
    pages = templates()
    assert len(pages) > 100
    long = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_no_template_chooses_words_by_a_chain() -> None:
    assert CHAIN.search('{% elif state == "open" %}')
    found = [path.name for path in templates() if CHAIN.search(path.read_text(encoding="utf-8"))]
    assert found == []
