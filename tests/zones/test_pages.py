"""Pages say what the questions behind them say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from cbec_portal.china_time import today_in_china
from tests.zones import oracle
from tests.zones.test_publishing import answers, next_version, publish_as_two
from zones.rules.vocabulary import Change
from zones.selectors.adoption import adoption_of, groups_of
from zones.selectors.answer_history import changes_of, days_of_change
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.mark.parametrize("known_at", [1, None])
def test_the_days_of_change_are_those_of_each_city(known_at: int | None) -> None:
    kept = current_snapshot()
    inquiry = Inquiry(kept, known_at or kept.newest, today_in_china(), "en")
    cities = [kept.cities_by_slug[slug] for slug in ("zhengzhou", "haikou", "hangzhou")]
    ever = {"first": date(2000, 1, 1), "last": date(2060, 1, 1)}
    expected = {change.day for city in cities for change in changes_of(city, inquiry, **ever)}
    days_of_change(cities[:1], inquiry)  # one of them is kept already
    found = days_of_change(cities, inquiry)
    assert found == sorted(expected)


@pytest.mark.parametrize("city", ["zhengzhou", "haikou"])
def test_what_changed_in_a_city_agrees_with_the_oracle(city: str) -> None:
    kept = current_snapshot()
    changes = changes_of(
        kept.cities_by_slug[city],
        Inquiry.of_now(kept),
        first=date(2000, 1, 1),
        last=date(2026, 12, 31),
    )
    told = {(change.day, change.topic.slug) for change in changes}
    assert len(told) == len(changes)
    for day in sorted({day for day, _ in told}):
        for topic in oracle.TOPICS:
            before = oracle.answer(city, topic, (day - DAY).isoformat())[2][:1]
            after = oracle.answer(city, topic, day.isoformat())[2][:1]
            assert ((day, topic) in told) == (before != after), (day, topic)


def test_changes_between_two_days_are_cut_at_them() -> None:
    kept = current_snapshot()
    first, last = date(2018, 1, 1), date(2020, 1, 1)
    inquiry = Inquiry.of_now(kept)
    city = kept.cities_by_slug["zhengzhou"]
    within = changes_of(city, inquiry, first=first, last=last)
    everything = changes_of(city, inquiry, first=date(2000, 1, 1), last=date(2030, 1, 1))
    assert [c[:2] for c in within] == [c[:2] for c in everything if first <= c.day <= last]


def test_groups_and_spread_of_a_topic_agree_with_the_oracle() -> None:
    kept = current_snapshot()
    topic = kept.topics_by_slug["bonded-import-1210"]
    day = date(2018, 6, 30)
    inquiry = Inquiry.of_now(kept, day=day)
    groups = groups_of(topic, inquiry)
    expected: dict[Any, set[str]] = {}
    for city in oracle.CITIES:
        state, value, _ = oracle.answer(city, topic.slug, day.isoformat())
        expected.setdefault((state, value), set()).add(city)
    assert {frozenset(c.slug for c in group.cities) for group in groups} == {
        frozenset(cities) for cities in expected.values()
    }
    for choice, spread in adoption_of(topic, inquiry):
        assert choice is not None
        start, count = spread.ever[0]
        have = {
            city
            for city in oracle.CITIES
            if oracle.answer(city, topic.slug, start.isoformat())[1] == choice.slug
        }
        assert (count, {city.slug for city in spread.first}) == (len(have), have)


@pytest.mark.parametrize(
    "path",
    [
        f"/compare/?cities={','.join(['hangzhou'] * 2)}",
        "/compare/?cities=" + ",".join(f"city{n}" for n in range(500)),
        "/compare/?cities=hangzhou&as_of=1800-01-01",
        "/compare/?cities=hangzhou&only=similarities",
        "/cities/hangzhou/?as_of=2026-02-30",
        "/cities/hangzhou/changes/?from=yesterday",
        "/topics/bonded-import-1210/?known_at=77",
        "/profiles/?focus_area=weather",
        "/sources/?kind=rumour",
        "/search/?query=hangzhou",
    ],
)
def test_a_wrong_question_gets_a_helpful_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (200, 400)
    if "hangzhou,hangzhou" not in path:
        assert response.status_code == 400
        assert b"<code>" in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/cities/atlantis/",
        "/cities/atlantis/changes/",
        "/cities/hangzhou/no-such-topic/",
        "/topics/no-such-topic/",
        "/sources/no-such-document/",
        "/nothing/",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_links_of_a_past_revision_stay_in_it(client: Client) -> None:
    for path in ("/compare/?cities=hangzhou,zhengzhou&known_at=1", "/cities/hangzhou/?known_at=1"):
        page = client.get(path).content.decode()
        answers = [part.split('"')[0] for part in page.split('href="/cities/hangzhou/')[1:]]
        assert any(link.startswith("import-single-transaction-limit/") for link in answers)
        assert all("known_at=1" in link for link in answers)


def test_the_language_of_the_address_is_remembered(client: Client) -> None:
    assert client.get("/about/?lang=zh-hans").headers["Content-Language"] == "zh-hans"
    assert client.get("/about/").headers["Content-Language"] == "zh-hans"
    assert client.get("/about/?lang=en").headers["Content-Language"] == "en"


@pytest.mark.parametrize("day", ["2018-06-30", "2025-01-15"])
def test_cities_with_the_same_rules_are_those_of_the_profile(client: Client, day: str) -> None:
    profiles = client.get(f"/api/v1/profiles/?as_of={day}").json()["results"]
    own = next(profile["cities"] for profile in profiles if "hangzhou" in profile["cities"])
    page = client.get(f"/cities/hangzhou/?as_of={day}")
    assert ["hangzhou", *(link.split("/")[2] for link, *_ in page.context["alike"])] == sorted(
        own, key=lambda slug: (slug != "hangzhou", own.index(slug))
    )


def test_suggestions_say_why_and_never_repeat(client: Client) -> None:
    page = client.get("/cities/hangzhou/?as_of=2018-06-30")
    suggested = [slug for _, cities in page.context["suggested"] for slug, *_ in cities]
    assert len(suggested) == len(set(suggested)) > 4
    assert "hangzhou" not in suggested
    province = dict(page.context["suggested"])["same province"]
    assert all(oracle.CITIES[slug]["province"] == "CN-ZJ" for slug, *_ in province)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Hangzhou,郑州", "hangzhou,zhengzhou"),
        ("杭州市@2019-01-01,zheng zhou", "hangzhou@2019-01-01,zhengzhou"),
        ("XI’AN,tianjin", "xian,tianjin"),
    ],
)
def test_cities_may_be_typed_by_any_name(client: Client, typed: str, asked: str) -> None:
    moved = client.get("/compare/", {"cities": typed, "only": "differences"})
    assert (moved.status_code, moved["Location"]) == (302, f"?cities={asked}&only=differences")
    assert client.get(f"/compare/{moved['Location']}").status_code == 200


def test_a_name_of_several_cities_is_refused_with_their_keys(client: Client) -> None:
    refused = client.get("/compare/?cities=Taizhou,hangzhou")
    assert refused.status_code == 400
    for province in ("jiangsu", "zhejiang"):
        link = f'<a href="?cities=taizhou-{province}&amp;cities=hangzhou">'
        assert link in refused.content.decode()


def test_an_unknown_city_brings_the_nearest_to_mind(client: Client) -> None:
    for path in ("/compare/", "/api/v1/compare/"):
        refused = client.get(path, {"cities": "hangzou,zhengzhou"})
        assert refused.status_code == 400
        assert "hangzhou" in refused.content.decode()


@pytest.mark.parametrize(
    ("own", "asked"),
    [
        ("column=2&column_day=2018-12-31", "hangzhou,zhengzhou@2018-12-31"),
        ("column=1&column_day=", "hangzhou,zhengzhou"),
    ],
)
def test_a_column_takes_its_own_day(client: Client, own: str, asked: str) -> None:
    cities = "hangzhou@2020-01-01,zhengzhou" if own.endswith("=") else "hangzhou,zhengzhou"
    moved = client.get(f"/compare/?cities={cities}&as_of=2019-12-31&{own}")
    assert (moved.status_code, moved["Location"]) == (302, f"?cities={asked}&as_of=2019-12-31")


@pytest.mark.parametrize(
    "own", ["column=3", "column=0", "column=x", "column=1&column_day=1800-01-01"]
)
def test_a_wrong_own_day_is_refused(client: Client, own: str) -> None:
    assert client.get(f"/compare/?cities=hangzhou,zhengzhou&{own}").status_code == 400


def test_a_document_tells_everything_that_rests_on_it(client: Client) -> None:
    for document in ("sc-2025-40", "gacc-2018-194", "sc-2015-44"):
        text = client.get(f"/sources/{document}/").content.decode()
        policies = [p for p in oracle.POLICIES if p["source_id"] == document]
        duties = [r for r in oracle.read("requirements") if r["source_id"] == document]
        ended = {z["city"] for z in oracle.ZONES if z["ended_by"] == document}
        assert text.count('class="value"') == len(policies)
        assert all(duty["number"] in text for duty in duties)
        assert all(f"/cities/{city}/" in text for city in ended)


@pytest.mark.parametrize(
    "path",
    [
        "/topics/code-9610-available/",
        "/profiles/",
        "/cities/hangzhou/",
        "/compare/?cities=hangzhou,ningbo",
    ],
)
def test_an_earlier_revision_is_said_and_kept_in_forms_and_links(client: Client, path: str) -> None:
    policy = answers("hangzhou", "code-9610-available", date(2026, 11, 23))[0]
    corrected = next_version(policy, change=Change.CORRECTED, value_boolean=False)
    publish_as_two(Publication(policies=[corrected]))
    forget()
    then = client.get(f"{path}{'&' if '?' in path else '?'}known_at=1").content.decode()
    assert "This is what was known at revision 1, not what is known now." in then
    assert '<input type="hidden" name="known_at" value="1">' in then
    content = then.partition("<main")[2]
    dated = re.findall(r'href="(/(?:cities|topics|compare)/[^"]*as_of=[^"]*)"', content)
    assert dated
    assert [link for link in dated if "known_at=1" not in link] == []
    now = client.get(path).content.decode()
    assert "known at revision 1" not in now
    assert 'name="known_at"' not in now


@pytest.mark.parametrize("question", ["", "?as_of=2018-08-01", "?as_of=2013-01-01", "?known_at=1"])
def test_the_home_page_counts_the_zones_to_which_it_leads(client: Client, question: str) -> None:
    home = client.get(f"/{question}")
    programmes = home.context["programmes"]
    assert len(programmes) == 3
    for one in programmes:
        assert f'href="/zones/?{escape(one["question"])}"' in home.content.decode()
        assert client.get(f"/zones/?{one['question']}").context["found"] == one["zones"]
