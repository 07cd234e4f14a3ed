"""The admin shows everything that is public, and writes none of it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.zones.admin_models import OURS, PROPOSED, REGISTERED, by_name, name_of
from tests.zones.bodies import let_there_be_some
from tests.zones.desk_forms import Desk
from zones.admin.read_only import ReadOnly
from zones.models import (
    Coverage,
    Placement,
    Policy,
    Zone,
)
from zones.models.keys import renamable_models
from zones.rules.vocabulary import ScopeKind
from zones.selectors.rendered_values import display_of

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
ONLY_INLINE = {"Coverage", "DistrictInPart", "SourceIssuer", "GateValue", "IntakeChoice"}
#: A checklist is its team's alone: staff see it no more than anyone else does.
PRIVATE = {
    "Checklist",
    "Place",
    "GateBasis",
    "GivenAnswer",
    "Share",
    "Item",
    "ItemBasis",
    "SignedPeriod",
    "Comment",
    "LogEntry",
    "Evidence",
    "EvidenceVersion",
    "Proof",
    "Attachment",
    "Finding",
    "Notification",
    "CalendarAddress",
}

#: Change sets have pages of their own: the desk.
DESK = {
    "Acknowledgement",
    "AppliedRow",
    "ChangeSet",
    "PostedForm",
    "ProposedRow",
    "ReaderReport",
    "ReadingDraw",
    "ResearchMark",
    "RowEdit",
    "SavedFilter",
    "SecondReading",
    "SetComment",
    "SourceCopy",
}
#: What a requirement said when is told by the history of the desk.
VERSIONS = {"RequirementVersion"}
#: What services alone write.
DERIVED = {
    *("InForce", "Revision", "Edit", "Alias", "Edition", "OfferedFinding"),
    "LinkCheck",
}
#: The dataset has none of these; checklists' own tests make one.
NONE_YET = {"OfferedFinding", "Alias", "LinkCheck"}


def test_every_public_model_is_in_the_admin_and_no_private_one() -> None:
    elsewhere = {model.__name__ for model in OURS if model not in REGISTERED}
    assert elsewhere == ONLY_INLINE | PRIVATE | DESK | VERSIONS
    assert {model.__name__ for model in REGISTERED if model not in PROPOSED} == DERIVED
    assert all(isinstance(admin.site.get_model_admin(model), ReadOnly) for model in REGISTERED)


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_lists_and_pages_open_for_whoever_sees_change_sets(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    let_there_be_some(model)
    row = model._default_manager.first()
    assert row is not None or model.__name__ in NONE_YET
    for client in (analyst, reviewer):
        assert client.get(reverse(name_of(model, "changelist")), {"q": ""}).status_code == 200
        if row is not None:
            page = client.get(reverse(name_of(model, "change"), args=[row.pk]))
            assert page.status_code == 200
            assert not page.context["has_change_permission"]
            assert (
                re.search(r'<(input(?! type="hidden")|select|textarea)[^>]* name=', _form(page))
                is None
            )


def _form(page: Any) -> str:
    """What stands between the tags of the row's own form."""
    content: str = page.content.decode()
    return content.split('<div id="content-main">')[1].split("</form>")[0]


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_a_list_takes_as_many_queries_whatever_its_rows(
    model: Any, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = admin.site.get_model_admin(model)
    counts = []
    for rows in (1, 1, 100):
        monkeypatch.setattr(own, "list_per_page", rows)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            listed = analyst.get(
                reverse(name_of(model, "changelist")),
                {"standing": "all"} if model in (Policy, Zone) else {},
            )
        assert listed.status_code == 200
        counts.append(len(asked))
    # The first reads what the process keeps from then on.
    assert counts[1] == counts[2] <= 16


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_nobody_writes_there_not_even_a_superuser(
    model: Any, admin_client: Client, analyst: Client
) -> None:
    rows = model._default_manager.order_by("pk")
    row, before = rows.first(), list(rows.values())
    for client in (admin_client, analyst):
        assert client.post(reverse(name_of(model, "add")), {}).status_code == 403
        listed = reverse(name_of(model, "changelist"))
        for act in ("delete_selected", "x"):
            sent = {"action": act, "_selected_action": [row.pk] if row else [], "post": "yes"}
            assert client.post(listed, sent).status_code in (200, 302, 403)
        assert client.post(listed, {"_save": "1", "form-TOTAL_FORMS": "1"}).status_code == 200
        for page in ("change", "delete"):
            there = reverse(name_of(model, page), args=[row.pk if row else 1])
            answered = client.post(there, {"post": "yes", "clause": "x", "note": "x"})
            assert answered.status_code == 403
    assert list(rows.values()) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("model", PROPOSED, ids=by_name)
def test_adding_leads_to_the_form_of_the_desk(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    listed = analyst.get(reverse(name_of(model, "changelist"))).content.decode()
    table = admin.site.get_model_admin(model).table.name
    form = reverse("admin:desk-propose", args=[table])
    assert f'href="{form}"' in listed
    led = analyst.get(reverse(name_of(model, "add")))
    assert (led.status_code, led["Location"]) == (302, form)
    assert analyst.get(form).status_code == 200
    assert (
        f'href="{form}"' not in reviewer.get(reverse(name_of(model, "changelist"))).content.decode()
    )
    assert reviewer.get(reverse(name_of(model, "add"))).status_code == 403


#: Where a city lies is proposed with the city: tests/zones/desk/test_city_moves.py.
OF_ONE_TABLE = [model for model in PROPOSED if model is not Placement]


@pytest.mark.parametrize("model", OF_ONE_TABLE, ids=by_name)
def test_a_row_leads_to_what_may_be_proposed_of_it_and_to_where_readers_see_it(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    let_there_be_some(model)
    own = admin.site.get_model_admin(model)
    row = own.get_queryset(None).first()
    if model in (Policy, Zone):
        row = model.objects.current().first()
    page = analyst.get(reverse(name_of(model, "change"), args=[row.pk]))
    ways = page.context["ways"]
    said = [address.rpartition("as=")[2] for address, _words in ways if "as=" in address]
    ends = ["end"] if own.table.name in ("policies", "zones", "requirements") else []
    another_key = ["version"] if model in renamable_models().values() else []
    assert said == ["version", *ends, "withdraw", "copy", *another_key]
    for address, words in ways:
        assert f'<a href="{address.replace("&", "&amp;")}">{words}</a>' in page.content.decode()
        opened = analyst.get(address)
        assert opened.status_code == 200
    held = {box.column.name: box.cell for box in analyst.get(ways[0][0]).context["boxes"]}
    assert own.key_of(row) == tuple(held[name] for name in own.table.key)
    shown = reviewer.get(reverse(name_of(model, "change"), args=[row.pk]))
    assert not shown.context["ways"]
    public, _, part = own.public_address(row).partition("#")
    for asked in (page, shown):
        assert own.public_address(row).replace("&", "&amp;") in asked.content.decode()
    seen = Client().get(public)
    assert seen.status_code == 200
    assert not part or f'id="{part}"' in seen.content.decode()


def test_a_version_that_is_replaced_leads_to_what_is_known_now_or_nowhere() -> None:
    desk, key = Desk(), ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    desk.publishes("policies", {"clause": "item one"}, key)
    (old,) = Policy.objects.filter(topic__slug=key[0], effective_from=key[3], version=1)
    page = reverse("admin:zones_policy_change", args=[old.pk])
    shown = desk.client.get(page)
    assert shown.context["ways"]
    now = Policy.objects.get(topic__slug=key[0], effective_from=key[3], version=2)
    address = reverse("admin:zones_policy_change", args=[now.pk])
    assert f'<a href="{address}">Known now: version 2 (corrected)</a>' in shown.content.decode()
    assert "Known now" not in desk.client.get(address).content.decode()
    desk.publishes("policies", {}, key, way="withdraw")
    shown = desk.client.get(page)
    assert shown.context["ways"] == []
    assert "Known now: version 3 (withdrawn)" in shown.content.decode()


def test_the_page_of_a_policy_shows_all_that_it_says_and_what_was_quoted() -> None:
    desk, key = Desk(), ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    longest = max(Policy.objects.exclude(value_text_zh=""), key=lambda own: len(own.value_text_zh))
    page = reverse("admin:zones_policy_change", args=[longest.pk])
    text = unescape(desk.client.get(f"{page}?lang=en").content.decode())
    for language in ("en", "zh-hans"):
        assert display_of(longest, longest.topic, language).splitlines()[-1] in text
    desk.publishes("policies", {"value": "6000"}, key, quote="六千元")
    now = Policy.objects.get(topic__slug=key[0], effective_from=key[3], version=2)
    text = desk.client.get(reverse("admin:zones_policy_change", args=[now.pk])).content.decode()
    assert '<blockquote lang="zh-Hans">六千元</blockquote>' in text
    assert text.count(">History<") == 2, "of the desk, and of the row"
    assert f"{reverse('admin:desk-history')}?" in text
    old = Policy.objects.exclude(topic__slug=key[0]).first()
    text = desk.client.get(reverse("admin:zones_policy_change", args=[old.pk])).content.decode()
    assert re.search(r">Quote:</label>\s*<div class=\"readonly\">—</div>", text)


def test_rows_that_are_not_there_are_told_of(analyst: Client) -> None:
    for model in REGISTERED:
        for number in ("0", "9" * 30, "x", "_5F"):
            for page in ("change", "delete", "history"):
                answered = analyst.get(reverse(name_of(model, page), args=[number]))
                assert answered.status_code in (302, 403, 404), (model, number, page)


def test_a_policy_of_a_city_leads_to_the_citys_own_answer() -> None:
    own = admin.site.get_model_admin(Policy)
    for kind in ScopeKind:
        for policy in Policy.objects.current().filter(scope_kind=kind)[:2]:
            address = own.public_address(policy)
            assert Client().get(address).status_code == 200
            assert address.startswith("/cities/" if kind == ScopeKind.CITY else "/topics/")


def test_a_zone_shows_what_it_covers_and_leads_to_covering_more(analyst: Client) -> None:
    coverage = Coverage.objects.filter(zone__in=Zone.objects.current())[0]
    page = analyst.get(reverse(name_of(Zone, "change"), args=[coverage.zone_id]))
    assert str(coverage.city) in page.content.decode().replace("&#x27;", "'")
    (address,) = [at for at, _words in page.context["ways"] if "zone_coverage" in at]
    boxes = {box.column.name: box.cell for box in analyst.get(address).context["boxes"]}
    zone = coverage.zone
    own = (boxes["programme"], boxes["zone_city"])
    assert own == (zone.batch.programme.slug, zone.city.slug)
