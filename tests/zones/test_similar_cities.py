"""Cities suggested beside one, against the profiles of the plain oracle."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.zones import oracle
from zones.selectors.inquiry import Inquiry
from zones.selectors.similar_cities import same_profile, similar_cities
from zones.selectors.snapshot import current_snapshot, forget

DAY = date(2026, 11, 23)
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


@pytest.mark.parametrize("slug", ["hangzhou", "shijiazhuang", "sanya"])
def test_three_readings_tell_the_same_profile(
    slug: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    forget()
    kept = current_snapshot()
    with django_assert_max_num_queries(10):
        same_profile(kept.cities_by_slug[slug], Inquiry.of_now(kept, day=DAY))


def test_no_city_is_suggested_twice_nor_one_compared_already() -> None:
    kept = current_snapshot()
    hangzhou, ningbo = kept.cities_by_slug["hangzhou"], kept.cities_by_slug["ningbo"]
    inquiry = Inquiry.of_now(kept, day=DAY)
    found = similar_cities(hangzhou, inquiry, without=[ningbo.pk], each=50)
    slugs = [one.city.slug for one in found]
    assert len(slugs) == len(set(slugs))
    assert not {"hangzhou", "ningbo"} & set(slugs)
    assert {one.why for one in found} == {"profile", "province", "batch"}
