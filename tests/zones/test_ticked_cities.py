"""A city can be ticked wherever it is listed, and what is ticked goes on to the comparison."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from zones.api.parameters import MOST_COLUMNS
from zones.models import City

pytestmark = pytest.mark.django_db

#: A city as it is named: a link to it, or to its answer to the topic of the page.
NAMED = re.compile(r'href="/cities/([\w-]+)/(?:[\w-]+/)?(?:\?[^"#]*)?"')
BOX = re.compile(r'<input type="checkbox" class="tick-city[^>]*form="ticked"[^>]*value="([^"]+)"')
LISTS = [
    "/cities/",
    "/cities/?policy=bonded-import-1210:listed&as_of=2018-06-30",
    "/zones/?programme=service-pilot",
    "/batches/",
    "/topics/bonded-import-1210/?as_of=2018-06-30",
    "/topics/spread/",
    "/profiles/",
    "/atlas/",
    "/distances/?city=hangzhou&cities=hangzhou,hefei",
    "/research/",
    "/search/?q=hangzhou&kind=city",
    "/compare/?cities=hangzhou,zhengzhou&topic=bonded-import-1210",
    "/cities/hangzhou/",
    "/sources/sc-2025-40/",
]


def opened(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return html.unescape(page.content.decode())


@pytest.mark.parametrize("address", LISTS)
def test_every_city_of_a_list_can_be_ticked(client: Client, address: str) -> None:
    page = opened(client, address)
    content = page[page.index("<main") : page.index('id="ticked"')]
    named, boxes = set(NAMED.findall(content)), BOX.findall(content)
    assert boxes
    assert named <= set(boxes)
    assert 'id="ticked"' in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "address",
    [
        "/cities/?as_of=2018-06-30",
        "/topics/bonded-import-1210/?as_of=2018-06-30",
        "/topics/export-retail-hs-digits/?as_of=2026-11-20",
        "/topics/local-cash-support/?as_of=2026-11-20",
    ],
)
def test_every_city_of_a_map_can_be_ticked_in_its_tile(
    client: Client, address: str, language: str
) -> None:
    """Of a map of one answer, of several, and of any."""
    page = opened(client, f"{address}&lang={language}")
    names = {"en": "name_en", "zh-hans": "name_zh"}[language]
    tiles = dict(re.findall(r'id="tile-(CN-\w\w)"(.*?)</details>', page, re.S))
    assert len(tiles) == 31
    cities = City.objects.select_related("province")
    for code, tile in tiles.items():
        there = {city.slug: city for city in cities if city.province.iso_3166_2 == code}
        assert sorted(BOX.findall(tile)) == sorted(there)
        assert set(NAMED.findall(tile)) == set(there)
        assert all(getattr(city, names)[:4] in tile for city in there.values())


@pytest.mark.parametrize("prefix", ["", "/embed"])
def test_tiles_open_where_there_is_a_basket_alone(client: Client, prefix: str) -> None:
    page = opened(client, f"{prefix}/topics/bonded-import-1210/?as_of=2018-06-30")
    assert ('id="tile-CN-ZJ"' in page) == ("A tile opens" in page) == (not prefix)
    assert ('viewBox="70 0 620 400"' in page) == bool(prefix)


def test_a_tile_of_the_list_leads_to_its_province_alone(client: Client) -> None:
    page = opened(client, "/cities/?q=zhou&as_of=2018-06-30")
    (link,) = re.findall(r'href="(\?[^"]*)">Show only Zhejiang<', page)
    alone = opened(client, f"/cities/{link}")
    tile = page[page.index('id="tile-CN-ZJ"') :].partition("</details>")[0]
    assert re.search(rf"data-announce>{len(BOX.findall(tile))} cities", alone)


def test_a_place_without_pilot_status_can_be_ticked(client: Client) -> None:
    assert BOX.findall(opened(client, "/places/Suihua:CN-HL:1900/")) == ["Suihua:CN-HL:1900"]


def test_the_day_and_the_revision_go_along(client: Client) -> None:
    page = opened(client, "/topics/bonded-import-1210/?as_of=2018-06-30&known_at=1")
    bar = page[page.index('id="ticked"') :]
    assert 'name="as_of" value="2018-06-30"' in bar
    assert 'name="known_at" value="1"' in bar
    page = opened(client, "/topics/bonded-import-1210/")
    assert "hidden" not in page[page.index('id="ticked"') : page.index('id="ticked-words"')]


def test_the_cities_of_an_answer_are_compared_or_narrowed_at_once(client: Client) -> None:
    page = opened(client, "/topics/bonded-import-1210/?as_of=2018-06-30")
    (compare,) = re.findall(r'href="(/compare/[^"]*)">\s*Compare these 15 cities', page)
    assert opened(client, compare).count('data-column="') == 15
    finder = re.findall(r'href="([^"]*)">Narrow these cities by further rules', page)
    narrowed = [opened(client, one) for one in finder]
    assert any(re.search(r"data-announce>15 cities", one) for one in narrowed)
    (both,) = re.findall(r'href="([^"]*)">Find the cities where this and other', page)
    assert 'id="facet-rules" class="folds" open' in opened(client, both)


def test_what_is_ticked_by_the_address_stays_so_while_the_list_is_narrowed(client: Client) -> None:
    page = opened(client, "/cities/?ticked=hangzhou&ticked=zhengzhou&province=CN-ZJ")
    # On the map and in the list.
    checked = re.findall(r'value="([\w-]+)" aria-label="[^"]*" autocomplete="off" checked', page)
    assert checked == ["hangzhou"] * 2
    form = page[page.index('<form class="facets') : page.index("</form>")]
    assert re.findall(r'name="ticked" value="([\w-]+)"', form) == ["hangzhou", "zhengzhou"]
    # The one that the list does not show is compared all the same.
    bar = page[page.index('id="ticked"') :]
    assert re.findall(r'name="cities" value="([\w-]+)"', bar) == ["zhengzhou"]
    assert "ticked=" not in re.findall(r'href="(/api/v1/cities/[^"]*)"', page)[0]
    compared = opened(client, "/compare/?cities=hangzhou,zhengzhou")
    assert "/cities/?ticked=hangzhou&ticked=zhengzhou" in compared
    refused = client.get("/cities/?ticked=atlantis")
    assert refused.status_code == 400
    assert "atlantis" in refused.content.decode()


def test_a_comparison_has_as_many_columns_as_the_api_and_says_so(client: Client) -> None:
    rows = client.get(f"/api/v1/cities/?limit={MOST_COLUMNS + 1}&fields=slug").json()["results"]
    slugs = [row["slug"] for row in rows]
    asked = f"cities={','.join(slugs[:MOST_COLUMNS])}&topic=bonded-import-1210"
    page = opened(client, f"/compare/?{asked}")
    assert page.count('data-column="') == MOST_COLUMNS
    assert "up to 20 cities" in page
    more = client.get(f"/compare/?cities={','.join(slugs)}&topic=bonded-import-1210")
    assert more.status_code == 400
    assert "Up to 20 cities stand side by side; 1 was left out" in more.content.decode()
    assert client.get(f"/api/v1/compare/?cities={','.join(slugs)}").status_code == 400


@pytest.mark.parametrize("address", LISTS)
def test_nothing_stands_between_boxes(client: Client, address: str) -> None:
    """They are told apart by the room between them; a comma belongs to the name before it."""
    page = opened(client, address)
    content = re.sub(r"\s+", " ", page[page.index("<main") : page.index('id="ticked"')])
    assert not re.search(r'</span> (?:</span> )?· (?:<span> ?)?<span class="ticking">', content)


def test_the_kind_of_a_change_is_no_count(client: Client) -> None:
    """The word behind a number, as on the first page, is another in Chinese."""
    page = client.get("/changes/", {"lang": "zh-hans"}).content.decode()
    assert "<span>规定</span>" in page
    assert "<span>条规定</span>" not in page
    assert "条规定" in client.get("/", {"lang": "zh-hans"}).content.decode()
