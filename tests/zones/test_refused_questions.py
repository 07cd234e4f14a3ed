"""A question that is wrong in part: the page stays, and says so beside the field."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from zones.api.parameters import MOST_COLUMNS

pytestmark = pytest.mark.django_db

COMPARED = "/compare/?lang=en&cities=hangzhou,{}&as_of=2019-12-31"
PREVIEW = "/templates/import-1210-seller/preview/"
#: Every page with a form, with its heading.
PAGES = {
    "/compare/": "Compare cities",
    "/cities/": "Cities",
    "/zones/": "Zones by city",
    "/changes/": "Changes",
    "/cities/hangzhou/": "Hangzhou",
    "/cities/hangzhou/changes/": "What changed in Hangzhou",
    "/topics/bonded-import-1210/": "",
    "/topics/spread/": "How rules spread",
    "/profiles/": "Cities with the same rules",
    "/sources/": "Sources",
    "/search/": "Search",
    "/places/": "A place without pilot status",
    "/places/Suihua:CN-HL:1900/": "Suihua",
    "/places/Suihua:CN-HL:1900/changes/": "What changed in Suihua",
    PREVIEW: "What applies there?",
}
#: A page, what is asked wrongly of it, and the parameter that is wrong.
WRONG = [
    *(
        (page, f"as_of={day}", "as_of")
        for page in (
            "/compare/",
            "/cities/",
            "/zones/",
            "/cities/hangzhou/",
            "/places/Suihua:CN-HL:1900/",
            "/topics/bonded-import-1210/",
            "/profiles/",
            PREVIEW,
        )
        for day in ("2019-13-01", "tomorrow", "0002-03-15", "2019-12")
    ),
    *((page, "certainty=sure", "") for page in ("/compare/", "/profiles/", "/cities/hangzhou/")),
    *((page, "known_at=999", "") for page in ("/compare/", "/cities/", "/zones/", "/changes/")),
    *(
        (page, "focus_area=paymint", "")
        for page in ("/compare/?cities=hangzhou", "/profiles/", "/topics/spread/", "/changes/")
    ),
    ("/changes/", "from=2019-02-30", "from"),
    ("/changes/", "from=2020-01-01&to=2019-01-01", "to"),
    ("/changes/?by=publication", "since=x", "since"),
    ("/changes/", "city=hang", "city"),
    ("/changes/", "kind=enacte", ""),
    ("/changes/", "page=0", ""),
    ("/cities/hangzhou/changes/", "from=2019-1-1", "from"),
    ("/cities/", "province=CN-XX", ""),
    ("/cities/", "policy=bonded-import-1210", ""),
    ("/cities/", "policy=bonded-import-1210:perhaps", ""),
    ("/zones/", "batch=99", ""),
    ("/sources/", "kind=poem", ""),
    ("/topics/spread/", "ordering=luck", ""),
    (PREVIEW, "city=hangzo", "city"),
    (PREVIEW, "province=CN-ZJ", "customs_district"),
    (PREVIEW, "customs_district=2900", "province"),
    (PREVIEW, "city=hangzhou&answer=tax-route", ""),
    ("/search/", f"q={'x' * 2001}", ""),
    ("/places/", "name=Suihua&province=CN-XX", "province"),
    ("/places/", "name=Suihua&province=CN-HL&customs_district=1", "customs_district"),
    ("/places/", "name=a/b&province=CN-HL", "name"),
    ("/places/Suihua:CN-HL:1900/changes/", "from=2019-1-1", "from"),
]


def opened(client: Client, address: str) -> tuple[int, str]:
    answer: Any = client.get(address, headers={"Accept-Language": "en"}, follow=True)
    text = unescape(answer.content.decode())
    return answer.status_code, text.replace("<code>", "").replace("</code>", "")


def told_beside(page: str, name: str) -> str:
    """What stands beside a field, the field saying so."""
    assert f'aria-invalid="true" aria-describedby="refused-{name}"' in page
    found = re.search(
        rf'<span id="refused-{name}" class="refused">(.*?)</span>\s*</div>', page, re.S
    )
    assert found
    return " ".join(found[1].split())


def joined(page: str, more: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}{more}"


@pytest.mark.parametrize(("page", "asked", "name"), WRONG)
def test_the_page_stays_with_its_form(client: Client, page: str, asked: str, name: str) -> None:
    status, text = opened(client, joined(page, asked))
    assert status == 400
    assert PAGES[page.partition("?")[0]] in text
    assert '<form class="' in text
    assert "/api/v1/cities/." not in text
    assert "could not be understood" not in text
    if name:
        told_beside(text, name)
    else:
        assert re.search('<div id="refused" class="banner refused" role="alert"><p>', text)


@pytest.mark.parametrize("name", ["", "x" * 70, "\u202ename"])
def test_a_name_that_cannot_be_told_leaves_the_rest_of_the_question(
    client: Client, name: str
) -> None:
    status, text = opened(client, f"/compare/?cities=hangzhou&{quote(name)}=1")
    assert status == 400
    assert text.count('<a class="city"') == 1
    assert '<div id="refused"' in text


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_does_not_know_is_left_out_and_told(client: Client, page: str) -> None:
    status, text = opened(client, f"{page}?nonsense=1")
    assert status == 400
    assert "This page knows no “nonsense”; it was left out." in text
    assert "?nonsense" not in text.partition("<body>")[2]


def test_good_cities_stay_as_columns_and_the_suggestion_is_a_link(client: Client) -> None:
    status, text = opened(client, COMPARED.format("zhengzho,shanghai"))
    assert status == 400
    assert re.findall(r'<a class="city" [^>]*>(\w+)</a>', text) == ["Hangzhou", "Shanghai"]
    told = told_beside(text, "cities")
    assert "There is no city “zhengzho”." in told
    assert 'value="zhengzho"' in text
    link = re.search(r'Did you mean <a href="\?([^"]*)">Zhengzhou \(Henan\)</a>', told)
    assert link
    assert opened(client, f"/compare/?{link[1]}")[0] == 200
    assert "cities=hangzhou&cities=zhengzhou&cities=shanghai" in link[1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hang", "hangzhou"),
        ("杭", "hangzhou"),
        ("hang@2018-12-31", "hangzhou@2018-12-31"),
        ("zhengzhou@2018-13-31", "zhengzhou"),
    ],
)
def test_the_beginning_of_a_name_suggests(client: Client, typed: str, meant: str) -> None:
    status, text = opened(client, f"/compare/?cities={typed}")
    assert status == 400
    assert f'<a href="?cities={meant}' in told_beside(text, "cities")


def test_columns_beyond_the_most_and_twice_the_same_are_left_out(client: Client) -> None:
    slugs = (
        "hangzhou,zhengzhou,shanghai,wuhan,haikou,tianjin,ningbo,chongqing,beijing,dalian,suzhou,"
        "hefei,xiamen,jinan,qingdao,nanjing,xian,chengdu,kunming,guiyang,shenzhen,sanya"
    )
    status, text = opened(client, f"/compare/?cities={slugs}")
    assert status == 400
    assert text.count('<a class="city"') == MOST_COLUMNS
    assert "2 were left out: Shenzhen, Sanya." in text
    status, text = opened(client, f"/compare/?cities={slugs.removesuffix(',sanya')}@2020-01-01")
    assert "1 was left out: Shenzhen@2020-01-01." in text
    status, text = opened(client, f"/compare/?cities={slugs}&lang=zh-hans")
    assert "已略去2个：深圳市，三亚市。" in text
    status, text = opened(client, "/compare/?cities=hangzhou,hangzhou@2019-12-31&as_of=2019-12-31")
    assert status == 400
    assert text.count('<a class="city"') == 1


def test_a_name_of_several_places_lists_them_with_their_provinces(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "zones.selectors.place_names.cities_named",
        lambda text, kept: ["suzhou", "wuhan"] if text == "zhou" else [text],
    )
    status, text = opened(client, "/changes/?city=zhou")
    assert status == 400
    told = told_beside(text, "city")
    assert "“zhou” is the name of several places." in told
    assert (
        '<a href="?city=suzhou">Suzhou (Jiangsu)</a> or <a href="?city=wuhan">Wuhan (Hubei)</a>'
        in told
    )


def test_what_tells_two_of_one_name_apart_is_said_by_their_links(client: Client) -> None:
    told = told_beside(opened(client, "/compare/?cities=hangzhou,Taizhou")[1], "cities")
    links = re.findall(r"<a [^>]*>(.*?)</a>", told)
    assert sorted(links) == ["Taizhou (Jiangsu)", "Taizhou (Zhejiang)"]


def test_several_mistakes_are_told_at_once_and_mended_one_by_one(client: Client) -> None:
    status, text = opened(client, "/compare/?cities=hangzhou,hang&as_of=2019-13-01&only=all")
    assert status == 400
    assert "as_of=2019-13-01" not in text
    assert "only=all" not in text
    assert "2019-13-01" in told_beside(text, "as_of")
    assert "hang" in told_beside(text, "cities")
    assert "“all” is not a known value here." in text


def test_chinese_pages_tell_it_in_chinese(client: Client) -> None:
    for asked in ("cities=hangzho", "as_of=2019-13-01", "nonsense=1", "known_at=999"):
        answer = client.get(f"/compare/?{asked}&lang=zh-hans")
        told = re.search(
            'class="(?:banner )?refused"[^>]*>(.*?)</(?:span|div)>', answer.content.decode(), re.S
        )
        assert told
        words = re.sub(r"<[^>]*>|“[^”]*”", "", told[1])
        assert not re.search("[a-z]{3,}", words), words


def test_the_api_keeps_its_problem_details(client: Client) -> None:
    answer = client.get("/api/v1/compare/?cities=hangzhou,hang")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == "cities"
