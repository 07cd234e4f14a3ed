"""The colours of pages: each has one task, and is read on whatever it stands on."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR) / "cbec_portal/static/cbec_portal/portal.css"
TOKEN = re.compile(r"--(\w+): (#[0-9a-f]{6});")
#: What is written in these is text: WCAG asks for 4.5 to 1.
TEXT = ("accent", "differs", "doubt", "faint", "gain", "ink", "link", "loss", "warning")
GROUNDS = ("mark", "paper", "raised")
#: Edges of fields and marks of charts: WCAG asks for 3 to 1.
DRAWN = ("data", "line")


def _tokens() -> dict[str, dict[str, str]]:
    text = STYLES.read_text("utf-8")
    light, _, dark = text[: text.index("@layer page {")].partition("prefers-color-scheme: dark")
    day = dict(TOKEN.findall(light))
    return {"dark": day | dict(TOKEN.findall(dark)), "light": day}


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_is_read_on_every_ground(scheme: str) -> None:
    tokens = _tokens()[scheme]
    faint = {
        (name, ground): round(found, 2)
        for names, least in ((TEXT, 4.5), (DRAWN, 3))
        for name, ground in itertools.product(names, GROUNDS)
        if (found := _contrast(tokens[name], tokens[ground])) < least
        and not (name == "line" and ground == "mark")
    }
    assert faint == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_tasks_share_a_colour(scheme: str) -> None:
    tokens = _tokens()[scheme]
    tasks = [tokens[name] for name in (*TEXT, *DRAWN)]
    assert len(set(tasks)) == len(tasks)


def test_dark_pages_have_every_colour_anew() -> None:
    tokens = _tokens()
    same = {name for name, colour in tokens["light"].items() if tokens["dark"][name] == colour}
    assert same == set()


def test_the_colour_of_the_brand_is_for_the_brand_and_the_one_button() -> None:
    """Links, doubts, differences and charts have their own."""
    text = STYLES.read_text("utf-8")
    used = [
        line.strip()
        for line in text.splitlines()
        if "var(--accent)" in line and "swatch" not in line
    ]
    assert {line.partition(":")[0] for line in used} <= {
        "background",
        "border-block-end-color",
        '.ticked [type="submit"] { background',
    }
