"""Ordinary mistakes are told beside the field, in every form of the admin."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.zones.admin_forms import typed_in
from zones.models import (
    Batch,
    City,
    Indicator,
    Issuer,
    Placement,
    Policy,
    Source,
    Statistic,
    Topic,
    Zone,
)

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
NASTY = [
    "",
    "x\x00y",
    "a\x0bb",
    "\u202eabc",
    "9" * 40,
    "-1",
    "1e999",
    "NaN",
    "x" * 10_001,
    "two\r\nlines",
    "2025-99-99",
    "99999-01-01",
    "http://user:word@example.org/",
    "ftp://example.org",
    "一",
]


def page(model: Any, row: Any = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"{name}_change", args=[row.pk]) if row else reverse(f"{name}_add")


def opened(client: Client, address: str) -> tuple[dict[str, Any], list[str]]:
    """What the form holds when it is opened, as a browser would send it back, and the names of all
    its fields; nothing where it is there to read only.
    """
    shown = client.get(address)
    if shown.status_code != 200 or not shown.context["has_change_permission"]:
        return {}, []
    fields = typed_in(shown.context)
    names = {name: None for name in fields if not name.endswith("_FORMS")}
    names |= {field.html_name: None for field in shown.context["adminform"].form}
    return fields, list(names)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_no_form_answers_rubbish_with_an_error_page(model: Any, admin_client: Client) -> None:
    row = model._default_manager.order_by("pk").first()
    # The form of a new row and of an old one share them, and meet every one between them.
    shares = {page(model): NASTY}
    if row:
        shares = {page(model): NASTY[::2], page(model, row): NASTY[1::2]}
    for address, share in shares.items():
        for sent in ({}, {"_save": "1"}):
            assert admin_client.post(address, sent).status_code in (200, 302, 403), sent
        fields, names = opened(admin_client, address)
        for turn, nasty in enumerate(share if names else []):
            # Two fields in three hold what they held, so that more than the first mistake is met.
            some = {n: nasty for i, n in enumerate(names) if (i + turn) % 3 == 0}
            answer = admin_client.post(address, {**fields, **some})
            assert answer.status_code in (200, 302), (address, nasty)


def a_policy(**changes: Any) -> dict[str, Any]:
    topic = Topic.objects.get(slug="import-single-transaction-limit")
    draft = {
        "topic": topic.pk,
        "scope_kind": "nation",
        "effective_from": "2027",
        "state": "stated",
        "change": "researched",
        "value_number": "7000",
        "summary_en": "A higher limit.",
        "summary_zh": "提高限值。",
        "source": Source.objects.get(slug="mof-2018-157").pk,
        "verification": "primary",
    }
    return {name: v for name, v in (draft | changes).items() if v is not None}


def pk(model: Any, slug: str) -> int:
    return int(model.objects.get(slug=slug).pk)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a value of another type": ({"value_boolean": "true"}, "value_boolean"),
    "no value": ({"value_number": None}, "value_number"),
    "a value and nothing found": ({"state": "none-found"}, "value_number"),
    "an end before the start": ({"effective_to": "2026-12-31"}, "effective_to"),
    "a day that is none": ({"effective_from": "2027-02-30"}, "effective_from"),
    "no body": ({"scope_kind": "city"}, "city"),
    "a body too many": ({"city": lambda: pk(City, "hangzhou")}, "city"),
    "a number that is none": ({"value_number": "1,000"}, "value_number"),
    "a number too long": ({"value_number": "9" * 16}, "value_number"),
    "text that turns its direction": ({"summary_en": "a\u202eb"}, "summary_en"),
    "a control character": ({"summary_zh": "a\x0bb"}, "summary_zh"),
    "a day of reading that has not come": (
        {"verified_on": lambda: (today_in_china() + timedelta(days=1)).isoformat()},
        "verified_on",
    ),
    "text too long": ({"summary_en": "x" * 5001}, "summary_en"),
    "an address with a password": ({"evidence_url": "https://a:b@example.org/"}, "evidence_url"),
    "an address of another kind": ({"evidence_url": "ftp://example.org/"}, "evidence_url"),
    "a choice of another topic": (
        {
            "topic": lambda: pk(Topic, "bonded-import-1210"),
            "value_number": None,
            "value_choice": lambda: (
                Topic.objects.filter(value_type="choice")
                .exclude(slug="bonded-import-1210")
                .first()
                .choices.first()
                .pk
            ),
        },
        "value_choice",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_policy_is_told_beside_its_field(mistake: str, admin_client: Client) -> None:
    changes, field = MISTAKES[mistake]
    sent = a_policy(**{n: v() if callable(v) else v for n, v in changes.items()})
    answer = admin_client.post(page(Policy), sent)
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    assert field in form.errors
    assert form["summary_zh"].value() == sent["summary_zh"]
    assert not Policy.objects.drafts().exists()


def test_what_the_admin_takes_is_kept_in_its_normal_form(admin_client: Client) -> None:
    sent = a_policy(summary_en="  One line,\r\nand another. ", value_number="７０００．５０")
    assert admin_client.post(page(Policy), sent).status_code == 302
    draft = Policy.objects.drafts().get()
    assert (draft.summary_en, str(draft.value_number)) == ("One line,\nand another.", "7000.5000")
    assert draft.identity == "import-single-transaction-limit.nation.CN.2027"


def test_there_is_one_draft_of_a_key_and_a_deleted_one_can_be_entered_again(
    admin_client: Client,
) -> None:
    other = a_policy(effective_from="2028")
    for sent in (a_policy(), other):
        assert admin_client.post(page(Policy), sent).status_code == 302
    again = admin_client.post(page(Policy), a_policy())
    assert "effective_from" in again.context["adminform"].form.errors
    draft = Policy.objects.drafts().get(effective_from="2027")
    deleted = reverse("admin:zones_policy_delete", args=[draft.pk])
    assert admin_client.post(deleted, {"post": "yes"}).status_code == 302
    assert admin_client.post(page(Policy), a_policy()).status_code == 302
    assert Policy.objects.drafts().count() == 2
    corrected = a_policy(effective_from="2019-01-01")
    assert admin_client.post(page(Policy), corrected).status_code == 302
    assert Policy.objects.drafts().get(effective_from="2019-01-01").version == 2


def a_zone(**changes: Any) -> dict[str, Any]:
    inline = {f"coverages-{n}_FORMS": "0" for n in ("TOTAL", "INITIAL")}
    batch = Batch.objects.get(programme__slug="comprehensive", number=1)
    return {
        **inline,
        "change": "researched",
        "batch": batch.pk,
        "city": pk(City, "hefei"),
        "designated_on": "2016",
        "verification": "primary",
        **changes,
    }


def test_mistakes_in_zones_and_placements_are_told_beside_their_fields(
    admin_client: Client,
) -> None:
    answer = admin_client.post(page(Zone), a_zone(ended_on="2016-01-01"))
    assert "ended_on" in answer.context["adminform"].form.errors
    assert admin_client.post(page(Zone), a_zone()).status_code == 302
    assert Zone.objects.drafts().get().identity == "comprehensive.hefei"
    answer = admin_client.post(page(Zone), a_zone())
    assert "city" in answer.context["adminform"].form.errors
    placed = Placement.objects.select_related("city").first()
    sent = {
        "city": placed.city.pk,
        "province": placed.province_id,
        "customs_district": placed.customs_district_id,
        "since": "2030",
    }
    assert admin_client.post(page(Placement), sent).status_code == 302
    answer = admin_client.post(page(Placement), sent)
    assert "city" in answer.context["adminform"].form.errors


def test_a_placement_says_what_its_form_leaves_empty_as_the_city_does(admin_client: Client) -> None:
    city = City.objects.filter(other_customs_districts__isnull=False).first()
    sent = {
        "city": city.pk,
        "province": city.province_id,
        "customs_district": city.customs_district_id,
        "since": "2030",
    }
    wrong = {"adcode": "33052", "latitude": "91", "longitude": "x", "level": "town"}
    for name, value in (*wrong.items(), ("adcode", "999999")):
        answer = admin_client.post(page(Placement), {**sent, name: value})
        assert list(answer.context["adminform"].form.errors) == [name]
    answer = admin_client.post(page(Placement), {**sent, "latitude": "1.5"})
    assert answer.status_code == 302
    draft = Placement.objects.drafts().get()
    assert (draft.level, draft.adcode, draft.latitude) == (city.level, city.adcode, Decimal("1.5"))
    others = list(city.other_customs_districts.all())
    assert [part.customs_district for part in draft.districts_in_part.all()] == others
    # The draft, with a district taken away and another added.
    fields, _names = opened(admin_client, page(Placement, draft))
    assert fields["districts_in_part-TOTAL_FORMS"] == str(len(others))
    fields |= {
        "districts_in_part-TOTAL_FORMS": str(len(others) + 1),
        "districts_in_part-0-DELETE": "on",
        f"districts_in_part-{len(others)}-customs_district": str(city.customs_district_id),
    }
    assert admin_client.post(page(Placement, draft), fields).status_code == 302
    kept = {part.customs_district for part in draft.districts_in_part.all()}
    assert kept == {*others[1:], city.customs_district}


OTHERS: list[tuple[Any, dict[str, Any], str]] = [
    (City, {"slug": "lu'an"}, "slug"),
    (City, {"name_en": "two\nlines"}, "name_en"),
    (Indicator, {"position": "99999"}, "position"),
    (Indicator, {"slug": "A_b"}, "slug"),
    (Statistic, {"value": "-1"}, "value"),
    (Statistic, {"year": "99999"}, "year"),
    (Statistic, {"value": "1.25", "decimals": "0"}, "decimals"),
    (Issuer, {"aliases": "State Council"}, "aliases"),
    (Issuer, {"official_site": "javascript:alert(1)"}, "official_site"),
    (Topic, {"trade_modes": "1210,9610"}, "trade_modes"),
]


@pytest.mark.parametrize(("model", "changes", "field"), OTHERS)
def test_a_mistake_in_another_form_is_told_beside_its_field(
    model: Any, changes: dict[str, Any], field: str, admin_client: Client
) -> None:
    rows = model.objects.exclude(slug="state-council") if model is Issuer else model.objects
    address = page(model, rows.first())
    fields, _names = opened(admin_client, address)
    answer = admin_client.post(address, {**fields, **changes})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_an_issuer_is_called_as_it_is_and_another_spelling_is_refused(
    admin_client: Client,
) -> None:
    source = Source.objects.filter(issued_by__isnull=False).first()
    fields, _names = opened(admin_client, page(Source, source))
    wrong = admin_client.post(
        page(Source, source), {**fields, "issued_by-0-spelling": "Nobody knows"}
    )
    assert wrong.status_code == 200
    assert "spelling" in wrong.context["inline_admin_formsets"][0].formset.errors[0]
    issuer = source.issued_by.first().issuer
    right = {**fields, "issued_by-0-spelling": issuer.name_zh}
    assert admin_client.post(page(Source, source), right).status_code == 302


def test_bytes_that_are_no_text_are_told_beside_their_field(admin_client: Client) -> None:
    sent = a_policy(summary_en=b"a\xff\xfeb", clause=b"\xff\xfe", note="\N{REPLACEMENT CHARACTER}")
    body = urlencode(sent)
    form = "application/x-www-form-urlencoded"
    answer: Any = admin_client.generic("POST", page(Policy), body, content_type=form)
    assert answer.status_code == 200
    assert {"summary_en", "clause", "note"} == {*answer.context["adminform"].form.errors}
    assert not Policy.objects.drafts().exists()


def test_a_day_of_reading_is_taken_up_to_today(admin_client: Client) -> None:
    draft = a_policy(verified_on=today_in_china().isoformat())
    assert admin_client.post(page(Policy), draft).status_code == 302


def test_bytes_that_are_no_text_are_refused_in_forms_of_other_packages(
    admin_client: Client, admin_user: Any
) -> None:
    address = page(type(admin_user), admin_user)
    fields, _names = opened(admin_client, address)
    body = urlencode({**fields, "first_name": b"\xff\xfe"}, doseq=True)
    form = "application/x-www-form-urlencoded"
    answer: Any = admin_client.generic("POST", address, body, content_type=form)
    assert answer.status_code == 200
    assert "first_name" in answer.context["adminform"].form.errors
    group: Any = admin_client.generic(
        "POST", page(Group), urlencode({"name": b"a\xff"}), content_type=form
    )
    assert [*group.context["adminform"].form.errors] == ["name"]
