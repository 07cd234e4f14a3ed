"""Whoever asks for a place that is no pilot city is led to where it is described, and told where it
cannot lie; nothing is suggested that was given already.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from django.test import Client
from django.utils import translation

from checklists.models import Checklist
from tests.checklists.cast import someone, started
from zones.models import City, CustomsDistrict, Province
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import districts_by_province
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

PREVIEW = "/templates/import-1210-seller/preview/"
#: Every question in which a city stands, asked for a small city that is no pilot.
ASKED = (
    *("/compare/?cities=suihua", "/compare/?cities=hangzhou,suihua", "/changes/?city=suihua"),
    *("/compare/?cities=hangzhou,suihua@2019-12-31", "/compare/?cities=suihua,hang&as_of=2019"),
    *("/cities/?q=suihua", "/zones/?q=suihua", "/search/?q=suihua", f"{PREVIEW}?city=suihua"),
    *("/cities/?q=suihua&province=CN-HL", "/changes/?city=suihua&by=publication"),
)


def text(answer: Any) -> str:
    """A page as it is read."""
    return unescape(answer.content.decode())


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_place_that_is_no_pilot_city_leads_to_where_it_is_described(
    client: Client, asked: str, language: str
) -> None:
    page = text(client.get(f"{asked}&lang={language}"))
    ways = re.findall(r'href="(/places/\?name=[^"]*)"', page)
    if asked.startswith("/search/"):
        assert 'name="name" value="suihua"' in page
        return
    assert "/places/?name=suihua" in [way.partition("&")[0] for way in ways]
    form = client.get(ways[0]).content.decode()
    assert 'name="name" value="suihua"' in form


#: A comparison, the way on from a place that it does not know, and the comparison with the place.
@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        (
            "cities=hangzhou,suihua@2019-12-31,zhengzhou&as_of=2020-06-30&only=differences",
            "cities=hangzhou,suihua:CN-HL:1900@2019-12-31,zhengzhou"
            "&only=differences&as_of=2020-06-30",
        ),
        (
            "cities=hangzhou&cities=suihua&focus_area=payment,tax&certainty=primary&known_at=1",
            "cities=hangzhou,suihua:CN-HL:1900"
            "&focus_area=payment&focus_area=tax&certainty=primary&known_at=1",
        ),
        ("cities=suihua", "cities=suihua:CN-HL:1900"),
        (
            "cities=heihe,hangzhou,suihua&as_of=2019-13-31",
            "cities=heihe,hangzhou,suihua:CN-HL:1900",
        ),
    ],
)
def test_a_place_comes_back_to_the_comparison_from_which_it_was_described(
    client: Client, asked: str, compared: str
) -> None:
    page = text(client.get(f"/compare/?{asked}"))
    (way,) = re.findall(r'href="(/places/\?name=suihua[^"]*)"', page)
    form = client.get(way)
    assert form.status_code == 200
    assert "Show its rules" not in text(form)
    # A province with several customs districts asks for one, and keeps the comparison too.
    for more in ({"province": "CN-GD"}, {"province": "CN-HL", "customs_district": "1900"}):
        (kept,) = re.findall(r'action="/places/">(.*?)<div', text(form), re.S)
        sent = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', kept)
        form = client.get(f"/places/?{urlencode([('name', 'suihua'), *sent, *more.items()])}")
    assert form.status_code == 302
    assert unquote(form["Location"]) == f"/compare/?{compared}"


def test_an_address_of_no_city_leads_there_too(client: Client) -> None:
    lost = client.get("/cities/suihua/")
    assert lost.status_code == 404
    assert 'href="/places/?name=suihua"' in lost.content.decode()
    assert "/places/?name" not in client.get("/topics/suihua/").content.decode()


def test_forms_of_checklists_lead_there_too() -> None:
    client = Client()
    client.force_login(someone("alice"))
    checklist = started("hangzhou")
    moving = client.get(f"/checklists/{checklist.key}/relocation/?to=suihua").content.decode()
    assert 'href="/places/?name=suihua"' in moving
    form = {"do": "start", "template": "import-1210-seller", "cities": "hangzhou, suihua"}
    told = client.post("/checklists/start/", form | {"title": "x"})
    assert told.status_code == 400
    page = told.content.decode()
    assert 'href="/places/?name=suihua"' in page
    assert 'name="place_name" value="suihua"' in page
    assert re.search(r"<details open>\s*<summary>A place without pilot status", page)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("/api/v1/compare/?cities=hangzhou,suihua", "is written NAME:PROVINCE:DISTRICT"),
        (
            "/api/v1/templates/import-1210-seller/preview/?city=suihua",
            "is named by its province and its customs district",
        ),
    ],
)
def test_programs_are_told_how_to_ask(client: Client, asked: str, words: str) -> None:
    assert words in client.get(asked).json()["errors"][0]["detail"]


def apart() -> list[tuple[str, str]]:
    """A province and a customs district in which, by the dataset, nothing of it lies."""
    kept = current_snapshot()
    found = districts_by_province(Inquiry.of_now(kept))
    provinces, districts = kept.related["province"], kept.related["customs_district"]
    return [
        (province.iso_3166_2, district.code)
        for pk, province in provinces.items()
        for key, district in districts.items()
        if key not in found[pk]
    ]


def answers(client: Client, province: str, district: str) -> list[Any]:
    """Every way of describing a place, with its answer."""
    key = quote(f"Somewhere:{province}:{district}")
    bodies = f"province={province}&customs_district={district}"
    asked = (
        *(f"/places/{key}/", f"/places/{key}/changes/", f"/places/{key}/bonded-import-1210/"),
        *(f"/compare/?cities=hangzhou,{key}", f"/api/v1/compare/?cities={key}"),
        *(f"{PREVIEW}?{bodies}", f"/api/v1{PREVIEW}?{bodies}"),
        f"/places/?name=Somewhere&{bodies}",
    )
    found = [client.get(one, follow=True) for one in asked]
    alice = Client()
    alice.force_login(someone("alice"))
    form = {"do": "start", "template": "import-1210-seller", "title": "x"}
    typed = {"place_name": "Somewhere", "province": province, "district": district}
    found.append(alice.post("/checklists/start/", form | typed, follow=True))
    place = {"name": "Somewhere", "province": province, "customs_district": district}
    body = {"template": "import-1210-seller", "places": [place]}
    return [*found, alice.post("/api/v1/checklists/", body, content_type="application/json")]


def test_a_customs_district_of_another_province_is_refused_everywhere(client: Client) -> None:
    for province, district in [("CN-GD", "1900"), *apart()[::211]]:
        for told in answers(client, province, district):
            text = unescape(told.content.decode())
            assert told.status_code == 400, (province, district, told.request["PATH_INFO"])
            assert "as far as is" in text
    assert not Checklist.objects.exists()


def test_whatever_districts_cities_of_a_province_lie_in_are_taken(client: Client) -> None:
    pairs = set(City.objects.values_list("province__iso_3166_2", "customs_district__code"))
    guangzhou = ("CN-GD", "5200")
    for province, district in [guangzhou, *sorted(pairs)[::9]]:
        statuses = {told.status_code for told in answers(client, province, district)}
        assert statuses <= {200, 201}, (province, district)


def test_what_the_records_say_nothing_of_is_taken(client: Client) -> None:
    CustomsDistrict.objects.create(code="9999", name_en="New Customs", name_zh="新海关")
    Province.objects.create(
        iso_3166_2="CN-TW", gb2260="710000", name_en="New", name_zh="新", region="East China"
    )
    for province, district in (("CN-GD", "9999"), ("CN-TW", "1900")):
        key = quote(f"Somewhere:{province}:{district}")
        assert client.get(f"/api/v1/compare/?cities={key}").status_code == 200


def test_what_is_suggested_for_a_part_of_a_place_leads_on(client: Client) -> None:
    for wrong in ("Suihua:CN-GD:1900", "Suihua:CN-HX:1900", "Suihua:CN-HL:1901", "Some:CN-NM"):
        page = unescape(client.get(f"/compare/?cities=hangzhou,{wrong}").content.decode())
        (told,) = re.findall(r'<span id="refused-cities".*?</span>\s*</div>', page, re.S)
        ways = re.findall(r'href="\?([^"]*)"', told)
        assert ways or wrong == "Suihua:CN-HX:1900"
        for way in ways:
            assert "cities=hangzhou" in way
            assert re.search(rf"cities={wrong[:4]}\w*:CN-\w\w:\d{{4}}", way), way
            assert client.get(f"/compare/?{way}").status_code == 200


@pytest.mark.parametrize(
    ("given", "bad", "never"),
    [
        ("hangzhou", "hang", "hangzhou"),
        ("杭州", "hang", "hangzhou"),
        ("hangzhou", "Hangzhou:CN-ZJ", "hangzhou"),
        ("hangzhou", "Hangzhou:CN-ZJ:2900", "hangzhou"),
        ("taizhou-jiangsu", "Taizhou", "taizhou-jiangsu"),
        ("hangzhou@2018-12-31", "hang@2018-12-31", "hangzhou@2018-12-31"),
        ("hangzhou", "hangzhou@2018-13-31", "hangzhou"),
        ("Some:CN-NM:0600", "Some:CN-NM", "Some:CN-NM:0600"),
    ],
)
def test_nothing_is_suggested_that_was_given(
    client: Client, given: str, bad: str, never: str
) -> None:
    for asked in (f"{given},{bad}", f"{bad},{given}"):
        answer = client.get(f"/compare/?cities={quote(asked, safe=',@:')}", follow=True)
        assert answer.status_code == 400
        page = unquote(unescape(answer.content.decode()))
        (told,) = re.findall(r'<span id="refused-cities".*?</span>\s*</div>', page, re.S)
        for way in re.findall(r'href="\?([^"]*)"', told):
            named = re.findall(r"cities=([^&]*)", way)
            assert len(named) == len(set(named)) == 2
            assert client.get(f"/compare/?{way}").status_code == 200
    refused = client.get(f"/api/v1/compare/?cities={quote(f'{given},{bad}', safe=',@:')}")
    said = refused.json()["errors"][0]["detail"].partition("Did you mean")[2]
    assert f"“{never} " not in said


def test_another_day_of_a_city_given_is_suggested(client: Client) -> None:
    page = client.get("/compare/?cities=hangzhou,hang@2018-12-31").content.decode()
    assert "hangzhou@2018-12-31" in page


@pytest.mark.parametrize(
    ("asked", "never"),
    [
        ("/api/v1/topics/?focus_area=payment,paymen", "payment"),
        ("/api/v1/policies/?scope_kind=city,citty", "city"),
        ("/api/v1/changes/?kind=ended,endet", "ended"),
        ("/api/v1/zones/?batch=comprehensive.5,comprehensive.55", "comprehensive.5"),
        ("/api/v1/cities/?province=CN-ZJ&provinse=CN-ZJ", "province"),
        ("/api/v1/cities/?fields=slug,slugg", "slug"),
    ],
)
def test_nor_is_any_other_value_or_parameter(client: Client, asked: str, never: str) -> None:
    (told,) = client.get(asked).json()["errors"]
    assert f"Did you mean “{never}”?" not in told["detail"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_name_that_is_the_same_in_both_languages_is_told_once(
    client: Client, language: str
) -> None:
    """A place is described by one name; a city or a document may have the same in both."""
    City.objects.filter(slug="hangzhou").update(name_zh="Hangzhou")
    pages = (
        *("/compare/?cities=绥化:CN-HL:1900,hangzhou", "/cities/", "/cities/hangzhou/"),
        "/places/绥化:CN-HL:1900/",
    )
    for asked in pages:
        page = client.get(asked, headers={"Accept-Language": language}).content.decode()
        words = " ".join(re.sub("<[^>]*>", " ", page).split())
        assert "绥化 绥化" not in words, asked
        assert "Hangzhou Hangzhou" not in words, asked
        assert not re.search(r"<span[^>]* lang=[^>]*></span>", page), asked
    assert str(City.objects.get(slug="hangzhou")) == "Hangzhou"
    told = {"en": "Zhengzhou", "zh-hans": "郑州市"}
    with translation.override(language):
        assert str(City.objects.get(slug="zhengzhou")) == told[language]
