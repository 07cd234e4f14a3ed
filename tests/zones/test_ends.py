"""Answers say how long they still hold; what has ended is not told as if nothing were known."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from html import unescape
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cbec_portal.china_time import today_in_china
from tests.rounds import rounds
from tests.zones import oracle
from tests.zones.test_publishing import answers, next_version, publish_as_two
from zones.pages import span_words
from zones.pages.span_words import (
    comes_words,
    coming_words,
    ended_words,
    ends_words,
    span_of,
)
from zones.rules.vocabulary import Change
from zones.selectors.rendered_cells import days_until
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

CASH, WAREHOUSES = "local-cash-support", "overseas-warehouse-support"
AFTER = "2026-11-23"


def cell(client: Client, city: str, topic: str, day: str, **asked: str) -> dict[str, Any]:
    question = {"cities": city, "topic": topic, "as_of": day, **asked}
    (row,) = client.get("/api/v1/compare/", question).json()["rows"]
    (found,) = row["cells"]
    return dict(found)


def opened(client: Client, address: str, **asked: str) -> str:
    page: Any = client.get(address, {"lang": "en", **asked})
    assert page.status_code == 200
    return " ".join(unescape(page.content.decode()).split())


def holding(city: str, topic: str, day: str) -> list[dict[str, str]]:
    """The policies that hold in a city on a day, by the plain reading, the answer first."""
    keys = oracle.answer(city, topic, day)[2]
    by_key = {oracle.key_of(row): row for row in oracle.POLICIES}
    return [by_key[key] for key in keys]


def last_before(city: str, topic: str, day: str) -> tuple[str, str] | None:
    """The last day before a day on which something was stated, and what names the policy."""
    days = {oracle.last_day(row["effective_to"]) for row in oracle.BY_TOPIC[topic]}
    for last in sorted(filter(None, days), reverse=True):
        if last < day and (keys := oracle.answer(city, topic, last)[2]):
            return last, keys[0]
    return None


@pytest.mark.parametrize(
    ("last", "day", "days"),
    [
        ("2022-08-31", date(2022, 7, 28), 34),
        ("2022-08-31", date(2022, 8, 31), 0),
        (None, date(2022, 7, 28), None),
        ("2022-08-31", None, None),
    ],
)
def test_days_are_counted_to_the_last(last: str | None, day: date | None, days: int | None) -> None:
    assert days_until(last, day) == days


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (34, "ends in 4 weeks", "4周后失效"),
        (1, "ends in 1 day", "1天后失效"),
        (0, "ends today", "今日为最后有效日"),
    ],
)
def test_today_it_is_counted_from_today(days: int, english: str, chinese: str) -> None:
    last = (today_in_china() + timedelta(days)).isoformat()
    assert ends_words(last, days, "en") == english
    assert ends_words(last, days, "zh-hans") == chinese


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        (34, "ends 4 weeks after this day", "自该日起4周后失效"),
        (1, "ends 1 day after this day", "自该日起1天后失效"),
        (0, "ends on this day", "当日为最后有效日"),
    ],
)
def test_any_other_day_it_is_counted_from_that(days: int, english: str, chinese: str) -> None:
    assert ends_words("2022-08-31", days, "en") == english
    assert ends_words("2022-08-31", days, "zh-hans") == chinese


@given(st.dates(date(2012, 1, 1), date(2040, 1, 1)), st.integers(0, 5000))
def test_a_span_is_told_in_whole_units_that_have_passed(asked: date, days: int) -> None:
    day = asked + timedelta(days)
    count, unit = span_of(asked, day)

    def later(units: int) -> tuple[int, int, int]:
        if unit in ("days", "weeks"):
            then = asked + timedelta(units * {"days": 1, "weeks": 7}[unit])
            return then.year, then.month, then.day
        months = asked.year * 12 + asked.month - 1 + units * {"months": 1, "years": 12}[unit]
        return months // 12, months % 12 + 1, asked.day

    assert later(count) <= (day.year, day.month, day.day) < later(count + 1)
    fits = {"days": 0 <= count < 14, "weeks": 2 <= count < 9, "months": 2 <= count < 24}
    assert fits.get(unit, count >= 2)


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        ("2026-12-21", None, "begins in 3 weeks", "3周后生效"),
        ("2026-12-21", "2027-12-31", "begins in 3 weeks", "3周后生效"),
        ("2019-01-01", "2027-12-31", "ends in 13 months", "13个月后失效"),
        ("2019-01-01", "2029-12-31", "ends in 3 years", "3年后失效"),
        ("2019-01-01", "2026-11-30", "ends today", "今日为最后有效日"),
        ("2019-01-01", "2026-11-29", "", ""),
        ("2019-01-01", None, "", ""),
        # No finer than it is written.
        ("2027-01", "2027-12-31", "", ""),
        ("2019-01-01", "2027-12", "", ""),
        ("after 2019", "2027-12-31", "ends in 13 months", "13个月后失效"),
        ("after 2026-11", "2027-12-31", "", ""),
        ("after 2026", None, "", ""),
    ],
)
def test_what_is_still_to_come_of_a_policy(
    first: str, last: str | None, english: str, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date(2026, 11, 30)
    monkeypatch.setattr(span_words, "today_in_china", lambda: today)
    assert coming_words(first, last, today, "en") == english
    assert coming_words(first, last, today, "zh-hans") == chinese


def test_what_is_to_come_is_told_wherever_its_date_is(client: Client) -> None:
    for address, day, words in (
        ("/topics/export-return-tax-relief/", "2026-10-01", "ends 14 months after this day"),
        ("/topics/export-return-tax-relief/", "2015-01-01", "begins 8 years after this day"),
        ("/cities/hangzhou/export-return-tax-relief/", "2026-10-01", "ends 14 months after"),
        ("/cities/hangzhou/", "2026-10-01", "15 months after this day"),
    ):
        assert f'<span class="ends">{words}' in opened(client, address, as_of=day), address
    comes = comes_words("2028-01-01", today_in_china(), "en")
    assert f'to come</span> <span class="ends">{comes}<' in opened(client, "/changes/")
    ends = coming_words(None, "2027-12-31", today_in_china(), "en")
    assert f'<span class="ends">{ends}</span>' in opened(client, "/")


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("2022-08-31", "ended on 31 Aug 2022", "已于2022年8月31日失效"),
        ("2022-08", "ended at the end of Aug 2022", "已于2022年8月底失效"),
        ("2022", "ended with the year 2022", "已于2022年底失效"),
        ("before 2022-08", "ended before Aug 2022", "已于2022年8月之前失效"),
    ],
)
def test_what_ended_is_told_no_finer_than_written(written: str, english: str, chinese: str) -> None:
    with override("en"):
        assert ended_words(written).endswith(english)
    with override("zh-hans"):
        assert ended_words(written).endswith(chinese)


@pytest.mark.parametrize("topic", [CASH, WAREHOUSES, "export-return-tax-relief"])
def test_ends_of_random_answers_are_those_of_the_plain_reading(client: Client, topic: str) -> None:
    chance = Random(topic)
    cities = ["jiaxing", "shenzhen", "chengdu", *chance.sample(sorted(oracle.CITIES), 3)]
    for _ in range(rounds(30, on_sqlite=8)):
        city, day = chance.choice(cities), date(2018, 1, 1) + timedelta(chance.randrange(3800))
        found = cell(client, city, topic, day.isoformat())
        told = holding(city, topic, day.isoformat())
        for row, shown in zip(told, [found, *found["also"]][: len(told)], strict=True):
            if shown is not found or found["until"] == oracle.last_day(row["effective_to"]):
                last = oracle.last_day(row["effective_to"]) or None
                assert shown["ends_in_days"] == days_until(last, day), (city, day)
        if not told:
            assert found["ends_in_days"] is None
            ended = last_before(city, topic, day.isoformat())
            was = found["ended"] and (found["ended"]["until"], found["ended"]["policy"])
            assert was == ended, (city, day)
        else:
            assert found["ended"] is None


def test_a_programme_tells_its_period_and_when_it_ends(client: Client) -> None:
    found = cell(client, "jiaxing", CASH, "2022-07-28")
    assert (found["until"], found["ends_in_days"]) == ("2022-08-31", 34)
    for address in ("/compare/", "/cities/jiaxing/"):
        asked = {"as_of": "2022-07-28"} | ({"cities": "jiaxing"} if "compare" in address else {})
        page = opened(client, address, **asked)
        assert "ends 4 weeks after this day" in page
        assert "自该日起4周后失效" in opened(client, address, lang="zh-hans", **asked)
    page = opened(client, f"/cities/jiaxing/{CASH}/", as_of="2022-07-28")
    assert re.search(r"31 Aug 2022</time> · <span class=\"ends\">ends 4 weeks after", page)


def test_an_end_that_is_not_recorded_stays_unknown(client: Client) -> None:
    found = cell(client, "dongguan", CASH, AFTER)
    assert (found["state"], found["until"], found["ends_in_days"]) == ("stated", None, None)
    page = opened(client, f"/cities/dongguan/{CASH}/", as_of=AFTER)
    assert "end not recorded" in page
    assert 'class="ends"' not in page


@pytest.mark.parametrize(
    ("city", "last"), [("jiaxing", "31 Aug 2022"), ("shenzhen", "16 Aug 2022")]
)
def test_a_programme_that_ended_is_not_running_and_not_forgotten(
    client: Client, city: str, last: str
) -> None:
    found = cell(client, city, CASH, AFTER)
    assert (found["state"], found["policy"], found["value"]) == ("not-researched", None, None)
    ended = found["ended"]
    assert ended["until"] == oracle.last_day(holding(city, CASH, "2022-08-01")[0]["effective_to"])
    assert ended["display"]
    link = f'href="/cities/{city}/{CASH}/?as_of={ended["until"]}"'
    for address in ("/compare/", f"/cities/{city}/"):
        asked = {"as_of": AFTER} | ({"cities": city} if "compare" in address else {})
        page = opened(client, address, **asked)
        assert f"an earlier policy ended on {last}" in page
        assert link in page
    page = opened(client, f"/cities/{city}/{CASH}/", as_of=AFTER)
    assert f"An earlier policy ended on {last}" in page
    page = opened(client, f"/cities/{city}/{CASH}/", as_of=AFTER, lang="zh-hans")
    assert "此前的规定已于2022年8月" in page


def test_what_ended_is_as_sure_as_what_answers_has_to_be(client: Client) -> None:
    assert cell(client, "jiaxing", CASH, AFTER, certainty="primary")["ended"] is None
    assert cell(client, "jiaxing", CASH, AFTER, certainty="secondary")["ended"]


def test_before_a_programme_nothing_has_ended(client: Client) -> None:
    assert cell(client, "jiaxing", CASH, "2019-01-01")["ended"] is None
    assert (
        cell(client, "hangzhou", "import-single-transaction-limit", "2010-01-01")["ended"] is None
    )


def test_a_wider_programme_answers_after_a_city_one_with_its_own_period(client: Client) -> None:
    found = cell(client, "shenzhen", WAREHOUSES, "2022-08-01")
    assert (found["scope"]["kind"], found["ends_in_days"]) == ("city", 15)
    (wider,) = found["also"]
    assert (wider["scope"]["kind"], wider["ends_in_days"]) == ("province", None)
    later = cell(client, "shenzhen", WAREHOUSES, "2022-08-17")
    assert (later["scope"]["kind"], later["ended"]) == ("province", None)


def test_each_programme_beside_another_tells_its_own_end(client: Client) -> None:
    policy = answers("shenzhen", WAREHOUSES, date(2022, 8, 1))[0]
    province = next(
        row for row in answers("dongguan", WAREHOUSES, date(2022, 8, 1)) if row != policy
    )
    draft = next_version(province, change=Change.ENDED, effective_to="2022-12")
    publish_as_two(Publication(policies=[draft]))
    forget()
    (wider,) = cell(client, "shenzhen", WAREHOUSES, "2022-08-01")["also"]
    assert (wider["effective_to"], wider["ends_in_days"]) == ("2022-12", 152)
    page = opened(client, f"/cities/shenzhen/{WAREHOUSES}/", as_of="2022-08-01")
    assert "ends 4 months after this day" in page


def test_a_place_without_pilot_status_tells_ends_too(client: Client) -> None:
    day = "2027-12-01"
    for name in ("hangzhou", "Suihua:CN-HL:1900"):
        found = cell(client, name, "export-return-tax-relief", day)
        assert (found["until"], found["ends_in_days"]) == ("2027-12-31", 30)
        found = cell(client, name, "export-return-tax-relief", "2028-02-01")
        assert found["ended"]["until"] == "2027-12-31"


def test_a_topic_tells_in_which_cities_it_ends_and_where_it_has_ended(client: Client) -> None:
    page = opened(client, f"/topics/{CASH}/", as_of="2022-07-28")
    assert re.search(r"ends 4 weeks after this day</span> .{0,700}jiaxing", page)
    page = opened(client, f"/topics/{CASH}/", as_of=AFTER)
    lines = " ".join(re.findall(r"<li>An earlier policy.*?</li>", page))
    told = re.findall(r"/cities/(\w+)/", lines)
    ended = [
        city
        for city in oracle.CITIES
        if not oracle.answer(city, CASH, AFTER)[2] and last_before(city, CASH, AFTER)
    ]
    assert sorted(told) == sorted(ended)
    page = opened(client, "/topics/export-return-tax-relief/", as_of="2027-12-01")
    groups, history = page.split("History of the rule")
    assert groups.count("ends 4 weeks after this day") == 1
    assert history.count("ends 4 weeks after this day") == 1
    assert "还有" not in page


def test_a_topic_asks_no_more_for_more_that_ends(
    client: Client, django_assert_num_queries: Any
) -> None:
    for day, next_day in (("2022-07-28", "2022-07-29"), (AFTER, "2026-11-24")):
        client.get(f"/topics/{CASH}/?as_of={day}")
        # What is kept of a day answers it again, and every other day until an answer moves.
        for asked in (day, next_day):
            with django_assert_num_queries(1):
                client.get(f"/topics/{CASH}/?as_of={asked}")
    # After the last day of Jiaxing's the cells are read anew, and what has ended with them.
    with django_assert_num_queries(3):
        client.get(f"/topics/{CASH}/?as_of=2022-09-01")


def test_cities_with_the_same_rules_tell_which_of_them_end(client: Client) -> None:
    page = opened(client, "/profiles/", as_of="2027-12-01")
    assert "ends 4 weeks after this day" in page


def test_a_table_tells_both(client: Client) -> None:
    question = {"cities": "jiaxing@2022-07-28,jiaxing", "topic": CASH, "as_of": AFTER}
    table = client.get("/api/v1/compare/", {**question, "format": "csv"}).content.decode(
        "utf-8-sig"
    )
    running, over = csv.DictReader(table.splitlines())
    assert running["ends_in_days"] == "34"
    assert (over["ends_in_days"], over["ended.until"]) == ("", "2022-08-31")


def test_support_without_a_recorded_end_says_so_where_it_is_read(client: Client) -> None:
    told = {"en": "end not recorded", "zh-hans": "截止日未收录"}
    for language, words in told.items():
        for address in (
            "/cities/jinan/",
            "/compare/?cities=jinan,zaozhuang",
            "/cities/jinan/overseas-warehouse-support/",
        ):
            joined = "&" if "?" in address else "?"
            page = client.get(f"{address}{joined}lang={language}&as_of=2026-11-23").content.decode()
            rows = re.findall(r"2020[^<]*?(?:<[^>]+>[^<]*?)*?" + words, page)
            assert rows, (address, language)
            # Law that holds until other law takes its place is not said to be about to end.
            assert page.count(words) < 12
