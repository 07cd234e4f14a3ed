"""Lanes of answers: what held when since 2012, in a place and across cities, without a gap."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from html import unescape
from random import Random
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db.models import Case, When
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tests.rounds import rounds
from tests.zones import oracle
from zones.models import Choice, CustomsDistrict, Province
from zones.pages.day_slider import stepping
from zones.pages.lane_pictures import looks_of, span_shown
from zones.rules.comparison import Answer
from zones.rules.intervals import ALWAYS, FOREVER, Interval, Timed
from zones.rules.lanes import LaneAnswer, columns_of, ever_changed, lane_of
from zones.rules.vocabulary import Certainty, State
from zones.selectors.answer_lanes import lanes_across, lanes_of_place
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
YES, NO = Answer(State.STATED, (True,)), Answer(State.STATED, (False,))
NOT_YET, UNKNOWN = Answer(State.NO_SUCH_RULE_YET), Answer(State.NOT_RESEARCHED)
START = date(2014, 1, 1)
DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days))


def inquiry(day: date = DAY, sure: Certainty = Certainty.UNVERIFIED) -> Inquiry:
    snapshot = current_snapshot()
    return Inquiry(snapshot, snapshot.newest, day, "en", sure)


BAR = re.compile(
    r'<td colspan="(\d+)" class="([\w-]+)(?: loose)?"><a href="([^"]+)" title="([^"]+)">'
)


def opened(client: Client, address: str, **asked: Any) -> str:
    page: Any = client.get(address, {"lang": "en", **asked})
    assert page.status_code == 200
    return str(page.content.decode())


@given(
    st.lists(st.tuples(DAYS, st.integers(1, 20), st.sampled_from([YES, NO, UNKNOWN])), max_size=6),
    DAYS,
    DAYS,
)
def test_a_lane_says_of_each_day_what_answers_and_never_the_same_twice(
    drawn: list[tuple[date, int, Answer]], begins: date, first: date
) -> None:
    held: list[Timed[LaneAnswer[str]]] = []
    for start, days, answer in sorted(drawn, key=lambda one: one[0]):
        begun = max(start, held[-1].span.stop) if held else start
        held.append(
            Timed(
                Interval(begun, begun + timedelta(days)), LaneAnswer(answer, str(begun), str(begun))
            )
        )
    absent = [Timed(Interval(ALWAYS, begins), NOT_YET), Timed(Interval(begins, FOREVER), UNKNOWN)]
    whole = Interval(first, first + timedelta(40))
    lane = lane_of(held, absent, whole)
    assert (lane[0].span.start, lane[-1].span.stop) == whole
    for one, following in itertools.pairwise(lane):
        assert one.span.stop == following.span.start
        assert one.what.answer != following.what.answer
    for day in (whole.start + timedelta(days) for days in range(40)):
        (told,) = (own.what for own in lane if own.span.start <= day < own.span.stop)
        answering = [own.what for own in held if own.span.start <= day < own.span.stop]
        otherwise = NOT_YET if day < begins else UNKNOWN
        assert told.answer == (answering[0].answer if answering else otherwise)
    known = {own.what.answer for own in lane if own.what.answer.is_known}
    assert ever_changed(lane) == (len(known) > 1)


@given(st.sets(st.integers(1, 6000), max_size=30))
def test_each_answer_is_seen_and_all_fill_the_years(cuts: set[int]) -> None:
    whole = Interval(date(2012, 1, 1), date(2029, 1, 1))
    edges = [whole.start, *(whole.start + timedelta(cut) for cut in sorted(cuts)), whole.stop]
    spans = [Interval(start, stop) for start, stop in itertools.pairwise(edges)]
    months = columns_of(spans, whole)
    assert min(months) >= 1
    assert sum(months) == 12 * 17


def test_nothing_that_nobody_knows_looks_like_a_no() -> None:
    whole = Interval(date(2012, 1, 1), date(2029, 1, 1))
    answers: list[tuple[list[str | bool], list[str | bool]]] = [
        ([False], [True]),
        (["not-eligible", "none"], ["listed", "not-required", "no-limit"]),
    ]
    for denying, others in answers:
        stated = [Answer(State.STATED, (value,)) for value in (*denying, *others)]
        states = [*map(Answer, set(State) - {State.STATED}), *stated]
        lane = [Timed(whole, LaneAnswer(answer)) for answer in states]
        for answer, looks in looks_of([lane], denying).items():
            assert (looks == "no") == (answer.value in denying)
            assert (looks == "unknown") == (not answer.is_known)
            absent = answer.is_known and answer.state is not State.STATED
            assert (looks == "absent") == absent


def test_every_look_of_a_bar_stands_in_the_legend(client: Client) -> None:
    """On the page and in the picture, each as its bars look, and signed as they are."""
    address = "/topics/bonded-import-1210/"
    page = opened(client, address, as_of=DAY)
    (legend,) = re.findall(r'<p class="row legend lane-legend.*?</p>', page, re.S)
    drawn = opened(client, f"{address}pictures/lanes.svg", as_of=DAY)
    for looks in ("shade-1", "absent", "unknown"):
        assert f'class="key {looks}"' in legend
        assert f'class="bar {looks}"' in drawn
    told = {title.split(" · ")[0]: looks for _, looks, _, title in BAR.findall(page)}
    assert told["Not open"] == "no"
    assert told["On the pilot list"].startswith("shade-")
    found = re.findall(
        r"<title>(Not open|On the pilot list)\b[^<]*</title>\s*<rect class=\"bar ([\w-]+)", drawn
    )
    assert dict(found) == {one: told[one] for one in ("Not open", "On the pilot list")}


def test_lanes_of_a_city_are_those_of_the_plain_reading() -> None:
    chance, asked, whole = Random(15), inquiry(), span_shown(DAY)
    slugs = ["hangzhou", "bortala", *chance.sample(sorted(oracle.CITIES), 2)]
    for slug in slugs:
        city = asked.snapshot.cities_by_slug[slug]
        lanes = lanes_of_place(city, topics_known(asked).values(), asked, whole)
        for pk in chance.sample(sorted(lanes), rounds(len(lanes), on_sqlite=25)):
            topic, lane = asked.snapshot.topics[pk], lanes[pk]
            edges = {span.start for span, _ in lane} | {span.stop for span, _ in lane}
            days = {edge + timedelta(more) for edge in edges for more in (-1, 0)}
            for day in sorted(day for day in days if whole.start <= day < whole.stop):
                (told,) = (own.what for own in lane if own.span.start <= day < own.span.stop)
                state, value, _ = oracle.answer(slug, topic.slug, day.isoformat())
                assert told.answer.state == state, (slug, topic.slug, day)
                if topic.value_type in ("boolean", "number") and state == State.STATED:
                    assert float(told.answer.value) == float(value), (slug, topic.slug, day)


def test_lanes_across_cities_are_those_of_each_city() -> None:
    asked, whole, chance = inquiry(), span_shown(DAY), Random(16)
    known = topics_known(asked)
    named = ("bonded-import-1210", "import-single-transaction-limit", "local-cash-support")
    by_slug = asked.snapshot.topics_by_slug
    for topic in [
        *(by_slug[slug] for slug in named),
        *chance.sample(sorted(known.values(), key=id), 4),
    ]:
        groups = lanes_across(topic, asked, whole)
        cities = [city.pk for group in groups for city in group.cities]
        assert sorted(cities) == sorted(cities_on(asked))
        for group in groups:
            for city in chance.sample(group.cities, min(2, len(group.cities))):
                own = lanes_of_place(city, [topic], asked, whole)[topic.pk]
                assert [(span, told.answer) for span, told in group.lane] == [
                    (span, told.answer) for span, told in own
                ], (topic.slug, city.slug)


def test_lanes_that_are_not_sure_enough_are_not_verified() -> None:
    asked, whole = inquiry(sure=Certainty.PRIMARY), span_shown(DAY)
    topic = asked.snapshot.topics_by_slug["import-single-transaction-limit"]
    (group,) = lanes_across(topic, asked, whole)
    states = [told.answer.state for _, told in group.lane]
    # What was read in the official text holds since 2019.
    assert states[-1] is State.STATED
    assert State.NOT_VERIFIED in states


def test_a_place_without_pilot_status_has_lanes_too() -> None:
    asked, whole = inquiry(), span_shown(DAY)
    place = HypotheticalPlace(
        "Suihua", Province.objects.get(iso_3166_2="CN-HL"), CustomsDistrict.objects.get(code="1900")
    )
    topic = asked.snapshot.topics_by_slug["import-single-transaction-limit"]
    lane = lanes_of_place(place, [topic], asked, whole)[topic.pk]
    assert [int(told.answer.value) for _, told in lane] == [1000, 2000, 5000]
    assert [span.start.isoformat() for span, _ in lane[1:]] == ["2016-04-08", "2019-01-01"]


def test_each_bar_leads_to_its_answer(client: Client) -> None:
    page = opened(client, "/cities/hangzhou/", as_of=DAY, lanes="all")
    bars = BAR.findall(page)
    assert len(bars) > 100
    for _, looks, link, title in Random(3).sample(bars, 12):
        path, _, query = unescape(link).partition("?")
        answer = unescape(opened(client, path, **dict(parse_qsl(query))))
        words = unescape(title).split(" · ")[0]
        figure = re.search(r'<p class="figures"><strong>(.*?)</strong>', answer, re.S)
        assert figure
        assert re.sub(r"<[^>]+>", "", figure[1]) == words, link
        assert (looks == "no") == (words == "No")
    rows = re.findall(r'<tr class="lane">.*?</tr>', page, re.S)
    for row in rows:
        assert sum(int(months) for months, *_ in BAR.findall(row)) == 12 * 17


def test_a_city_shows_what_varies_and_if_asked_all_that_changed(client: Client) -> None:
    some = opened(client, "/cities/hangzhou/", as_of=DAY).count('<tr class="lane">')
    every = opened(client, "/cities/hangzhou/", as_of=DAY, lanes="all")
    assert 10 < some < every.count('<tr class="lane">')
    assert "Only the topics that vary" in every
    refused: Any = client.get("/cities/hangzhou/", {"lanes": "some"})
    assert refused.status_code == 400


def test_a_topic_that_only_names_things_has_no_lanes(client: Client) -> None:
    assert 'class="lane"' not in opened(client, "/topics/customs-offices-named/")
    assert 'class="lane"' in opened(client, "/topics/bonded-import-1210/")


def test_lanes_cost_no_more_for_more_cities(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    forget()
    asked = inquiry()
    known = topics_known(asked)
    cities_on(asked)
    for slug in ("bonded-import-1210", "local-cash-support", "pilot-free-trade-zone"):
        # The rows of all cities; and the policies not answered with before.
        with django_assert_num_queries(2):
            lanes_across(asked.snapshot.topics_by_slug[slug], asked, span_shown(DAY))
        with django_assert_num_queries(0):
            lanes_across(asked.snapshot.topics_by_slug[slug], asked, span_shown(DAY))
    forget()
    asked = inquiry()
    city = asked.snapshot.cities_by_slug["hangzhou"]
    lanes_of_place(city, known.values(), asked, span_shown(DAY))
    with django_assert_num_queries(0):
        lanes_of_place(city, known.values(), asked, span_shown(DAY))


@given(st.lists(DAYS, max_size=8), DAYS)
def test_steps_lead_to_the_stops_beside_the_day(days: list[date], day: date) -> None:
    found = stepping(days, day, str)
    stops = sorted({*days, day})
    earlier = [own for own in stops if own < day]
    later = [own for own in stops if own > day]
    assert found["earlier"] == ((earlier[-1], str(earlier[-1])) if earlier else None)
    assert found["later"] == ((later[0], str(later[0])) if later else None)
    assert found["last_stop"] == (stops[-1] - stops[0]).days
    assert found["stop"] == (day - stops[0]).days
    assert found["moves"] == bool(days)


@pytest.mark.parametrize(
    "address",
    [
        "/cities/hangzhou/",
        "/topics/bonded-import-1210/",
        "/compare/?cities=hangzhou",
        "/places/Suihua:CN-HL:1900/",
    ],
)
def test_every_step_of_a_page_is_a_day_of_change(client: Client, address: str) -> None:
    joined = "&" if "?" in address else "?"
    page: Any = client.get(f"{address}{joined}as_of=2018-06-20&lang=en")
    assert page.status_code == 200
    text = page.content.decode()
    earlier, later = (
        re.search(rf'href="\?([^"]*)" data-step="{way}"', text) for way in ("earlier", "later")
    )
    assert earlier
    assert later
    back: Any = client.get(f"{address.partition('?')[0]}?{unescape(later[1])}&lang=en")
    stops = re.search(r'data-days-apart="([^"]*)"', text)
    there = re.search(r'data-days-apart="([^"]*)"', back.content.decode())
    assert stops
    assert there
    # The day asked for is no stop once it is left, since nothing changes on it.
    assert len(there[1].split()) == len(stops[1].split()) - 1


def test_a_choice_says_itself_whether_it_denies() -> None:
    """By its column, whatever its key says."""
    topic = inquiry().snapshot.topics_by_slug["bonded-import-1210"]
    assert inquiry().snapshot.denials_of(topic) == {"not-eligible"}
    Choice.objects.filter(topic=topic).update(
        denies=Case(When(slug="listed", then=True), default=False)
    )
    assert inquiry().snapshot.denials_of(topic) == {"listed"}
    for other in inquiry().snapshot.topics.values():
        if not other.answer_type.is_listed:
            expected = {False} if other.value_type == "boolean" else set()
            assert inquiry().snapshot.denials_of(other) == expected
