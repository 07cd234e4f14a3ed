"""Which font of the system has Chinese characters: without one what the server draws has none."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from typing import NamedTuple

#: The packages of Debian that bring one, and tell which there are.
FONT, LISTING = "fonts-wqy-microhei", "fontconfig"


class Font(NamedTuple):
    """A font: its file, and the family that it is asked for by."""

    file: str
    family: str


def chinese_font() -> Font | None:
    """Return a font with Chinese characters; none where there is none."""
    listing = shutil.which("fc-list")
    try:
        return _first_of(listing) if listing else None
    except LookupError:
        return None


@cache
def _first_of(listing: str) -> Font:
    """The first font that is listed, asked for until there is one.

    Raises:
        LookupError: there is none.
    """
    asked = [listing, ":lang=zh", "--format", "%{style[0]}\t%{file}\t%{family[0]}\n"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 (found on the path)
    fonts = [line.split("\t") for line in found.splitlines() if line.count("\t") == 2]
    if not fonts:
        raise LookupError("no font with Chinese characters")
    # Of a family's faces the plain one is read best.
    _style, file, family = min(fonts, key=lambda font: (font[0] != "Regular", *font[1:]))
    return Font(file, family)


def missing_font_packages() -> list[str]:
    """Return the packages of Debian that a Chinese font needs and the system lacks."""
    if chinese_font():
        return []
    return [FONT] if shutil.which("fc-list") else [LISTING, FONT]
