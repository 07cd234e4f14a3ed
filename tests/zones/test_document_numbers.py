"""A document's number picks it however it is typed, and none where it can be another's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.test import Client

from tests.zones.oracle import read
from tests.zones.picks import spellings, whom, wide
from zones.desk.pickers import AmbiguousPickError, picked
from zones.models import Source

pytestmark = pytest.mark.django_db


def documents() -> dict[str, set[str]]:
    """Keys by document number."""
    found = defaultdict(set)
    for source in read("sources"):
        if source["document_number"]:
            found[source["document_number"]].add(source["id"])
    return found


def test_every_document_is_picked_by_its_number_in_any_brackets_and_widths() -> None:
    numbers = documents()
    assert len(numbers) > 100
    wrong = {
        form: found
        for number, keys in numbers.items()
        for form in spellings(number)
        if (found := whom("sources", form)) != {(key,) for key in keys}
    }
    assert wrong == {}


#: Numbers taken apart by the words of the number itself: series or issuer, year, number.
FORMS = {
    "announcement": re.compile(r"(?P<by>.*?)(?:公告)?(?P<year>\d{4})年第(?P<own>\d+)号"),
    "decree": re.compile(r"(?P<by>.*)令第(?P<own>.+)号(?P<year>)"),
    "series": re.compile(r"(?P<by>.*)〔(?P<year>\d{4})〕(?P<own>\d+)号"),
}
IN_DIGITS = {"七": "7", "二十三": "23"}
#: What people write instead, by form. Of those without ``by`` all of the form are meant.
NATURAL = {
    "announcement": (
        *("{by}{year}年第{own}号公告", "{by}公告〔{year}〕{own}号", "{by}公告 {year} {own}"),
        *("{by}公告{year}年{own}号", "公告{year}年第{own}号", "announcement {own} of {year}"),
        *("Announcement No. {own}, {year}", "{year}年{own}号公告", "{own}号公告（{year}年）"),
    ),
    "decree": (
        *("{by}第{own}号令", "{by}令{own}", "{own}号{by}令", "Decree No. {own}", "Order {own}"),
    ),
    "series": (
        *("{by}{year}{own}", "{by}{year} {own}", "{by}{year}年{own}号", "{by}（{year}）第{own}号"),
        *("{by}[{year}]{own}", "{by}【{year}】{own}号文", "{own}号 {by} {year}", "{by}{own}号"),
    ),
}
#: What issuers are called beside announcements and decrees.
ISSUERS = {
    "海关总署": ("GACC", "总署", "General Administration of Customs", "China Customs"),
    "国家税务总局": ("STA", "税务总局", "State Taxation Administration"),
    "国务院": ("State Council",),
    "国家市场监督管理总局": ("SAMR", "市场监管总局"),
    "国家互联网信息办公室": ("CAC", "网信办"),
    "主席": ("President",),
}


class Apart(NamedTuple):
    key: str
    form: str
    by: str
    year: str
    own: str


def taken_apart() -> Iterator[Apart]:
    for number, keys in documents().items():
        (form, found), *_ = [
            (form, found) for form, way in FORMS.items() if (found := way.fullmatch(number))
        ]
        own = IN_DIGITS.get(found["own"], found["own"])
        yield from (Apart(key, form, found["by"], found["year"], own) for key in keys)


def test_every_document_is_picked_by_its_number_in_natural_words() -> None:
    every = list(taken_apart())
    assert len(every) == sum(map(len, documents().values())) > 100
    wrong = {}
    shared = 0
    for one in every:
        for spelling in NATURAL[one.form]:
            meant = {
                (other.key,)
                for other in every
                if (other.form, other.own) == (one.form, one.own)
                and ("{by}" not in spelling or other.by == one.by or not one.by)
                and ("{year}" not in spelling or other.year == one.year)
            }
            typed = spelling.format(**one._asdict())
            for form in (typed, wide(typed), f" {typed.upper()} "):
                if (found := whom("sources", form)) != meant:
                    wrong[form] = found, meant
            shared += len(meant) > 1
        for issuer in ISSUERS.get(one.by, ()) if one.form != "series" else ():
            for spelling in ("{by} {year} No. {own}", "{by} {form} {own} {year}"):
                typed = spelling.format(**one._asdict() | {"by": issuer})
                if (found := whom("sources", typed)) != {(one.key,)}:
                    wrong[typed] = found, one.key
    assert wrong == {}
    assert shared > 1


def test_a_number_of_two_documents_picks_neither_and_tells_them_apart() -> None:
    for typed in ("announcement 2 of 2026", "公告2026年第2号", "2026年第2号"):
        with pytest.raises(AmbiguousPickError) as wrong:
            picked("sources", typed)
        for number in ("海关总署公告2026年第2号", "财政部 税务总局公告2026年第2号"):
            assert number in str(wrong.value)
    assert whom("sources", "GACC announcement 2 of 2026") == {("gacc-2026-02",)}
    assert whom("sources", "财政部公告2026年第2号") == {("mof-sta-2026-2",)}


def test_the_number_of_one_that_another_has_beside_its_issuer_picks_neither() -> None:
    """A bare 2026年第16号 of one is what the customs' announcement is called for short."""
    own = Source.objects.get(slug="gacc-2026-02")
    Source.objects.filter(pk=own.pk).update(document_number="海关总署公告2026年第16号")
    own.refresh_from_db()
    own.save()  # an edition, so that it is read anew
    assert whom("sources", "2026年第16号") == {("gacc-2026-02",), ("mof-gacc-sta-2026-16",)}
    assert whom("sources", "mof-gacc-sta-2026-16") == {("mof-gacc-sta-2026-16",)}


@pytest.mark.parametrize(
    "typed",
    [
        *("财政部公告2018年第194号", "STA announcement 194 of 2018", "海关总署令第194号"),
        *(
            "商财发〔2019〕486号",
            "商贸函〔2018〕486号",
            "announcement 486 of 2018",
            "194",
            "2018年",
        ),
    ],
)
def test_what_is_said_beside_a_number_must_fit(typed: str) -> None:
    assert whom("sources", typed) == set()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("海关总署公告二〇一八年第一百九十四号", "gacc-2018-194"),
        (
            "《国务院关于同意设立中国（杭州）跨境电子商务综合试验区的批复》（国函〔2015〕44号）",
            "sc-2015-44",
        ),
        ("财政部 海关总署 税务总局公告2023年第34号", "mof-gacc-sta-2023-34"),
        ("财政部等三部门公告2023年第34号", "mof-gacc-sta-2023-34"),
        ("国令第768号", "state-council-decree-768"),
        ("shangcaifa 2018 486", "mofcom-2018-486"),
        ("海关总署令2018年第237号", "gacc-decree-237"),
    ],
)
def test_a_number_is_read_with_numerals_title_and_other_issuers(typed: str, key: str) -> None:
    assert picked("sources", typed).key == (key,)


@pytest.mark.parametrize("typed", ["国函201544", "国函2015年44号", "国函（2015）第44号"])
def test_lists_searches_and_batches_read_a_number_as_the_desk_does(
    client: Client, typed: str
) -> None:
    assert picked("batches", typed).key == ("comprehensive", "1")
    found = client.get("/api/v1/search/", {"q": typed}).json()["results"]
    assert {(hit["kind"], hit["key"]) for hit in found[:2]} == {
        ("source", "sc-2015-44"),
        ("batch", "comprehensive.1"),
    }
    listed = client.get("/api/v1/sources/", {"q": typed}).json()["results"]
    assert [row["id"] for row in listed] == ["sc-2015-44"]
    of_policies = client.get("/api/v1/policies/", {"source": typed, "limit": 1}).json()
    assert (
        of_policies == client.get("/api/v1/policies/", {"source": "sc-2015-44", "limit": 1}).json()
    )
    assert b"/sources/sc-2015-44/" in client.get("/sources/", {"q": typed}).content
    assert b"/cities/hangzhou/" in client.get("/zones/", {"q": typed}).content


@pytest.mark.parametrize(
    "typed",
    [
        *("announcement 194", "Announcement No. 194 of 2018", "2018 announcement 194"),
        *("2018年第194号", "2018年第194号公告", "第194号公告", "ANNOUNCEMENT 194"),
        *(
            "海关总署公告2018年第194号",
            "海關總署公告2018年第194號",
            "haiguan zongshu gonggao 2018 nian di 194 hao",
        ),
    ],
)
def test_an_announcement_is_picked_as_people_call_it(typed: str) -> None:
    assert picked("sources", typed).key == ("gacc-2018-194",)


def test_two_announcements_of_one_number_are_told() -> None:
    assert whom("sources", "announcement 47") == {("gacc-2021-47",), ("mof-2016-47",)}
