"""No city lies outside China, by whatever door it comes; swapped degrees are told as that."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from tests.zones.oracle import read
from zones.dataset.place_tables import Cities
from zones.models import City, Placement

SWAPPED = {"en": "may be swapped", "zh-hans": "可能填反"}
ABROAD = {"en": "is not between", "zh-hans": "不在"}


def told(column: str, degrees: str, model: type[City | Placement] = City) -> list[str]:
    field = model._meta.get_field(column)
    try:
        field.clean(Decimal(degrees), None)  # type: ignore[union-attr]
    except ValidationError as refused:
        return refused.messages
    return []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("model", [City, Placement])
@pytest.mark.parametrize(
    ("column", "degrees", "is_swapped"),
    [
        ("latitude", "2.9999", False),
        ("latitude", "54.0001", False),
        ("latitude", "-30.25", False),
        ("latitude", "120.15", True),
        ("latitude", "73", True),
        ("longitude", "72.9999", False),
        ("longitude", "136.0001", False),
        ("longitude", "-120.15", False),
        ("longitude", "30.25", True),
        ("longitude", "54", True),
    ],
)
def test_a_city_abroad_is_refused_in_words(
    column: str, degrees: str, is_swapped: bool, model: type[City | Placement], language: str
) -> None:
    with override(language):
        words = "".join(told(column, degrees, model))
    assert ABROAD[language] in words
    assert (SWAPPED[language] in words) == is_swapped


@pytest.mark.parametrize(
    ("column", "degrees"),
    [("latitude", "3"), ("latitude", "54"), ("longitude", "73"), ("longitude", "136")],
)
def test_the_ends_of_the_country_are_in_it(column: str, degrees: str) -> None:
    assert told(column, degrees) == []


def test_every_city_of_the_dataset_lies_in_it() -> None:
    for cells in read("cities"):
        assert told("latitude", cells["lat"]) == told("longitude", cells["lon"]) == []


@pytest.mark.django_db
def test_the_table_that_every_door_reads_by_refuses_both_where_they_are_swapped() -> None:
    cells = next(iter(Cities().known([("hangzhou",)]).values()))
    row = Cities().read(0, {**cells, "lat": cells["lon"], "lon": cells["lat"]})
    assert {column for column, _why in row.wrong} == {"lat", "lon"}
    assert all("may be swapped" in why for _column, why in row.wrong)
