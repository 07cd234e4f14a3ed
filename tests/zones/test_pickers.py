"""What somebody types picks the row that it names, and never one that it only comes near."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.odd_values import HIDDEN, SHOWN
from tests.zones.bodies import TABLES
from tests.zones.oracle import CITIES, TOPICS, read
from tests.zones.picks import spellings, whom, wide
from zones.dataset.table_registry import registry, table_named
from zones.desk.pick_entries import entries_of
from zones.desk.pickers import (
    BEGINS,
    HOLDS,
    NAMED,
    AmbiguousPickError,
    NotPickedError,
    UnknownPickError,
    candidates,
    label_of,
    picked,
)
from zones.models import City, Policy, Topic
from zones.rules.names import joined, plain
from zones.selectors.pinyin import readings, syllables
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db

TAIZHOU = {("taizhou-jiangsu",), ("taizhou-zhejiang",)}
TOPIC = "bonded-import-1210"
#: Tables without rows in the dataset.
EMPTY = ("aliases", "former_placements", *TABLES)
ONE_OF_EACH = [
    *(("cities", "hangzhou", None, 1), ("provinces", "zhejiang", None, 1)),
    *(("customs_districts", "2900", None, 1), ("topics", TOPIC, None, 1)),
    *(("choices", "listed", TOPIC, 1), ("sources", "国函〔2015〕44号", None, 1)),
    *(("batches", "comprehensive 5", None, 1), ("issuers", "GACC", None, 1)),
    *(("policies", f"{TOPIC} city", TOPIC, 1), ("programmes", "service-pilot", None, 1)),
]
ODD = [*HIDDEN, *SHOWN, *"()[]{}*+?.^$|\\", "(?", "[a-", "%s", "%(typed)s", "{0}", "(" * 300]
ODD += ["x" * 10_000, "长" * 10_000, "（" * 10_000, "a b " * 2500, "()" * 5000]


def names_of_cities() -> Iterator[tuple[str, str]]:
    for slug, city in CITIES.items():
        short = re.sub(
            r" \(.*| New Area| Prefecture|( \w+)?( and \w+)? Autonomous.*", "", city["name_en"]
        )
        for name in (
            slug,
            city["name_en"],
            city["name_zh"],
            short,
            city["name_zh"].removesuffix("市"),
        ):
            yield from ((slug, form) for form in (name, name.upper(), wide(name), f" {name} "))
        if city["name_zh"].endswith("市"):
            own = city["name_zh"].removesuffix("市")
            # Most English names are the pinyin, and other readings of the letters are wrong.
            sound = joined(short) if joined(short) in {*readings(own)} else syllables(own)
            yield from ((slug, form) for form in (sound, sound.title(), wide(sound)))


def test_every_city_is_picked_by_key_names_and_pinyin() -> None:
    wrong = {
        (slug, name): found
        for slug, name in dict.fromkeys(names_of_cities())
        if (found := whom("cities", name)) != {(slug,)}
        and not (found == TAIZHOU and joined(name) == "taizhou")
    }
    assert len(CITIES) >= 186
    assert wrong == {}


def test_no_city_is_picked_by_what_its_name_begins_or_ends_with() -> None:
    named = {joined(name) for _, name in names_of_cities()}
    picks = {
        part: whom("cities", part)
        for city in CITIES.values()
        for name in [city["name_en"]]
        for part in (name[:-1], name[1:], name[:4], name[-4:])
        if joined(part) not in named
    }
    assert len(picks) > 300
    assert {part: found for part, found in picks.items() if len(found) == 1} == {}


@pytest.mark.parametrize(
    ("typed", "key"),
    [("kashi", "kashgar"), ("wulumuqi", "urumqi"), ("háng zhōu", "hangzhou"), ("yili", "ili")],
)
def test_a_city_is_picked_by_how_its_letters_are_read(typed: str, key: str) -> None:
    assert picked("cities", typed).key == (key,)


@pytest.mark.parametrize("typed", ["jina", "anzhou", "zhangchun", "bangbu"])
def test_no_city_is_picked_by_how_its_letters_are_not_read(typed: str) -> None:
    with pytest.raises(UnknownPickError):
        picked("cities", typed)


def test_what_only_begins_or_holds_it_is_offered_and_not_picked() -> None:
    first, *others = candidates("cities", "hangzhou")
    assert (first.key, first.rank) == (("hangzhou",), NAMED)
    assert [(pick.key, pick.rank) for pick in others] == [
        (("changzhou",), HOLDS),
        (("zhangzhou",), HOLDS),
    ]
    with pytest.raises(
        UnknownPickError, match=r"Did you mean: .*Hangzhou 杭州市, Zhejiang"
    ) as wrong:
        picked("cities", "hangzho")
    assert wrong.value.candidates[0].rank == BEGINS


@pytest.mark.parametrize("typed", ["taizhou", "Taizhou", "ＴＡＩＺＨＯＵ", " tai zhou "])
def test_a_name_of_two_cities_picks_neither_and_tells_both_apart(typed: str) -> None:
    with pytest.raises(AmbiguousPickError) as wrong:
        picked("cities", typed)
    assert {pick.key for pick in wrong.value.candidates} == TAIZHOU
    assert "Jiangsu (taizhou-jiangsu)" in str(wrong.value)
    assert "Zhejiang (taizhou-zhejiang)" in str(wrong.value)
    for said in (
        "Taizhou (taizhou-jiangsu)",
        "泰州（taizhou-jiangsu）",
        "Taizhou, Jiangsu",
        "江苏泰州",
    ):
        assert picked("cities", said).key == ("taizhou-jiangsu",), said


def test_the_key_of_one_that_is_the_name_of_another_picks_neither() -> None:
    City.objects.filter(slug="hefei").update(name_en="Hangzhou")
    topic = Topic.objects.get(slug=TOPIC)
    topic.review_months += 1
    topic.save()  # an edition, so that it is read anew
    assert whom("cities", "hangzhou") == {("hangzhou",), ("hefei",)}
    assert picked("cities", "Hangzhou (hefei)").key == ("hefei",)
    assert picked("cities", "Hangzhou (hangzhou)").key == ("hangzhou",)
    assert picked("cities", "(hangzhou)").key == ("hangzhou",)


def test_a_label_with_the_key_of_another_row_picks_nothing() -> None:
    assert whom("cities", "Hangzhou (hefei)") == set()
    assert whom("cities", "Hangzhou (no-such-city)") == set()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("table", [table.name for table in registry])
def test_the_label_of_a_row_always_picks_it(table: str, language: str) -> None:
    with override(language):
        for within in [TOPIC, *list(TOPICS)[::30]] if table == "policies" else [None]:
            offered = candidates(table, "", within=within, limit=150)
            assert within or offered or table in EMPTY
            for one in offered:
                for typed in (one.label, one.label.upper(), wide(one.label)):
                    assert picked(table, typed, within=within).key == one.key, typed
                assert label_of(table, one.key) == one.label


def test_every_document_is_picked_by_its_key_and_by_a_title_of_its_own() -> None:
    by_title = defaultdict(set)
    for source in read("sources"):
        assert whom("sources", source["id"]) == {(source["id"],)}
        for title in (source["title_en"], source["title_zh"]):
            by_title[title].add((source["id"],))
    assert {title for title, keys in by_title.items() if whom("sources", title) != keys} == set()
    assert max(map(len, by_title.values())) > 1


def test_every_batch_is_picked_by_programme_and_number_or_document() -> None:
    programmes = {row["slug"]: row for row in read("programmes")}
    for batch in read("batches"):
        slug, number, key = (
            batch["programme"],
            batch["number"],
            (batch["programme"], batch["number"]),
        )
        programme = programmes[slug]
        for typed in (
            *(
                f"{slug} {number}",
                f"{slug}.{number}",
                f"{slug} batch {number}",
                f"{slug}, {number}",
            ),
            *(f"{programme['name_en']} {number}", f"{programme['name_zh']}第{number}批"),
            *(batch["title_en"], batch["title_zh"], *spellings(batch["document_number"])),
        ):
            if typed.strip("（） "):
                assert picked("batches", typed).key == key, typed
        numeral = "零一二三四五六七八九"[int(number)]
        for typed in (number, f"第{number}批", f"第{numeral}批", f"{numeral}批", f"batch {number}"):
            assert picked("batches", typed, within=slug).key == key
        assert picked("batches", f"{programme['name_zh']}第{numeral}批").key == key
        assert len(whom("batches", number)) == 0


@pytest.mark.parametrize("within", [None, "comprehensive"])
def test_a_list_offers_the_batches_of_a_number_first(within: str | None) -> None:
    """However it is written, and none by the digits of its document: there is no 5 in 2015."""
    keys = [(row["programme"], row["number"]) for row in read("batches")]
    for number in {number for _programme, number in keys}:
        own = {key for key in keys if key[1] == number and within in (None, key[0])}
        numeral = "零一二三四五六七八九"[int(number)]
        written = (
            f"第{number}批",
            f"第 {number} 批",
            f"第{numeral}批",
            f"{number}批",
            f"第{number}",
        )
        for typed in (*written, f"batch {number}", f"Batch{number}", f"第{number}批次"):
            offered = [one.key for one in candidates("batches", typed, within=within)]
            assert {*offered[: len(own)]} == own, typed
            if number == "5":
                assert ("comprehensive", "1") not in offered, typed


@pytest.mark.parametrize("within", [None, "comprehensive"])
def test_what_may_go_on_as_a_batch_or_its_document_picks_neither(within: str | None) -> None:
    """第8批 is the eighth batch, 国函〔2022〕8号 the document of the sixth."""
    assert whom("batches", "第8", within) == set()
    assert whom("batches", "第8批", "comprehensive") == {("comprehensive", "8")}
    assert whom("batches", "第8号", within) == {("comprehensive", "6")}


def test_every_topic_is_picked_by_key_question_and_short_head() -> None:
    for slug, topic in TOPICS.items():
        for name in ("slug", "label_en", "label_zh", "question_en", "question_zh"):
            if topic[name]:
                assert picked("topics", topic[name]).key == (slug,), topic[name]
                assert picked("topics", wide(topic[name]).upper()).key == (slug,), topic[name]


def test_the_choices_of_one_topic_alone_are_offered() -> None:
    for slug in {choice["topic"] for choice in read("choices")}:
        own = [(c["topic"], c["choice"]) for c in read("choices") if c["topic"] == slug]
        offered = candidates("choices", "", within=slug, limit=500)
        assert [pick.key for pick in offered] == own
        for choice in read("choices"):
            found = whom("choices", choice["choice"], within=slug)
            assert {key[0] for key in found} <= {slug}
            if choice["topic"] == slug:
                assert found == {(slug, choice["choice"])}
                assert whom("choices", choice["label_zh"], within=slug) == found
    assert candidates("choices", "", within="no-such-topic") == []


def test_every_province_is_picked_by_code_and_names() -> None:
    for province in read("provinces"):
        names = [province[name] for name in ("iso_3166_2", "gb2260", "name_en", "name_zh")]
        for name in (*names, f"{province['name_en'].partition(' (')[0]} Province"):
            for typed in (name, name.lower(), wide(name)):
                assert picked("provinces", typed).key == (province["iso_3166_2"],), typed
    assert whom("provinces", "吉林市") == set()


def test_a_customs_district_is_picked_by_its_whole_code_and_names() -> None:
    for district in read("customs_districts"):
        code = district["code"]
        for typed in (code, wide(code), district["name_en"], district["name_zh"]):
            assert picked("customs_districts", typed).key == (code,), typed
        for part in (code.lstrip("0"), code[:2], code[1:]):
            if part != code:
                assert whom("customs_districts", part) == set(), part
                told = candidates("customs_districts", part, limit=50)
                assert (code,) in [pick.key for pick in told]


def test_a_county_and_a_province_are_no_cities() -> None:
    for typed in ("杭州县", "Hangzhou County", "吉林省", "Meizhou county"):
        assert whom("cities", typed) == set(), typed


def test_a_policy_is_picked_by_its_key_and_its_label() -> None:
    for policy in read("policies")[::40]:
        key = tuple(policy[n] for n in ("topic", "scope_kind", "scope_code", "effective_from"))
        for typed in (" ".join(key), ".".join(key), label_of("policies", key)):
            assert picked("policies", typed).key == key
            assert picked("policies", typed, within=policy["topic"]).key == key
    assert candidates("policies", "no such topic") == []


def said(table: str, typed: str) -> str:
    """The label of what is picked, or why nothing is."""
    try:
        return picked(table, typed).label
    except NotPickedError as wrong:
        return str(wrong)


@pytest.mark.parametrize("table", [table.name for table in registry])
def test_whatever_is_typed_is_borne(table: str) -> None:
    for typed in ODD:
        told = said(table, typed)
        assert len(told) < 3000
        assert all(letter.isprintable() for letter in told), typed
        assert len(candidates(table, typed, limit=3)) <= 3
        candidates(table, "a", within=typed)


def test_another_table_is_none() -> None:
    for ask in (candidates, picked):
        with pytest.raises(KeyError):
            ask("no-such-table", "x")


@pytest.mark.parametrize(("table", "typed", "within", "queries"), ONE_OF_EACH)
def test_a_look_up_asks_for_the_edition_and_no_more(
    table: str, typed: str, within: str | None, queries: int, django_assert_num_queries: Any
) -> None:
    candidates(table, typed, within=within)
    with django_assert_num_queries(queries):
        candidates(table, typed, within=within)
    with django_assert_num_queries(queries):
        whom(table, typed, within)


def test_more_policies_of_other_topics_cost_nothing(django_assert_num_queries: Any) -> None:
    own = Policy.objects.filter(topic__slug=TOPIC).count()
    assert 0 < own < Policy.objects.count()
    forget()
    candidates("topics", "")
    with django_assert_num_queries(2):
        assert len(candidates("policies", "", within=TOPIC, limit=10_000)) <= own


# The address and the box.


def address(table: str) -> str:
    return reverse("admin:desk-pick", args=[table])


def test_rows_are_offered_as_json_to_staff_alone(
    client: Client, admin_client: Client, django_user_model: Any
) -> None:
    asked = {"q": "taizhou"}
    assert client.get(address("cities"), asked).status_code == 302
    client.force_login(django_user_model.objects.create_user("someone"))
    assert client.get(address("cities"), asked).status_code == 302
    answer = admin_client.get(address("cities"), asked)
    assert "private, no-store" in answer["Cache-Control"]
    picks = answer.json()["picks"]
    assert {tuple(pick["key"]) for pick in picks} == TAIZHOU
    assert [pick["rank"] for pick in picks] == [NAMED, NAMED]
    chinese = admin_client.get(address("cities"), asked, headers={"Accept-Language": "zh-hans"})
    assert "江苏省（taizhou-jiangsu）" in chinese.json()["picks"][0]["label"]
    assert admin_client.get(address("no-such-table")).status_code == 404
    assert admin_client.post(address("cities"), asked).status_code == 405


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("hangzhou", "hangzhou"),
        ("杭州", "hangzhou"),
        ("taizhou", None),
        ("hangz", None),
        ("", None),
    ],
)
def test_of_rows_that_are_offered_the_one_that_is_named_says_so(
    admin_client: Client, typed: str, key: str | None
) -> None:
    picks = admin_client.get(address("cities"), {"q": typed}).json()["picks"]
    assert [pick["key"] for pick in picks if pick["named"]] == ([[key]] if key else [])


def test_enter_takes_every_city_that_is_named_and_neither_of_two(admin_client: Client) -> None:
    """What a browser takes on Enter is what the address says is named."""
    page, wrong = address("cities"), {}
    for slug, city in CITIES.items():
        for name in (slug, city["name_en"], city["name_zh"], syllables(city["name_zh"])):
            picks = admin_client.get(page, {"q": name}).json()["picks"]
            named = {tuple(pick["key"]) for pick in picks if pick["named"]}
            both = whom("cities", name)
            if named != (both if len(both) == 1 else set()):
                wrong[slug, name] = named
    assert wrong == {}


@pytest.mark.parametrize(
    ("table", "typed", "alone"),
    [
        ("programmes", "comprehensive pilot zones", ["comprehensive"]),
        ("programmes", "zones comprehensive", ["comprehensive"]),
        ("programmes", "跨境电子商务综合试验", ["comprehensive"]),
        ("programmes", "omprehensive", None),
        ("programmes", "comprehensiv pilto", None),
        ("cities", "kasgar", None),
        ("cities", "angzhou", None),
        ("cities", "", None),
    ],
)
def test_the_only_row_that_fits_is_taken_and_none_that_only_comes_near(
    admin_client: Client, table: str, typed: str, alone: list[str] | None
) -> None:
    picks = admin_client.get(address(table), {"q": typed}).json()["picks"]
    assert [pick["key"] for pick in picks if pick["alone"]] == ([alone] if alone else [])


def test_no_part_of_a_word_is_taken_for_a_name(admin_client: Client) -> None:
    """Whoever types hangzhou where it is none of those offered does not get Changzhou."""
    page = address("cities")
    for city in CITIES.values():
        part = city["name_en"][1:].lower()
        for pick in admin_client.get(page, {"q": part}).json()["picks"]:
            called = plain(f"{pick['label']} {pick['key'][-1]}").split()
            heard = plain(syllables(pick["label"], " "))
            is_called = any(word.startswith(part) for word in called) or part in heard
            assert is_called or not pick["alone"], (part, pick)


def test_rows_are_offered_within_what_was_typed_for_another(admin_client: Client) -> None:
    label = label_of("topics", (TOPIC,))
    for within in (TOPIC, label):
        answer = admin_client.get(address("choices"), {"q": "", "within": within}).json()
        assert {pick["key"][0] for pick in answer["picks"]} == {TOPIC}
    for within in ("no such topic", "x" * 10_000):
        assert not admin_client.get(address("choices"), {"within": within}).json()["picks"]
    assert len(admin_client.get(address("cities"), {"within": "x"}).json()["picks"]) == 20


def test_whatever_is_asked_for_is_answered(admin_client: Client) -> None:
    for typed in ODD:
        sent = typed[:1500].encode("utf-8", "replace").decode()
        for table in ("cities", "policies"):
            assert admin_client.get(address(table), {"q": sent, "within": sent}).status_code == 200


def test_rows_that_lie_in_others_are_those_whose_key_begins_with_it() -> None:
    tables = {table.name: table for table in registry}
    lying = [table for table in registry if table.lies_in]
    assert {"batches", "choices", "policies", "requirements", "zones"} <= {t.name for t in lying}
    for table in lying:
        whole: Any = tables[table.lies_in]
        assert table.key[0] == whole.model._meta.model_name


@pytest.mark.parametrize("table", ["batches", "cities", "customs_districts", "sources", "topics"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_row_is_picked_by_what_a_list_shows_of_it_without_its_key(
    table: str, language: str
) -> None:
    entries = entries_of(table_named(table), current_snapshot(), None)
    shown = defaultdict(list)
    for entry in entries.rows:
        shown[joined(entry.called(language))].append(entry)
    alone = [own[0] for called, own in shown.items() if called and len(own) == 1]
    assert len(alone) >= 0.9 * len(entries.rows)
    for entry in alone:
        assert picked(table, entry.called(language)).key == entry.key


@pytest.mark.parametrize(
    "typed", ["Hangzhou 杭州市", "杭州市 Hangzhou", "Hangzhou 杭州市, Zhejiang"]
)
def test_a_city_is_picked_by_both_its_names(typed: str) -> None:
    assert picked("cities", typed).key == ("hangzhou",)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        *(("主席令第七", "ecommerce-law-2018"), ("主席令第七号", "ecommerce-law-2018")),
        *(("主席令第二十三", "tariff-law-2024"), ("主席令第23", "tariff-law-2024")),
    ],
)
def test_a_decree_is_picked_by_its_number_without_its_last_sign(typed: str, key: str) -> None:
    assert picked("sources", typed).key == (key,)


@pytest.mark.parametrize(
    ("table", "typed"),
    [("provinces", "hen"), ("provinces", "eng"), ("cities", "hib"), ("customs_districts", "hen")],
)
def test_no_row_is_offered_for_letters_within_a_syllable_of_how_it_sounds(
    table: str, typed: str
) -> None:
    """The hen of sheng 省 and of zhen 镇 offers no province: only its name, or a syllable on."""
    rows = {own.key: own for own in entries_of(table_named(table), current_snapshot(), None).rows}
    for pick in candidates(table, typed.title(), limit=5000):
        own = rows[pick.key]
        is_heard = any(word.startswith(typed) for word in own.spoken.split())
        assert is_heard or any(typed in name for name in (*own.names, joined(own.words))), pick


def test_a_fragment_narrows_the_provinces() -> None:
    assert [pick.key for pick in candidates("provinces", "Hen")] == [("CN-HA",)]


NAMED_IN_CHINESE = [table for table in registry if table.name not in EMPTY]


@pytest.mark.parametrize("table", [table.name for table in NAMED_IN_CHINESE])
def test_rows_of_every_table_are_offered_by_how_any_part_of_their_chinese_name_sounds(
    table: str,
) -> None:
    """What is typed begins at any syllable, in one word or in two."""
    snapshot = current_snapshot()
    within = TOPIC if table == "policies" else None
    missed = {}
    for entry in entries_of(table_named(table), snapshot, within).rows[:60]:
        for _, chinese in entry.parts:
            own = re.sub(r"[^\u4e00-\u9fff]", " ", chinese).split()
            for run in own[:1]:
                whole = syllables(run)
                forms = {whole, syllables(run[1:]) or whole, f"{whole} {syllables(run[-2:])}"}
                for typed in forms:
                    found = candidates(table, typed, within=within, limit=5000)
                    if entry.key not in {pick.key for pick in found}:
                        missed[entry.key, typed] = len(found)
    assert missed == {}


@pytest.mark.parametrize(
    ("table", "typed", "key"),
    [
        ("topics", "zhifu", "payment-institution-fx-service"),
        ("topics", "tuihuo", "import-return-application-days"),
        ("topics", "haiwaicang", "overseas-warehouse-support"),
        ("issuers", "guangzhou shangwu", "guangzhou-commerce"),
    ],
)
def test_what_the_search_finds_by_sound_the_boxes_offer(table: str, typed: str, key: str) -> None:
    assert (key,) in {pick.key for pick in candidates(table, typed)}


@pytest.mark.parametrize("typed", ["海外仓", "haiwaicang", "warehouse", "支付", "zhifu"])
def test_rows_whose_names_hold_what_is_typed_stand_before_those_that_ask_about_it(
    typed: str,
) -> None:
    found = candidates("topics", typed, limit=100)
    by_key = {
        entry.key: entry
        for entry in entries_of(table_named("topics"), current_snapshot(), None).rows
    }
    is_called = [
        any(
            typed in joined(form) or typed in syllables(form)
            for form in (*by_key[pick.key].parts[0], pick.key[0])
        )
        for pick in found
    ]
    assert is_called.count(True) > 1
    assert is_called == sorted(is_called, reverse=True)
