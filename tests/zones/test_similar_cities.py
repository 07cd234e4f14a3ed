"""Cities suggested beside one, against the profiles of the plain oracle."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.zones import oracle
from zones.rules.distance import Distance
from zones.selectors.city_distances import city_distances
from zones.selectors.counted_answers import days_of_change_across, stretch_across
from zones.selectors.inquiry import Inquiry
from zones.selectors.similar_cities import same_profile, similar_cities
from zones.selectors.snapshot import Snapshot, current_snapshot, forget

DAY = date(2026, 11, 23)
ONE_DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", ["2013-06-30", "2018-06-30", "2026-11-23"])
def test_the_same_profile_agrees_with_the_oracle(day: str) -> None:
    kept = current_snapshot()
    groups, _ = oracle.profiles(date.fromisoformat(day), every_topic=False)
    for group in groups:
        for slug in (min(group), max(group)):
            inquiry = Inquiry.of_now(kept, day=date.fromisoformat(day))
            found = same_profile(kept.cities_by_slug[slug], inquiry)
            assert {slug, *(city.slug for city in found)} == group


def test_what_is_told_of_a_day_holds_until_an_answer_moves(
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Cities alike, and how far apart they are: on the days beside one on which answers move."""
    forget()
    kept = current_snapshot()
    with django_assert_max_num_queries(8):
        same_profile(kept.cities_by_slug["hangzhou"], Inquiry.of_now(kept, day=DAY))
    moves = days_of_change_across(kept.topics_by_slug["bonded-import-1210"].pk, now(kept, DAY))
    inside = [day for day in moves if date(2012, 1, 1) < day <= DAY]
    assert len(inside) > 3
    for moved in inside:
        days = [moved - ONE_DAY, moved, moved + ONE_DAY]
        told = [(alike(kept, day), apart(kept, day)) for day in days]
        forget()
        kept = current_snapshot()
        assert [(alike(kept, day), apart(kept, day)) for day in reversed(days)] == told[::-1]
        if stretch_across(now(kept, days[1])) == stretch_across(now(kept, days[2])):
            with django_assert_num_queries(0):
                alike(kept, days[2])


def now(kept: Snapshot, day: date) -> Inquiry:
    return Inquiry.of_now(kept, day=day)


def alike(kept: Snapshot, day: date) -> dict[str, list[str]]:
    """Which cities are of the same profile as some."""
    slugs = ("hangzhou", "shijiazhuang", "sanya", "urumqi")
    found = {slug: same_profile(kept.cities_by_slug[slug], now(kept, day)) for slug in slugs}
    return {slug: [city.slug for city in cities] for slug, cities in found.items()}


def apart(kept: Snapshot, day: date) -> list[list[Distance]]:
    found = city_distances(now(kept, day))
    return [list(found.distances.of(place)) for place in range(0, len(found.cities), 20)]


def test_no_city_is_suggested_twice_nor_one_compared_already() -> None:
    kept = current_snapshot()
    hangzhou, ningbo = kept.cities_by_slug["hangzhou"], kept.cities_by_slug["ningbo"]
    inquiry = Inquiry.of_now(kept, day=DAY)
    found = similar_cities(hangzhou, inquiry, without=[ningbo.pk], each=50)
    slugs = [one.city.slug for one in found]
    assert len(slugs) == len(set(slugs))
    assert not {"hangzhou", "ningbo"} & set(slugs)
    assert {one.why for one in found} == {"profile", "province", "batch"}
