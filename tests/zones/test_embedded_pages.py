"""Pages within pages of other sites: in a frame, without cookies, and with the way back."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db

SHOWN = {
    "/compare/?cities=hangzhou,zhengzhou&as_of=2018-06-30": "/embed/compare/",
    "/topics/bonded-import-1210/?as_of=2018-06-30": "/embed/topics/bonded-import-1210/",
}


def embedded(client: Client, address: str) -> str:
    page = html.unescape(client.get(address).content.decode())
    (frame,) = re.findall(r'<iframe src="([^"]+)"', html.unescape(page))
    return html.unescape(frame).removeprefix("http://testserver")


@pytest.mark.parametrize("address", SHOWN)
def test_the_markup_to_copy_shows_the_same_day_and_revision(client: Client, address: str) -> None:
    frame = embedded(client, address)
    assert frame.startswith(SHOWN[address])
    assert "as_of=2018-06-30" in frame
    assert "known_at=1" in frame
    assert "lang=en" in frame
    shown = client.get(frame)
    assert shown.status_code == 200
    text = html.unescape(shown.content.decode())
    back = re.findall(r'<h1><a href="http://testserver([^"]+)"', text)[0]
    assert back.startswith(address.partition("?")[0])
    assert client.get(back).status_code == 200
    assert '<base target="_blank">' in text
    assert "<form" not in text
    # A comparison has the script that tells a history in place, and boxes that open what is alike.
    scripts = re.findall(r"<script([^>]*)>", text)
    compares = address.startswith("/compare/")
    assert [bool(re.search(r'src="/static/[^"]*history', one)) for one in scripts] == [
        True
    ] * compares
    boxes = re.findall(r"<input[^>]*>", text)
    assert bool(boxes) == compares
    assert all('class="opens-alike"' in box and " name=" not in box for box in boxes)


@pytest.mark.parametrize("address", SHOWN)
def test_only_there_another_site_may_frame_it(client: Client, address: str) -> None:
    shown = client.get(embedded(client, address))
    assert "X-Frame-Options" not in shown
    assert "frame-ancestors *" in shown["Content-Security-Policy"]
    scripts = "'self'" if address.startswith("/compare/") else "'none'"
    assert f"script-src {scripts};" in f"{shown['Content-Security-Policy']};"
    again = client.get(embedded(client, address))  # as it was kept
    assert "frame-ancestors *" in again["Content-Security-Policy"]
    page = client.get(address)
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("asked", ["", "&only=differences", "&focus_area=logistics"])
def test_what_is_alike_is_folded_as_on_the_page(client: Client, asked: str) -> None:
    address = f"/compare/?cities=hangzhou,zhengzhou&as_of=2018-06-30{asked}"
    page = client.get(address).content.decode()
    frame = client.get(embedded(client, address)).content.decode()
    folds = re.compile(r'class="opens-alike" id="([^"]+)"')
    heads = re.compile(r'<details class="asked"><summary>([^<]+)<')
    assert folds.findall(frame) == folds.findall(page)
    assert heads.findall(frame) == heads.findall(page)
    tables = len(re.findall(r"<table", frame))
    assert frame.count('data-history="History since 2012"') == tables > 0


@pytest.mark.parametrize("address", SHOWN)
def test_no_cookie_is_set_and_none_is_read(client: Client, address: str) -> None:
    frame = embedded(client, address)
    stranger = Client()
    shown = stranger.get(frame)
    assert not shown.cookies
    reader = Client()
    reader.force_login(User.objects.create_user("mei"))
    reader.cookies["django_language"] = "zh-hans"
    own = reader.get(frame.replace("&lang=en", ""))
    assert not own.cookies
    assert 'lang="en"' in own.content.decode()
    assert own.content == stranger.get(frame.replace("&lang=en", "")).content
    assert "ETag" in own
    chinese = stranger.get(frame.replace("lang=en", "lang=zh-hans"))
    assert not chinese.cookies
    assert 'lang="zh-hans"' in chinese.content.decode()


def test_a_wrong_question_is_refused_and_an_empty_one_shows_nothing(client: Client) -> None:
    assert client.get("/embed/compare/?cities=atlantis").status_code == 400
    assert "No city is named." in client.get("/embed/compare/").content.decode()
    assert client.get("/embed/topics/nothing/").status_code == 404


def test_what_is_wrong_is_told_there_and_what_was_meant_keeps_the_rest(client: Client) -> None:
    shown = client.get("/embed/compare/?cities=shanghai,hang&as_of=2018-06-30&lang=en")
    assert shown.status_code == 400
    assert "frame-ancestors *" in shown["Content-Security-Policy"]
    text = html.unescape(shown.content.decode())
    assert "There is no city “<code>hang</code>”" in text
    assert "<form" not in text
    assert "<script" not in text
    # Within the frame: other links leave it, as no page but these may stand in one.
    meant = re.findall(r'<a href="\?([^"]+)"\s+target="_self">([^<]+)</a>', text)
    named = {name.partition(" (")[0]: question for question, name in meant}
    assert named["Hangzhou"] == "cities=shanghai&cities=hangzhou&as_of=2018-06-30&lang=en"
    assert client.get(f"/embed/compare/?{named['Hangzhou']}").status_code == 200
    back = re.findall(r'<h1><a href="http://testserver([^"]+)"', text)[0]
    assert back == "/compare/?cities=shanghai,hang&as_of=2018-06-30&lang=en"


@pytest.mark.parametrize("question", ["as_of=x", "certainty=sure", "known_at=77", "other=1"])
@pytest.mark.parametrize("address", SHOWN)
def test_every_wrong_question_names_what_was_wrong(
    client: Client, address: str, question: str
) -> None:
    own = SHOWN[address]
    shown = client.get(f"{own}?{question}")
    assert shown.status_code == 400
    text = html.unescape(shown.content.decode())
    assert f"“<code>{'other' if question == 'other=1' else question.partition('=')[2]}" in text
    assert "<form" not in text
