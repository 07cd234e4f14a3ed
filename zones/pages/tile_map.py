"""A map of the 31 provinces as tiles: where each lies, roughly, with no borders drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString

from cbec_portal.languages import in_language
from zones.models import City

#: Column and row of each province.
TILES = {
    "CN-HL": (8, 0),
    "CN-NM": (6, 1),
    "CN-JL": (8, 1),
    "CN-XJ": (1, 2),
    "CN-GS": (3, 2),
    "CN-NX": (4, 2),
    "CN-SX": (5, 2),
    "CN-HE": (6, 2),
    "CN-BJ": (7, 2),
    "CN-LN": (8, 2),
    "CN-XZ": (1, 3),
    "CN-QH": (2, 3),
    "CN-SN": (4, 3),
    "CN-HA": (5, 3),
    "CN-SD": (6, 3),
    "CN-TJ": (7, 3),
    "CN-SC": (3, 4),
    "CN-HB": (4, 4),
    "CN-AH": (5, 4),
    "CN-JS": (6, 4),
    "CN-SH": (7, 4),
    "CN-YN": (2, 5),
    "CN-GZ": (3, 5),
    "CN-CQ": (4, 5),
    "CN-JX": (5, 5),
    "CN-ZJ": (6, 5),
    "CN-GX": (3, 6),
    "CN-HN": (4, 6),
    "CN-GD": (5, 6),
    "CN-FJ": (6, 6),
    "CN-HI": (4, 7),
}
_SUFFIX = re.compile(r"省$|市$|(壮族|回族|维吾尔)?自治区$| \(.*\)$")
WIDTH, HEIGHT = 76, 50
LONG_NAME = 10
SHADES = 4


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
        long = SafeString(' class="long"' if len(self.name) > LONG_NAME else "")
        return (*self[:-1], long)


def tile_map(
    cities: Iterable[City], among: Collection[City], language: str, *, by_number: bool = False
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
        for code, (column, row) in TILES.items()
    ]


def _shade(meant: int, most: int) -> int:
    """From 0 for none to SHADES for all; whatever is not none is shaded."""
    return -(-SHADES * meant // most) if most else 0
