"""Scripts of pages share one room of names: what two of them declare stops the second."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from django.conf import settings

SCRIPTS = sorted((Path(settings.BASE_DIR) / "cbec_portal/static/cbec_portal").glob("*.js"))
DECLARED = re.compile(r"^(?:const|let|var|class|(?:async )?function\*?) +(\w+)", re.MULTILINE)


def test_no_name_is_declared_by_two_scripts() -> None:
    names = Counter(
        name for script in SCRIPTS for name in {*DECLARED.findall(script.read_text("utf-8"))}
    )
    assert len(names) > 50
    assert [name for name, number in names.items() if number > 1] == []
