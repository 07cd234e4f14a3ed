"""What is offered for a mistyped name of a city: the likest first, at most a few."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.zones.desk.grids import judged
from zones.desk import pickers
from zones.desk.grid_files import read_text
from zones.desk.grid_matrix import read_matrix
from zones.desk.pickers import NotPickedError, picked
from zones.models import City
from zones.rules.names import joined, key_forms, name_keys
from zones.selectors.likeness import likest
from zones.selectors.pinyin import syllables
from zones.selectors.place_names import nearest_cities
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

#: Of so many offers the city that was meant must be one.
FIRST = 3


def common_characters() -> list[str]:
    """The characters of the first level of GB 2312."""
    codes = (bytes((one, other)) for one in range(0xB0, 0xD8) for other in range(0xA1, 0xFF))
    return [code.decode("gb2312", "ignore") for code in codes if code.decode("gb2312", "ignore")]


def homophones(chance: random.Random) -> Iterator[tuple[City, str]]:
    alike: dict[str, list[str]] = {}
    for one in common_characters():
        alike.setdefault(syllables(one), []).append(one)
    for city in City.objects.order_by("slug"):
        name = city.name_zh
        at = chance.randrange(min(len(name) - 1, 2))
        others = [one for one in alike.get(syllables(name[at]), ()) if one != name[at]]
        if others:
            yield city, name[:at] + chance.choice(others) + name[at + 1 :]


def other_characters(chance: random.Random) -> Iterator[tuple[City, str]]:
    every = common_characters()
    for city in City.objects.order_by("slug"):
        name = city.name_zh
        at = chance.randrange(min(len(name) - 1, 2))
        yield city, name[:at] + chance.choice(every) + name[at + 1 :]


def dropped_letters(chance: random.Random) -> Iterator[tuple[City, str]]:
    for city in City.objects.order_by("slug"):
        name = city.name_en
        at = chance.choice([at for at, sign in enumerate(name) if sign.isalpha()])
        yield city, name[:at] + name[at + 1 :]


def slips(typed: str, slug: str) -> int:
    """In how many signs a name of a city differs from what was typed, at least."""
    city = City.objects.get(slug=slug)
    names = {*name_keys([city.name_en, city.name_zh]), joined(slug)}
    forms = key_forms(typed)
    return min((own.slips for form in forms for own, _name in likest(form, names)), default=9)


@pytest.mark.parametrize(
    ("kind", "share"), [(homophones, 1), (dropped_letters, 0.97), (other_characters, 0.8)]
)
def test_every_mistyped_city_is_among_the_first_offers(kind: object, share: float) -> None:
    """What is missed is as near to several others, which no order could tell."""
    cities = missed = 0
    for city, typed in kind(random.Random(1)):  # type: ignore[operator]  # one of those above
        try:
            picked("cities", typed)
        except NotPickedError as wrong:
            offered = [one.key[0] for one in wrong.candidates]
        else:
            continue  # it is the name of another city, or still that of this one
        assert len(offered) <= pickers.MOST_TOLD
        cities += 1
        if city.slug not in offered[:FIRST]:
            missed += 1
            for slug in offered[:FIRST]:
                assert slips(typed, slug) <= slips(typed, city.slug), typed
    assert cities > 150
    assert cities - missed >= share * cities, f"{missed} of {cities}"


@pytest.mark.parametrize("typed", ["广洲市", "广洲", "光州市"])
def test_a_name_that_sounds_the_same_is_offered_first(typed: str) -> None:
    with pytest.raises(NotPickedError) as refused:
        picked("cities", typed)
    assert refused.value.candidates[0].key == ("guangzhou",)
    assert nearest_cities(typed, current_snapshot())[0] == "guangzhou"
    (row,) = judged("zones", [["programme", "city"], ["cbec-pilot-zones", typed]]).rows
    (problem,) = [one for one in row.problems if one.column == "city"]
    assert problem.offers[0].cell == "guangzhou"


@pytest.mark.parametrize("typed", ["ou", "州", "ang"])
def test_a_fragment_of_very_many_names_asks_for_more_of_it(typed: str) -> None:
    with pytest.raises(NotPickedError, match="type more of the name") as refused:
        picked("cities", typed)
    assert refused.value.candidates == []
    assert typed in str(refused.value)
    topic = "import-single-transaction-limit"
    reading = read_matrix(read_text(f"place\t{topic}\n{typed}\t4000\n杭州市\t1"), {})
    first = reading.rows[0]
    (problem,) = first.problems
    assert "type more of the name" in problem.why
    assert problem.offers == ()


def test_a_matrix_offers_at_most_a_few_of_all_kinds_of_places() -> None:
    topic = "import-single-transaction-limit"
    reading = read_matrix(read_text(f"place\t{topic}\n广洲\t4000\n杭州市\t1"), {})
    (problem,) = reading.rows[0].problems
    assert len(problem.offers) <= pickers.MOST_TOLD
    assert any("guangzhou" in offer.cell for offer in problem.offers[:FIRST])
