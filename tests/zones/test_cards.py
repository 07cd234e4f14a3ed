"""The link of a page is shown elsewhere with the answer and its day, in words and as a card."""

from __future__ import annotations

import html
import re
import struct
from typing import Any

import pytest
from django.test import Client

from cbec_portal import drawings
from cbec_portal.costly_responses import is_dear
from cbec_portal.drawings import can_draw
from tests.addresses import public_addresses
from zones.pages import cards

pytestmark = pytest.mark.django_db

DAY = "as_of=2018-06-30"
CARDED = {
    f"/compare/?cities=hangzhou,zhengzhou&{DAY}": "differ",
    f"/compare/?cities=hangzhou&{DAY}": "Hangzhou",
    f"/cities/hangzhou/?{DAY}": "Hangzhou",
    f"/cities/hangzhou/import-single-transaction-limit/?{DAY}": "2,000 CNY",
    f"/topics/bonded-import-1210/?{DAY}": "15 cities",
    f"/places/Suihua:CN-HL:1900/?{DAY}": "Suihua",
    f"/places/Suihua:CN-HL:1900/bonded-import-1210/?{DAY}": "",
}
LANGUAGES = ("en", "zh-hans")


def said(client: Client, address: str) -> dict[str, str]:
    """What a page tells those who show its link."""
    text = client.get(address).content.decode()
    found = re.findall(r'property="og:([\w:]+)" content="([^"]*)"', text)
    return {name: html.unescape(content) for name, content in found}


@pytest.mark.parametrize("address", CARDED)
def test_a_link_is_shown_with_the_answer_and_its_day(client: Client, address: str) -> None:
    told = said(client, f"{address}&lang=en")
    assert CARDED[address] in told["description"]
    if "/places/" not in address or "1210/" in address:
        assert "30 Jun 2018" in told["description"]


@pytest.mark.skipif(not can_draw(), reason="no Chinese font")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", CARDED)
def test_a_page_has_a_card_of_its_own_in_its_language(
    client: Client, address: str, language: str
) -> None:
    told = said(client, f"{address}&lang={language}")
    card = told["image"].removeprefix("http://testserver")
    path = address.partition("?")[0]
    assert card.startswith(f"{path}card.png?")
    assert DAY in card
    assert f"lang={language}" in card
    answer = Client().get(card)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)
    assert told["image:width"] == "1200"
    assert answer.headers["ETag"]
    assert is_dear(answer.wsgi_request)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", CARDED)
def test_a_card_says_the_question_the_answer_and_the_day(
    client: Client, address: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(svg: str, *_size: Any, **_kwargs: Any) -> bytes:
        drawn.append(svg)
        return b""

    monkeypatch.setattr(cards, "png_of", draw)
    monkeypatch.setattr(cards, "can_draw", lambda: True)
    path, _, asked = address.partition("?")
    client.get(f"{path}card.png?{asked}&lang={language}")
    (svg,) = drawn
    told = "".join(html.unescape(line) for line in re.findall(r"<text[^>]*>([^<]*)<", svg))
    page = client.get(f"{address}&lang={language}")
    packed = told.replace(" ", "")
    assert page.context["facts"]
    assert page.context["facts"][0][:20].replace(" ", "") in packed
    assert {"en": "Law of 30 Jun 2018", "zh-hans": "2018年6月30日的规定"}[language] in told
    heights = [int(y) for y in re.findall(r'<text class="(?:title|fact)" x="68" y="(\d+)"', svg)]
    assert max(heights) < 552


def pages() -> list[str]:
    """Every kind of public page, asked what it answers."""
    files = re.compile(
        r"/(api|embed|changes/feed)/|/(table|cite|card)\.|/pictures/|\.ics$|/report/$|^/sitemap\.xml$"
    )
    return [one for one in public_addresses() if not files.search(one.partition("?")[0])]


#: The first page stands for the portal as its card does; parts of pages and forms answer nothing.
WITHOUT = ("/about/parts/", "/report/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", pages())
def test_every_kind_of_page_has_a_card_that_says_what_it_is(
    client: Client, address: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(cards, "png_of", lambda svg, *_size, **_kwargs: drawn.append(svg) or b"")
    monkeypatch.setattr(cards, "can_draw", lambda: True)
    told = said(client, f"{address}{'&' if '?' in address else '?'}lang={language}")
    path, _, asked = address.partition("?")
    if path == "/" or path.endswith(WITHOUT):
        assert f"/static/cbec_portal/card-{language}." in told["image"]
        return
    card = told["image"].removeprefix("http://testserver")
    assert card.startswith(f"{path}card.png?")
    assert all(part in card for part in asked.split("&"))
    answer = client.get(card)
    assert answer.status_code == 200
    assert is_dear(answer.wsgi_request)
    (svg,) = drawn
    lines = re.findall(r'<text class="(title|fact)" x="68" y="(\d+)">([^<]*)<', svg)
    shown = dict.fromkeys(("title", "fact"), "")
    for kind, _y, line in lines:
        shown[kind] += html.unescape(line).removesuffix(" …").replace(" ", "")
    assert shown["title"]
    assert told["title"].replace(" ", "").startswith(shown["title"])
    assert shown["fact"]
    assert max(int(y) for _kind, y, _line in lines) < 552
    if language != "en":
        # Names of documents and of files apart, nothing is told in English.
        assert not re.search(r"[a-z]{3,} [a-z]{3,}", " ".join(line for *_, line in lines))


@pytest.mark.parametrize("language", LANGUAGES)
def test_others_and_servers_without_a_font_have_the_card_of_the_portal_in_their_language(
    client: Client, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = f"/static/cbec_portal/card-{language}."
    for address in ("/", "/compare/", "/compare/as-if/", "/search/", "/account/log-in/"):
        assert own in said(client, f"{address}?lang={language}")["image"], address
    monkeypatch.setattr(drawings, "chinese_font", lambda: None)
    assert own in said(client, f"/cities/wuhan/?as_of=2019-01-02&lang={language}")["image"]
    assert client.get("/cities/wuhan/card.png?as_of=2019-01-02").status_code == 404


def test_a_card_answers_no_question_that_is_wrong_in_part(client: Client) -> None:
    assert client.get("/cities/hangzhou/card.png?as_of=never").status_code == 400
    for unasked in ("compare", "compare/as-if", "search"):
        assert client.get(f"/{unasked}/card.png").status_code == 404
