"""Every look-up finds things by the names and numbers that people use."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from cbec_portal.simplified import simplified
from checklists.api.filters import ItemFilters
from checklists.models import Item
from tests.zones.oracle import CITIES, read
from zones.api import viewsets
from zones.models import Policy, Province, Source, Zone
from zones.rules.names import joined, plain, short_forms
from zones.rules.other_names import also_called
from zones.selectors.place_names import cities_named, nearest_cities, provinces_named
from zones.selectors.search import keys_found
from zones.selectors.snapshot import Snapshot, current_snapshot

pytestmark = pytest.mark.django_db

TONES = str.maketrans("aeiou", "āéǐòū")
TAIZHOU = ["taizhou-jiangsu", "taizhou-zhejiang"]

#: What people call some places, beside what every place is called.
USED = {
    "dehong": ("德宏", "德宏州", "德宏傣族景颇族自治州", "Dehong", "Dehong Prefecture", "dé hóng"),
    "ili": ("伊犁", "伊犁州", "Ili", "Yili", "Ili Kazakh Autonomous Prefecture"),
    "kashgar": ("喀什", "喀什地区", "Kashgar", "Kashi", "kā shí"),
    "dali": ("大理", "大理州", "Dali", "Dali Bai"),
    "honghe": ("红河", "红河州", "Honghe"),
    "bortala": ("博尔塔拉", "Bortala"),
    "hainan-island": ("海南", "海南省", "海南全岛", "Hainan", "Hainan Province"),
    "xiongan": ("雄安", "雄安新区", "Xiong'an", "Xiong’an", "xiongan", "Xiongan New Area"),
    "pingtan": ("平潭", "平潭综合实验区", "Pingtan", "Pingtan Comprehensive Experimental Zone"),
    "xian": ("西安", "西安市", "Xi'an", "Xi’an", "Xiʼan", "xian", "XI AN", "Xī'ān", "Xi-an"),
    "urumqi": ("Ürümqi", "Urumqi", "乌鲁木齐", "wulumuqi"),
    "hangzhou": ("杭州", "Hangzhou City", "Ｈａｎｇｚｈｏｕ", "háng zhōu", "浙江杭州", "[杭州]"),
    "manzhouli": ("满洲里", "Manzhouli"),
    "taizhou-jiangsu": ("泰州", "Taizhou, Jiangsu", "江苏省泰州市"),
    "taizhou-zhejiang": ("台州", "Zhejiang Taizhou", "浙江台州"),
}


def said(city: dict[str, str]) -> Iterator[str]:
    """How a city of the dataset may be asked for."""
    english, chinese = city["name_en"], city["name_zh"]
    short = re.sub(r" \(.*| New Area| Prefecture|( \w+)?( and \w+)? Autonomous.*", "", english)
    yield from (city["slug"], english, english.upper(), chinese, f" {chinese} ", f"（{chinese}）")
    yield from (short, short.lower(), short.replace("'", ""), short.replace("'", "’"))
    yield short.replace("'", " ")
    yield short.lower().translate(TONES)
    if chinese.endswith("市"):
        yield from (chinese.removesuffix("市"), f"{short} City", f"{short}市")


def names() -> Iterator[tuple[str, str]]:
    for slug, city in CITIES.items():
        yield from ((slug, name) for name in dict.fromkeys((*said(city), *USED.get(slug, ()))))


def test_every_city_is_found_first_by_every_name() -> None:
    kept = current_snapshot()
    missed = [
        (slug, name)
        for slug, name in names()
        if name.casefold() != slug
        and not (
            slug in cities_named(name, kept)
            and {*cities_named(name, kept)} <= {slug, *TAIZHOU}
            and slug in keys_found(name, kept, "city")[:2]
            and slug in nearest_cities(name, kept)[:2]
        )
    ]
    assert missed == []


@pytest.mark.parametrize("slug", USED)
def test_the_api_and_pages_find_a_city_by_every_name(client: Client, slug: str) -> None:
    for name in USED[slug]:
        (first, *_) = client.get("/api/v1/cities/", {"q": name}).json()["results"]
        assert first["slug"] == slug, name
        zones = client.get("/api/v1/zones/", {"city": name.replace(",", "")}).json()["results"]
        assert {zone["city"] for zone in zones} == {slug}, name
    name = USED[slug][0]
    page = client.get("/cities/", {"q": name}).content.decode()
    assert re.findall(r'href="/cities/([a-z-]+)/', page[page.index("<main") :])[0] == slug
    compared = client.get("/api/v1/compare/", {"cities": name, "topic": TOPIC})
    assert compared.json()["columns"][0]["city"]["slug"] == slug
    assert client.get("/api/v1/changes/", {"city": name, "limit": 1}).status_code == 200
    assert client.get("/compare/", {"cities": name, "topic": TOPIC}).status_code in (200, 302)


TOPIC = "bonded-import-1210"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        *(("廣州", "guangzhou"), ("廣州市", "guangzhou"), ("鄭州", "zhengzhou")),
        *(("重慶", "chongqing"), ("瀋陽", "shenyang"), ("臺州", "taizhou-zhejiang")),
        *(("浙江省臺州市", "taizhou-zhejiang"), ("德宏傣族景頗族自治州", "dehong")),
    ],
)
def test_a_city_is_found_by_its_name_in_traditional_characters(
    client: Client, typed: str, key: str
) -> None:
    kept = current_snapshot()
    assert cities_named(typed, kept) == [key]
    assert keys_found(typed, kept, "city")[0] == key
    assert nearest_cities(typed[:-1], kept)[0] == key
    compared = client.get("/api/v1/compare/", {"cities": typed, "topic": TOPIC}).json()
    assert compared["columns"][0]["city"]["slug"] == key
    for where in ("/cities/", "/zones/"):
        page = client.get(where, {"q": typed}).content.decode()
        assert f"/cities/{key}/" in page[page.index("<main") :], where
    (first, *_) = client.get("/api/v1/cities/", {"q": typed}).json()["results"]
    assert first["slug"] == key


def test_all_else_is_found_in_traditional_characters_too(client: Client) -> None:
    kept = current_snapshot()
    assert provinces_named("廣東", kept) == ["CN-GD"]
    found = keys_found("海關總署公告", kept, "source")
    assert found == keys_found("海关总署公告", kept, "source") != []
    asked = {"topics": "網購保稅進口", "policies": "海關", "zones": "綜合試驗區"}
    for listed, words in asked.items():
        counts = [
            client.get(f"/api/v1/{listed}/", {"q": written}).json()["count"]
            for written in (words, simplified(words))
        ]
        assert counts[0] == counts[1] > 0, listed
    page = client.get("/zones/", {"q": "綜合試驗區"}).content.decode()
    assert "/cities/hangzhou/" in page[page.index("<main") :]


def test_xiongan_is_not_xian() -> None:
    kept = current_snapshot()
    assert cities_named("Xiong'an", kept) == ["xiongan"]
    assert cities_named("Xi'an", kept) == ["xian"]
    assert joined("Xiong'an") != joined("Xi'an")


@pytest.mark.parametrize("name", ["Taizhou", "taizhou", "Tàizhōu", "TAI ZHOU", "Taizhou City"])
def test_cities_of_one_name_are_both_offered(client: Client, name: str) -> None:
    assert cities_named(name, current_snapshot()) == TAIZHOU
    assert nearest_cities(name, current_snapshot())[:2] == TAIZHOU
    found = client.get("/api/v1/cities/", {"q": name}).json()["results"]
    assert [city["slug"] for city in found][:2] == TAIZHOU
    for address in ("compare/", "changes/", "zones/", "templates/import-1210-seller/preview/"):
        parameter = "cities" if address == "compare/" else "city"
        answer = client.get(f"/api/v1/{address}", {parameter: name})
        assert answer.status_code == 400, address
        assert all(slug in answer.json()["detail"] for slug in TAIZHOU), address


def test_cities_that_come_to_share_a_name_are_ambiguous(client: Client) -> None:
    from zones.models import City
    from zones.selectors.snapshot import forget

    pairs = {"fuzhou-jiangxi": "Fuzhou", "suzhou-anhui": "Suzhou", "yichun-heilongjiang": "Yichun"}
    model = City.objects.get(slug="nanchang")
    for slug, name in pairs.items():
        City.objects.create(
            slug=slug,
            name_en=name,
            name_zh={"Fuzhou": "抚州市", "Suzhou": "宿州市", "Yichun": "伊春市"}[name],
            level=model.level,
            province=model.province,
            customs_district=model.customs_district,
            latitude=model.latitude,
            longitude=model.longitude,
        )
    forget()
    kept = current_snapshot()
    for slug, name in pairs.items():
        assert len(cities_named(name, kept)) == 2
        assert slug in cities_named(name, kept)
    assert cities_named("抚州", kept) == ["fuzhou-jiangxi"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("杭", "hangzhou"), ("hang", "hangzhou"), ("Hangzho", "hangzhou"), ("哈尔", "harbin")],
)
def test_what_is_half_typed_suggests(client: Client, typed: str, first: str) -> None:
    assert nearest_cities(typed, current_snapshot())[0] == first
    answer = client.get("/api/v1/compare/", {"cities": typed})
    assert answer.status_code == 400
    assert first in answer.json()["detail"]


def test_what_kind_of_place_it_is_is_no_sound_of_its_name() -> None:
    found = set(keys_found("zhou", current_snapshot(), "city"))
    assert not found & {"dehong", "honghe", "dali", "ili", "bortala"}


def test_a_province_asked_for_is_no_city_of_its_name() -> None:
    assert cities_named("吉林省", current_snapshot()) == []
    assert (
        cities_named("吉林", current_snapshot())
        == cities_named("吉林市", current_snapshot())
        == ["jilin"]
    )


PROVINCES = {
    "CN-NM": ("内蒙古", "内蒙古自治区", "Inner Mongolia", "nei menggu"),
    "CN-XJ": ("新疆", "新疆维吾尔自治区", "Xinjiang"),
    "CN-GX": ("广西", "广西壮族自治区", "Guangxi"),
    "CN-XZ": ("西藏", "Tibet", "Xizang"),
    "CN-ZJ": ("浙江", "浙江省", "Zhejiang", "ZHEJIANG", "Zhèjiāng", "Zhejiang Province"),
    "CN-SN": ("陕西", "Shaanxi"),
    "CN-SX": ("山西", "Shanxi"),
}
DISTRICTS = {"2900": ("杭州海关", "杭州", "Hangzhou", "Hangzhou Customs", "2900")}


@pytest.mark.parametrize(
    ("address", "parameter", "kind", "key", "names"),
    [
        *(("provinces", "province", "province", key, own) for key, own in PROVINCES.items()),
        *(
            ("customs-districts", "customs_district", "customs_district", key, own)
            for key, own in DISTRICTS.items()
        ),
    ],
)
def test_provinces_and_districts_are_found_by_their_names(
    client: Client, address: str, parameter: str, kind: str, key: str, names: tuple[str, ...]
) -> None:
    column = "code" if kind == "customs_district" else "iso_3166_2"
    for name in names:
        found = client.get(f"/api/v1/{address}/", {"q": name}).json()["results"]
        assert found[0][column] == key, name
        assert keys_found(name, current_snapshot(), kind)[0] == key, name
        asked = client.get("/api/v1/cities/", {parameter: name, "limit": 1000})
        plainly = client.get("/api/v1/cities/", {parameter: key, "limit": 1000})
        assert asked.json()["results"] == plainly.json()["results"], name
    page = client.get("/search/", {"q": names[0]}).content.decode()
    assert f"/cities/?{parameter}={key}" in html.unescape(page)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("comprehensive 5", "comprehensive.5"),
        ("跨境电子商务综合试验区第5批", "comprehensive.5"),
        ("国函〔2015〕44号", "comprehensive.1"),
        ("国函[2015]44号", "comprehensive.1"),
    ],
)
def test_batches_are_found(client: Client, typed: str, key: str) -> None:
    assert key in keys_found(typed, current_snapshot(), "batch")
    page = client.get("/search/", {"q": typed}).content.decode()
    assert f"/batches/#{key}" in page


def spellings(number: str) -> Iterator[str]:
    """A document number as people type it."""
    yield number
    for pair in ("[]", "［］", "（）", "()", "【】", "《》", "〈〉", "{}", "  "):
        yield number.replace("〔", pair[0]).replace("〕", pair[1])
    yield number.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    yield re.sub(r"(\d+)", r" \1 ", number)
    yield number.replace("〔", "").replace("〕", "")


def found_everywhere(client: Client, typed: str, key: str, kept: Snapshot) -> bool:
    """Whether the search, the API and the page of documents find a document."""
    hits = keys_found(typed, kept, "source")
    rows = client.get("/api/v1/sources/", {"q": typed, "limit": 1000}).json()["results"]
    page = client.get("/sources/", {"q": typed}).content.decode()
    return key in hits and key in [row["id"] for row in rows] and f"/sources/{key}/" in page


NUMBERED = {row["id"]: row["document_number"] for row in read("sources") if row["document_number"]}


@pytest.mark.parametrize("key", ["mof-gacc-sta-2018-49", "gacc-2018-194", "mof-list-2019"])
def test_a_document_is_found_by_its_number_however_typed(client: Client, key: str) -> None:
    kept = current_snapshot()
    for typed in spellings(NUMBERED[key]):
        assert found_everywhere(client, typed, key, kept), typed
        if "," not in typed:
            asked = client.get("/api/v1/policies/", {"source": typed, "limit": 1})
            assert asked.json()["count"] == count_of(client, key), typed


def count_of(client: Client, key: str) -> int:
    answer: Any = client.get("/api/v1/policies/", {"source": key, "limit": 1}).json()
    return int(answer["count"])


def test_every_document_is_found_by_its_number_in_every_spelling() -> None:
    kept = current_snapshot()
    missed = [
        (key, typed)
        for key, number in NUMBERED.items()
        for typed in spellings(number)
        if key not in keys_found(typed, kept, "source")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("announcement 194", "gacc-2018-194"),
        ("2018年第194号", "gacc-2018-194"),
        ("2018 年 第 194 号", "gacc-2018-194"),
        ("第１９４号", "gacc-2018-194"),
        ("No. 194 of 2018", "gacc-2018-194"),
        ("2019年第96号", "mof-list-2019"),
        ("96号", "mof-list-2019"),
    ],
)
def test_part_of_a_number_is_enough(client: Client, typed: str, key: str) -> None:
    assert found_everywhere(client, typed, key, current_snapshot())


def listed_by_words() -> list[tuple[Any, Any]]:
    """Every model of which a list takes words, with the filter that reads them."""
    lists = [one for one in vars(viewsets).values() if getattr(one, "filterset_class", None)]
    asked = [(one.queryset.model, one.filterset_class) for one in lists] + [(Item, ItemFilters)]
    return [(m, f.base_filters["q"]) for m, f in asked if "q" in f.base_filters]


def test_whatever_is_listed_by_words_is_found_by_the_documents_it_rests_on() -> None:
    for model, filter_ in listed_by_words():
        own = {f.name for f in model._meta.fields if f.related_model is Source}
        assert own <= {path.split("__")[0] for path in getattr(filter_, "documents", ())}, model
    assert {Policy, Zone, Item} <= {model for model, _filter in listed_by_words()}


@pytest.mark.parametrize("key", ["gacc-2018-194", "mof-gacc-sta-2018-49", "mofcom-2018-486"])
def test_policies_are_found_by_the_number_of_their_document(client: Client, key: str) -> None:
    own = {row["identity"] for row in policies(client, source=key)}
    assert own
    for typed in spellings(NUMBERED[key]):
        assert own <= {row["identity"] for row in policies(client, q=typed)}, typed
    assert own == {row["identity"] for row in policies(client, q=NUMBERED[key], source=key)}
    assert policies(client, q=NUMBERED[key] + "7") == []


def policies(client: Client, **asked: str) -> list[dict[str, Any]]:
    found: Any = client.get("/api/v1/policies/", {"limit": 1000, **asked}).json()
    return list(found["results"])


@pytest.mark.parametrize(("number", "count"), [("国函〔2015〕44号", 1), ("国函〔2020〕47号", 46)])
def test_zones_are_found_by_the_number_of_their_document(
    client: Client, number: str, count: int
) -> None:
    for typed in spellings(number):
        assert client.get("/api/v1/zones/", {"q": typed}).json()["count"] == count
        page = client.get("/zones/", {"q": typed}).content.decode()
        assert re.search(rf">{count} zones?</strong>", page), typed


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏"),
        ("黔东南苗族侗族自治州", "黔东南"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("锡林郭勒盟", "锡林郭勒"),
        ("香港特别行政区", "香港"),
        ("杭州海关", "杭州"),
        ("Ili Kazakh Autonomous Prefecture", "ili"),
        ("Xiong'an New Area", "xiongan"),
    ],
)
def test_names_are_shortened_as_people_shorten_them(name: str, short: str) -> None:
    assert short in list(short_forms(name))


@pytest.mark.parametrize("name", ["县", "市", "杭州", "City", "New Area", "", "自治州", "土家族"])
def test_nothing_is_shortened_to_nothing(name: str) -> None:
    assert all(len(form) > 1 or form == joined(name) for form in short_forms(name))


def test_words_are_compared_without_what_is_written_around_them() -> None:
    assert plain("《财关税【２０１８】４９号》") == "财关税 2018 49 号"
    assert plain("Ürümqi–KASHI_ı") == "urumqi kashi ı"


def test_every_province_has_its_one_character_name() -> None:
    """Those of the mainland, each of one province alone."""
    names = [province.name_zh for province in Province.objects.all()]
    short = [one for name in names for one in also_called(name) if len(one) == 1]
    assert all(any(len(one) == 1 for one in also_called(name)) for name in names)
    assert len(short) == len(set(short))
