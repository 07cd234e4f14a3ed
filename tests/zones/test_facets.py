"""Lists narrowed by facets: counts tell what a choice gives, and page and API agree."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import oracle
from zones.models import Zone
from zones.pages.zone_words import exception_words, status_words
from zones.rules.facets import facets

FACETS = ("colour", "size")
VALUES = st.frozensets(st.sampled_from("abc"), max_size=2)
ROWS = st.dictionaries(
    st.integers(0, 9), st.fixed_dictionaries(dict.fromkeys(FACETS, VALUES)), max_size=8
)
CHOSEN = st.fixed_dictionaries(dict.fromkeys(FACETS, VALUES))


@given(rows=ROWS, chosen=CHOSEN)
def test_a_facet_counts_what_choosing_a_value_gives(rows: Any, chosen: Any) -> None:
    found = facets(rows, chosen)
    assert found.rows == [
        row for row, held in rows.items() if all(not c or c & held[f] for f, c in chosen.items())
    ]
    for facet in FACETS:
        for value in "abc":
            alone = facets(rows, {**chosen, facet: {value}}).rows
            assert found.counts.get(facet, Counter())[value] == len(alone)


CITY_QUESTIONS = [
    "",
    "programme=comprehensive",
    "programme=comprehensive,retail-import&as_of=2019-12-31",
    "batch=comprehensive.5&as_of=2021-01-01",
    "programme=retail-import&batch=comprehensive.2&batch=comprehensive.3",
    "region=East China&level=prefecture-level city",
    "province=CN-ZJ,CN-HA&customs_district=2900",
    "policy=bonded-import-1210:listed&as_of=2018-06-30",
    "policy=import-single-transaction-limit:5000.0&province=CN-GD",
    "policy=bonded-import-1210:listed&policy=bonded-import-1210:not-eligible",
    "q=zhou&ordering=-name_en",
    "q=州 市&as_of=2016-01-01&programme=comprehensive",
    "programme=service-pilot&known_at=1",
]
ZONE_QUESTIONS = [
    "",
    "programme=comprehensive",
    "programme=comprehensive&as_of=2019-12-31",
    "batch=comprehensive.2",
    "batch=comprehensive.2,retail-import.1",
    "province=CN-HI&as_of=2025-05-01",
    "region=North China&verification=primary",
    "customs_district=2900&q=hang",
    "ordering=-designated_on&programme=retail-import",
]


def told(client: Client, path: str) -> int:
    page = client.get(path)
    assert page.status_code == 200
    found = re.search(r"data-announce>(\d+) ", page.content.decode())
    assert found
    return int(found[1])


@pytest.mark.django_db
@pytest.mark.parametrize("question", CITY_QUESTIONS)
def test_the_page_and_the_api_of_cities_are_one_question(client: Client, question: str) -> None:
    rows = client.get(f"/api/v1/cities/?{question}&limit=1000").json()["results"]
    page = client.get(f"/cities/?{question}")
    assert [row["city"].slug for row in page.context["rows"]] == [row["slug"] for row in rows]
    assert told(client, f"/cities/?{question}") == len(rows)


@pytest.mark.django_db
@pytest.mark.parametrize("question", ZONE_QUESTIONS)
def test_the_page_and_the_api_of_zones_are_one_question(client: Client, question: str) -> None:
    rows = client.get(f"/api/v1/zones/?{question}&limit=1000").json()["results"]
    page = client.get(f"/zones/?{question}")
    names = [row["zone"].identity for row in page.context["rows"]]
    assert sorted(names) == sorted(row["identity"] for row in rows)
    assert told(client, f"/zones/?{question}") == len(rows)


@pytest.mark.django_db
def test_the_answers_offered_for_a_topic_agree_with_the_oracle(client: Client) -> None:
    day, topic = "2018-06-30", "bonded-import-1210"
    (rule,) = client.get(f"/cities/?topic={topic}&as_of={day}").context["rules"]
    answers = Counter(oracle.answer(city, topic, day)[1] for city in oracle.CITIES)
    for option in rule.options:
        assert option.rows == answers[option.value.partition(":")[2]]
    stated = sum(option.rows for option in rule.options)
    assert 0 < stated <= len(oracle.CITIES)


@pytest.mark.django_db
def test_a_chip_takes_one_choice_back(client: Client) -> None:
    page = client.get("/cities/?province=CN-ZJ,CN-HA&policy=bonded-import-1210:listed&q=zhou")
    links = {chip.value: chip.link for chip in page.context["chips"]}
    assert links["Zhejiang"] == "province=CN-HA&policy=bonded-import-1210:listed&q=zhou"
    assert links["On the pilot list"] == "province=CN-ZJ&province=CN-HA&q=zhou"
    assert "q=" not in links["“zhou”"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    [
        "cities/?province=ZJ",
        "cities/?policy=nothing:yes",
        "cities/?policy=bonded-import-1210:maybe",
        "cities/?batch=comprehensive.99",
        "cities/?measure=rain",
        "cities/?topic=weather",
        "cities/?ordering=luck",
        "cities/?as_of=1800-01-01",
        "zones/?batch=comprehensive.99",
        "zones/?ordering=luck",
        "zones/?as_of=2026-02-30",
        "zones/?colour=red",
        "api/v1/zones/?batch=comprehensive.99",
        "api/v1/zones/?batch=1e3",
        "api/v1/cities/?batch=99",
    ],
)
def test_a_wrong_choice_is_refused_by_name(client: Client, question: str) -> None:
    answer = client.get(f"/{question}")
    assert answer.status_code == 400
    told = answer.content.decode()
    name, _, value = question.partition("?")[2].partition("=")
    if name == "policy" and not question.startswith("api/"):
        # A page says which topic there is not, or which of its answers.
        told, name = told.partition('id="refused"')[2].partition("</div>")[0], value
    assert any(one in told for one in name.split(":"))


@pytest.mark.django_db
def test_a_list_where_nothing_fits_says_what_to_do(client: Client) -> None:
    page = client.get("/cities/?q=atlantis").content.decode()
    assert "No city fits all of this." in page
    assert "No zone fits all of this." in client.get("/zones/?q=atlantis").content.decode()


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("", "", "date unknown"),
        ("", "2020-01-01", "revoked"),
        ("2019-01-01", "2020-01-01", "revoked"),
        ("2019-01-01", "", "in force"),
        ("2019-01-01", "2020-01-02", "in force"),
        ("2020-02-01", "", "not yet in force"),
    ],
)
def test_a_zone_is_said_to_be_in_force_where_it_is(start: str, end: str, words: str) -> None:
    zone = Zone()
    zone.designated_day, zone.ended_day = start, end
    assert status_words(zone, date(2020, 1, 1)) == words
    assert exception_words(zone, date(2020, 1, 1)) == ("" if words == "in force" else words)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["税收政策", "財關稅 18號", "tax -", "GACC", "nothing so called"])
def test_a_search_finds_the_same_documents_on_the_page_and_in_the_api(
    client: Client, words: str
) -> None:
    pages = client.get("/sources/", {"q": words}).context["page"].paginator
    found = client.get("/api/v1/sources/", {"q": words, "limit": 1000}).json()["results"]
    assert {row["id"] for row in found} == {own.slug for own in pages.object_list}


CHANGE_QUESTIONS = [
    "",
    "from=2018-01-01&to=2018-12-31",
    "kind=amended&what=policy",
    "focus_area=payment&scope_kind=national",
    "city=hangzhou&kind=enacted,ended",
    "topic=bonded-import-1210&focus_area=market-access",
    "programme=comprehensive",
    "by=publication&since=1",
]


@pytest.mark.django_db
@pytest.mark.parametrize("question", CHANGE_QUESTIONS)
def test_a_facet_of_changes_counts_what_choosing_a_value_gives(
    client: Client, question: str
) -> None:
    shown = client.get(f"/changes/?{question}").context["facets"]
    assert [facet.name for facet in shown] == [
        *("kind", "what", "focus_area", "programme", "scope_kind"),
    ]
    for facet in shown:
        kept = [p for p in question.split("&") if p and not p.startswith(f"{facet.name}=")]
        for option in facet.options[:3]:
            alone = "&".join([*kept, f"{facet.name}={option.value}"])
            assert client.get(f"/changes/?{alone}").context["count"] == option.rows


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/cities/", "/zones/", "/changes/"])
@pytest.mark.parametrize(("language", "every"), [("en", "All {}"), ("zh-hans", "全部{}个选项")])
def test_facets_show_a_dozen_options_with_counts_and_fold_further_ones(
    client: Client, path: str, language: str, every: str
) -> None:
    page = client.get(f"{path}?lang={language}")
    text = page.content.decode()
    for facet in page.context["facets"]:
        own = text[text.index(f'<details id="facet-{facet.name}"') :].partition("</fieldset>")[0]
        count = len(facet.options)
        first, _, further = own.partition('class="further"')
        assert first.count('class="count"') == min(count, 12)
        assert further.count('class="count"') == max(count - 12, 0)
        assert (f"<summary>{every.format(count)}</summary>" in further) == (count > 12)
        assert (" open>" in own.partition("<summary>")[0]) == (count <= 12)
        head = own.partition("</summary>")[0]
        assert (str(count) in head.partition("<summary>")[2]) == (count > 12)
    assert any(facet.opened for facet in page.context["facets"])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/cities/", "/zones/"])
def test_a_fold_of_options_is_open_where_one_of_them_is_chosen(client: Client, path: str) -> None:
    for chosen, opened in (("CN-BJ", False), ("CN-YN", True)):
        text = client.get(f"{path}?province={chosen}").content.decode()
        fold = text[text.index('id="facet-province-further"') :].partition(">")[0]
        assert fold.endswith(" open") == opened
