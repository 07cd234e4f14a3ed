"""Lists of the admin are narrowed and searched by whatever names a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.zones.admin_models import PROPOSED, REGISTERED, by_name, listed, name_of
from zones.admin.read_only import MOST_WORDS, BoundedList, beginning
from zones.models import (
    City,
    CustomsDistrict,
    Placement,
    Policy,
    Province,
    Revision,
    Source,
    Topic,
    Zone,
)
from zones.selectors.pinyin import syllables

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda one: one._meta.label))
def test_an_empty_column_to_seek_a_row_by_is_no_column(admin_client: Client, model: Any) -> None:
    row = model._default_manager.first()
    for page in ("change", "delete", "history"):
        address = reverse(name_of(model, page), args=[row.pk if row else 1])
        plain, asked = (admin_client.get(address + more) for more in ("", "?_to_field="))
        assert asked.status_code == plain.status_code < 500


@pytest.mark.parametrize("model", [City, Placement, Zone, Policy, Source])
def test_a_word_begins_a_word_of_what_is_found(analyst: Client, model: Any) -> None:
    """Hangzhou stands in Zhangzhou and Changzhou, which nobody means by it."""
    others = re.compile(r"(?<![a-z])(?:zh|c)angzhou", re.I)
    for typed in ("hangzhou", "Hangzhou", "HANGZ"):
        found = listed(analyst, model, q=typed)
        said = {row.pk: " ".join(map(str, vars(row).values())) + f" {row}" for row in found}
        assert [one for one in said.values() if others.search(one)] == []
    assert listed(analyst, City, q="州市")


def test_what_begins_a_word_is_found_in_any_script_and_case() -> None:
    for word, text in (("1210", "bonded-import-1210"), ("xi.an", "Xi.an"), ("o'b", "the O'Brien")):
        assert re.search(beginning(word), text, re.I)
    assert not re.search(beginning("49"), "2018-149")
    assert beginning("杭州") == beginning("〔2018〕") == ""


def test_the_list_of_policies_says_what_each_answers_for_whom(analyst: Client) -> None:
    page = analyst.get(reverse(name_of(Policy, "changelist")), {"q": "import-single-transaction"})
    own = admin.site.get_model_admin(Policy)
    content = re.sub(r"<[^>]+>", " ", page.content.decode())
    for row in page.context["cl"].result_list:
        for words in (own.topic_words(row), own.place(row), str(row.source)):
            assert words in content.replace("&#x27;", "'")
    assert "5,000 CNY" in content
    assert "Shenzhen (" in content
    chinese = analyst.get(reverse(name_of(Policy, "changelist")), {"lang": "zh-hans"})
    assert "深圳" in chinese.content.decode()


def test_lists_count_their_rows_as_each_language_does(analyst: Client) -> None:
    counted = City.objects.count()
    for language, told in (("en", f"{counted} rows"), ("zh-hans", f"{counted}行")):
        page = analyst.get(reverse(name_of(City, "changelist")), {"lang": language})
        (paged,) = re.findall(r'<p class="paginator">(.*?)</p>', page.content.decode(), re.S)
        assert f" {told} " in " ".join(re.sub(r"<[^>]+>", " ", paged).split())


def test_what_a_load_brought_is_called_so_in_each_language(analyst: Client) -> None:
    for language, told in (("en", "the dataset"), ("zh-hans", "数据集")):
        page = analyst.get(reverse(name_of(Revision, "changelist")), {"lang": language})
        assert f'<td class="field-written_by">{told}</td>' in page.content.decode()


def every_choice(model: Any, client: Client) -> list[tuple[str, dict[str, str]]]:
    """Every choice of every filter of a list, as its address asks it."""
    page = client.get(reverse(name_of(model, "changelist")))
    changes = page.context["cl"]
    return [
        (str(spec.title), choice["query_string"])
        for spec in changes.filter_specs
        for choice in spec.choices(changes)
    ]


@pytest.mark.parametrize("model", PROPOSED, ids=by_name)
def test_every_filter_narrows_its_list(
    model: Any, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The filters are tried, by how much each leaves: the rows that are shown may be few.
    monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", 2)
    address = reverse(name_of(model, "changelist"))
    whole = analyst.get(address).context["cl"].queryset.count()
    for title, asked in every_choice(model, analyst)[:60]:
        found = analyst.get(address + asked)
        assert found.status_code == 200, (title, asked)
        is_standing = "standing" in asked
        assert is_standing or found.context["cl"].queryset.count() <= whole
    assert analyst.get(f"{address}?nothing=1").status_code == 302


def test_versions_are_filtered_by_their_standing(analyst: Client) -> None:
    for model in (Policy, Zone):
        current, replaced = model.objects.current(), model.objects.exclude(replaced_in=None)
        assert {row.pk for row in listed(analyst, model)} == {row.pk for row in current}
        assert len(listed(analyst, model, standing="replaced")) == replaced.count()
        assert len(listed(analyst, model, standing="all")) == model.objects.count()
        assert listed(analyst, model, standing="draft") == []
        draft = current.first()
        draft.pk, draft.version, draft.recorded_in, draft._state.adding = None, 99, None, True
        draft.save()
        assert listed(analyst, model, standing="draft") == [draft]
        assert draft not in listed(analyst, model)


SEARCHES: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "a city by key": (City, lambda row: row.slug),
    "a city in English": (City, lambda row: row.name_en),
    "a city in Chinese": (City, lambda row: row.name_zh),
    "a city in pinyin": (City, lambda row: syllables(row.name_zh.removesuffix("市"), "")),
    "a province in Chinese": (Province, lambda row: row.name_zh),
    "a district by code": (CustomsDistrict, lambda row: row.code),
    "a topic by key": (Topic, lambda row: row.slug),
    "a topic in Chinese": (Topic, lambda row: row.question_zh),
    "a document by number": (Source, lambda row: row.document_number),
    "a document by number in other brackets": (
        Source,
        lambda row: row.document_number.translate(str.maketrans("〔〕", "[]")),
    ),
    "a document in Chinese": (Source, lambda row: row.title_zh),
    "a policy by its topic": (Policy, lambda row: row.topic.question_zh),
    "a policy by its document": (Policy, lambda row: row.source.document_number),
    "a policy by its place": (Policy, lambda row: row.city and row.city.name_zh),
    "a policy by its place in pinyin": (
        Policy,
        lambda row: row.city and syllables(row.city.name_zh.removesuffix("市"), ""),
    ),
    "a zone by its city": (Zone, lambda row: row.city.name_zh),
    "a zone by its city in pinyin": (
        Zone,
        lambda row: syllables(row.city.name_zh.removesuffix("市"), ""),
    ),
}


@pytest.mark.parametrize("search", SEARCHES)
def test_rows_are_found_by_whatever_names_them(search: str, analyst: Client) -> None:
    model, said = SEARCHES[search]
    rows = list(model.objects.current() if model in (Policy, Zone) else model.objects.all())
    named = [row for row in rows if said(row)]
    for row in named[:: max(1, len(named) // 6)]:
        assert row in listed(analyst, model, q=said(row)), said(row)


@pytest.mark.parametrize("place", ["xiamen", "厦门"])
def test_words_of_a_search_may_be_found_in_different_columns(analyst: Client, place: str) -> None:
    """A document and a place: each word is held by one of them."""
    local = Policy.objects.current().filter(city__slug="xiamen").select_related("topic", "source")
    tried = 0
    for policy in local:
        own = f"{policy.identity} {policy.summary_en} {policy.topic.question_en}".lower()
        words = (word.strip(",.()") for word in policy.source.title_en.split())
        apart = [word for word in words if len(word) > 4 and word.lower() not in own]
        for word in apart[:1]:
            tried += 1
            for asked in (f"{word} {place}", f"{place} {word}"):
                found = listed(analyst, Policy, q=asked)
                assert policy in found, asked
                assert {row.city.slug for row in found if row.city} <= {"xiamen"}, asked
    assert tried
    assert listed(analyst, Policy, q=f"nothing-like-it {place}") == []


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda one: one._meta.label))
def test_a_list_bears_whatever_is_asked_of_it(
    model: Any, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is the question that is tried, some ninety times: the rows below it may be few.
    monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", 2)
    address = reverse(name_of(model, "changelist"))
    rubbish = [
        *(
            "x " * 2000,
            "a\x00b",
            "\ud800".encode("utf-8", "replace").decode(),
            "%",
            "\\",
            '"x',
            "'",
        ),
        *("_" * 500, "(" * 300, "9" * 50, "海关" * 300, "\u202e", "-" * 40, " " * 50),
    ]
    # A list that is not searched leaves unread what is sought.
    is_searched = bool(admin.site.get_model_admin(model).get_search_fields(None))  # type: ignore[arg-type]
    for words in rubbish if is_searched else rubbish[:2]:
        assert admin_client.get(address, {"q": words}).status_code == 200, words[:20]
    for asked in ({"p": "9" * 30}, {"p": "x"}, {"o": "9" * 30}, {"o": "x.-y"}, {"all": ""}):
        assert admin_client.get(address, asked).status_code in (200, 302), asked
    for spec in admin.site.get_model_admin(model).list_filter:
        if isinstance(spec, str):
            for value in ("9" * 30, "x", "", "\x00", "-1"):
                for lookup in ("", "__exact", "__id__exact", "__in", "__isnull", "__gt"):
                    answered = admin_client.get(address, {f"{spec}{lookup}": value})
                    assert answered.status_code in (200, 302, 400), (spec, lookup, value)


def test_a_search_of_many_words_is_of_the_first(analyst: Client) -> None:
    city = City.objects.get(slug="hangzhou")
    begun = [*accumulate(city.slug), *accumulate(city.adcode)][:MOST_WORDS]
    assert len(begun) == MOST_WORDS
    assert city in listed(analyst, City, q=" ".join([*begun, "nothing-else"]))
    assert city not in listed(analyst, City, q=" ".join([*begun[1:], "nothing-else"]))


SEARCHED = [
    own.model
    for own in admin.site._registry.values()
    if isinstance(own, BoundedList) and own.search_fields
]


@pytest.mark.parametrize("model", SEARCHED)
def test_many_words_join_no_more_than_one(analyst: Client, model: type[Model]) -> None:
    """Each join to many parts of a row multiplies what is read; equal words are one."""
    own, request = admin.site.get_model_admin(model), RequestFactory().get("/")

    def asked(typed: str) -> str:
        rows = model._default_manager.order_by()
        return str(BoundedList.get_search_results(own, request, rows, typed)[0].query)

    def joined(typed: str) -> int:
        outside = re.sub(r"\(SELECT .*?\)\)", "", asked(typed))
        return outside.count(" JOIN ")

    assert asked("e e E e") == asked("e")
    assert joined("a b c d e f g h i j k l") == joined("a")


def test_what_is_not_searched_for_is_said(analyst: Client) -> None:
    address = reverse(name_of(City, "changelist"))
    words = [f"word{number}" for number in range(MOST_WORDS + 1)]
    for typed, is_said in (
        (" ".join(words), True),
        (" ".join(words[:-1] * 2), False),
        ("w" * 201, True),
        ("hangzhou", False),
    ):
        page = analyst.get(address, {"q": typed}).content.decode()
        assert ("More is typed than is searched for" in page) == is_said, typed


def test_a_new_row_is_listed_for_whoever_sees_change_sets_on_the_first_page(
    analyst: Client, reviewer: Client
) -> None:
    for client in (analyst, reviewer):
        page = client.get(reverse("admin:index")).content.decode()
        for model in REGISTERED:
            assert f'href="{reverse(name_of(model, "changelist"))}"' in page
        assert reverse("admin:auth_user_changelist") not in page
        assert "otp_totp" not in page
