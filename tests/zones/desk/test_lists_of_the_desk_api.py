"""Every parameter of a private list does what it says, or is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cbec_portal.api.filters import known_to
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, said, taken_out, written
from zones.api.viewsets import desk_views
from zones.desk.row_drafts import RowDraft
from zones.desk.set_steps import withdraw
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

KEY = ("CN-ZJ",)
#: The lists of the desk, by their views; every parameter of each is tried below.
LISTS = [
    view
    for view in vars(desk_views).values()
    if isinstance(view, type) and issubclass(view, desk_views.DeskAnswer) and not view.detail
]

#: What becomes of rows of a set: none of them says what the set says already.
FATES = [fate for fate in Fate if fate != Fate.HELD]


def set_of(analyst: Any, reviewer: Any, *drafts: RowDraft) -> ChangeSet:
    """A set that was published."""
    return ChangeSet.objects.get(revision=published(analyst, reviewer, *drafts))


class Lists:
    """Sets in several states, and the lists that tell of them."""

    def __init__(self, analyst: Any, reviewer: Any) -> None:
        self.open = proposed(analyst, written("provinces", KEY, name_en="Anew"))
        withdraw(proposed(analyst, written("provinces", KEY, name_en="Never")), analyst)
        change = written("provinces", ("CN-AH",), name_en="Anhui anew")
        self.published = set_of(analyst, reviewer, change)
        self.client = Client()
        log_in_staff(self.client, analyst)

    def addresses(self) -> list[str]:
        rows = [
            reverse("api-change-set-rows", args=[own.pk]) for own in (self.open, self.published)
        ]
        return [reverse("api-change-sets"), *rows]

    def ask(self, address: str, status: int = 200, **asked: Any) -> Any:
        answer = self.client.get(address, asked)
        assert answer.status_code == status, (address, asked, answer.content)
        return answer.json()


@pytest.fixture
def lists(analyst: Any, reviewer: Any) -> Lists:
    return Lists(analyst, reviewer)


def test_every_parameter_of_every_list_is_tried_here() -> None:
    own = {view.__name__: known_to(view) for view in LISTS}
    shared = {"format", "lang", "limit", "offset", "fields", "omit"}
    assert own == {
        "ChangeSetsView": shared | {"state", "author"},
        "SetRowsView": shared | {"fate"},
    }


def test_columns_are_chosen_or_refused_by_name(lists: Lists) -> None:
    for address in lists.addresses():
        whole = lists.ask(address)["results"]
        names = list(whole[0])
        assert len(names) > 2
        first, *_others, last = names
        chosen = lists.ask(address, fields=f"{last},{first}")["results"]
        assert chosen == [{last: row[last], first: row[first]} for row in whole]
        left = lists.ask(address, omit=first)["results"]
        assert left == [{n: cell for n, cell in row.items() if n != first} for row in whole]
        for parameter in ("fields", "omit"):
            refused = lists.ask(address, 400, **{parameter: "nothing_of_the_kind"})
            assert [one["parameter"] for one in refused["errors"]] == [parameter]
        assert (
            lists.client.get(address, {"fields": first, "format": "csv"})
            .content.decode("utf-8-sig")
            .splitlines()[0]
            == first
        )


def test_pages_are_cut_or_refused_by_name(lists: Lists) -> None:
    for address in lists.addresses():
        whole = lists.ask(address)
        assert lists.ask(address, limit=1)["results"] == whole["results"][:1]
        assert lists.ask(address, offset=1)["results"] == whole["results"][1:]
        for parameter in ("limit", "offset", "lang", "format"):
            lists.ask(address, 400, **{parameter: "nothing"})


def test_sets_are_those_of_a_state_or_an_author(lists: Lists) -> None:
    address = reverse("api-change-sets")
    for state in sorted(set(ChangeSet.objects.values_list("state", flat=True))):
        found = lists.ask(address, state=state)["results"]
        assert {row["state"] for row in found} == {state}
    lists.ask(address, 400, state="nothing")
    author = lists.open.author_name
    assert lists.ask(address, author=author)["count"] == ChangeSet.objects.count()
    assert lists.ask(address, author="nobody")["count"] == 0


@pytest.mark.parametrize("fate", [fate.value for fate in FATES])
def test_rows_are_those_of_a_fate_in_every_state(lists: Lists, fate: str) -> None:
    _sets, rows, published_rows = lists.addresses()
    changed = 1 if fate == Fate.CHANGED else 0
    for address in (rows, published_rows):
        assert lists.ask(address)["count"] == 1
        assert lists.ask(address, fate=fate)["count"] == changed
        lists.ask(address, 400, fate="nothing")


def test_rows_of_a_published_set_are_told_by_what_became_of_them(
    analyst: Any, reviewer: Any, lists: Lists
) -> None:
    key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    cells = {**known("policies")[key], "effective_from": "2027-01-01", "value": "6000"}
    own = set_of(
        analyst,
        reviewer,
        said("policies", cells),
        written("policies", key, note="Read anew"),
    )
    gone_key = ("import-single-transaction-limit", "nation", "CN", "2027-01-01")
    gone = set_of(analyst, reviewer, taken_out("policies", gone_key))
    counts = {
        fate: [
            lists.ask(reverse("api-change-set-rows", args=[one.pk]), fate=fate.value)["count"]
            for one in (own, gone)
        ]
        for fate in FATES
    }
    assert {fate: count for fate, count in counts.items() if any(count)} == {
        Fate.NEW: [1, 0],
        Fate.CHANGED: [1, 0],
        Fate.TAKEN_OUT: [0, 1],
    }


def test_reasons_are_no_more_given_once_a_set_has_ended(lists: Lists) -> None:
    for own in ChangeSet.objects.filter(state__in=("published", "withdrawn")):
        answer = lists.client.post(
            reverse("api-change-set-reasons", args=[own.pk]),
            {"warnings": ["unquoted"], "reason": "So"},
            "application/json",
            headers={"If-Match": "*"},
        )
        assert answer.status_code == 409, own.state


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"title": "One", "reason": "", "title": "Two"}', "title"),
        ('{"title": "One", "title": "One"}', "title"),
        ('{"title": "One", "t\\u0069tle": "Two"}', "title"),
        ('{"title": [{"code": "a", "code": "b"}]}', "code"),
    ],
)
def test_a_member_given_twice_is_refused_by_name(analyst: Any, body: str, name: str) -> None:
    client = Client()
    log_in_staff(client, analyst)
    answer = client.post(reverse("api-change-sets"), body, "application/json")
    assert answer.status_code == 400
    assert [one["parameter"] for one in answer.json()["errors"]] == [name]
    assert not ChangeSet.objects.exists()
    taken = client.post(reverse("api-change-sets"), '{"title": "One"}', "application/json")
    assert taken.status_code == 201
