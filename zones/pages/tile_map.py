"""A map of the 31 provinces as tiles: where each lies, roughly, with no borders drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cbec_portal.languages import in_language
from cbec_portal.punctuation import by_semicolons
from zones.models import City
from zones.rules.excerpts import shortened
from zones.rules.written_keys import WrittenKey
from zones.selectors.snapshot import Snapshot

#: Column and row of each province, by its key.
TILES = {
    WrittenKey("province", "CN-HL"): (8, 0),
    WrittenKey("province", "CN-NM"): (6, 1),
    WrittenKey("province", "CN-JL"): (8, 1),
    WrittenKey("province", "CN-XJ"): (1, 2),
    WrittenKey("province", "CN-GS"): (3, 2),
    WrittenKey("province", "CN-NX"): (4, 2),
    WrittenKey("province", "CN-SX"): (5, 2),
    WrittenKey("province", "CN-HE"): (6, 2),
    WrittenKey("province", "CN-BJ"): (7, 2),
    WrittenKey("province", "CN-LN"): (8, 2),
    WrittenKey("province", "CN-XZ"): (1, 3),
    WrittenKey("province", "CN-QH"): (2, 3),
    WrittenKey("province", "CN-SN"): (4, 3),
    WrittenKey("province", "CN-HA"): (5, 3),
    WrittenKey("province", "CN-SD"): (6, 3),
    WrittenKey("province", "CN-TJ"): (7, 3),
    WrittenKey("province", "CN-SC"): (3, 4),
    WrittenKey("province", "CN-HB"): (4, 4),
    WrittenKey("province", "CN-AH"): (5, 4),
    WrittenKey("province", "CN-JS"): (6, 4),
    WrittenKey("province", "CN-SH"): (7, 4),
    WrittenKey("province", "CN-YN"): (2, 5),
    WrittenKey("province", "CN-GZ"): (3, 5),
    WrittenKey("province", "CN-CQ"): (4, 5),
    WrittenKey("province", "CN-JX"): (5, 5),
    WrittenKey("province", "CN-ZJ"): (6, 5),
    WrittenKey("province", "CN-GX"): (3, 6),
    WrittenKey("province", "CN-HN"): (4, 6),
    WrittenKey("province", "CN-GD"): (5, 6),
    WrittenKey("province", "CN-FJ"): (6, 6),
    WrittenKey("province", "CN-HI"): (4, 7),
}
_SUFFIX = re.compile(r"省$|市$|(壮族|回族|维吾尔)?自治区$| \(.*\)$")
WIDTH, HEIGHT = 76, 50
LONG_NAME = 10
SHADES = 4
TILE_WIDTH = 72
#: By what a long name is set as wide as its tile, its letters as high as those of others.
LONG = ' class="long" textLength="68" lengthAdjust="spacingAndGlyphs"'
#: What draws the tiles of one answer, and those of several.
ONE_ANSWER = "zones/drawings/tiles.html"
SEVERAL_ANSWERS = "zones/drawings/mixed_tiles.html"
#: The share of an answer in the strip at the foot of a tile.
PART = '<rect class="tile {}" x="{}" y="37" width="{}" height="9"></rect>'


class Tile(NamedTuple):
    """A province as drawn: corner, name, how many of its cities are meant, shade, ISO code."""

    x: int
    y: int
    name: str
    meant: int
    total: int
    shade: int
    code: str

    @property
    def drawn(self) -> tuple[int, int, str, int, int, int, SafeString]:
        """Return all but the code, and the attribute by which a long name is written smaller."""
        long = SafeString(LONG if len(self.name) > LONG_NAME else "")
        return (*self[:-1], long)

    @property
    def words(self) -> str:
        """Return how many cities are meant, of how many."""
        return f"{self.meant} / {self.total}"


class AnswerLook(NamedTuple):
    """An answer among others on a map: its sign, the class of its tone, its words, its cities, and
    the question by which a map shows it alone.
    """

    sign: str
    look: str
    display: str
    cities: Sequence[City]
    link: str


class MixedTile(NamedTuple):
    """A province with all answers of its cities: corner, name, the answers in words and by their
    signs, the attribute by which a long name is written smaller, and the strip of shares.
    """

    x: int
    y: int
    name: str
    words: str
    told: str
    long: SafeString
    strip: SafeString

    @property
    def drawn(self) -> MixedTile:
        """Return what is drawn: all of it."""
        return self


def tile_map(
    cities: Iterable[City],
    among: Collection[City],
    snapshot: Snapshot,
    language: str,
    *,
    by_number: bool = False,
) -> list[Tile]:
    """Return the provinces with the number of these cities in each, shaded by share or number."""
    counted = Counter(city.province.iso_3166_2 for city in cities)
    totals = Counter(city.province.iso_3166_2 for city in among)
    most = max(counted.values(), default=0)
    names = {
        city.province.iso_3166_2: in_language(city.province, "name", language) for city in among
    }
    return [
        Tile(
            column * WIDTH,
            row * HEIGHT,
            _SUFFIX.sub("", names.get(code, code)),
            counted[code],
            totals[code],
            _shade(counted[code], most if by_number else totals[code]),
            code,
        )
        for written, (column, row) in TILES.items()
        for code in (snapshot.key_today(written),)
    ]


def shows_any_answer() -> str:
    """Return what a map shows that tells no answer from another."""
    return gettext(
        "Cities for which an answer is on record, of all cities here, by province. Tiles "
        "show roughly where provinces lie; no borders are drawn."
    )


def mixed_tiles(
    answers: Sequence[AnswerLook], snapshot: Snapshot, language: str
) -> list[MixedTile]:
    """Return the provinces with the number of cities of each answer, by its sign, and a strip of
    their shares.
    """
    among = {city for answer in answers for city in answer.cities}
    plain = tile_map((), among, snapshot, language)
    counted = {
        answer.sign: Counter(city.province.iso_3166_2 for city in answer.cities)
        for answer in answers
    }
    tiles = []
    for tile in plain:
        there = [(one, counted[one.sign][tile.code]) for one in answers]
        told = [(one, count) for one, count in there if count]
        strip, left = [], 0.0
        for one, count in told:
            width = TILE_WIDTH * count / tile.total
            strip.append((one.look, f"{left:.1f}", f"{width:.1f}"))
            left += width
        tiles.append(
            MixedTile(
                tile.x,
                tile.y,
                tile.name,
                by_semicolons(f"{shortened(one.display, 60)} {count}" for one, count in told),
                " ".join(f"{one.sign}{count}" for one, count in told) or "0",
                tile.drawn[-1],
                format_html_join("", PART, strip),
            )
        )
    return tiles


def _shade(meant: int, most: int) -> int:
    """From 0 for none to SHADES for all; whatever is not none is shaded."""
    return -(-SHADES * meant // most) if most else 0
