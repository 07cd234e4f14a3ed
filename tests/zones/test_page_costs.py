"""Pages ask little of the database."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 1),
        ("/cities/?programme=comprehensive", 2),
        ("/cities/?topic=bonded-import-1210&policy=import-single-transaction-limit:5000", 2),
        ("/zones/?programme=comprehensive", 3),
        ("/cities/haikou/", 1),
        ("/cities/haikou/changes/", 1),
        ("/cities/hangzhou/import-single-transaction-limit/", 3),
        ("/compare/?cities=hangzhou,zhengzhou", 1),
        ("/compare/?cities=hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin", 1),
        ("/topics/", 2),
        ("/topics/bonded-import-1210/", 1),
        ("/profiles/", 1),
        ("/atlas/", 1),
        ("/atlas/?order=batch&shown=words", 1),
        ("/atlas/?city=shenzhen", 1),
        ("/distances/?city=hangzhou&cities=hangzhou,hefei,ningbo", 1),
        ("/distances/?city=bortala", 1),
        ("/research/", 1),
        ("/research/?city=hangzhou,hefei", 1),
        ("/sources/", 3),
        ("/sources/sc-2025-40/", 8),
        ("/search/?q=hangzhou", 3),
        ("/search/?q=hangzhou+1210", 2),
        ("/search/?q=5000", 1),
        ("/about/", 3),
    ],
)
def test_a_page_asks_no_more_than_this(
    client: Client, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    assert client.get(path).status_code == 200
    with django_assert_num_queries(queries):
        client.get(path)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # The edition, the answers of all cities, what stands beside the additive ones; and the
        # policies not answered with before, and those not told before.
        ("/profiles/", 5),
        # No topic asked for is additive.
        ("/topics/bonded-import-1210/", 4),
        ("/cities/?topic=bonded-import-1210", 6),
    ],
)
def test_a_day_not_asked_for_before_costs_one_reading_of_all_cities(
    client: Client, path: str, queries: int, django_assert_max_num_queries: Any
) -> None:
    client.get(path)
    day = f"{path}{'&' if '?' in path else '?'}as_of=2026-02-03"
    with django_assert_max_num_queries(queries):
        assert client.get(day).status_code == 200


def test_cities_not_asked_for_before_cost_the_same_however_many(
    client: Client, django_assert_num_queries: Any
) -> None:
    day = "2021-03-04"
    asked = f"as_of={day}&topic=bonded-import-1210"
    forget()
    # What is kept of the edition: how the starts of what binds cities are written, say.
    client.get("/compare/?cities=hangzhou,shijiazhuang&topic=export-no-invoice-exemption")
    four = "ningbo,ningbo@2020-01-01,ningbo@2020-01-02,ningbo@2020-01-03"
    for eight in (
        "tianjin,wuhan,xian,beijing,haikou,shijiazhuang,dalian,suzhou",
        f"{four},wenzhou,{four.split(',', 1)[1].replace('2020', '2018')}",
    ):
        # The edition, the cells, the policies not told yet, the days of change.
        with django_assert_num_queries(4):
            client.get(f"/compare/?cities={eight}&{asked}")


def test_zones_of_a_batch_share_what_it_rests_on(client: Client) -> None:
    """A page of all zones would else hold each batch, programme and document many times."""
    zones = [row["zone"] for row in client.get("/zones/").context["rows"]]
    batches = [zone.batch for zone in zones]
    for shared in (batches, [batch.source for batch in batches]):
        assert len({id(one) for one in shared}) == len({one.pk for one in shared}) < len(zones)
