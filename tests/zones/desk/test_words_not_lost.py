"""What is typed and ticked for one act on a set is not lost by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, publication_form, submitted, written
from zones.desk.set_steps import submit
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def own(analyst: Any) -> ChangeSet:
    first, second = list(known("policies"))[:2]
    drafts = [written("policies", key, note="Seen") for key in (first, second)]
    return submitted(analyst, *drafts)


def client_of(someone: Any) -> Client:
    client = Client()
    log_in_staff(client, someone)
    return client


WHY = "Quote article 3 <b>"
TYPED = {"words": ("text",), "ticks": ("rows",), "both": ("text", "rows"), "why": ("reason-x",)}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("act", ["publish", "take_back", "withdraw"])
def test_an_act_on_the_whole_set_takes_no_words_and_ticks_with_it(
    own: ChangeSet, both: Any, act: str, typed: str, language: str
) -> None:
    row = own.rows.order_by("pk").first()
    assert row is not None
    said = {"text": WHY, "rows": [row.pk], "reason-x": WHY}
    sent = publication_form(own) | {"do": act} | {name: said[name] for name in TYPED[typed]}
    client = client_of(both)
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}"
    refused = client.post(page, sent)
    assert refused.status_code == 400
    assert len(refused.context["errors"]) == len(TYPED[typed])
    own.refresh_from_db()
    assert own.state == SetState.IN_REVIEW
    told = refused.content.decode()
    if "text" in TYPED[typed]:
        assert 'name="text" value="Quote article 3 &lt;b&gt;"' in told
    assert (f'value="{row.pk}" checked' in told) == ("rows" in TYPED[typed])
    # With nothing typed and ticked it is done.
    sent = {name: own for name, own in sent.items() if name not in said}
    assert client.post(page, {**sent, "sure": "1"}).status_code == 303
    own.refresh_from_db()
    assert own.state != SetState.IN_REVIEW


@pytest.mark.parametrize("act", ["publish", "take_back", "withdraw"])
def test_what_moved_on_is_told_before_what_is_typed(own: ChangeSet, both: Any, act: str) -> None:
    page = reverse("admin:desk-set", args=[own.pk])
    stale = publication_form(own) | {"do": act, "text": WHY, "sure": "1", "seen": own.version - 1}
    shown = client_of(both).post(page, stale)
    assert shown.status_code == 409
    assert 'value="Quote article 3 &lt;b&gt;"' in shown.content.decode()


@pytest.mark.parametrize("act", ["turn", "tick_all"])
def test_what_shows_other_rows_keeps_the_words(own: ChangeSet, reviewer: Any, act: str) -> None:
    page = reverse("admin:desk-set", args=[own.pk])
    sent = {"do": act, "seen": own.version, "text": "Quote article 3"}
    assert 'value="Quote article 3"' in client_of(reviewer).post(page, sent).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_enter_sends_back_what_is_ticked_and_leads_to_where_it_goes_on(
    own: ChangeSet, reviewer: Any, language: str
) -> None:
    row = own.rows.order_by("pk").first()
    assert row is not None
    page = f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}"
    sent = {"do": "typed", "seen": own.version, "text": "Quote article 3", "rows": [row.pk]}
    told = client_of(reviewer).post(page, sent, follow=True).content.decode()
    part = ChangeSet.objects.latest("pk")
    assert part != own
    named = {"en": f"change set {part.pk}", "zh-hans": f"变更集{part.pk}"}[language]
    words = {"en": "The rows that were ticked go on in ", "zh-hans": "勾选的行转入"}[language]
    assert f'{words}<a href="{reverse("admin:desk-set", args=[part.pk])}">{named}</a>' in told


def test_a_set_without_a_row_offers_nothing_to_be_sent(analyst: Any) -> None:
    own = proposed(analyst)
    client = client_of(analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    assert 'value="submit"' not in client.get(page).content.decode()
    filled = proposed(analyst, written("policies", next(iter(known("policies"))), note="Seen"))
    shown = client.get(reverse("admin:desk-set", args=[filled.pk]), {"errors": "1"})
    assert 'value="submit"' in shown.content.decode()
    with pytest.raises(Exception, match="no row yet"):
        submit(own, analyst)
