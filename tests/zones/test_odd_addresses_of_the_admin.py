"""Whatever an address of the desk or the admin asks for is answered, led on or refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.rounds import rounds
from tests.router import PLACEHOLDER, every_address
from tests.zones.desk.acts import person, proposed, submitted, written
from zones.admin.desk_urls import PAGES
from zones.desk.blind_readings import draw_readings
from zones.models import ChangeSet

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OTHER = ("import-annual-transaction-limit", "nation", "CN", "2019-01-01")
#: What links that were cut, changed or made up ask for, as an address writes it.
ODD = {
    "empty": "",
    "foreign": "no-such",
    "nul": "a%00b",
    "nul alone": "%00",
    "half of a pair": "%ED%A0%80",
    "no utf-8": "%FF%FE",
    "huge": "9" * 40,
    "beyond a column": "9223372036854775808",
    "negative": "-1",
    "nothing": "0",
    "odd unicode": quote("\u202e\u2066😀ﬁ٣"),
    "full width": quote("１２３"),
    "long": "x" * 4000,
    "list": quote('["a", null, {"b": 1}]'),
    "deep": quote("[" * 1500),
    "key": quote('["import-single-transaction-limit", "nation", "CN", "9999-99-99"]'),
    "signs": quote("%s %(a)s {{ b }} ' \" ; -- \\ * ( )"),
    "day": "0000-00-00",
}
#: What holds a null character, as an address and as Django's keys write it.
NO_TEXTS = ("a%00b", "%00", "_00", "a_00b")
#: What the pages of the desk are asked, by their names.
ASKED: dict[str, tuple[str, ...]] = {
    "desk-sets": ("state", "mine", "page"),
    "desk-set": ("row", "page", "errors", "open"),
    "desk-queue": ("kind", "focus_area", "person", "mine", "resting", "subject", "page"),
    "desk-history": ("table", "key", "row", "person", "revision", "edit", "after", "column"),
    "desk-export": ("table", "form"),
    "desk-grid": ("topic",),
    "desk-places": ("topic", "go_on", "again", "source_id"),
    "desk-row-new": ("table", "key", "as", "for", "then", "topic", "value"),
    "desk-row": ("as", "for", "source_id", "value"),
    "desk-readings": ("page",),
    "desk-reading": ("page",),
    "desk-copies": ("page",),
    "desk-copy": ("page",),
    "desk-filters": ("list",),
    "desk-pick": ("q", "within", "set"),
    "desk-move": ("as", "since", "until", "province"),
    "desk-propose": ("key", "as", "identity", "answer", "as_of", "set", "topic", "scope_kind"),
}
#: Of pages that take long each parameter meets a share of the values; others meet the rest.
SHARE = {"desk-set": 2, "desk-queue": 3, "desk-readings": 2, "desk-history": 2, "desk-propose": 2}
#: How far apart are the odd values that a parameter of a list meets. Lists break by what a database
#: does not take, and SQLite takes what PostgreSQL does not.
ODDITIES = (0, 7)[: rounds(2, on_sqlite=1)]
#: What Django's lists are asked.
OF_LISTS = ("q", "p", "o", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters")
OF_OTHERS = ("lang", "no_such_parameter")


@pytest.fixture
def client() -> Client:
    """One who may do everything, and meets error pages as a browser does."""
    own = Client(raise_request_exception=False)
    log_in_staff(own, person("sue", is_superuser=True))
    return own


@pytest.fixture
def change_set() -> ChangeSet:
    """A set with a row."""
    draw_readings(person("rui", "reviewer"), 100, topic=OTHER[0])
    return proposed(person("ana", "analyst"), written("policies", LIMIT, clause="Article 9"))


def broken(client: Client, addresses: Iterator[str]) -> list[tuple[str, int]]:
    """The addresses that are an error of ours, or refused without words."""
    found = []
    for address in addresses:
        answer = client.get(address)
        is_refused = 400 <= answer.status_code < 500
        if answer.status_code >= 500 or (is_refused and not words_of(answer)):
            found.append((address[:200], answer.status_code))
    return found


def words_of(answer: Any) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", answer.content.decode(), flags=re.S)
    return " ".join(text.split())


def desk_address(name: str, change_set: ChangeSet) -> str:
    row = change_set.rows.get()
    parts: dict[str, list[Any]] = {
        "desk-set": [change_set.pk],
        "desk-grid": [change_set.pk],
        "desk-places": [change_set.pk],
        "desk-row-new": [change_set.pk],
        "desk-row": [change_set.pk, row.pk],
        "desk-reading": [1],
        "desk-copies": ["mof-gacc-sta-2018-49"],
        "desk-copy": ["mof-gacc-sta-2018-49", 1],
        "desk-pick": ["sources"],
        "desk-move": ["hangzhou"],
        "desk-propose": ["policies"],
    }
    return reverse(f"admin:{name}", args=parts.get(name, []))


def questions(asked: tuple[str, ...], share: int = 1) -> Iterator[str]:
    """Each parameter with odd values, every one or a share, all of them at once, and each said
    twice.
    """
    odd_values = list(ODD.values())
    for place, name in enumerate(asked):
        yield from (f"{name}={odd}" for odd in odd_values[place % share :: share])
        yield f"{name}=1&{name}=no-such&{name}="
    yield from ("&".join(f"{name}={odd}" for name in asked) for odd in odd_values[::share])


def test_every_page_of_the_desk_is_tried() -> None:
    assert set(ASKED) == set(PAGES)


@pytest.mark.parametrize("name", ASKED)
def test_no_question_to_a_page_of_the_desk_breaks_it(
    client: Client, change_set: ChangeSet, name: str
) -> None:
    page = desk_address(name, change_set)
    # Those that are read by one page alone meet every value there.
    asked = chain(questions(ASKED[name], SHARE.get(name, 1)), questions(OF_OTHERS, 6))
    assert broken(client, (f"{page}?{one}" for one in asked)) == []


@pytest.mark.parametrize("name", ["desk-set", "desk-history"])
def test_no_question_to_what_was_published_breaks_it(
    client: Client, change_set: ChangeSet, name: str
) -> None:
    from zones.desk.set_publication import publish_set

    own = submitted(person("ben", "analyst"), written("policies", OTHER, clause="Article 9"))
    revision = publish_set(own, person("ray", "reviewer"))
    page = (
        reverse("admin:desk-set", args=[own.pk])
        if name == "desk-set"
        else desk_address(name, change_set)
    )
    asked = (f"revision={revision.number}&{one}" for one in questions(ASKED[name], 4))
    assert broken(client, (f"{page}?{one}" for one in asked)) == []


def test_no_list_of_the_admin_is_broken_by_a_question(client: Client) -> None:
    def asked() -> Iterator[str]:
        for place, (model, own) in enumerate(admin.site._registry.items()):
            page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            filters = [f"{one}__exact" for one in own.list_filter if isinstance(one, str)]
            names = (*OF_LISTS, *filters, "id__in", "pk", "no__such__path")
            odd = list(ODD.values())
            # Every list meets each parameter, and every odd value in some.
            for turn, name in enumerate(names):
                yield from (f"{page}?{name}={odd[(turn + place + n) % len(odd)]}" for n in ODDITIES)
            yield f"{page}?{'&'.join(f'{name}={odd[place % len(odd)]}' for name in names)}"
            yield f"{page}?q=a&q=b&p=1&p=-1"

    assert broken(client, asked()) == []


def test_no_address_is_broken_by_what_stands_in_its_path(client: Client) -> None:
    odd = [own for own in ODD.values() if own]
    # Django writes what a key may not hold with an underscore.
    odd += ["_00", "a_00b", "_5Fx", "1_2C2", "-", "..", "1%2F2"]

    def asked() -> Iterator[str]:
        for turn, one in enumerate(every_address()):
            if not one.path.startswith("/admin/") or not one.parts:
                continue
            # Of keys that are texts databases fail by what no text holds: all meet that.
            share = odd if "/desk/" in one.path else [*odd[turn % 3 :: 3], *NO_TEXTS]
            yield from (PLACEHOLDER.sub(lambda _: own, one.path) for own in share)  # noqa: B023

    assert broken(client, asked()) == []


def test_no_act_on_a_list_is_broken_by_what_is_ticked(client: Client) -> None:
    nasty = ["\x00", "a\x00b", "9" * 40, "-1", "", "x" * 4000, "\u202e", "1,2", "no-such"]
    found = []
    for model in admin.site._registry:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for ticked in nasty:
            for sent in (
                {"action": "delete_selected", "_selected_action": ticked},
                {"action": "delete_selected", "_selected_action": ticked, "post": "yes"},
                {"action": ticked, "_selected_action": "1", "index": ticked},
                {"_save": "1", "form-TOTAL_FORMS": ticked, "form-INITIAL_FORMS": ticked},
            ):
                answer = client.post(page, sent)
                if answer.status_code >= 500:
                    found.append((page, sent, answer.status_code))
    assert found == []


def test_no_page_of_an_account_is_broken_by_what_is_posted(client: Client) -> None:
    sue = client.get("/admin/").wsgi_request.user
    pages = {
        reverse("admin:auth_user_password_change", args=[sue.pk]): (
            *("password1", "password2", "usable_password"),
        ),
        reverse("admin:password_change"): ("old_password", "new_password1", "new_password2"),
        reverse("admin:login"): ("username", "password", "next", "this_is_the_login_form"),
        reverse("admin:auth_user_add"): ("username", "password1", "password2"),
        reverse("admin:auth_group_add"): ("name", "permissions"),
    }
    for page, boxes in pages.items():
        for nasty in ("\x00", "a\x00b", "9" * 400, "\u202e", "x" * 20_000, "\ud800"):
            body = urlencode(dict.fromkeys(boxes, nasty), errors="surrogatepass")
            answer = client.post(page, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code < 500, (page, nasty[:9])
