"""Values of topics that numbers answer, over time: with gaps, scale, unit and sources."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import oracle
from zones.pages.charts import HEIGHT, WIDTH
from zones.pages.value_charts import value_chart, values_of
from zones.rules.comparison import Answer
from zones.rules.intervals import Interval, Timed
from zones.rules.lanes import LaneAnswer
from zones.rules.vocabulary import State

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"
START = date(2012, 1, 1)
UNKNOWN = Answer(State.NOT_RESEARCHED)


def opened(client: Client, address: str) -> str:
    page: Any = client.get(address, {"lang": "en", "as_of": "2026-11-23"})
    assert page.status_code == 200
    return str(page.content.decode())


@given(
    st.lists(
        st.tuples(st.integers(1, 900), st.none() | st.integers(1, 10**6)), min_size=1, max_size=8
    )
)
def test_lines_go_on_only_where_a_value_is_stated(drawn: list[tuple[int, int | None]]) -> None:
    lane, day = [], START
    for days, value in drawn:
        answer = UNKNOWN if value is None else Answer(State.STATED, (Decimal(value),))
        lane.append(Timed(Interval(day, day + timedelta(days)), LaneAnswer[Any](answer)))
        day += timedelta(days)
    chart = value_chart([("all", lane)], day=day)
    stated = [value for _, value in drawn if value is not None]
    if len(set(stated)) < 2:
        assert chart is None
        return
    assert chart
    (line,) = chart.lines
    runs = "".join(" " if value is None else "x" for _, value in drawn).split()
    assert [len(part.split()) for part in line.parts] == [2 * len(run) for run in runs]
    assert [mark.words for mark in line.marks] == [f"{value:,}" for value in stated]
    xs = [int(point.split(",")[0]) for part in line.parts for point in part.split()]
    assert xs == sorted(xs)
    assert 0 <= xs[0] <= xs[-1] <= WIDTH
    ordered = sorted(line.marks, key=lambda mark: mark.y)
    assert next(mark.words for mark in ordered) == f"{max(stated):,}"
    assert all(0 <= mark.y < HEIGHT + 1 for mark in line.marks)
    assert line.last in ("", f"{stated[-1]:,}")


def test_what_is_stated_alone_is_a_value() -> None:
    lane = [
        Timed(Interval(START, date(2015, 1, 1)), LaneAnswer[Any](UNKNOWN)),
        Timed(
            Interval(date(2015, 1, 1), date(2016, 1, 1)),
            LaneAnswer[Any](Answer(State.STATED, (Decimal(3),))),
        ),
    ]
    assert [value for _, value in values_of(lane)] == [Decimal(3)]


def test_a_topic_draws_the_values_of_the_plain_reading(client: Client) -> None:
    page = opened(client, f"/topics/{LIMIT}/")
    chart = page.partition('id="values"')[2].partition("</section>")[0]
    days = [date(2012, 1, 1) + timedelta(days) for days in range(0, 365 * 14, 7)]
    told = [float(oracle.answer("hangzhou", LIMIT, day.isoformat())[1]) for day in days]
    values = list(dict.fromkeys(f"{value:,.0f}" for value in told))
    assert values == ["1,000", "2,000", "5,000"]
    # Once for wide screens, once for phones.
    assert re.findall(r'dy="-6">([\d,]+)<', chart) == values * 2
    assert '<p class="fine unit">CNY</p>' in chart
    assert re.search(r'class="last">5,000<', chart)
    table = chart.partition("<tbody>")[2]
    for value in values:
        assert f">{value} CNY</a>" in table
    assert table.count('href="/sources/') == len(values)


@pytest.mark.parametrize("day", ["2015-06-30", "2016-12-31", "2026-11-23"])
def test_values_later_than_the_day_stand_behind_it(client: Client, day: str) -> None:
    page: Any = client.get(f"/topics/{LIMIT}/", {"lang": "en", "as_of": day})
    chart = page.content.decode().partition('id="values"')[2].partition("</svg>")[0]
    starts = dict.fromkeys(
        (oracle.answer("hangzhou", LIMIT, one.isoformat())[1], one.isoformat() > day)
        for one in (START + timedelta(days) for days in range(365 * 14))
    )
    later = {value for value, after in starts if after} - {v for v, after in starts if not after}
    cursor = re.search(r'class="cursor" x1="(\d+)"', chart)
    assert bool(cursor) == bool(later)
    if cursor:
        marks = re.findall(r'<text x="(\d+)" y="\d+" dx="4" dy="-6">([\d,]+)<', chart)
        behind = {words for x, words in marks if int(x) > int(cursor.group(1))}
        assert behind == {f"{float(value):,.0f}" for value in later}
        assert 'class="key cursor-key"' in page.content.decode()
    picture: Any = client.get(f"/topics/{LIMIT}/pictures/values.svg", {"as_of": day})
    assert ('class="cursor"' in picture.content.decode()) == bool(later)


def test_only_numbers_that_changed_are_drawn(client: Client) -> None:
    for topic, row in oracle.TOPICS.items():
        if row["value_type"] != "number" and topic in ("bonded-import-1210", "local-cash-support"):
            assert 'id="values"' not in opened(client, f"/topics/{topic}/")
            assert client.get(f"/topics/{topic}/pictures/values.svg").status_code == 404


def test_the_chart_is_taken_along_with_its_unit(client: Client) -> None:
    drawing: Any = client.get(f"/topics/{LIMIT}/pictures/values.svg", {"lang": "en"})
    assert drawing.status_code == 200
    text = drawing.content.decode()
    assert "The value over time, in CNY" in text
    assert "5,000" in text
    chinese: Any = client.get(f"/topics/{LIMIT}/pictures/values.svg", {"lang": "zh-hans"})
    assert "数值变化，单位：元" in chinese.content.decode()
