"""The rows of whole cities answer as cells that are sought one by one, and are read once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db.models import Exists, OuterRef
from pytest_django import DjangoAssertNumQueries

from zones.models import City, InForce
from zones.rules.vocabulary import Certainty, State
from zones.selectors import answer_history, city_comparison, city_rows
from zones.selectors.city_comparison import Cell, grid
from zones.selectors.city_rows import rows_of_cities
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.snapshot import Snapshot, current_snapshot, forget

pytestmark = pytest.mark.django_db

DAY = date(2019, 12, 31)


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    forget()
    yield
    forget()


def days_of_change() -> list[date]:
    """The first days of rows, the last ones and those beside, a few of them."""
    found = InForce.objects.order_by("from_day").values_list("from_day", "until_day").distinct()
    edges = {day for own in found for day in own if day}
    beside = {day + timedelta(days=more) for day in edges for more in (-1, 0, 1)}
    return sorted(beside)[::23]


def left_open(cities: dict[int, City]) -> list[Column]:
    """Cities on days right after an answer ended that no other followed."""
    ended = InForce.objects.filter(until_day__isnull=False, policy__state=State.STATED)
    later = InForce.objects.filter(city=OuterRef("city"), topic=OuterRef("topic"))
    last = ended.exclude(Exists(later.filter(from_day__gt=OuterRef("from_day"))))
    rows = last.order_by("topic", "city").values_list("city", "until_day")
    return [Column(cities[city], day + timedelta(days=1)) for city, day in rows[::200]]


def cells(columns: list[Column], known_at: int, certainty: Certainty) -> dict[int, list[Cell]]:
    snapshot = current_snapshot()
    inquiry = Inquiry(snapshot, known_at, columns[0].day, "en", certainty)
    found = grid(columns, list(snapshot.topics.values()), inquiry)
    return {topic: list(row) for topic, row in found.items()}


@pytest.mark.parametrize("certainty", list(Certainty))
def test_whole_cities_answer_as_cells_that_are_sought(
    certainty: Certainty, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = current_snapshot()
    cities = list(snapshot.cities.values())
    here = HypotheticalPlace("Here", cities[0].province, cities[0].customs_district)
    columns = [
        Column(here if at % 7 == 3 else cities[at % len(cities)], day)
        for at, day in enumerate(days_of_change())
    ]
    columns += left_open(snapshot.cities)
    known = (snapshot.newest, 0)
    read = [cells(columns, revision, certainty) for revision in known]
    monkeypatch.setattr(city_rows, "MOST_ROWS", 0)
    forget()
    assert read == [cells(columns, revision, certainty) for revision in known]
    every = [cell for row in read[0].values() for cell in row]
    assert {bool(cell.found) for cell in every} == {True, False}
    assert any(cell.ended for cell in every) or certainty is Certainty.PRIMARY


def test_a_city_is_read_once_for_all_its_days(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    snapshot = current_snapshot()
    cities = list(snapshot.cities.values())[:20]
    topics = list(snapshot.topics.values())

    def ask(day: date, *, known_at: int = snapshot.newest, few: bool = False) -> None:
        columns = [Column(city, day) for city in cities]
        grid(columns, topics[:3] if few else topics, Inquiry(snapshot, known_at, day, "en"))

    ask(DAY)
    for day in days_of_change():
        snapshot.rendered(snapshot.answers(_policies(snapshot)), "en")
        with django_assert_num_queries(0):
            ask(day)
    with django_assert_num_queries(1):  # few topics are sought
        ask(DAY, few=True)
    with django_assert_num_queries(1):  # another revision has rows of its own
        ask(DAY, known_at=0)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = current_snapshot()
    cities = list(snapshot.cities.values())
    monkeypatch.setattr(city_rows, "MOST_KEPT", 300)
    monkeypatch.setattr(city_comparison, "MOST_STANDING", 10)
    columns = [Column(city, DAY) for city in cities[:20]]
    first = cells(columns, snapshot.newest, Certainty.UNVERIFIED)
    assert cells(columns, snapshot.newest, Certainty.UNVERIFIED) == first
    kept = snapshot.remembered("rows of cities", dict)
    assert 0 < len(kept) < len(columns)
    assert kept.get((columns[0].city.pk, snapshot.newest)) is None


def _policies(snapshot: Snapshot) -> list[int]:
    return list(InForce.objects.values_list("policy", flat=True).distinct())


@pytest.mark.parametrize("first", ["1900-01-01", "2018-12-31", "2019-01-01", "2026-02-03"])
@pytest.mark.parametrize("last", ["2019-01-01", "2026-02-03", "2100-01-01"])
def test_what_changes_near_two_days_is_the_same_from_kept_rows(first: str, last: str) -> None:
    snapshot = current_snapshot()
    topics = list(snapshot.topics.values())
    near = (date.fromisoformat(first), date.fromisoformat(last))
    compared = 0
    for city in list(snapshot.cities.values())[::6]:
        kept = rows_of_cities({city.pk}, topics, Inquiry.of_now(snapshot))
        assert kept is not None
        stored = list(answer_history._stored(city, topics, snapshot.newest, near))
        assert sorted(answer_history._near(kept[city.pk], *near), key=str) == sorted(
            stored, key=str
        )
        compared += len(stored)
    assert compared
