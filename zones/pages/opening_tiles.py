"""Maps whose tiles open: the cities of a province, to be ticked where the map shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from zones.models import City
from zones.pages.ticked_cities import ticked_box
from zones.pages.tile_map import HEIGHT, TILES, WIDTH, MixedTile, Tile
from zones.selectors.snapshot import Snapshot

register = template.Library()

#: The corner of a tile that is drawn by itself.
CORNER = 0, 0


class NamedCity(NamedTuple):
    """A city as a tile names it: its key, its name, and where it leads."""

    slug: str
    name: str
    link: str


class OpeningTile(NamedTuple):
    """A province on a map: where it stands, its code, its name, what it tells in words, what draws
    it, and its cities as links and boxes, under what they answer where that is told. ``leads`` is
    the question by which a list shows this province alone.
    """

    column: int
    row: int
    code: str
    name: str
    words: str
    drawn: list[tuple[Any, ...]]
    answers: list[tuple[str, list[tuple[str, str, SafeString]]]]
    leads: str


def opening_tiles(
    tiles: Iterable[Tile | MixedTile],
    answers: Sequence[tuple[str, Sequence[City]]],
    named: Callable[[City], NamedCity],
    snapshot: Snapshot,
    language: str,
    *,
    ticked: Sequence[str] = (),
    leads: Callable[[str], str] = lambda _code: "",
) -> list[OpeningTile]:
    """Return the tiles of a map with the cities of each, by what they answer.

    Args:
        tiles: all provinces, in the order of the map.
        answers: the cities that are listed under each answer; a blank one is not told.
        named: how a city is named, and where it leads.
        snapshot: the provinces' keys today.
        language: that of the boxes.
        ticked: the keys of cities that are ticked on arrival.
        leads: the question by which a list shows a province alone, by its code.
    """
    found: dict[str, dict[int, tuple[str, list[tuple[str, str, SafeString]]]]] = {}
    for place, (answer, cities) in enumerate(answers):
        for city in cities:
            slug, name, link = named(city)
            box = ticked_box(slug, name, slug in ticked, language)
            own = found.setdefault(city.province.iso_3166_2, {})
            own.setdefault(place, (answer, []))[1].append((link, name, box))
    return [
        OpeningTile(
            tile.x // WIDTH,
            tile.y // HEIGHT + 1,
            code,
            tile.name,
            tile.words,
            [(*CORNER, *tile.drawn[2:])],
            list(found.get(code, {}).values()),
            leads(code),
        )
        for written, tile in zip(TILES, tiles, strict=True)
        for code in [snapshot.key_today(written)]
    ]


@register.simple_tag
def cities_of_tile(tile: OpeningTile) -> SafeString:
    """Return what stands in a tile that is opened: its cities under what they answer, each with its
    box, and the way to a list of this province alone.
    """
    told = []
    for answer, cities in tile.answers:
        if answer:
            told.append(f'<p class="fine">{escape(answer)}</p>')
        named = (
            f'<span class="ticking">{box}<a href="{escape(link)}">{escape(name)}</a></span> '
            for link, name, box in cities
        )
        told.append(f'<p class="named-cities">{"".join(named)}</p>')
    if tile.leads:
        words = escape(gettext("Show only %(name)s") % {"name": tile.name})
        told.append(f'<p><a href="?{escape(tile.leads)}">{words}</a></p>')
    return SafeString("\n".join(told))
