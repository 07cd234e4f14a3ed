"""The interface speaks Chinese throughout, and the compiled texts are those of the source."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
ENTRY = re.compile(
    r'^(?:msgctxt "(?P<context>.*)"\n)?msgid "(?P<id>.+)"\n(?:msgid_plural ".*"\n)?'
    r'msgstr(?:\[0\])? "(?P<text>.*)"$',
    re.M,
)
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def entries() -> list[tuple[str, str, str]]:
    """Context, which most have not, English and Chinese."""
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    return [
        (found["context"] or "", found["id"], found["text"]) for found in ENTRY.finditer(source)
    ]


def test_every_text_is_translated() -> None:
    assert len(entries()) > 250
    assert [text for _, text, chinese in entries() if not chinese] == []
    assert "fuzzy" not in (FOLDER / "django.po").read_text(encoding="utf-8")


def test_what_is_compiled_is_what_is_written() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for context, english, chinese in entries():
        plain, expected = english.replace('\\"', '"'), chinese.replace('\\"', '"')
        if context:
            assert expected == compiled.pgettext(context, plain)
        else:
            assert expected in (compiled.gettext(plain), compiled.ngettext(plain, plain, 1)), plain


def test_no_placeholder_is_lost() -> None:
    lost = [
        english
        for _, english, chinese in entries()
        if not set(PLACEHOLDER.findall(chinese)) <= set(PLACEHOLDER.findall(english))
    ]
    assert lost == []
