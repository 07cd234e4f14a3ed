"""How rules spread, what profiles answer, and where nobody knows, against the plain oracle."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.zones import oracle
from zones.pages.charts import HEIGHT, LABEL_HEIGHT, steps_chart
from zones.selectors.adoption import adoption_of, every_adoption, groups_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.profiles import portraits
from zones.selectors.snapshot import current_snapshot
from zones.selectors.zone_counts import on

pytestmark = pytest.mark.django_db

TODAY = "2026-11-23"


def has(city: str, topic: str, day: str) -> bool:
    state, value, _ = oracle.answer(city, topic, day)
    return state == "stated" and value is not False


@pytest.mark.parametrize(
    "slug",
    ["import-single-transaction-limit", "b2b-export-9710-9810-available", "medicines-import-pilot"],
)
def test_the_first_places_and_their_number_agree_with_the_oracle(slug: str) -> None:
    kept = current_snapshot()
    topic = kept.topics_by_slug[slug]
    inquiry = Inquiry.of_now(kept)
    found = every_adoption(inquiry)[topic.pk]
    assert found == adoption_of(topic, inquiry)
    ((choice, spread),) = found
    assert choice is None
    assert spread.began is not None
    before = date.fromordinal(spread.began.toordinal() - 1).isoformat()
    assert not any(has(city, topic.slug, before) for city in oracle.CITIES)
    first = {city for city in oracle.CITIES if has(city, topic.slug, spread.began.isoformat())}
    assert {city.slug for city in spread.first} == first
    nation = [
        p
        for p in oracle.POLICIES
        if (p["topic"], p["scope_kind"], p["state"]) == (topic.slug, "nation", "stated")
        and p["value"] != "false"
    ]
    assert (spread.national_on is None) == (not nation)
    if nation:
        earliest = min(oracle.first_day(p["effective_from"]) for p in nation)
        assert spread.national_on is not None
        assert spread.national_on.isoformat() >= earliest


@pytest.mark.parametrize("day", ["2016-12-31", "2019-06-30", TODAY])
def test_cities_with_a_rule_on_a_day_are_those_that_answer_so(day: str) -> None:
    kept = current_snapshot()
    inquiry = Inquiry.of_now(kept, day=date.fromisoformat(day))
    spreads = every_adoption(inquiry)
    ended = 0
    for topic in kept.topics.values():
        denied = {topic.answer_type.text(value) for value in kept.denials_of(topic)}
        answering = [one for one in groups_of(topic, inquiry) if one.state == "stated"]
        for choice, spread in spreads.get(topic.pk, []):
            holding, ever = (on(steps, inquiry.day) for steps in (spread.holding, spread.ever))
            told = [one.key for one in answering if one.key not in denied]
            if choice:
                told = [choice.slug]
            assert holding == sum(len(one.cities) for one in answering if one.key in told), topic
            assert holding <= ever
            ended += holding < ever
    assert ended or day != TODAY


def test_todays_number_is_that_of_today_and_all_that_ever_had_it_an_option(client: Client) -> None:
    topic = "bonded-import-1239-applies"
    held = sum(has(city, topic, TODAY) for city in oracle.CITIES)

    def told(path: str) -> tuple[str, str]:
        page = client.get(path).content.decode()
        (row,) = re.findall(rf'<tr id="{topic}".*?</tr>', page, re.S)
        caption = re.findall(r'<caption id="spread-caption">\s*(.*?)\s*</caption>', page, re.S)[0]
        return re.findall(r'<td class="narrow"[^>]*>(\d+)</td>', row)[-1], caption

    number, caption = told("/topics/spread/")
    assert number == str(held)
    assert caption.startswith("Cities that have each rule")
    number, caption = told("/topics/spread/?counted=ever")
    assert int(number) > held
    assert caption.startswith("Cities that have had each rule")
    assert client.get("/topics/spread/?counted=now").status_code == 400
    page = client.get(f"/topics/{topic}/").content.decode()
    assert re.search(r'href="\?[^"]*counted=ever#spread"', page)
    drawn = client.get(f"/topics/{topic}/pictures/spread.svg").content.decode()
    assert re.search(rf">{held}</text>", drawn), "at the end of the line"


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        ("2013-12-31", "holding"),
        ("2016-12-31", "ever"),
        ("2019-06-30", "holding"),
        ("2028-01-01", "holding"),
    ],
)
def test_a_chart_of_a_day_tells_that_day_and_nothing_after_it(
    client: Client, day: str, counted: str
) -> None:
    inquiry = Inquiry.of_now(current_snapshot(), day=date.fromisoformat(day))
    asked = "" if counted == "holding" else "&counted=ever"
    drawn = later = 0
    for pk, spreads in every_adoption(inquiry).items():
        slug = inquiry.snapshot.topics[pk].slug
        own = [getattr(spread, counted) for _choice, spread in spreads]
        so_far = [on(steps, inquiry.day) for steps in own if steps[0][0] <= inquiry.day]
        page = client.get(f"/topics/{slug}/?as_of={day}{asked}").content.decode()
        section = page.partition('id="spread"')[2].partition("</section>")[0]
        chart = section.partition("<svg")[2].partition("</svg>")[0]
        assert sorted(re.findall(r'class="last">(\d+)<', chart)) == sorted(map(str, so_far)), slug
        years = [int(year) for year in re.findall(r'class="middle">(\d{4})<', chart)]
        assert all(year <= inquiry.day.year for year in years), slug
        # What comes after the day is in the words and the table, each told as later.
        table = section.partition("<tbody>")[2]
        coming = sum(start > inquiry.day for steps in own for start, _count in steps)
        assert table.count('class="ends"') == coming, slug
        begins = sum(spread.began > inquiry.day for _choice, spread in spreads if spread.began)
        words = section.partition("<table")[0]
        assert words.count('class="ends"') == begins, slug
        for _choice, spread in spreads:
            if spread.national_on and spread.national_on > inquiry.day:
                assert "A rule of the nation says so from" in words, slug
        drawn, later = drawn + bool(chart), later + coming
    assert drawn or day == "2013-12-31"
    assert later or day == "2028-01-01"


@pytest.mark.parametrize("day", ["2013-12-31", "2016-12-31"])
def test_what_spread_later_is_told_as_later_among_all_rules(client: Client, day: str) -> None:
    inquiry = Inquiry.of_now(current_snapshot(), day=date.fromisoformat(day))
    page = client.get(f"/topics/spread/?as_of={day}").content.decode()
    told = 0
    for pk, spreads in every_adoption(inquiry).items():
        slug = inquiry.snapshot.topics[pk].slug
        for choice, spread in spreads:
            row_id = f"{slug}:{choice.slug}" if choice else slug
            found = re.search(rf'<tr id="{row_id}".*?</tr>', page, re.S)
            if not found or not spread.began:
                continue
            row = found.group(0)
            national = spread.national_on if spread.days_to_national else None
            later = [one for one in (spread.began, national) if one and one > inquiry.day]
            assert row.count('class="ends"') == len(later), row_id
            if spread.began > inquiry.day:
                points = re.findall(r'points="([^"]*)"', row)[0].split()
                heights = {point.split(",")[1] for point in points}
                assert heights == {"28"}, "the line is flat until the rule begins"
            told += len(later)
    assert told


def test_the_growth_of_a_day_names_the_day_where_its_year_is_not_over(client: Client) -> None:
    def heads(day: str) -> list[str]:
        page = client.get(f"/?as_of={day}").content.decode()
        return re.findall(r'<th scope="row">([^<]*)</th>', page.partition('id="growth"')[2])

    assert "2018" not in heads("2018-08-30")
    assert "30 Aug 2018" in heads("2018-08-30")
    assert "2018" in heads("2018-12-31")


def rows_of(page: str) -> list[str]:
    return re.findall(r'<tr id="([^"]+)"', page)


def test_each_answer_of_a_choice_spreads_by_itself(client: Client) -> None:
    rows = rows_of(client.get("/topics/spread/").content.decode())
    assert "bonded-import-1210:listed" in rows
    assert "bonded-import-1210" not in rows
    page = client.get("/topics/bonded-import-1210/").content.decode()
    first = r"<strong>On the pilot list</strong>:\s+First about 1 Aug 2014, in 6 of"
    assert re.search(first, page)


def test_every_topic_but_names_is_listed_whatever_the_order(client: Client) -> None:
    told = oracle.TOPICS.keys() - oracle.DESCRIPTIVE
    assert len(told) < len(oracle.TOPICS)
    for order in ("topic", "first", "national", "duration", "cities"):
        page = client.get(f"/topics/spread/?ordering={order}").content.decode()
        assert {row.split(":")[0] for row in rows_of(page)} == told
    area = client.get("/topics/spread/?focus_area=payment").content.decode()
    assert {row.split(":")[0] for row in rows_of(area)} == {
        slug for slug in told if oracle.TOPICS[slug]["focus_area"] == "payment"
    }
    assert client.get("/topics/spread/?ordering=colour").status_code == 400


def test_the_map_shades_the_answer_asked_for(client: Client) -> None:
    day = "2018-06-30"
    page = client.get(f"/topics/bonded-import-1210/?as_of={day}&answer=not-researched")
    unknown = [
        city
        for city in oracle.CITIES
        if oracle.answer(city, "bonded-import-1210", day)[0] == "not-researched"
    ]
    shown = sum(int(n) for n in re.findall(r">(\d+)/\d+</text>", page.content.decode()))
    if unknown:
        assert shown == len(unknown)
    else:
        assert page.status_code == 400
    assert client.get("/topics/bonded-import-1210/?answer=perhaps").status_code == 400


@pytest.mark.parametrize("every_topic", [False, True])
def test_what_sets_profiles_apart_agrees_with_the_oracle(every_topic: bool) -> None:
    kept, day = current_snapshot(), date(2025, 1, 15)
    told = portraits(
        list(kept.topics.values()),
        Inquiry.of_now(kept, day=day),
        every_topic=every_topic,
        shown=slice(None),
    )
    found, left = told.shown, told.left
    groups, left_out = oracle.profiles(day, every_topic=every_topic)
    assert sorted(map(sorted, (p.cities for p in found))) == sorted(map(sorted, groups))
    assert [one.topic.slug for one in left] == left_out
    for one in left:
        answers = [oracle.answer(c, one.topic.slug, day.isoformat())[0] for c in oracle.CITIES]
        assert one.cities == sum(state not in oracle.KNOWN for state in answers)
    largest = found[0]
    assert largest.apart == []
    for portrait in found[1:]:
        differing = {
            topic
            for topic in oracle.TOPICS
            if topic not in left_out
            and oracle.reading(topic, *oracle.answer(portrait.cities[0], topic, day.isoformat()))
            != oracle.reading(topic, *oracle.answer(largest.cities[0], topic, day.isoformat()))
        }
        assert {one.topic.slug for one in portrait.apart} == differing


def test_cities_of_which_nobody_knows_are_told_apart_from_no(client: Client) -> None:
    topic, day = "bonded-import-1210", "2016-12-31"
    answers = {city: oracle.answer(city, topic, day) for city in oracle.CITIES}
    value = next(v for s, v, _ in answers.values() if s == "stated")
    page = client.get(f"/cities/?policy={topic}:{value}&as_of={day}").content.decode()
    unknown = {c for c, (s, _, _) in answers.items() if s in ("not-researched", "none-found")}
    told: Any = re.search(r'id="unknown".*?</details>', page, re.S)
    listed = set(re.findall(r"/cities/([a-z-]+)/", told.group(0))) if told else set()
    assert listed == unknown


@pytest.mark.parametrize(("path", "queries"), [("/topics/spread/", 1), ("/profiles/", 1)])
def test_queries_are_few(
    client: Client, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    client.get(path)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_labels_of_lines_that_end_close_together_stand_apart() -> None:
    day = date(2020, 1, 1)
    chart = steps_chart(
        {"a": [(day, 97)], "b": [(day, 95)], "c": [(day, 10)]}, top=186, through=day
    )
    assert chart is not None
    a, b, c = (line.end for line in chart.lines)
    assert (b - a, c) == (LABEL_HEIGHT, HEIGHT - round(10 * HEIGHT / 200))


@pytest.mark.parametrize(
    ("top", "scale"), [(186, ["0", "100", "200"]), (5, ["0", "5"]), (1, ["0", "1"])]
)
def test_a_scale_ends_at_a_round_number_and_counts_whole(top: int, scale: list[str]) -> None:
    day = date(2020, 1, 1)
    chart = steps_chart({"a": [(day, top)]}, top=top, through=day)
    assert chart is not None
    assert [words for _y, words in chart.scale] == scale
    assert (chart.scale[0][0], chart.scale[-1][0]) == (HEIGHT, 0)
