"""Who opened a set may call it otherwise and say why, until a reviewer has it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, row_of, submitted, written
from zones.desk.held_sets import MovedOnError
from zones.desk.proposals import retitle
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit
from zones.models import ChangeSet

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def some(person: Any) -> ChangeSet:
    key = sorted(known("policies"))[0]
    own = proposed(person, written("policies", key, note="Seen"))
    own.refresh_from_db()
    return own


def test_readers_see_the_title_and_the_reason_as_they_were_said_last(
    analyst: Any, reviewer: Any
) -> None:
    own = some(analyst)
    before = own.version
    own = retitle(own, analyst, " Limits of 2026 ", "海关总署公告", seen=own.version)
    assert own.version == before + 1
    submit(own, analyst)
    revision = publish_set(own, reviewer)
    assert "Limits of 2026" in revision.summary
    assert "海关总署公告" in revision.summary


def test_nobody_else_does_nor_later_nor_of_another_state(
    analyst: Any, other_analyst: Any, superuser: Any
) -> None:
    own = some(analyst)
    for person in (other_analyst, superuser):
        with pytest.raises(PermissionDenied):
            retitle(own, person, "Other", "")
    with pytest.raises(MovedOnError):
        retitle(own, analyst, "Other", "", seen=own.version - 1)
    for title in ("", " ", "x" * 201, "a\x00b"):
        with pytest.raises(ValidationError):
            retitle(own, analyst, title, "")
    sent = submitted(analyst, written("policies", sorted(known("policies"))[1], note="Seen"))
    with pytest.raises(ValidationError):
        retitle(sent, analyst, "Other", "")


def test_the_page_asks_for_a_reason_and_keeps_what_was_typed(
    analyst: Any, other_analyst: Any
) -> None:
    own = some(analyst)
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-set", args=[own.pk])
    assert "Say why: no reason is given yet" in client.get(address).content.decode()
    sent = {"do": "retitle", "title": "x" * 201, "reason": "Why not", "seen": own.version}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "Why not" in refused.content.decode()
    assert "no reason is given yet" not in refused.content.decode(), "the box holds one"
    assert client.post(address, {**sent, "title": "Short"}).status_code == 303
    assert "Short" in client.get(address).content.decode()
    log_in_staff(client, other_analyst)
    assert 'value="retitle"' not in client.get(address).content.decode()


def test_a_set_without_a_reason_is_not_sent_and_says_so_beside_the_box(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Hangzhou!"))
    own.refresh_from_db()
    page = reverse("admin:desk-set", args=[own.pk])
    sent = client.post(page, {"do": "submit", "seen": own.version})
    assert sent.status_code == 400
    text = sent.content.decode()
    assert 'aria-describedby="set-reason-error"' in text
    assert 'id="set-title" open' in text
    own.refresh_from_db()
    assert own.state == "draft"
    said = {"do": "retitle", "title": own.title, "reason": "A slip.", "seen": own.version}
    assert client.post(page, said).status_code == 303
    own.refresh_from_db()
    assert client.post(page, {"do": "submit", "seen": own.version}).status_code == 303
    own.refresh_from_db()
    assert own.state == "in-review"


def test_a_missing_reason_and_the_warnings_that_wait_are_told_at_once(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="777777", verified_on="2026-11-24"))
    own.refresh_from_db()
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    shown = client.post(f"{page}?lang=en", {"do": "submit", "seen": own.version})
    assert shown.status_code == 400
    reason, *warnings = shown.context["errors"]
    assert shown.context["wrong_reason"] in reason
    assert warnings
    assert all("Say why it is right all the same" in words for words in warnings)
    assert 'id="set-title" open' in shown.content.decode()


def test_a_reason_that_is_typed_goes_with_what_sends_the_set(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Hangzhou!"))
    own.refresh_from_db()
    page = reverse("admin:desk-set", args=[own.pk])
    shown = client.get(page).content.decode()
    # The boxes are of the form whose button sends the set.
    for name in ("title", "reason"):
        assert re.search(f'name="{name}" form="review"', shown), name
    said = {"do": "submit", "title": "", "reason": "A slip.", "seen": own.version}
    refused = client.post(page, said)
    assert refused.status_code == 400
    assert "A slip." in refused.content.decode()
    own.refresh_from_db()
    assert (own.state, own.reason) == ("draft", "")
    assert client.post(page, {**said, "title": own.title}).status_code == 303
    own.refresh_from_db()
    assert (own.state, own.reason) == ("in-review", "A slip.")


@pytest.mark.parametrize("in_part", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_sent_back_says_why_at_the_set_and_at_its_rows(
    analyst: Any, reviewer: Any, language: str, in_part: bool
) -> None:
    name = written("cities", ("hangzhou",), name_en="Hangzhou!")
    own = submitted(analyst, written("policies", LIMIT, note="Seen"), name)
    rows = [row_of(own, ("hangzhou",))] if in_part else []
    back = send_back(own, reviewer, "Quote article 3 <b>", rows)
    client = Client()
    log_in_staff(client, analyst)
    page = f"{reverse('admin:desk-set', args=[back.pk])}?lang={language}"
    text = client.get(page).content.decode()
    head, *shown = text.split('<article class="move proposed"')
    told = {"en": f"Sent back by {reviewer}: ", "zh-hans": f"由{reviewer}退回："}[language]
    shown[-1] = shown[-1].partition("</article>")[0]
    assert len(shown) == (1 if in_part else 2)
    # No row of a set that went back as a whole is marked: it is said of the set alone.
    for part in (head, *(shown if in_part else ())):
        assert told in part
        assert "Quote article 3 &lt;b&gt;" in part
    if in_part:
        rest = client.get(f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}")
        assert told not in rest.content.decode()


@pytest.mark.parametrize(("member", "other"), [("title", "reason"), ("reason", "title")])
def test_what_is_not_given_stays_as_it_is_by_then(analyst: Any, member: str, other: str) -> None:
    """The set that is handed over was read before somebody said the other anew."""
    own = some(analyst)
    retitle(ChangeSet.objects.get(pk=own.pk), analyst, **{other: f"A new {other}"})
    told = retitle(own, analyst, **{member: f"A new {member}"})
    assert (told.title, told.reason) == ("A new title", "A new reason")
    own.refresh_from_db()
    assert (own.title, own.reason) == ("A new title", "A new reason")


@pytest.mark.parametrize("act", ["acknowledge", "retitle"])
def test_saying_why_rows_are_right_is_told_as_that(analyst: Any, act: str) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="777777", verified_on="2026-11-24"))
    own.refresh_from_db()
    client = Client()
    log_in_staff(client, analyst)
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang=en"
    (kind,) = (one["code"] for one in client.get(page).context["waiting"])
    said = {"do": act, "seen": own.version, "title": own.title, "reason": own.reason}
    told = client.post(page, {**said, f"reason-{kind}": "It is meant so."}, follow=True)
    words = told.content.decode()
    assert "It is noted why the rows are right that are warned of." in words
    assert "The title and the reason are saved." not in words
