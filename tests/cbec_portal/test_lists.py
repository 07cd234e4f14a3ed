from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db.models import DateField

from cbec_portal.api.filters import DayFilter, StrictFilterSet
from tests.cbec_portal.sample_urls import GroupViewSet

pytestmark = pytest.mark.usefixtures("people")
Ask = Callable[..., Any]


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["username"] for row in answer.json()["results"]]


def refused(answer: Any) -> dict[str, str]:
    assert answer.status_code == 400, answer.content
    return {error["parameter"]: error["detail"] for error in answer.json()["errors"]}


def test_a_list_says_how_many_rows_there_are(ask: Ask) -> None:
    assert ask("users/").json().keys() == {"count", "next", "previous", "results"}
    assert ask("users/?limit=1").json()["count"] == 3


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("", ["ann", "bob", "cyd"]),
        ("is_staff=true", ["bob"]),
        ("name=ann,cyd", ["ann", "cyd"]),
        ("name=ann&name=cyd,,ann", ["ann", "cyd"]),
        ("group=brokers", ["ann", "cyd"]),
        ("group=brokers&group=customs officers", ["ann", "bob", "cyd"]),
        ("group=brokers&is_staff=true", []),
        ("q=zoe", ["ann", "bob"]),
        ("q=zoe brok", ["ann"]),
        ("q=officers brokers", ["ann"]),
        ("q=nobody", []),
        ("joined_from=1900-01-01", ["ann", "bob", "cyd"]),
        ("joined_from=2999-01-01", []),
        ("id__gte=0&id__lte=100000000", ["ann", "bob", "cyd"]),
        ("ordering=-username", ["cyd", "bob", "ann"]),
        ("ordering=name", ["cyd", "ann", "bob"]),
        ("ordering=name,-username", ["cyd", "bob", "ann"]),
    ],
)
def test_filters_are_or_within_a_parameter_and_and_between(
    ask: Ask, question: str, found: list[str]
) -> None:
    assert names(ask(f"users/?{question}")) == found


@pytest.mark.parametrize(
    ("question", "parameter", "words"),
    [
        ("is_stuff=true", "is_stuff", "Did you mean “is_staff”"),
        ("is_staff=maybe", "is_staff", "Valid: false, true"),
        ("is_staff=", "is_staff", "blank"),
        ("name=,", "name", "blank"),
        ("ordering=", "ordering", "blank"),
        ("is_staff=true&is_staff=false", "is_staff", "only once"),
        ("name=ann,dan", "name", "“dan” is not a known value"),
        ("group=broker", "group", "Did you mean “brokers”"),
        ("group=" + "9" * 99, "group", "not a known value"),
        ("id__gte=many", "id__gte", "number"),
        ("joined_from=2019-1-1", "joined_from", "YYYY-MM-DD"),
        ("joined_from=2019-02-30", "joined_from", "not a day of the calendar"),
        ("joined=99999", "joined", "out of range"),
        ("joined=0", "joined", "out of range"),
        ("group=" + "a," * 600 + "&group=" + "a," * 600, "group", "More than 1000"),
        ("q=" + "+".join(map(str, range(11))), "q", "at most 10 words"),
        ("q=a%00b", "q", "NUL"),
        ("q=" + "a" * 2001, "q", "longer than 2000"),
        ("ordering=password", "ordering", "Valid: name, username"),
        ("limit=0", "limit", "from 1 to 1000"),
        ("limit=1001", "limit", "from 1 to 1000"),
        ("limit=1_0", "limit", "whole number"),
        ("offset=-1", "offset", "whole number"),
        ("offset=" + "9" * 30, "offset", "whole number"),
        ("limit=1&limit=2", "limit", "only once"),
        ("fields=username,password", "fields", "Valid: date_joined"),
        ("omit=nothing", "omit", "“nothing” is not a known value"),
        ("lang=fr", "lang", "Valid: en, zh-hans"),
        ("format=xml", "format", "Valid: csv, json"),
        ("format=csv&format=json", "format", "only once"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    ask: Ask, question: str, parameter: str, words: str
) -> None:
    answer = ask(f"users/?{question}")
    assert answer["Content-Type"] == "application/problem+json"
    assert words in refused(answer)[parameter]


def test_the_day_filters_of_a_model_are_strict_too() -> None:
    assert StrictFilterSet.filter_for_lookup(DateField(), "gte")[0] is DayFilter


def test_every_unknown_parameter_is_named_at_once(ask: Ask) -> None:
    assert refused(ask("users/?colour=red&shape=round")).keys() == {"colour", "shape"}


def test_a_list_without_ordering_fields_knows_no_ordering(ask: Ask) -> None:
    assert "ordering" in refused(ask("groups/?ordering=name"))


def test_one_row_by_natural_key(ask: Ask) -> None:
    assert ask("users/ann/").json()["username"] == "ann"
    assert ask("groups/customs officers/").json() == {"name": "customs officers"}
    assert ask("users/nobody/").status_code == 404


@pytest.mark.parametrize("question", ["is_staff=true", "limit=1", "colour=red"])
def test_one_row_refuses_the_parameters_of_a_list(ask: Ask, question: str) -> None:
    assert refused(ask(f"users/ann/?{question}"))


def test_pages_follow_each_other(ask: Ask) -> None:
    first = ask("users/?limit=2")
    following = first.json()["next"]
    assert names(first) == ["ann", "bob"]
    assert first["Link"] == f'<{following}>; rel="next"'
    assert names(ask(following.partition("/api/v1/")[2])) == ["cyd"]
    assert names(ask("users/?offset=99")) == []


def test_a_plain_sequence_is_paged_like_a_table(ask: Ask) -> None:
    answer = ask("days/?limit=2&offset=2&fields=day").json()
    assert answer["count"] == 7
    assert answer["results"] == [{"day": 3}, {"day": 4}]


def test_fields_and_omit_choose_columns(ask: Ask) -> None:
    row = ask("users/?fields=first_name,username&name=ann").json()["results"][0]
    assert list(row) == ["first_name", "username"]
    row = ask("users/?omit=date_joined,is_staff&name=ann").json()["results"][0]
    assert list(row) == ["username", "first_name"]


def test_columns_are_checked_though_no_row_is_found(ask: Ask) -> None:
    assert ask("users/?q=nobody&fields=username").json()["results"] == []
    assert "fields" in refused(ask("users/?q=nobody&fields=password"))


def test_queries_do_not_grow_with_rows(ask: Ask, django_assert_num_queries: Any) -> None:
    question = "users/?q=o&group=brokers&limit=1000"
    with django_assert_num_queries(3):
        ask(question)
    brokers = Group.objects.get(name="brokers")
    for number in range(10):
        User.objects.create(username=f"more{number}").groups.add(brokers)
    with django_assert_num_queries(3):
        assert len(names(ask(question))) == 12


def test_a_count_is_kept_until_the_next_edition(ask: Ask, django_assert_num_queries: Any) -> None:
    assert ask("groups/?limit=1").json()["count"] == 2
    Group.objects.create(name="couriers")
    with django_assert_num_queries(1):
        assert ask("groups/?limit=2&offset=1&format=json").json()["count"] == 2
    GroupViewSet.editions.append(2)
    assert ask("groups/").json()["count"] == 3


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["users/", "users/ann/", "limits/"])
def test_nothing_can_be_written(client: Any, method: str, address: str) -> None:
    answer = getattr(client, method)(f"/api/v1/{address}")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert "GET" in answer["Allow"]


def test_head_and_options_are_answered(client: Any) -> None:
    assert client.head("/api/v1/users/").status_code == 200
    assert client.options("/api/v1/users/").status_code == 200
