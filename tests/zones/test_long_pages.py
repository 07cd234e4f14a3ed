"""Long pages: what many rows share is said once, and a table of contents leads to what is there."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans")
SUIHUA = "/places/Suihua:CN-HL:1900/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["", "as_of=2018-06-30", "province=CN-ZJ", "known_at=1"])
def test_what_many_zones_share_is_said_once(client: Client, asked: str, language: str) -> None:
    answer = client.get(f"/zones/?{asked}&lang={language}")
    text, rows = html.unescape(answer.content.decode()), answer.context["rows"]
    counted = Counter(row["caveat"] for row in rows if row["caveat"])
    for caveat, count in counted.items():
        told = text.count(f"⚠ {caveat}<")
        assert told == (1 if count >= 3 else count), caveat
    for row in rows:
        if row["shared"]:
            assert answer.context["shared"][row["shared"] - 1] == row["caveat"]
    marked = re.findall(r'class="shared-note" href="#(note-\d+)"', text)
    assert len(marked) == sum(count for count in counted.values() if count >= 3)
    assert set(marked) <= set(re.findall(r'id="(note-\d+)"', text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["", "ordering=city", "as_of=2018-06-30", "province=CN-ZJ"])
def test_zones_are_folded_under_their_provinces(client: Client, asked: str, language: str) -> None:
    answer = client.get(f"/zones/?{asked}&lang={language}")
    text, rows = answer.content.decode(), answer.context["rows"]
    counted = Counter(row["zone"].city.province.iso_3166_2 for row in rows)
    (contents,) = re.findall(r'<nav class="row provinces.*?</nav>', text, re.DOTALL)
    led = re.findall(r'href="#in-([\w-]+)">[^<]+<span class="fine">(\d+)<', contents)
    assert {key: int(count) for key, count in led} == counted
    folds = re.findall(r'<details class="layer of-province"( open)?>(.*?)</details>', text, re.S)
    assert len(folds) == len(counted)
    for (key, count), (opened, own) in zip(led, folds, strict=True):
        assert f'id="in-{key}"' in own
        assert own.count('<th scope="row">') == int(count)
        assert bool(opened) == (len(rows) <= 30)


@pytest.mark.parametrize("order", ["designated_on", "-designated_on"])
def test_the_latest_zones_are_the_latest_of_all_provinces(client: Client, order: str) -> None:
    answer = client.get(f"/zones/?ordering={order}")
    text, rows = answer.content.decode(), answer.context["rows"]
    assert "of-province" not in text
    assert text.count('<th scope="row">') == len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/cities/hangzhou/", "/cities/haikou/", SUIHUA])
def test_the_contents_of_a_page_lead_to_its_parts(
    client: Client, address: str, language: str
) -> None:
    text = client.get(f"{address}?lang={language}&as_of=2026-11-20").content.decode()
    (contents,) = re.findall(r'<nav class="contents.*?</nav>', text, re.DOTALL)
    led = re.findall(r'href="#([^"]+)"', contents)
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(led) >= 10
    assert [anchor for anchor in led if ids.count(anchor) != 1] == []
    areas = [anchor for anchor in led if anchor.startswith("area-")]
    assert len(areas) == len(set(areas)) >= 8
