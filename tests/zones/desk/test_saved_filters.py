"""Filters of a list are kept under names: one's own alone, or shared with all at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from zones.admin.filters_page import lists
from zones.desk.filter_storage import (
    MOST,
    change_filter,
    delete_filter,
    filters_in,
    save_filter,
    shown_to,
)
from zones.models import SavedFilter

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

QUEUE, POLICIES = "admin:desk-queue", "admin:zones_policy_changelist"
PAGE = "/admin/desk/filters/"


def client_of(person: Any) -> Client:
    client = Client()
    log_in_staff(client, person)
    return client


def save(person: Any, name: str, query: str = "kind=dead-link", **given: Any) -> SavedFilter:
    told = {"list_name": QUEUE, "shared": False, **given}
    return save_filter(person, told.pop("list_name"), query, name, lists=lists(), **told)


def links(client: Client, address: str) -> dict[str, str]:
    """The links of saved filters above a list: the name and where it leads."""
    page = client.get(address).content.decode()
    nav = page.split('aria-label="Saved filters"')[1].split("</nav>")[0]
    found = {}
    for part in nav.split('<a href="?')[1:]:
        query, rest = part.split('"', 1)
        found[rest.split(">", 1)[1].split("<")[0]] = query.replace("&amp;", "&")
    return found


def test_the_present_filters_of_a_list_are_saved_and_stand_above_it(analyst: Any) -> None:
    client = client_of(analyst)
    lists_of_desk = {
        "/admin/desk/queue/": "kind=dead-link&mine=1",
        "/admin/desk/sets/": "state=draft",
        "/admin/desk/history/": "person=ana",
        "/admin/zones/policy/": "q=hangzhou&o=-2",
        "/admin/zones/source/": "status__exact=repealed",
        "/admin/zones/linkcheck/": "fares=dead",
    }
    for turn, (address, query) in enumerate(lists_of_desk.items()):
        place = "p=1" if "/zones/" in address else "page=2&lang=en"
        asked = f"{address}?{query}&{place}"
        page = client.get(asked).content.decode()
        form = page.split('action="/admin/desk/filters/"')[1].split("</form>")[0]
        hidden = {
            part.split('"')[0]: part.split('value="')[1].split('"')[0].replace("&amp;", "&")
            for part in form.split('type="hidden" name="')[1:]
        }
        assert hidden["query"] == query
        sent = {"do": "save", "name": f"Mine {turn}", **hidden}
        answered = client.post(PAGE, sent)
        assert (answered.status_code, answered["Location"]) == (303, f"{address}?{query}")
        assert links(client, address) == {f"Mine {turn}": query}
        shown = client.get(answered["Location"]).content.decode()
        assert 'aria-current="true">Mine' in shown
    assert SavedFilter.objects.count() == len(lists_of_desk)


def test_every_list_of_the_admin_has_them(superuser: Any) -> None:
    client = client_of(superuser)
    names = lists()
    assert len(names) == 3 + len(admin.site._registry)
    for name in names:
        save(superuser, "Mine", "x=1", list_name=name)
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert '<a href="?x=1">Mine</a>' in page.content.decode(), name


def test_what_is_not_shared_nobody_else_sees(
    analyst: Any, reviewer: Any, superuser: Any, staff: Any
) -> None:
    save(analyst, "Private")
    save(analyst, "For all", "mine=1", shared=True)
    own = client_of(analyst)
    assert links(own, "/admin/desk/queue/").keys() == {"Private", "For all"}
    for other in (reviewer, superuser):
        client = client_of(other)
        assert links(client, "/admin/desk/queue/").keys() == {"For all"}
        page = client.get("/admin/desk/queue/").content.decode()
        assert "Private" not in page
        assert "ana" in page.split('aria-label="Saved filters"')[1].split("</nav>")[0]
        assert "For all" not in client.get(PAGE).content.decode()
    assert [one.name for one in shown_to(reviewer, POLICIES)] == []
    analyst.is_active = False
    analyst.save()
    assert not shown_to(reviewer, QUEUE).exists()
    assert client_of(staff).get(PAGE).status_code == 403
    with pytest.raises(PermissionDenied):
        save(staff, "Mine")
    analyst.delete()
    assert not SavedFilter.objects.exists()


def test_one_of_ones_own_is_renamed_shared_and_deleted_and_no_other(
    analyst: Any, reviewer: Any
) -> None:
    one, other = save(analyst, "One"), save(analyst, "Other", "mine=1", shared=True)
    client = client_of(analyst)
    page = client.get(PAGE).content.decode()
    assert 'value="One"' in page
    assert "/admin/desk/queue/?kind=dead-link" in page
    sent = {"do": "change", "filter": one.pk, "name": "Dead", "shared": "1"}
    assert client.post(PAGE, sent).status_code == 303
    assert [(f.name, f.is_shared) for f in shown_to(reviewer, QUEUE)] == [
        ("Dead", True),
        ("Other", True),
    ]
    told = client.post(PAGE, {**sent, "name": "Other"})
    assert told.status_code == 400
    assert "another filter of this list so" in told.content.decode()
    for act in ("change", "delete"):
        mine = {"do": act, "filter": one.pk, "name": "Taken"}
        assert client_of(reviewer).post(PAGE, mine).status_code == 400
    for number in ("", "x", "999999", "9" * 40):
        assert client.post(PAGE, {"do": "delete", "filter": number}).status_code == 400
    for act in (change_filter, delete_filter):
        given = {"name": "x", "shared": False} if act is change_filter else {}
        with pytest.raises(ValidationError):
            act(reviewer, one.pk, **given)  # type: ignore[operator]  # one of two
    assert client.post(PAGE, {"do": "delete", "sure": "1", "filter": one.pk}).status_code == 303
    assert [f.pk for f in shown_to(analyst, QUEUE)] == [other.pk]


def test_a_name_that_is_kept_already_is_these_filters_from_then_on(analyst: Any) -> None:
    first = save(analyst, "Dead", "kind=dead-link")
    again = save(analyst, "Dead", "kind=unverified", shared=True)
    assert (again.pk, again.query, again.is_shared) == (first.pk, "kind=unverified", True)
    save(analyst, "Dead", "o=1", list_name=POLICIES)
    assert SavedFilter.objects.count() == 2


REFUSED: dict[str, dict[str, str]] = {
    "no name": {"name": ""},
    "two lines": {"name": "two\nlines"},
    "a control character": {"name": "a\x0bb"},
    "too long": {"name": "x" * 81},
    "no list": {"list": ""},
    "no such list": {"list": "admin:login"},
    "elsewhere": {"list": "https://example.org/"},
    "nothing filtered": {"query": ""},
    "only a page": {"query": "page=3&lang=en"},
    "much too long": {"query": "q=" + "x" * 5000},
    "too many": {"query": "&".join(f"a{n}=1" for n in range(200))},
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_kept_is_told_with_what_was_typed(
    given: dict[str, str], analyst: Any
) -> None:
    sent = {"do": "save", "list": QUEUE, "query": "kind=dead-link", "name": "Dead", **given}
    answered = client_of(analyst).post(PAGE, sent)
    assert answered.status_code == 400
    assert answered.context["errors"]
    assert not SavedFilter.objects.exists()
    if "list" not in given and len(sent["query"]) < 100 and sent["name"].isprintable():
        assert f'value="{sent["name"]}"' in answered.content.decode()


def test_a_question_is_kept_in_one_form_without_where_one_is() -> None:
    assert filters_in("q=%E6%9D%AD&e=1&p=2&empty=&o=-1") == "q=%E6%9D%AD&o=-1"
    assert filters_in("state=draft&state=sent-back&page=4") == "state=draft&state=sent-back"
    assert filters_in("lang=en&_popup=1&after=9") == ""


def test_nobody_keeps_more_of_a_list_than_can_be_looked_through(analyst: Any) -> None:
    for number in range(MOST):
        save(analyst, f"{number}")
    with pytest.raises(ValidationError, match="delete some first"):
        save(analyst, "One more")
    save(analyst, "3", "mine=1")
    save(analyst, "Of another list", list_name=POLICIES)


@pytest.mark.parametrize("address", ["/admin/desk/queue/", "/admin/zones/policy/", PAGE])
def test_more_filters_take_no_more_queries(analyst: Any, reviewer: Any, address: str) -> None:
    client = client_of(analyst)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def some(first: int, number: int) -> None:
        for turn in range(first, first + number):
            for name in (QUEUE, POLICIES):
                save(analyst, f"Mine {turn}", list_name=name)
                save(reviewer, f"Theirs {turn}", list_name=name, shared=True)

    some(0, 1)
    queries()
    few = queries()
    some(1, 9)
    assert queries() == few


def test_the_words_are_chinese_too(analyst: Any) -> None:
    save(analyst, "Mine")
    client = client_of(analyst)
    for address in ("/admin/desk/queue/?kind=dead-link", "/admin/zones/policy/?q=x"):
        page = client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()
        assert "保存当前筛选" in page
        assert "与工作台全体人员共享" in page
