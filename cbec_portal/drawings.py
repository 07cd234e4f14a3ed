"""A drawing as PNG, by resvg, which brings all but the font; and how wide its words are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from math import sqrt
from unicodedata import east_asian_width

from django.utils.translation import gettext as _

from cbec_portal.chinese_fonts import chinese_font, missing_font_packages

#: How many points of a picture a unit of its drawing is at most, and how many a picture of more
#: than one a unit has: more take seconds to be made.
ZOOM, MOST_POINTS = 2, 4_000_000
#: Seconds that a picture may take.
PATIENCE = 60
#: What a process of its own does to draw one: the library lets no other thread of its process work
#: meanwhile, which takes up to a second.
DRAW = """
import sys, resvg_py
zoom, file, family = sys.argv[1:]
sys.stdout.buffer.write(
    resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        zoom=float(zoom),
        skip_system_fonts=True,
        font_files=[file],
        font_family=family,
        sans_serif_family=family,
    )
)
"""
#: What no line begins with.
_CLOSING = "，。：；、）》」』！？”’,.:;)!?%"


class CannotDrawError(Exception):
    """No picture of points can be made: its words would be boxes. Says what is missing."""


def can_draw() -> bool:
    """Return whether drawings can be had as PNG: words of both languages need a Chinese font."""
    return chinese_font() is not None


def png_of(drawing: str, width: int, height: int, *, zoom: float = ZOOM) -> bytes:
    """Return a drawing in SVG, so wide and high, as PNG, a unit of it at most so many points.

    Raises:
        CannotDrawError: the system has no Chinese font.
    """
    font = chinese_font()
    if font is None:
        packages = " ".join(missing_font_packages())
        raise CannotDrawError(_("PNG needs a Chinese font: apt-get install %s") % packages)
    zoomed = max(1, min(zoom, sqrt(MOST_POINTS / (width * height))))
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-I", "-c", DRAW, str(zoomed), font.file, font.family],
        input=drawing.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def letters_wide(text: str) -> int:
    """Return how many letters wide words are: those of Chinese are two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def lines_of(text: str, width: int) -> list[str]:
    """Return words as lines no wider than so many letters: Chinese breaks anywhere but before what
    closes, an address that is longer than a line where the line ends.
    """
    lines, line = [], ""
    for piece in _pieces(text, width):
        if line and letters_wide(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def few_lines(text: str, width: int, most: int) -> list[str]:
    """Return words cut to so many lines, with the mark of what is left out."""
    lines = lines_of(text, width)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"{lines_of(lines[most - 1], width - 2)[0]} …"]


def one_line(text: str, width: int) -> str:
    """Return words cut to one line, with the mark of what is left out."""
    return "".join(few_lines(text, width, 1))


def _pieces(text: str, width: int) -> Iterator[str]:
    """What is never broken within: words with the blank behind them, letters of Chinese."""
    piece = ""
    for letter in " ".join(text.split()):
        last = piece[-1:]
        beside_chinese = letters_wide(last) == 2 or letters_wide(letter) == 2
        parts = last == " " or (beside_chinese and letter not in _CLOSING and letter != " ")
        if piece and (parts or letters_wide(piece) >= width):
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece
