"""Statistics and batches: every figure of the fixtures, nothing joined that must not be."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.zones.oracle import first_day, read
from zones.pages.statistic_charts import figure_chart, raised
from zones.selectors.published_statistics import figures
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_every_figure_is_on_the_page_with_its_source(client: Client) -> None:
    page = client.get("/statistics/").content.decode()
    text = text_of(page)
    assert page.count('<td class="figure">') == len(read("statistics"))
    for row in read("statistics"):
        whole, _, part = row["value"].partition(".")
        assert f"{int(whole):,}" + (f".{part}" if part else "") in text, row
        assert row["evidence_url"] not in page or not row["evidence_url"]
        if row["staff_note"]:
            assert row["staff_note"] not in text


def test_the_nation_stands_before_cities_of_the_same_year_and_release() -> None:
    mixed = 0
    for own in figures(current_snapshot(), "en"):
        places: dict[tuple[int, str], list[str]] = {}
        for row in own.rows:
            places.setdefault((row.year, row.release), []).append(row.place[0] if row.place else "")
        mixed += sum("" in one and len(one) > 1 for one in places.values())
        assert all(one == sorted(one) for one in places.values())
    assert mixed


def test_no_line_runs_across_the_break_or_between_releases() -> None:
    every = {own.slug: own for own in figures(current_snapshot(), "en")}
    chart = figure_chart([every["cbec-total"], every["cbec-retail-total-customs-platform"]])
    assert chart is not None
    assert chart.cut is not None
    firsts = {2020, 2021, 2022, 2023, 2024, 2025}
    platform = {2017, 2018, 2019} | {2015}
    joined = len(firsts) - 1 + 2  # 2017-2018-2019; 2015 stands alone, 2016 is derived
    revised = 1  # 2021-2022; 2018 and 2024 have no neighbour
    assert len(chart.segments) == joined + revised
    national = [r for r in read("statistics") if r["scope"] == "CN"]
    drawn = [
        r
        for r in national
        if r["indicator"] in ("cbec-total", "cbec-retail-total-customs-platform")
    ]
    assert len(chart.marks) == len(drawn)
    assert not [line for line in chart.segments if line.x1 < chart.cut < line.x2]
    assert platform & firsts == set()


def test_pilots_at_year_ends_are_counted_from_the_zones(client: Client) -> None:
    batches = read("batches")
    assert {"service-pilot", "comprehensive", "retail-import"} == {b["programme"] for b in batches}
    text = text_of(client.get("/statistics/").content.decode())
    for year in range(2015, 2020):
        counts = []
        for programme in ("service-pilot", "comprehensive", "retail-import"):
            own = [z for z in read("zones") if z["programme"] == programme and z["designated_on"]]
            counts.append(
                sum(
                    first_day(z["designated_on"]) <= f"{year}-12-31"
                    and (not z["ended_on"] or first_day(z["ended_on"]) > f"{year}-12-31")
                    for z in own
                )
            )
        assert f" {year} {counts[0]} {counts[1]} {counts[2]} " in text, (year, counts)


def test_every_batch_is_listed_with_its_cities(client: Client) -> None:
    page = client.get("/batches/").content.decode()
    for batch in read("batches"):
        key = f"{batch['programme']}.{batch['number']}"
        section = page[page.index(f'id="{key}"') :].split("</section>")[0]
        own = [
            z
            for z in read("zones")
            if (z["programme"], z["batch"]) == (batch["programme"], batch["number"])
        ]
        assert section.count("/cities/") == len(own), key
        assert batch["document_number"] in section


@pytest.mark.parametrize(("address", "most"), [("/statistics/", 5), ("/batches/", 5)])
def test_pages_ask_little_and_refuse_what_they_do_not_know(
    client: Client, address: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client.get(address)
    with django_assert_max_num_queries(most):
        page = client.get(address)
    assert page.status_code == 200
    assert len(page.content) < 150_000
    assert client.get(f"{address}?colour=red").status_code == 400
    assert client.get(f"{address}?lang=zh-hans").status_code == 200


def test_words_beside_marks_stand_above_those_that_they_would_lie_upon() -> None:
    apart = [(40, 90, "91.81"), (200, 95, "548.3")]
    assert raised(apart) == apart
    assert raised([(60, 95, "100"), *apart]) == [
        (40, 90, "91.81"),
        (60, 74, "100"),
        (200, 95, "548.3"),
    ]
