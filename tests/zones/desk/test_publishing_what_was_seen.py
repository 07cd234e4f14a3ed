"""Nobody publishes what they have not looked at: neither other rows, nor another effect of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    known,
    known_row,
    person,
    publication_form,
    published,
    said,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from zones.desk import set_publication, set_steps
from zones.desk.key_proposals import propose_key
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Revision

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def client_of(someone: Any) -> Client:
    client = Client()
    log_in_staff(client, someone)
    return client


def exception_of(city: str) -> Any:
    own = {"scope_kind": "city", "scope_code": city, "effective_from": "2026-02-03"}
    return said("policies", {**known("policies")[LIMIT], **own, "value": "7000"})


def correction(analyst: Any) -> ChangeSet:
    """A set by which the nation's limit becomes another, where nothing narrower holds."""
    return submitted(analyst, written("policies", LIMIT, value="6000"))


def another_exception(analyst: Any) -> ChangeSet:
    """A set by which Ningbo's own limit is another than the nation's."""
    return submitted(analyst, exception_of("ningbo"))


def exception_taken_out(analyst: Any) -> ChangeSet:
    """A set by which Hangzhou has no limit of its own any more."""
    return submitted(analyst, taken_out("policies", (LIMIT[0], "city", "hangzhou", "2026-02-03")))


def another_key(analyst: Any) -> ChangeSet:
    """A set by which the topic has another key."""
    own = propose_key(analyst, "topic", LIMIT[0], "import-limit-per-order")
    say_why_all(own, analyst)
    return set_steps.submit(own, analyst)


#: What others publish between the look and the click, by which the set does something else.
MEANWHILE: dict[str, Callable[[Any], ChangeSet]] = {
    "another exception": another_exception,
    "an exception taken out": exception_taken_out,
    "another key": another_key,
}


@pytest.fixture
def exception(analyst: Any, reviewer: Any) -> None:
    """Hangzhou's own limit."""
    published(analyst, reviewer, exception_of("hangzhou"))


@pytest.mark.usefixtures("exception")
@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_an_effect_that_is_another_than_the_one_seen_is_shown_first(
    meanwhile: str, analyst: Any, reviewer: Any
) -> None:
    own, other = correction(analyst), MEANWHILE[meanwhile](analyst)
    page, client = reverse("admin:desk-set", args=[own.pk]), client_of(reviewer)
    seen = publication_form(own)
    assert seen["mark"] in client.get(page).content.decode()
    publish_set(other, reviewer)
    before = Revision.objects.count()
    refused = client.post(page, seen)
    assert (refused.status_code, Revision.objects.count()) == (409, before)
    anew = publication_form(own)
    told = refused.content.decode()
    assert "Something else was published meanwhile" in told
    assert anew["mark"] != seen["mark"]
    assert anew["mark"] in told
    assert client.post(page, anew).status_code == 303
    assert Revision.objects.count() == before + 1


@pytest.mark.usefixtures("exception")
@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_the_tag_of_a_set_in_review_says_what_it_does(
    meanwhile: str, analyst: Any, reviewer: Any
) -> None:
    own, other = correction(analyst), MEANWHILE[meanwhile](analyst)
    client = client_of(reviewer)

    def post(tag: str) -> Any:
        where = reverse("api-change-set-publish", args=[own.pk])
        return client.post(where, "{}", "application/json", headers={"If-Match": tag})

    seen = client.get(reverse("api-change-set", args=[own.pk]))["ETag"]
    publish_set(other, reviewer)
    before = Revision.objects.count()
    refused = post(seen)
    assert (refused.status_code, Revision.objects.count()) == (412, before)
    assert "Something else was published meanwhile" in json.loads(refused.content)["detail"]
    assert refused["ETag"] != seen
    assert post(refused["ETag"]).status_code == 200
    assert Revision.objects.count() == before + 1


def test_what_others_publish_beside_it_keeps_no_set_waiting(analyst: Any, reviewer: Any) -> None:
    own = correction(analyst)
    seen = publication_form(own)
    published(analyst, reviewer, written("provinces", ("CN-ZJ",), name_en="Zhejiang anew"))
    page = reverse("admin:desk-set", args=[own.pk])
    assert client_of(reviewer).post(page, seen).status_code == 303


@pytest.mark.parametrize("sent", [{}, {"mark": ""}, {"mark": "0" * 32}])
def test_a_form_that_does_not_say_which_effect_was_seen_publishes_nothing(
    sent: dict[str, str], analyst: Any, reviewer: Any
) -> None:
    own = correction(analyst)
    form = publication_form(own)
    del form["mark"]
    before = Revision.objects.count()
    page = reverse("admin:desk-set", args=[own.pk])
    assert client_of(reviewer).post(page, form | sent).status_code == 409
    assert Revision.objects.count() == before


def test_no_state_is_published_that_was_not_named(analyst: Any, reviewer: Any) -> None:
    own = correction(analyst)
    where, before = reverse("api-change-set-publish", args=[own.pk]), Revision.objects.count()
    for headers, status in (
        ({"If-Match": "*"}, 428),
        ({"If-Match": f'"{own.version}"'}, 412),
        ({}, 428),
    ):
        told = client_of(reviewer).post(where, "{}", "application/json", headers=headers)
        assert told.status_code == status, told.content
    assert Revision.objects.count() == before


@pytest.mark.parametrize("loss", ["group", "staff", "active", "account"])
def test_whoever_lost_the_right_while_a_set_is_worked_out_publishes_nothing(
    loss: str, analyst: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, rui = correction(analyst), person("rui", "reviewer")
    forecast = set_publication.forecast

    def beside(*given: Any) -> Any:
        again = type(rui).objects.get(pk=rui.pk)
        match loss:
            case "group":
                again.groups.clear()
            case "account":
                again.delete()
            case _:
                type(rui).objects.filter(pk=rui.pk).update(**{f"is_{loss}": False})
        return forecast(*given)

    monkeypatch.setattr(set_publication, "forecast", beside)
    before = Revision.objects.count()
    with pytest.raises(PermissionDenied):
        publish_set(own, rui)
    assert Revision.objects.count() == before
    own.refresh_from_db()
    assert own.state == "in-review"
    assert known_row("policies", LIMIT)["value"] != "6000"
