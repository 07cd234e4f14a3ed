"""Acts of the desk say what they did, pages say which they are, and what is over offers nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    publication_form,
    published,
    row_of,
    said,
    say_why_all,
    submitted,
    written,
)
from zones.admin.set_links import with_links
from zones.desk import set_steps
from zones.desk.addresses import address_of_row
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Policy, Source

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def row(code: str, **cells: str) -> Any:
    """A new limit of a customs district, which is warned of."""
    own = {"scope_kind": "customs_district", "scope_code": code, "effective_from": "2027-01-01"}
    return said("policies", {**known("policies")[LIMIT], **own, "value": "6000", **cells})


def browser_of(someone: Any) -> Client:
    client = Client()
    log_in_staff(client, someone)
    return client


def test_publishing_says_as_which_revision(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, row("2900"))
    address = reverse("admin:desk-set", args=[own.pk])
    client = browser_of(reviewer)
    shown = client.post(address, publication_form(own), follow=True)
    own.refresh_from_db()
    told = f"Published as revision {own.revision_id}: everybody reads it from now on."
    assert told in shown.content.decode()
    assert told not in client.get(address).content.decode(), "it is told once"


def test_rows_sent_back_lead_to_the_set_that_they_go_on_in(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, row("2900"), row("3100"))
    (first, _second) = own.rows.all()
    posted = {"do": "send_back", "rows": first.pk, "text": "Look again.", "seen": own.version}
    client = browser_of(reviewer)
    shown = client.post(reverse("admin:desk-set", args=[own.pk]), posted, follow=True)
    first.refresh_from_db()
    part = first.change_set_id
    told = shown.content.decode()
    assert "1 of its rows goes on in" in told
    assert f'<a href="{reverse("admin:desk-set", args=[part])}">change set {part}</a>' in told
    of_part = client.get(reverse("admin:desk-set", args=[part])).content.decode()
    origin = f'<a href="{reverse("admin:desk-set", args=[own.pk])}">change set {own.pk}</a>'
    assert f"Its rows come from {origin}." in of_part


def test_links_of_remarks_lead_to_sets_in_both_languages_and_to_nothing_else() -> None:
    address = reverse("admin:desk-set", args=[3])
    assert with_links("change set 3.") == f'<a href="{address}">change set 3</a>.'
    # Remarks were written with a blank before the figure, and stay so.
    for named in ("变更集3", "变更集 3"):
        assert with_links(f"{named}。") == f'<a href="{address}">{named}</a>。'
    assert with_links("<b>change set</b> x") == "&lt;b&gt;change set&lt;/b&gt; x"


def test_a_withdrawn_set_offers_nothing_to_acknowledge(analyst: Any) -> None:
    own = proposed(analyst, row("2900"))
    address = reverse("admin:desk-set", args=[own.pk])
    client = browser_of(analyst)
    assert 'value="acknowledge"' in client.get(address).content.decode()
    set_steps.withdraw(own, analyst)
    assert 'value="acknowledge"' not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("way", "told"), [("end", "End: "), ("withdraw", "Withdraw: "), ("version", "New version: ")]
)
def test_the_form_of_a_row_says_what_is_done_with_it(analyst: Any, way: str, told: str) -> None:
    page = browser_of(analyst).get(address_of_row("policies", LIMIT, way))
    assert page.context["heading"].startswith(told)


def test_the_history_of_a_revision_is_named_and_leaves_out_what_stays_empty(
    analyst: Any, reviewer: Any
) -> None:
    revision = published(analyst, reviewer, row("2900", caveat_en="", caveat_zh=""), title="Why")
    client = browser_of(analyst)
    page = client.get(f"{reverse('admin:desk-history')}?revision={revision.number}")
    assert page.context["heading"] == f"Revision {revision.number}"
    (one,) = page.context["shown"]
    assert all(before or after for _label, before, after, _history in one["cells"])
    assert f"?revision={revision.number}" in client.get("/admin/").content.decode()


def test_every_page_of_the_admin_leads_to_second_readings(analyst: Any) -> None:
    page = browser_of(analyst).get(reverse("admin:zones_policy_changelist"))
    assert reverse("admin:desk-readings") in page.content.decode()


def test_the_admins_page_of_a_policy_begins_with_what_it_answers(analyst: Any) -> None:
    policy = Policy.objects.current().get(identity=".".join(LIMIT))
    address = reverse("admin:zones_policy_change", args=[policy.pk])
    page = browser_of(analyst).get(f"{address}?lang=zh-hans").content.decode()
    assert "（第1版）" in page
    assert "version 1" not in page
    names = ("topic", "whole_answer", "place", "verification")
    places = [page.index(f"field-{name}") for name in names]
    assert places == sorted(places)
    assert "icon-unknown" not in page, "no value of another type is shown"
    assert "field-chinese_answer" not in page


def test_a_number_has_no_box_for_a_chinese_text(analyst: Any) -> None:
    client = browser_of(person("cai", "analyst"))
    address = reverse("admin:desk-propose", args=["policies"])
    names = {box.column.name for box in client.get(f"{address}?topic={LIMIT[0]}").context["boxes"]}
    assert "value" in names
    assert "value_zh" not in names
    text = client.get(f"{address}?topic=local-cash-support").context["boxes"]
    assert "value_zh" in {box.column.name for box in text}


def test_the_admins_page_of_a_document_is_headed_in_the_readers_language(analyst: Any) -> None:
    own = Source.objects.exclude(title_zh="")[0]
    client = browser_of(analyst)
    address = reverse("admin:zones_source_change", args=[own.pk])
    assert client.get(f"{address}?lang=zh-hans").context["subtitle"] == own.title_zh
    assert client.get(f"{address}?lang=en").context["subtitle"] == own.title_en


def test_a_set_that_a_form_opens_is_called_after_its_new_row(analyst: Any) -> None:
    client = browser_of(analyst)
    cells = {f"cell_{name}": cell for name, cell in row("2900").cells.items()}
    address = reverse("admin:desk-propose", args=["policies"])
    page = client.post(f"{address}?lang=zh-hans", {"do": "save", "quote": "原文。", **cells})
    assert page.status_code == 303, page.context["errors"]
    title = "新的一行：进口单次交易限值，杭州海关（关区），2027年1月1日"
    assert ChangeSet.objects.get().title == title


def test_what_is_to_be_looked_at_twice_is_told_of_its_row(analyst: Any) -> None:
    own = proposed(analyst, row("2900"), row("3100", value="777777"))
    shown = browser_of(analyst).get(reverse("admin:desk-set", args=[own.pk]))
    assert len(shown.context["waiting"]) > 1
    numbers = {str(one.pk) for one in own.rows.all()}
    links = "".join(rows for kind in shown.context["waiting"] for rows, _words in kind["told"])
    told = re.findall(r'<a href="[^"]*-([0-9]+)">([^<]*)</a>', links)
    assert {number for number, _name in told} == numbers
    text = shown.content.decode()
    for kind in shown.context["waiting"]:
        assert all(rows in text for rows, _words in kind["told"])
    for kind in shown.context["waiting"]:
        assert f'aria-describedby="warned-{kind["code"]}"' in text
    with pytest.raises(ValidationError) as refused:
        set_steps.submit(own, analyst)
    assert any(name in str(refused.value) for _number, name in told)


def test_what_was_said_of_a_row_stands_on_the_page_after_it_is_published(
    analyst: Any, reviewer: Any
) -> None:
    other = written("policies", LIMIT, summary_en="Anew.")
    own = submitted(analyst, row("2900"), other)
    set_steps.comment(own, reviewer, "Which clause is that?", row_of(own, LIMIT))
    # Somebody else corrects its start meanwhile.
    moved = written("policies", LIMIT, effective_from="2019-02-01")
    published(person("ben", "analyst"), reviewer, moved)
    say_why_all(own, analyst)
    own.refresh_from_db()
    client, address = browser_of(analyst), reverse("admin:desk-set", args=[own.pk])
    before = client.get(address).content.decode()
    assert before.count("Which clause is that?") == 1
    publish_set(own, reviewer)
    after = client.get(address)
    assert after.content.decode().count("Which clause is that?") == 2
    (beside,) = [one for one in after.context["applied"] if one["comments"]]
    assert beside["row"].after["summary_en"] == "Anew."
    (about,) = [about for one, _step, about, _text in after.context["remarks"] if one.row_id]
    assert about == beside["name"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["sent it to review", "took it back", "withdrew it", "opened it again"]),
        ("zh-hans", ["送审", "收回", "放弃", "重新打开"]),
    ],
)
def test_steps_tell_what_somebody_did_with_the_set(
    analyst: Any, language: str, told: list[str]
) -> None:
    """Nobody is *in review*: that is a set."""
    own = submitted(analyst, row("2900"))
    for step in (set_steps.take_back, set_steps.withdraw, set_steps.reopen):
        step(own, analyst)
    page = browser_of(analyst).get(f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}")
    assert [words for _remark, words, _about, _text in page.context["remarks"]] == told


def test_nobody_is_told_what_another_may_do(analyst: Any, reviewer: Any) -> None:
    """Analysts draw no readings: where none waits, they are told who does."""
    page = f"{reverse('admin:desk-readings')}?lang=en"
    assert "reviewers draw readings" in browser_of(analyst).get(page).content.decode()
    assert "draw readings below" in browser_of(reviewer).get(page).content.decode()


def test_the_list_of_sets_and_a_set_in_review_say_what_their_reader_may_do(
    analyst: Any, reviewer: Any
) -> None:
    own = submitted(analyst, row("2900"))
    sets, page = (
        f"{reverse(name, args=args)}?lang=en"
        for name, args in (("admin:desk-sets", []), ("admin:desk-set", [own.pk]))
    )
    shown = browser_of(analyst).get(sets).content.decode()
    assert "somebody else publishes it as one revision" in shown
    assert "you publish it" not in shown
    shown = browser_of(reviewer).get(sets).content.decode()
    assert "Propose rows in a set" not in shown
    assert "you publish it as one revision" in shown
    words = "It is in review: a reviewer publishes it, or sends it back."
    assert browser_of(analyst).get(page).context["why_not_publish"] == words
    assert browser_of(reviewer).get(page).context["why_not_publish"] == ""
