"""The interface speaks Chinese throughout, and the compiled texts are those of the source."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(
    r'^msgid "(?P<id>.+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(?P<text>.*)"$', re.M
)
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def entries() -> list[tuple[str, str]]:
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    return [(entry["id"], entry["text"]) for entry in ENTRY.finditer(source)]


def test_every_text_is_translated() -> None:
    assert len(entries()) > 250
    assert [text for text, chinese in entries() if not chinese] == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text(encoding="utf-8")


def test_what_is_compiled_is_what_is_written() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for english, chinese in entries():
        plain, expected = english.replace('\\"', '"'), chinese.replace('\\"', '"')
        assert expected in (compiled.gettext(plain), compiled.ngettext(plain, plain, 1)), english


@pytest.mark.parametrize(("english", "chinese"), entries())
def test_no_placeholder_is_lost(english: str, chinese: str) -> None:
    assert set(PLACEHOLDER.findall(chinese)) <= set(PLACEHOLDER.findall(english))
