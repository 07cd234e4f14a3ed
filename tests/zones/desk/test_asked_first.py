"""What is hard to take back is asked first, without a script, and a set given up opens again."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import proposed, written
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.held_sets import MovedOnError
from zones.desk.set_steps import reopen, submit, withdraw
from zones.models import ChangeSet, SavedFilter
from zones.rules.vocabulary import SetState

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.fixture
def own(analyst: Any) -> ChangeSet:
    made = proposed(analyst, written("policies", LIMIT, note="Better."), title="A <b>set</b>")
    made.reason = "It was said otherwise."
    made.save()
    made.refresh_from_db()
    return made


def client_of(someone: Any) -> Client:
    client = Client()
    log_in_staff(client, someone)
    return client


def hidden(html: str) -> list[tuple[str, str]]:
    """What the form of a question sends once more."""
    main = html.split("<main", 1)[-1]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return [(name, unescape(value)) for name, value in found if name != "csrfmiddlewaretoken"]


def state(own: ChangeSet) -> str:
    own.refresh_from_db()
    return own.state


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("act", ["withdraw", "drop", "drop_rows"])
def test_an_act_on_a_set_is_asked_and_done_by_the_button_of_the_question(
    own: ChangeSet, analyst: Any, act: str, language: str
) -> None:
    client, page = client_of(analyst), reverse("admin:desk-set", args=[own.pk])
    row = own.rows.get()
    form = {"do": act, "row": row.pk, "rows": [row.pk]}
    form["seen"] = row.version if act == "drop" else own.version
    asked = client.post(page, form, headers={"accept-language": language})
    html = asked.content.decode()
    assert asked.status_code == 200
    assert ("吗？" in html) == (language == "zh-hans")
    assert "<b>set</b>" not in html
    with override(language):
        named = CellWords(language).row(table_named("policies"), LIMIT)
    assert f"<li>{escape(named)}</li>" in html
    assert own.rows.exists()
    assert state(own) == SetState.DRAFT
    again: dict[str, list[str]] = {"sure": ["1"]}
    for name, value in hidden(html):
        again.setdefault(name, []).append(value)
    assert client.post(page, again).status_code == 303
    assert (state(own) == SetState.WITHDRAWN) == (act == "withdraw")
    assert own.rows.exists() == (act == "withdraw")


def test_what_is_refused_anyway_is_not_asked(own: ChangeSet, analyst: Any, reviewer: Any) -> None:
    page = reverse("admin:desk-set", args=[own.pk])
    form = {"do": "withdraw", "seen": own.version}
    assert client_of(reviewer).post(page, form).status_code == 403
    withdraw(own, analyst)
    assert client_of(analyst).post(page, form).status_code == 400


def test_a_filter_is_asked_about_before_it_is_deleted(analyst: Any) -> None:
    client, page = client_of(analyst), reverse("admin:desk-filters")
    kept = {"do": "save", "list": "admin:desk-sets", "query": "state=draft", "name": "Drafts"}
    client.post(page, kept)
    number = SavedFilter.objects.get().pk
    asked = client.post(page, {"do": "delete", "filter": number})
    assert "Delete the filter “Drafts”?" in asked.content.decode()
    assert SavedFilter.objects.exists()
    client.post(page, {**dict(hidden(asked.content.decode())), "sure": "1"})
    assert not SavedFilter.objects.exists()


def test_a_set_given_up_is_opened_again_by_its_authors_and_that_is_noted(
    own: ChangeSet, analyst: Any
) -> None:
    page = reverse("admin:desk-set", args=[own.pk])
    client = client_of(analyst)
    assert 'value="reopen"' not in client.get(page).content.decode()
    withdraw(own, analyst)
    own.refresh_from_db()
    assert 'value="reopen"' in client.get(page).content.decode()
    answer = client.post(page, {"do": "reopen", "seen": own.version})
    assert answer.status_code == 303
    assert state(own) == SetState.DRAFT
    steps = list(own.comments.order_by("pk").values_list("step", "name"))
    assert steps == [(SetState.WITHDRAWN, "ana"), (SetState.DRAFT, "ana")]
    assert own.rows.count() == 1
    submit(own, analyst)
    assert state(own) == SetState.IN_REVIEW


def test_nobody_else_opens_it_again_nor_one_that_was_not_given_up_or_moved_on(
    own: ChangeSet, analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    with pytest.raises(ValidationError):
        reopen(own, analyst)
    withdraw(own, analyst)
    for someone in (other_analyst, reviewer):
        with pytest.raises(PermissionDenied):
            reopen(own, someone)
    page = client_of(other_analyst).get(reverse("admin:desk-set", args=[own.pk]))
    assert 'value="reopen"' not in page.content.decode()
    with pytest.raises(MovedOnError):
        reopen(own, analyst, seen=1)
    assert state(own) == SetState.WITHDRAWN
