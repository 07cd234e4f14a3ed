"""How the rules of a place without pilot status changed, told as a city's are."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.zones import oracle
from tests.zones.test_hypothetical_places import SUIHUA, described, in_oracle
from zones.api.place_parameters import described as described_place
from zones.selectors.answer_history import answers_in_time, changes_of, days_of_change
from zones.selectors.hypothetical_places import answers_in_hypothetical
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EVER = {"first": date(2000, 1, 1), "last": date(2031, 1, 1)}
CUSTOMS_OF_HANGZHOU = "Tonglu county:CN-ZJ:2900"


@pytest.fixture(autouse=True)
def _only_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle, "CITIES", dict(oracle.CITIES))


def text_of(client: Client, address: str) -> str:
    answer: Any = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_there_agrees_with_a_plain_reading(seed: int) -> None:
    kept = current_snapshot()
    province, district = described(random.Random(seed))
    inquiry = Inquiry.of_now(kept)
    place = described_place("place", f"Somewhere:{province}:{district}", inquiry)
    key = in_oracle(province, district)
    changes = changes_of(place, inquiry, **EVER)
    told = {(change.day, change.topic.slug) for change in changes}
    assert len(told) == len(changes) > 20
    days = days_of_change([place], inquiry)
    assert {day for day, _ in told} == {d for d in days if EVER["first"] <= d <= EVER["last"]}
    for day in days:
        for topic in oracle.TOPICS:
            before = oracle.answer(key, topic, (day - DAY).isoformat())[2][:1]
            after = oracle.answer(key, topic, day.isoformat())[2][:1]
            assert ((day, topic) in told) == (before != after), (day, topic)


@pytest.mark.parametrize("seed", range(3))
def test_what_changed_between_two_days_reads_no_policy_of_other_times(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = current_snapshot()
    province, district = described(random.Random(200 + seed))
    inquiry = Inquiry.of_now(kept)
    place = described_place("place", f"Somewhere:{province}:{district}", inquiry)
    everything = changes_of(place, inquiry, **EVER)
    read: list[set[int]] = []
    rendered = kept.rendered
    monkeypatch.setattr(
        type(kept),
        "rendered",
        lambda _own, ids, _language: read.append(set(ids)) or rendered(ids, "en"),
    )
    changes_of(place, inquiry, **EVER)
    for first, last in pairwise(sorted({change.day for change in everything})):
        told = [(one.day, one.topic) for one in changes_of(place, inquiry, first=first, last=last)]
        assert told == [(o.day, o.topic) for o in everything if first <= o.day <= last]
    whole, *parts = read
    assert max(map(len, parts)) < len(whole)


@pytest.mark.parametrize("seed", range(6))
def test_the_history_of_each_topic_is_that_of_a_plain_reading(seed: int) -> None:
    kept = current_snapshot()
    province, district = described(random.Random(100 + seed))
    inquiry = Inquiry.of_now(kept)
    place = described_place("place", f"Somewhere:{province}:{district}", inquiry)
    key = in_oracle(province, district)
    found = 0
    for topic in kept.topics.values():
        history = answers_in_time(place, topic, inquiry)
        days = {oracle.first_day(p["effective_from"]) for p in oracle.BY_TOPIC[topic.slug]}
        expected = {answer[0] for day in days if (answer := oracle.answer(key, topic.slug, day)[2])}
        assert {cell["policy"] for cell in history} == expected
        for cell in history:
            first = date.fromisoformat(cell["from"])
            last = cell["until"] and date.fromisoformat(cell["until"])
            found += 1
            for day, holds in ((first - DAY, False), (first, True), (last, True)):
                if day:
                    keys = oracle.answer(key, topic.slug, day.isoformat())[2]
                    assert (keys[:1] == [cell["policy"]]) == holds
            after = oracle.answer(key, topic.slug, (last + DAY).isoformat())[2] if last else []
            assert after[:1] != [cell["policy"]]
    assert found > 20


@pytest.mark.parametrize("key", [SUIHUA, CUSTOMS_OF_HANGZHOU])
def test_what_is_asked_of_a_few_days_makes_the_rows_of_those_days_alone(key: str) -> None:
    inquiry = Inquiry.of_now(current_snapshot())
    place = described_place("place", key, inquiry)
    topics = list(inquiry.snapshot.topics.values())
    rows = answers_in_hypothetical([place], topics, inquiry)[place]
    begun = {date.fromisoformat(row.since) for row in rows}
    ended = {date.fromisoformat(row.through) + DAY for row in rows if row.through}
    assert days_of_change([place], inquiry) == sorted(begun | ended)
    fewer = 0
    for day in (date(2014, 6, 1), date(2019, 1, 1), date(2024, 12, 15)):
        near = answers_in_hypothetical([place], topics, inquiry, (day, day))[place]
        before, after = (day - DAY).isoformat(), (day + DAY).isoformat()
        assert near == [
            row
            for row in rows
            if row.since <= after and (row.through is None or row.through >= before)
        ]
        fewer += len(near) < len(rows)
    assert fewer


def test_a_topic_has_its_history_there_as_in_a_city(client: Client) -> None:
    on = "import-single-transaction-limit/?as_of=2018-12-31"
    place = text_of(client, f"/places/{SUIHUA}/{on}")
    city = text_of(client, f"/cities/hangzhou/{on}")
    stories = [re.search(r'<ol class="story">.*?</ol>', page, re.S) for page in (place, city)]
    assert stories[0]
    assert stories[1]
    assert stories[0][0] == stories[1][0]
    assert "5,000 CNY" in stories[0][0]
    assert "2,000 CNY" in re.findall(r'<p class="figures"><strong>(.*?)</strong>', place)
    assert f'href="/places/{SUIHUA}/?as_of=2018-12-31"' in place
    compared = f"/compare/?cities={SUIHUA}&topic=import-single-transaction-limit&as_of=2018-12-31"
    assert compared in place.replace("&amp;", "&")


def test_its_page_its_comparison_and_its_changes_lead_to_the_history(client: Client) -> None:
    topic = "import-single-transaction-limit"
    there = f"/places/{SUIHUA}/{topic}/?as_of=2020-06-30"
    page = text_of(client, f"/places/{SUIHUA}/?as_of=2020-06-30")
    assert there in page
    assert f'href="/places/{SUIHUA}/changes/"' in page
    assert there in text_of(client, f"/compare/?cities=hangzhou,{SUIHUA}&as_of=2020-06-30")
    changes = text_of(client, f"/places/{SUIHUA}/changes/?from=2019-01-01&to=2019-01-01")
    assert f"/places/{SUIHUA}/{topic}/?as_of=2019-01-01" in changes
    assert "2,000 CNY → " in changes
    days = f"cities={SUIHUA}@2018-12-31,{SUIHUA}@2019-01-01"
    assert f"/compare/?{days}&only=differences" in changes.replace("&amp;", "&")


def test_every_link_of_its_pages_answers(client: Client) -> None:
    pages = ["", "changes/", "bonded-import-1210/", "bonded-import-1210/?known_at=1"]
    seen: set[str] = set()
    for page in pages:
        text = text_of(client, f"/places/{quote(CUSTOMS_OF_HANGZHOU)}/{page}")
        main = text[text.index("<main") : text.index("</main>")]
        seen |= set(re.findall(r'href="(/places/[^"#]*)', main))
    assert len(seen) > 30
    for link in sorted(seen)[::7]:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_what_was_known_at_a_revision_stays_so_there(client: Client) -> None:
    page = text_of(client, f"/places/{SUIHUA}/bonded-import-1210/?known_at=1")
    assert "known_at%3D1" in page or "known_at=1" in page
    assert client.get(f"/places/{SUIHUA}/changes/?known_at=99").status_code == 400


def test_a_topic_or_day_that_is_none_is_refused_there_too(client: Client) -> None:
    assert client.get(f"/places/{SUIHUA}/nonsense/").status_code == 404
    for wrong in ("bonded-import-1210/?as_of=2019-13-01", "changes/?from=x", "?certainty=sure"):
        answer = client.get(f"/places/{SUIHUA}/{wrong}", headers={"Accept-Language": "en"})
        assert answer.status_code == 400
        assert "Suihua" in answer.content.decode()


@pytest.mark.parametrize("path", ["", "changes/", "bonded-import-1210/"])
def test_its_pages_ask_no_more_than_a_city_does(
    client: Client, path: str, django_assert_max_num_queries: Any
) -> None:
    address = f"/places/{SUIHUA}/{path}"
    client.get(address)
    with django_assert_max_num_queries(4):
        client.get(address)


@pytest.mark.parametrize(
    ("key", "field", "words"),
    [
        ("x:CN-ZZ:1900", "province", "“CN-ZZ” is not a known value here. Did you mean Zhejiang?"),
        ("x:CN-HL:19", "customs_district", "“19” is not a known value here."),
        (f"{'x' * 61}:CN-HL:1900", "name", "no name of a place"),
        (":CN-HL:1900", "name", "no name of a place"),
        ("a,b:CN-HL:1900", "name", "no name of a place"),
        ("a@b:CN-HL:1900", "name", "no name of a place"),
    ],
)
@pytest.mark.parametrize("more", ["", "changes/", "bonded-import-1210/"])
def test_a_place_that_cannot_be_is_refused_beside_the_field_of_its_form(
    client: Client, key: str, field: str, words: str, more: str
) -> None:
    answer = client.get(f"/places/{quote(key)}/{more}", headers={"Accept-Language": "en"})
    text = unescape(answer.content.decode()).replace("<code>", "").replace("</code>", "")
    assert answer.status_code == 400
    assert 'action="/places/"' in text
    beside = re.search(rf'id="refused-{field}" class="refused">(.*?)</span>\s*</div>', text, re.S)
    assert beside
    assert words in " ".join(re.sub("<[^>]*>", "", beside[1]).split())
    assert f'aria-describedby="refused-{field}"' in text
    name = key.partition(":")[0]
    assert not name or f'name="name" value="{name[:61]}' in text


@pytest.mark.parametrize("name", ["a/b", "a:b", "a,b", "a@b", "x" * 61, "a\u202eb", "a\tb"])
def test_a_name_that_no_address_can_hold_is_refused_in_the_form(client: Client, name: str) -> None:
    asked = {"name": name, "province": "CN-HL", "customs_district": "1900"}
    answer = client.get("/places/", asked, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert 'id="refused-name"' in answer.content.decode()


def test_a_name_alone_is_asked_where_it_lies(client: Client) -> None:
    answer = client.get("/places/Suihua/")
    assert answer["Location"] == "/places/?name=Suihua"
    city: Any = client.get("/places/杭州/", follow=True)
    assert city.redirect_chain[-1][0] == "/cities/hangzhou/"


def test_a_place_without_its_district_is_asked_for_it(client: Client) -> None:
    answer = client.get("/places/Somewhere:CN-GD/", headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "several customs districts" in text
    assert 'value="CN-GD" selected' in text
