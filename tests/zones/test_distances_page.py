"""Distances and gaps as pages show them: the same numbers as the API's, and honest where none."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from tests.zones import oracle
from tests.zones.later import correct_something, move_on
from zones.models import Policy
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db

DAY = {"as_of": "2026-11-23"}
#: A day on which no two cities are known to differ.
BEFORE_ALL = {"as_of": "2005-01-01"}
NOTHING_VARIES = "On this day no two cities are known to differ"


def text_of(html: str) -> str:
    return " ".join(unescape(strip_tags(html)).split())


def page_of(client: Client, address: str, **asked: str) -> str:
    answered = client.get(address, {"lang": "en", **asked})
    assert answered.status_code == 200
    return answered.content.decode()


def rows_of(html: str, table: int = 0) -> list[list[str]]:
    """The cells of the rows of a table in words."""
    body = re.findall(r"<tbody>(.*?)</tbody>", html, re.S)[table]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    return [[text_of(c) for c in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", r, re.S)] for r in rows]


@pytest.mark.parametrize("certainty", ["unverified", "primary"])
def test_the_page_of_a_city_says_what_the_api_does(certainty: str, client: Client) -> None:
    asked = {**DAY, "certainty": certainty}
    answered = client.get("/api/v1/cities/hangzhou/nearest/", {**asked, "limit": "1000"}).json()
    html = page_of(client, "/distances/", city="Hangzhou", **asked)
    rows = rows_of(html)
    named = re.findall(r'<th scope="row"><span[^>]*><input[^>]*><a href="/cities/([^/]+)/', html)
    assert named == [one["city"] for one in answered["results"]]
    assert {"Taizhou (Zhejiang)", "Hefei"} < {row[0] for row in rows}
    labels = {slug: row["label_en"] for slug, row in oracle.TOPICS.items()}
    own = set.intersection(*(set(one["not_comparable_topics"]) for one in answered["results"]))
    for row, one in zip(rows, answered["results"], strict=True):
        _, differing, unknown, topics, further, _ = row
        known = one["not_comparable"] < len(answered["topics"])
        assert differing == (str(one["differing"]) if known else "nobody knows")
        assert unknown == str(one["not_comparable"])
        assert topics == "; ".join(labels[topic] for topic in one["differing_topics"])
        told = [topic for topic in one["not_comparable_topics"] if topic not in own]
        assert further == "; ".join(labels[topic] for topic in told)
    assert all(labels[topic] in text_of(html) for topic in own)


def test_its_files_and_comparisons_are_of_the_same_question(client: Client) -> None:
    html = page_of(client, "/distances/", city="hangzhou", known_at="1", certainty="primary", **DAY)
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', html)]
    files = [link for link in links if link.startswith("/api/v1/cities/hangzhou/nearest/")]
    assert len(files) == 3
    for link in files:
        assert client.get(link).status_code == 200
        for part in ("as_of=2026-11-23", "known_at=1", "certainty=primary"):
            assert part in link
    compared = [link for link in links if link.startswith("/compare/?cities=hangzhou,")]
    assert len(compared) == len(oracle.CITIES) - 1
    for part in ("as_of=2026-11-23", "only=local", "known_at=1", "certainty=primary"):
        assert all(part in link for link in compared)
    assert client.get(compared[0]).status_code == 200


def test_the_table_holds_the_numbers_of_the_api(client: Client) -> None:
    cities = "hangzhou,hefei,bortala,beijing"
    answered = client.get("/api/v1/distances/", {**DAY, "cities": cities}).json()
    rows = rows_of(page_of(client, "/distances/", cities=cities, **DAY))
    for one, row in enumerate(rows):
        for other, cell in enumerate(row[1:]):
            differing = answered["differing"][one][other]
            more = answered["not_comparable"][one][other]
            expected = f"{differing} +{more}" if more else str(differing)
            assert cell == ("–" if one == other else expected)
    assert len(rows) == 4


def test_what_is_typed_is_refused_with_what_may_be_meant(client: Client) -> None:
    for asked in ({"city": "hangzho"}, {"cities": "hefei,hangzho"}):
        answered = client.get("/distances/", {"lang": "en", **asked})
        assert answered.status_code == 400
        assert "Did you mean" in answered.content.decode()
        assert "hangzhou" in answered.content.decode()
    many = client.get("/distances/", {"cities": ",".join(list(oracle.CITIES)[:21])})
    assert many.status_code == 400
    assert client.get("/distances/", {"province": "CN-ZJ"}).status_code == 400
    chinese = client.get("/distances/", {"city": "杭州", "lang": "zh-hans"})
    assert "舟山市" in chinese.content.decode()


@pytest.mark.parametrize("typed", ["hangzhou@", "hangzhou@2020-01-01"])
@pytest.mark.parametrize(
    ("page", "name"), [("distances", "cities"), ("distances", "city"), ("research", "city")]
)
def test_a_day_of_one_city_is_refused(client: Client, page: str, name: str, typed: str) -> None:
    answered = client.get(f"/{page}/", {name: typed, "lang": "en"})
    assert answered.status_code == 400
    assert "gives a day to one city" in text_of(answered.content.decode())
    told = r"Did you mean\s+<a href=\"\?" + name + "=hangzhou&amp;lang=en"
    assert re.search(told, answered.content.decode())
    if (page, name) != ("distances", "city"):
        of_api = client.get(f"/api/v1/{page}/", {name: typed})
        assert of_api.status_code == 400
        (error,) = of_api.json()["errors"]
        assert error["parameter"] == name
        assert typed in error["detail"]


@pytest.mark.parametrize(
    ("page", "name"), [("distances", "cities"), ("distances", "city"), ("research", "city")]
)
def test_a_place_without_pilot_status_is_told_where_it_is_asked_about(
    client: Client, page: str, name: str
) -> None:
    asked = {name: "Suihua:CN-HL:1900", "as_of": "2026-11-23", "lang": "en"}
    html = client.get(f"/{page}/", asked).content.decode()
    assert "has no pilot status. Only pilot cities are asked about here." in text_of(html)
    assert "say where it lies" not in html
    ways = ["/places/Suihua:CN-HL:1900/?as_of=2026-11-23"]
    ways.append("/compare/?cities=Suihua:CN-HL:1900&amp;as_of=2026-11-23")
    for way in ways:
        assert f'href="{way}"' in html
        assert client.get(unescape(way)).status_code == 200
    pilot = client.get(f"/{page}/", {**asked, name: "Hangzhou:CN-ZJ:2900"})
    assert f'href="?{name}=hangzhou' in pilot.content.decode()
    nowhere = client.get(f"/{page}/", {**asked, name: "Suihua:CN-XX:1900"})
    assert nowhere.status_code == 400


@pytest.mark.parametrize(
    ("slug", "told"),
    [
        ("nowhere", "There is no city “nowhere”."),
        ("hangzho", "Did you mean “hangzhou"),
        ("杭州", "“杭州” is no key of a city. Did you mean “hangzhou”?"),
        ("Suihua:CN-HL:1900", "“Suihua:CN-HL:1900” has no pilot status"),
    ],
)
def test_an_address_of_no_city_names_it(client: Client, slug: str, told: str) -> None:
    for address in (f"/api/v1/cities/{slug}/nearest/", f"/api/v1/cities/{slug}/"):
        answered = client.get(address)
        assert answered.status_code == 404
        assert told in answered.json()["detail"], address


def test_where_nothing_varies_or_nothing_is_known_it_says_so(client: Client) -> None:
    for asked in ({}, {"city": "hangzhou"}, {"cities": "hangzhou,hefei"}):
        assert NOTHING_VARIES in page_of(client, "/distances/", **asked, **BEFORE_ALL)
    assert NOTHING_VARIES in page_of(client, "/cities/hangzhou/", **BEFORE_ALL)


def test_a_city_names_its_nearest_and_farthest(client: Client) -> None:
    answered = client.get("/api/v1/cities/hangzhou/nearest/", {**DAY, "limit": "1000"}).json()
    html = page_of(client, "/cities/hangzhou/", **DAY)
    part = html[html.index('id="nearest"') : html.index('id="beside"')]
    names = re.findall(
        r"/compare/\?cities=hangzhou,([a-z-]+)&amp;as_of=2026-11-23&amp;only=local", part
    )
    assert names[:5] == [one["city"] for one in answered["results"][:5]]
    most = max(one["differing"] for one in answered["results"])
    by_city = {one["city"]: one for one in answered["results"]}
    assert [by_city[name]["differing"] for name in names[5:]] == [most] * 3
    far = by_city[names[-1]]
    words = f"differs on {most} local topics, {far['not_comparable']} not comparable"
    assert words in text_of(part)


def test_a_city_says_what_nobody_knows_of_it(client: Client) -> None:
    (own,) = client.get("/api/v1/research/", {**DAY, "city": "hangzhou"}).json()["cities"]
    told = (
        f"What we do not know yet about Hangzhou: {own['not_researched']} of {own['cells']} topics"
    )
    html = page_of(client, "/cities/hangzhou/", **DAY)
    assert told in text_of(html)
    assert "/research/?city=hangzhou&amp;as_of=2026-11-23" in html
    page = text_of(page_of(client, "/research/", city="hangzhou", **DAY))
    assert f"{own['researched']} of {own['cells']} answers researched" in page
    assert "What we do not know yet about Hangzhou" in page


def test_a_day_not_asked_for_before_costs_little_however_much_is_shown(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    chance = Random(1)
    forget()
    client.get("/distances/", {"as_of": "2020-01-01"})
    current_snapshot().answers(Policy.objects.values_list("pk", flat=True))
    every = ",".join(list(oracle.CITIES)[:20])
    for asked in (
        {},
        {"city": "hefei"},
        {"cities": "hefei,beijing"},
        {"city": "xian", "cities": every},
    ):
        day = date(2026, 1, 1) - timedelta(chance.randrange(1, 2000))
        with django_assert_max_num_queries(2):
            client.get("/distances/", {"as_of": str(day), **asked})


def test_more_rows_cost_no_more(client: Client, django_assert_max_num_queries: Any) -> None:
    asked = "/distances/?city=hangzhou&cities=hangzhou,hefei"
    client.get(asked)
    correct_something()
    move_on()
    client.get(asked)
    with django_assert_max_num_queries(1):
        client.get(asked)


def test_pages_lead_to_distances_and_to_what_is_not_known(client: Client) -> None:
    for address in ("/", "/about/", "/profiles/", "/compare/"):
        assert 'href="/distances/' in page_of(client, address)
    for address in ("/", "/about/", "/topics/"):
        assert 'href="/research/' in page_of(client, address)
    compared = page_of(client, "/compare/", cities="hangzhou,hefei", **DAY)
    assert 'href="/research/?city=hangzhou,hefei&amp;as_of=2026-11-23"' in compared
    assert "/distances/" in client.get("/sitemap.xml").content.decode()


def test_the_list_of_where_rows_begin_counts_all_that_differ_on_so_many_at_most(
    client: Client,
) -> None:
    page = page_of(client, "/distances/", city="ningbo", **DAY)
    asked = {**DAY, "limit": "1000"}
    near = client.get("/api/v1/cities/ningbo/nearest/", asked).json()["results"]
    most = [own["differing"] + own["not_comparable"] for own in near]
    listed = re.findall(r'href="#at-most-(\d+)">[^<]*<span class="fine">(\d+)</span>', page)
    assert len(listed) > 3
    assert [(int(at), int(count)) for at, count in listed] == [
        (int(at), sum(one <= int(at) for one in most)) for at, _ in listed
    ]
