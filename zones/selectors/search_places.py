"""The places that are named in a question: cities, and the bodies that cities lie in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from django.utils.translation import override

from cbec_portal.languages import CHINESE, ENGLISH
from zones.models import City, Region
from zones.rules.names import name_keys
from zones.rules.search_words import COMPARING_WORDS
from zones.rules.vocabulary import HitKind
from zones.selectors.place_names import Names, city_names, province_names
from zones.selectors.search_entries import Both
from zones.selectors.search_index import SearchIndex
from zones.selectors.snapshot import Snapshot

#: The words of the name of a place.
WORDS_OF_A_NAME = 4
REGION = "region"


class SaidBody(NamedTuple):
    """What cities lie in: a province, a customs district or a region, by the column of a city that
    names it, with its key and its names.
    """

    column: str
    key: str
    label: Both

    def holds(self, city: City) -> bool:
        """Return whether a city lies in it."""
        if self.column == REGION:
            return bool(city.province.region == self.key)
        if self.column == HitKind.PROVINCE:
            return bool(city.province.iso_3166_2 == self.key)
        return bool(city.customs_district.code == self.key)


class SaidPlaces(NamedTuple):
    """The cities and bodies that a question names, how many names of cities there are, and the
    words that are left of it.
    """

    cities: list[City]
    bodies: list[SaidBody]
    names: int
    left: list[str]


def places_said(words: list[str], index: SearchIndex, snapshot: Snapshot) -> SaidPlaces:
    """Return the places that are named in a question."""
    cities, bodies = (
        city_names(snapshot),
        snapshot.remembered("bodies by name", lambda: _bodies(index, snapshot)),
    )
    found: dict[str, tuple[str, ...]] = {}
    within: dict[SaidBody, None] = {}
    left: list[str] = []
    for part, is_name in _parts(words, cities, bodies, index):
        if not is_name:
            left.append(part)
            continue
        if keys := tuple(cities.get(part, ())):
            found[part] = keys
        within |= dict.fromkeys(bodies.get(part, ()))
    named = [snapshot.cities_by_slug[key] for key in dict.fromkeys(chain(*found.values()))]
    # A body that stands beside a city of its own tells which city is meant.
    meant = [city for city in named if any(body.holds(city) for body in within)]
    own = [body for body in within if not any(body.holds(city) for city in named)]
    several = len(found) > 1
    cities_meant = meant if meant and not several else named
    return SaidPlaces(cities_meant, own, len(found), _without_comparing(left, several))


def _without_comparing(left: list[str], several: bool) -> list[str]:
    return [word for word in left if word not in COMPARING_WORDS] if several else left


def _parts(
    words: list[str], cities: Names, bodies: Mapping[str, list[SaidBody]], index: SearchIndex
) -> Iterator[tuple[str, bool]]:
    """The names of places in a question, and the words between them."""
    at = 0
    while at < len(words):
        for many in range(min(WORDS_OF_A_NAME, len(words) - at), 0, -1):
            name = "".join(words[at : at + many])
            if not (name in cities or name in bodies):
                continue
            # Hangzhou customs clearance is no district: what is called so goes before.
            if many > 1 and "".join(words[at + many - 1 :]) in index.by_name:
                continue
            yield name, True
            at += many
            break
        else:
            yield from _within(words[at], cities, bodies)
            at += 1


def _within(
    word: str, cities: Names, bodies: Mapping[str, list[SaidBody]]
) -> Iterator[tuple[str, bool]]:
    """The longest names in a run of Chinese, and what stands between them."""
    named = ""
    if not word.isascii():
        runs = (word[a:b] for a in range(len(word)) for b in range(len(word), a + 1, -1))
        named = max((run for run in runs if run in cities or run in bodies), key=len, default="")
    if not named:
        yield word, False
        return
    before, _, after = word.partition(named)
    if before:
        yield from _within(before, cities, bodies)
    yield named, True
    if after := after.lstrip("的"):
        yield from _within(after, cities, bodies)


def _bodies(index: SearchIndex, snapshot: Snapshot) -> Mapping[str, list[SaidBody]]:
    """What cities lie in by every name; none that is but one city, as municipalities are."""
    districts = {
        name: [one.key for one in entries if one.kind == HitKind.CUSTOMS_DISTRICT]
        for name, entries in index.by_name.items()
        # A name in digits is a code, which is asked for alone.
        if not name.isdigit()
    }
    found = _regions()
    for kind, names in (
        (HitKind.CUSTOMS_DISTRICT, districts),
        (HitKind.PROVINCE, province_names(snapshot)),
    ):
        for name, keys in names.items():
            if own := index.of_keys(kind, keys):
                found[name] = [SaidBody(one.kind.value, one.key, one.label) for one in own]
    return found


def _regions() -> dict[str, list[SaidBody]]:
    found: dict[str, list[SaidBody]] = {}
    for region in Region:
        labels = []
        for language in (ENGLISH, CHINESE):
            with override(language):
                labels.append(str(region.label))
        english, chinese = labels
        body = SaidBody(REGION, region.value, (english, chinese))
        found |= {name: [body] for name in name_keys([english, chinese])}
    return found
