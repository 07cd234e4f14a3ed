"""The small pictures of the atlas: a line for each city, a column for each topic of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from zones.models import City, Topic
from zones.selectors.atlas import atlas_years
from zones.selectors.inquiry import Inquiry

#: How large a city and a topic are in the picture of a day.
CITY_HEIGHT, TOPIC_WIDTH = 2, 8


class LyingAtlas(NamedTuple):
    """The picture of a day that lies on its side: a line for each topic, a column for each city;
    what is drawn in each shade stands upright, as of :func:`paths_of`.
    """

    width: int
    height: int
    paths: Mapping[str, str]
    topics: int
    cities: Sequence[City]


def lying_atlas(topics: Iterable[Topic], inquiry: Inquiry) -> LyingAtlas | None:
    """Return the picture of the day asked about; nothing where no topic varies on it."""
    local, cities, (day,) = atlas_years(topics, [inquiry.day], inquiry)
    if not local:
        return None
    width, height = len(cities) * CITY_HEIGHT, len(local) * TOPIC_WIDTH
    return LyingAtlas(width, height, paths_of(day.shades), len(local), cities)


def paths_of(shades: Sequence[Sequence[int | None]]) -> Mapping[str, str]:
    """Return what is drawn in each shade, as paths of SVG: neighbours of one shade are one bar."""
    drawn: dict[str, list[str]] = {}
    for column, own in enumerate(shades):
        top = 0
        for shade, run in groupby(own):
            count = len(list(run))
            name = "unknown" if shade is None else f"shade-{shade}"
            left, height = column * TOPIC_WIDTH, count * CITY_HEIGHT
            bar = f"M{left} {top * CITY_HEIGHT}h{TOPIC_WIDTH - 1}v{height}h-{TOPIC_WIDTH - 1}z"
            drawn.setdefault(name, []).append(bar)
            top += count
    return {name: "".join(bars) for name, bars in sorted(drawn.items())}
