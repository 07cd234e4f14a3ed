"""Good manners: titles, addresses, what search engines are told, and helpful errors."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import resolve

from tests.addresses import OF_A_FILE
from tests.router import every_address
from tests.zones.oracle import CITIES, TOPICS, read

pytestmark = pytest.mark.django_db

PAGES = [
    *("/", "/cities/", "/cities/hangzhou/", "/cities/hangzhou/changes/"),
    *("/cities/hangzhou/bonded-import-1210/", "/zones/", "/batches/", "/statistics/", "/topics/"),
    *(
        "/topics/spread/",
        "/topics/bonded-import-1210/",
        "/changes/",
        "/atlas/",
        "/profiles/",
        "/research/",
        "/distances/",
        "/sources/",
    ),
    *(
        "/sources/sc-2015-44/",
        "/search/",
        "/about/",
        "/about/parts/",
        "/compare/",
        "/compare/as-if/",
    ),
    *("/places/", "/places/Suihua:CN-HL:1900/", "/places/Suihua:CN-HL:1900/changes/"),
    "/places/Suihua:CN-HL:1900/bonded-import-1210/",
    "/places/Suihua:CN-HL:1900/bonded-import-1210/report/",
    "/cities/hangzhou/bonded-import-1210/report/",
]


def head(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode().split("</head>")[0])


def meta(text: str, pattern: str) -> str:
    (found,) = re.findall(pattern, text, re.S)
    return html.unescape(found)


def test_every_page_has_a_row_here() -> None:
    named = {one.own_name for one in every_address() if one.space == "zones:"}
    tested = {resolve(address).url_name for address in PAGES}
    files = {name for name in named if OF_A_FILE.search(name)}
    assert named - tested - files == {
        *("changes-feed", "changes-calendar"),
        *("embedded-comparison", "embedded-topic"),
    }


@pytest.mark.parametrize("address", PAGES)
def test_whoever_shows_the_link_of_a_page_is_told_its_title(client: Client, address: str) -> None:
    text = head(client, address)
    title = meta(text, "<title>(.*?)</title>").rsplit("·", 1)[0]
    assert meta(text, r'property="og:title" content="([^"]+)"') == " ".join(title.split())
    said = meta(text, r'<meta name="description"\s+content="([^"]+)"')
    told = meta(text, r'property="og:description" content="([^"]+)"')
    assert told == " ".join(said.split())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_titles_and_descriptions_tell_pages_apart(client: Client, language: str) -> None:
    heads = [head(client, f"{address}?lang={language}") for address in PAGES]
    titles = [meta(text, r"<title>(.*?)</title>") for text in heads]
    descriptions = [meta(text, r'<meta name="description"\s+content="(.*?)">') for text in heads]
    assert len(set(titles)) == len(titles)
    assert all(title == " ".join(title.split()) for title in titles)
    assert len(set(descriptions)) >= len(descriptions) - 2  # search and parts have the general one
    assert all(20 <= len(text) <= 320 or language == "zh-hans" for text in descriptions)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_its_one_address_and_its_other_language(client: Client, address: str) -> None:
    text = head(client, f"{address}?lang=zh-hans")
    whole = f"http://testserver{address}"
    assert meta(text, r'<link rel="canonical" href="(.*?)">') == whole
    found = dict(re.findall(r'<link rel="alternate" hreflang="(.*?)" href="(.*?)">', text))
    assert found == {
        "en": f"{whole}?lang=en",
        "zh-Hans": f"{whole}?lang=zh-hans",
        "x-default": whole,
    }


def test_the_order_of_parameters_makes_no_new_page(client: Client) -> None:
    asked = [
        "/compare/?cities=hangzhou,ningbo&as_of=2019-12-31",
        "/compare/?as_of=2019-12-31&cities=hangzhou,ningbo&lang=en&focus_area=",
    ]
    one, other = (meta(head(client, a), r'<link rel="canonical" href="(.*?)">') for a in asked)
    assert one == other
    assert 'content="noindex, follow"' in head(client, asked[0])
    assert "noindex" not in head(client, "/compare/")


def test_the_sitemap_lists_what_is_there_and_all_of_it_opens(client: Client) -> None:
    answer = client.get("/sitemap.xml")
    tree = ET.fromstring(answer.content)  # noqa: S314 (our own)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    listed = [found.text or "" for found in tree.findall("s:url/s:loc", space)]
    paths = {address.removeprefix("http://testserver") for address in listed}
    assert {f"/cities/{slug}/" for slug in CITIES} <= paths
    assert {f"/topics/{slug}/" for slug in TOPICS} <= paths
    assert {f"/sources/{row['id']}/" for row in read("sources")} <= paths
    for path in sorted(paths)[::23]:
        assert client.get(path).status_code == 200, path


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Sitemap: http://testserver/sitemap.xml" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/cities/hangzou/", "/cities/hangzhou/"),
        ("/cities/杭州/", "/cities/hangzhou/"),
        ("/topics/payer-identity/", "/topics/payer-identity-rule/"),
        ("/zhengzhou/", "/cities/zhengzhou/"),
    ],
)
def test_a_missing_page_says_what_may_have_been_meant(
    client: Client, address: str, meant: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert f'href="{meant}"' in answer.content.decode()
    assert "noindex" in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/<script>alert(1)</script>/", "/%00/", "/%22onload=x/", "/~/"]
)
def test_markup_in_an_address_is_only_text(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "<script>alert" not in answer.content.decode()


def test_a_fault_is_told_without_the_database(client: Client, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret cause")

    monkeypatch.setattr("zones.pages.about_page.AboutPage.get_context_data", fail)
    client.raise_request_exception = False
    answer = client.get("/about/")
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode()
    assert "secret" not in answer.content.decode()


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_an_expired_form_gets_a_page(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/log-in/", {"username": "a"})
    assert answer.status_code == 403
    assert "expired" in answer.content.decode()


@pytest.mark.parametrize("address", [*PAGES, "/cities/nowhere/", "/compare/?cities=atlantis"])
def test_no_page_holds_a_script_or_style_of_its_own(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []
    policy = client.get(address)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("address", ["/cities/", "/api/v1/cities/", "/compare/", "/"])
def test_more_values_than_are_read_are_refused(client: Client, address: str) -> None:
    client.raise_request_exception = False
    answer = client.get(f"{address}?{'q=a&' * 1100}")
    assert answer.status_code == 400
    assert ("json" in answer["Content-Type"]) == address.startswith("/api/")
