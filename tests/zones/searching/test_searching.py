"""What is searched for is found under whatever it is called, with what holds of it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbec_portal import kept_pages
from tests.threads import at_once
from tests.zones.searching.judging import MOST, Judged, judged, place_of, share
from zones.models import City
from zones.selectors.inquiry import Inquiry
from zones.selectors.search import keys_found, search
from zones.selectors.search_entries import entries
from zones.selectors.search_hits import Hit, hits
from zones.selectors.search_index import SearchIndex, index_of
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def inquiry() -> Inquiry:
    return Inquiry.of_now(current_snapshot(), day=date(2026, 11, 23))


def first(words: str, inquiry: Inquiry, many: int = 1) -> list[str]:
    return [f"{one.kind} {one.key}" for one in search(words, inquiry).found[:many]]


def shown(words: str, inquiry: Inquiry) -> list[Hit]:
    return hits(search(words, inquiry).found[:MOST], inquiry)


EVERY, HELD_OUT = judged(), judged(held_out=True)


@pytest.mark.parametrize(
    ("rows", "at_one", "at_five"),
    [
        (EVERY, 0.93, 0.98),
        ([row for row in EVERY if row.is_chinese], 0.93, 0.97),
        ([row for row in EVERY if not row.is_chinese], 0.93, 0.97),
        (HELD_OUT, 0.88, 0.96),
        ([row for row in HELD_OUT if row.is_chinese], 0.85, 0.95),
        ([row for row in HELD_OUT if not row.is_chinese], 0.88, 0.95),
    ],
    ids=["all", "Chinese", "English", "held out", "held out Chinese", "held out English"],
)
def test_what_people_look_for_comes_first(
    rows: list[Judged], at_one: float, at_five: float, inquiry: Inquiry
) -> None:
    places = {row.query: place_of(row, search(row.query, inquiry)) for row in rows}
    told = {query: place for query, place in places.items() if place}
    assert share(places, 1) >= at_one, told
    assert share(places, 5) >= at_five, told


def test_a_third_of_the_judged_questions_were_never_tuned_to() -> None:
    assert len(judged()) >= 120
    assert len({row.query for row in judged()}) == len(judged())
    assert len(judged(held_out=True)) >= len(judged()) / 3


@pytest.mark.parametrize("words", ["hangzhou 1210", "1210 Hangzhou", "杭州1210", "杭州市 1210"])
def test_a_city_and_a_topic_give_the_answer_itself(words: str, inquiry: Inquiry) -> None:
    (hit, *_) = shown(words, inquiry)
    assert (hit.kind, hit.city, hit.topic) == ("answer", "hangzhou", "bonded-import-1210")
    assert hit.cell is not None
    assert hit.cell["display"] == "On the pilot list"
    assert hit.cell["from"] == "2019-01-01"
    assert hit.cell["source"]["id"] == "mofcom-2018-486"


def test_an_answer_is_of_the_day_asked_about(inquiry: Inquiry) -> None:
    (hit, *_) = shown("hangzhou single-order limit", inquiry.on(date(2018, 6, 30)))
    assert hit.cell is not None
    assert hit.cell["display"] == "2,000 CNY"
    (topic, *_) = shown("5000", inquiry.on(date(2018, 6, 30)))
    assert topic.told[0].display == "2,000 CNY"


def test_several_cities_are_answered_each(inquiry: Inquiry) -> None:
    assert first("hangzhou ningbo 1239", inquiry, 3) == [
        "comparison hangzhou,ningbo/bonded-import-1239-applies",
        "answer hangzhou/bonded-import-1239-applies",
        "answer ningbo/bonded-import-1239-applies",
    ]


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("1210 杭州 退货", "answer hangzhou"),
        ("returns hangzhou 1210", "answer hangzhou"),
        ("1210 returns zhejiang", "regional_answer CN-ZJ"),
    ],
)
def test_two_things_of_one_place_are_answered_each(
    words: str, place: str, inquiry: Inquiry
) -> None:
    answers = [one for one in first(words, inquiry, 10) if one.startswith(place)]
    assert f"{place}/bonded-import-1210" in answers
    assert f"{place}/import-return-cross-district" in answers


def test_of_what_is_asked_for_beside_something_unknown_nothing_is_made_up(
    inquiry: Inquiry,
) -> None:
    assert search("hangzhou 1210 qqqqxx", inquiry).partly


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("hangzou", "hangzhou"),
        ("hangzou 1210", "hangzhou 1210"),
        ("shengzhen 9610", "shenzhen 9610"),
        ("深川市", "Shenzhen"),
    ],
)
def test_what_was_mistyped_is_said(words: str, instead: str, inquiry: Inquiry) -> None:
    assert search(words, inquiry).instead == instead


def test_a_name_that_is_there_is_not_corrected(inquiry: Inquiry) -> None:
    assert search("Xian", inquiry).instead == ""
    assert first("Xian", inquiry) == first("Xi'an", inquiry) == ["city xian"]
    assert first("xiong an", inquiry) == ["city xiongan"]


def test_numbers_are_values_and_not_how_codes_of_areas_begin(inquiry: Inquiry) -> None:
    """Chongqing has the code 500000."""
    assert "city chongqing" not in first("5000", inquiry, 100)
    assert first("500000", inquiry) == ["city chongqing"]
    assert first("26000", inquiry) == first("26,000", inquiry)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("tianjin fta", "answer tianjin/pilot-free-trade-zone"),
        ("重庆自贸区", "answer chongqing/pilot-free-trade-zone"),
        ("free trade zone", "topic pilot-free-trade-zone"),
        # What arrives back within 45 days had to within 30 once.
        ("30 days return", "topic import-return-application-days"),
        ("45 days return", "topic import-return-arrival-days"),
    ],
)
def test_what_is_called_so_and_holds_now_comes_first(
    words: str, wanted: str, inquiry: Inquiry
) -> None:
    assert first(words, inquiry) == [wanted]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_days_are_set_side_by_side(client: Client, language: str) -> None:
    def asked(words: str) -> tuple[str, str, str]:
        found = client.get("/search/", {"q": words, "lang": language}).context["found"]
        hit, _kind, address, said, _period = found[0]
        assert client.get(address).status_code == 200
        return hit.label, address, said

    days = {"en": ["31 Dec 2018", "31 Dec 2019"], "zh-hans": ["2018年12月31日", "2019年12月31日"]}
    for words in ("hangzhou 2018 vs 2019", "杭州2018和2019对比", "hangzhou 2019 against 2018"):
        _, address, said = asked(words)
        assert address == "/compare/?cities=hangzhou@2018-12-31,hangzhou@2019-12-31"
        assert all(day in said for day in days[language])
    _, address, said = asked("shijiazhuang 1210 2018 vs 2019")
    assert address.endswith("@2019-12-31&topic=bonded-import-1210")
    assert all(day in said for day in days[language])
    _, address, said = asked("1210 2018 vs 2019")
    assert address == "/changes/?topic=bonded-import-1210&from=2019-01-01&to=2019-12-31"
    assert all(day in said for day in days[language])


def test_days_that_nothing_sets_side_by_side_are_not_compared(inquiry: Inquiry) -> None:
    for words in ("2018 vs 2019", "国函〔2018〕93", "hangzhou 2018 2019", "hangzhou 2018 vs 2018"):
        assert "comparison" not in {one.kind for one in search(words, inquiry).found}, words


def test_whom_a_rule_of_the_nation_binds_is_said_in_one_word(inquiry: Inquiry) -> None:
    """The glossary's: 全国."""
    found = (one for one in entries(inquiry) if one.kind == "policy" and ".nation." in one.key)
    assert {one.beside for one in found} == {("China", "全国")}


def test_nothing_is_held_back(client: Client) -> None:
    """All pages together show as many hits as are counted, each once."""
    first_page = client.get("/search/", {"q": "import"}).context
    there: list[Hit] = []
    for number in range(1, first_page["page"].paginator.num_pages + 1):
        page = client.get("/search/", {"q": "import", "page": number}).context
        there += [hit for hit, *_ in page["found"]]
    keys = [(hit.kind, hit.key) for hit in there]
    assert len(keys) == len(set(keys)) == first_page["count"] > 100
    counts = {kind: number for kind, _, number in first_page["kinds"]}
    assert sum(counts.values()) == first_page["count"]
    for kind, number in counts.items():
        assert client.get("/search/", {"q": "import", "kind": kind}).context["count"] == number


def test_a_hit_leads_to_the_day_asked_about(client: Client) -> None:
    page = client.get("/search/", {"q": "hangzhou 1210", "as_of": "2018-06-30"}).content.decode()
    assert 'href="/cities/hangzhou/bonded-import-1210/?as_of=2018-06-30"' in page
    for kind, place in (("focus_area", "/topics/?as_of=2018-06-30#payment"),):
        shown = client.get("/search/", {"q": "payment", "as_of": "2018-06-30", "kind": kind})
        assert place in shown.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("words", ["hangzhou 1210", "退货", "comprehensive 5", "payment"])
def test_every_hit_says_what_holds(client: Client, words: str, language: str) -> None:
    page = client.get("/search/", {"q": words, "lang": language})
    for hit, kind, address, said, _ in page.context["found"]:
        assert said, hit
        assert kind
        assert client.get(address).status_code == 200, address


NASTY = [
    *("\x00", '"', "'", "*", "AND", "OR NOT", "NEAR(a b)", "name_en:hangzhou", "^", "-", "(", "{"),
    *("😀", "½ ²", "hangzhou 😀", "a" * 5000, "a " * 900, "税" * 3000, "١٢١٠", "İ", "ﬀ", "\ud7ff"),
    *("的", "号", "第", "  ", "%", "\\", "<script>", "1" * 400, "hangzhou OR 1=1", "𠀀𠀀"),
]


@pytest.mark.parametrize("words", NASTY)
def test_rubbish_is_answered(client: Client, words: str) -> None:
    assert client.get("/search/", {"q": words}).status_code in (200, 400)
    assert client.get("/api/v1/cities/", {"q": words}).status_code in (200, 400)


@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
@given(words=st.text(max_size=40))
def test_whatever_is_typed_is_answered(words: str, inquiry: Inquiry) -> None:
    found = search(words, inquiry).found
    assert len({(one.kind, one.key) for one in found}) == len(found)
    keys_found(words, inquiry.snapshot, "source")


def test_long_questions_cost_little(inquiry: Inquiry) -> None:
    index_of(inquiry)
    began = time.thread_time()
    for words in ("import " * 40, "".join(map(chr, range(0x4E00, 0x4F00))), "abcdefghij " * 40):
        search(words, inquiry)
    assert time.thread_time() - began < 2


def test_the_index_is_soon_made(inquiry: Inquiry) -> None:
    """A second processor's time, well under what a reader notices on a new edition."""
    SearchIndex(entries(inquiry))  # the words of the language are known by then
    began = time.thread_time()
    SearchIndex(entries(inquiry))
    assert time.thread_time() - began < 1.5


def test_the_index_is_made_once_while_others_wait(
    inquiry: Inquiry, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    fresh = Inquiry.of_now(current_snapshot())
    rows = list(entries(fresh))
    made: list[int] = []

    def slowly(_: Any) -> Any:
        made.append(1)
        time.sleep(0.2)
        return rows

    monkeypatch.setattr("zones.selectors.search_index.entries", slowly)
    found = at_once([lambda: index_of(fresh)] * 4)
    assert all(one is found[0] for one in found)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("words", "kind", "key"),
    [
        ("Hangzhou", "city", "hangzhou"),
        ("ZHENGZHOUSHI", "city", "zhengzhou"),
        ("国函(2015)44", "source", "sc-2015-44"),
        ("value limit retail", "topic", "import-single-transaction-limit"),
        ("单次交易限值", "topic", "import-single-transaction-limit"),
        ("danci jiaoyi", "topic", "import-single-transaction-limit"),
    ],
)
def test_lists_find_what_has_the_name_or_every_word(words: str, kind: str, key: str) -> None:
    assert key in keys_found(words, current_snapshot(), kind)


def test_letters_are_found_where_a_word_or_a_syllable_begins() -> None:
    kept = current_snapshot()
    assert keys_found("hang", kept, "city") == ["hangzhou"]
    assert "shanghai" in keys_found("hai", kept, "city")


def test_lists_do_not_guess() -> None:
    """What is mistyped, or holds some of the words, is found by the search alone."""
    kept = current_snapshot()
    assert keys_found("hangzou", kept, "city") == []
    assert keys_found("hangzhou ningbo", kept, "city") == []


@pytest.mark.parametrize("words", ["", "   ", "〔〕", "zzzzqqqq"])
def test_search_finds_nothing_where_there_is_nothing(words: str, inquiry: Inquiry) -> None:
    assert search(words, inquiry).found == []


def test_a_city_that_the_revision_does_not_know_is_not_found(client: Client) -> None:
    """No placement says where it lies: it was taken back, or is not published yet."""
    there = City.objects.select_related("province", "customs_district").get(slug="nanchang")
    City.objects.create(
        slug="nowhere",
        name_en="Nowhere",
        name_zh="乌有市",
        level=there.level,
        province=there.province,
        customs_district=there.customs_district,
        latitude=there.latitude,
        longitude=there.longitude,
    )
    forget()
    for words in ("Nowhere", "乌有", "乌友市", "nowhere 1210", "nowhere hangzhou 1210"):
        page = client.get("/search/", {"q": words})
        assert page.status_code == 200
        assert "nowhere" not in {hit.city for hit, *_ in page.context["found"]}, words
    assert keys_found("Nowhere", current_snapshot(), "city") == []


@pytest.mark.parametrize("address", ["/cities/", "/cities/?programme=comprehensive", "/zones/"])
def test_a_list_that_is_asked_without_words_makes_no_index(
    address: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes 20 MB of a worker, with how all characters sound, and half a second."""
    made: list[str] = []
    monkeypatch.setattr("zones.selectors.search.index_of", lambda _: made.append("index"))
    monkeypatch.setattr("zones.selectors.pinyin._pypinyin", lambda: made.append("sounds"))
    forget()
    kept_pages.forget()
    assert client.get(address).status_code == 200
    assert made == []


@pytest.mark.parametrize("words", ["limit", "hang", "xiong", "2018", "进口"])
def test_the_order_is_the_same_whatever_the_ids_of_rows_are(words: str, inquiry: Inquiry) -> None:
    own = list(entries(inquiry))
    orders = [
        [(one.kind, one.key) for one in SearchIndex(listed).found(f'"{words}" *')]
        for listed in (own, own[::-1])
    ]
    assert len(orders[0]) > 1
    assert orders[0] == orders[1]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2018-06-30", "2018-06-30"),
        ("2018/6/30", "2018-06-30"),
        ("20180630", "2018-06-30"),
        ("30 June 2018", "2018-06-30"),
        ("June 30th, 2018", "2018-06-30"),
        ("as of 30 Jun 2018", "2018-06-30"),
        ("2018年6月30日", "2018-06-30"),
        ("二〇一八年六月三十日", "2018-06-30"),
        ("2018-06", "2018-06-30"),
        ("June 2018", "2018-06-30"),
        ("2018年6月", "2018-06-30"),
        ("in 2018", "2018-12-31"),
        ("2018年底", "2018-12-31"),
    ],
)
@pytest.mark.parametrize("around", ["hangzhou 1210 {}", "{} 杭州 1210"])
def test_a_day_among_the_words_is_the_day_asked_about(
    client: Client, around: str, words: str, day: str
) -> None:
    query = around.format(words)
    page = client.get("/search/", {"q": query, "lang": "en"})
    (hit, _kind, address, *_rest), *_others = page.context["found"]
    assert hit.key == "hangzhou/bonded-import-1210"
    assert address == f"/cities/hangzhou/bonded-import-1210/?as_of={day}"
    then = client.get("/search/", {"q": "hangzhou 1210", "as_of": day}).context["found"][0][0]
    assert hit.cell == then.cell
    answer = client.get("/api/v1/search/", {"q": query}).json()
    assert {answer["as_of"], *(one["as_of"] for one in answer["results"])} == {day}
    assert "the day in your words" in page.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "2018",
        "1210 2900",
        "2000",
        "海关总署公告2018年第194号",
        "财关税〔2018〕49号",
        "gacc 2021 70",
    ],
)
def test_numbers_of_documents_codes_and_limits_name_no_day(words: str, inquiry: Inquiry) -> None:
    assert search(words, inquiry).day is None


def test_a_province_and_a_topic_give_the_answers_there(client: Client) -> None:
    """Its own policy where it has one, and how its pilot cities answer."""
    asked = {"as_of": "2026-11-23", "lang": "en"}
    page = client.get("/search/", {"q": "湖南 subsidy", **asked})
    (hit, _kind, address, said, _span), *_rest = page.context["found"]
    assert (hit.kind, hit.key) == ("regional_answer", "CN-HN/local-cash-support")
    cities = City.objects.filter(province__iso_3166_2="CN-HN")
    assert hit.cities == sum(one.cities for one in hit.told) == cities.count()
    assert hit.cell["policy"] if "policy" in hit.cell else hit.cell["scope"]["code"] == "CN-HN"
    assert hit.cell["display"] in said
    assert "province=CN-HN" in address
    assert "topic=local-cash-support" in address
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "words", ["wuhan vs xian", "compare wuhan xian", "武汉和西安", "对比 武汉 西安"]
)
def test_cities_side_by_side_lead_to_their_comparison(client: Client, words: str) -> None:
    (hit, _kind, address, said, _span), *_rest = client.get("/search/", {"q": words}).context[
        "found"
    ]
    assert (hit.kind, address) == ("comparison", "/compare/?cities=wuhan,xian")
    page = client.get("/search/", {"q": f"{words} 1210"})
    (hit, _kind, address, said, _span), *_rest = page.context["found"]
    assert address == "/compare/?cities=wuhan,xian&topic=bonded-import-1210"
    assert "Wuhan" in said
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("letters", "slug"),
    [("shenzhen", "shenzhen"), ("hangzhou", "hangzhou"), ("zhengzhou", "zhengzhou")],
)
def test_a_letter_too_many_is_a_slip_wherever_it_is(
    letters: str, slug: str, inquiry: Inquiry
) -> None:
    """A name of another place, or one that something is called by, stays what it is."""
    for at in range(1, len(letters)):
        typed = f"{letters[:at]}g{letters[at:]}"
        found = search(typed, inquiry)
        if found.instead:
            assert f"city {slug}" in first(typed, inquiry), typed
        else:
            assert found.found, typed
    assert search(letters, inquiry).instead == ""


@pytest.mark.parametrize("words", ["decree 9248", "国务院令第9999号", "announcement 9999 of 2018"])
def test_a_number_that_no_document_has_is_said_to_be_not_held(client: Client, words: str) -> None:
    page = client.get("/search/", {"q": words, "lang": "en"}).content.decode()
    assert "is held here" in page
    answer = client.get("/api/v1/search/", {"q": words}).json()
    assert answer["not_held"] == words
    held = client.get("/api/v1/search/", {"q": "announcement 194"}).json()
    assert held["not_held"] is None
    assert client.get("/api/v1/search/", {"q": "zzzzqqq"}).json()["partly"] is True


def test_a_document_comes_before_the_batches_that_it_approved(inquiry: Inquiry) -> None:
    for source in inquiry.snapshot.related["source"].values():
        if source.document_number.count("号") == 1 and "；" not in source.document_number:
            (one, *_rest) = search(source.document_number, inquiry).found
            assert one.kind == "source", source.document_number
