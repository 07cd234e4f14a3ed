"""A map of the 31 provinces as tiles: where each lies, roughly, with no borders drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString

from cbec_portal.languages import in_language
from zones.models import City
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


def _shade(meant: int, most: int) -> int:
    """From 0 for none to SHADES for all; whatever is not none is shaded."""
    return -(-SHADES * meant // most) if most else 0
