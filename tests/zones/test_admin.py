"""The admin shows everything and edits nothing that is published."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from zones.models import Policy

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

OURS = [m for app in ("zones", "checklists") for m in apps.get_app_config(app).get_models()]
REGISTERED = [model for model in OURS if admin.site.is_registered(model)]
ONLY_INLINE = {"Coverage", "DistrictInPart", "SourceIssuer", "GateValue"}
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
    "ProposedRow",
    "ResearchMark",
    "RowEdit",
    "SetComment",
}


def test_every_public_model_is_in_the_admin_and_no_private_one() -> None:
    elsewhere = {model.__name__ for model in OURS if model not in REGISTERED}
    assert elsewhere == ONLY_INLINE | PRIVATE | DESK


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_lists_and_pages_open_and_do_not_ask_row_by_row(
    model: Any, admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    with django_assert_max_num_queries(16):
        assert admin_client.get(reverse(f"{name}_changelist"), {"q": ""}).status_code == 200
    row = model._default_manager.first()
    if row is None:  # the dataset has none of these; checklists' own tests make one
        assert model.__name__ in {"OfferedFinding", "Alias"}
        return
    assert admin_client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


def test_a_published_policy_is_neither_edited_nor_deleted(admin_client: Client) -> None:
    policy = Policy.objects.first()
    page = reverse("admin:zones_policy_change", args=[policy.pk])
    assert admin_client.post(page, {"clause": "x"}).status_code == 403
    page = reverse("admin:zones_policy_delete", args=[policy.pk])
    assert admin_client.post(page, {"post": "yes"}).status_code == 403
    assert Policy.objects.filter(pk=policy.pk).exists()


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda one: one._meta.label))
def test_an_empty_column_to_seek_a_row_by_is_no_column(admin_client: Client, model: Any) -> None:
    row = model._default_manager.first()
    for page in ("change", "delete", "history"):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        address = reverse(name, args=[row.pk if row else 1])
        plain, asked = (admin_client.get(address + more) for more in ("", "?_to_field="))
        assert asked.status_code == plain.status_code < 500


def boxes() -> list[tuple[type[Any], str]]:
    """Every box of the admin that finds rows, those of inlines too: the model and the field."""
    owners = [own for model in REGISTERED for own in [admin.site.get_model_admin(model)]]
    inlines = [inline for own in owners for inline in own.inlines]
    return [
        (own.model, name) for own in (*owners, *inlines) for name in own.autocomplete_fields or ()
    ]


@pytest.mark.parametrize("box", boxes(), ids=lambda box: f"{box[0].__name__}.{box[1]}")
def test_a_box_offers_what_is_named_first_and_what_begins_so_next(
    admin_client: Client, box: tuple[type[Any], str]
) -> None:
    model, name = box
    remote = model._meta.get_field(name).remote_field.model
    searched = admin.site.get_model_admin(remote).search_fields
    texts = [
        {str(value).casefold() for value in row if value}
        for row in remote._default_manager.values_list(*searched)
    ]
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
    # What one row is named and another's name holds, as Hangzhou and Changzhou: the worst case.
    every = sorted({text for row in texts for text in row})
    held = [text for text in every if sum(text in other for other in every) > 1] or every
    for typed in held[:: max(1, len(held) // 5)]:
        answer = admin_client.get(
            reverse("admin:autocomplete"), {**asked, "field_name": name, "term": typed}
        ).json()["results"]
        keys = [int(one["id"]) for one in answer]
        rows = {
            pk: {str(value).casefold() for value in row if value}
            for pk, *row in remote._default_manager.filter(pk__in=keys).values_list("pk", *searched)
        }
        ranks = [
            0 if typed in rows[key] else 1 if any(t.startswith(typed) for t in rows[key]) else 2
            for key in keys
        ]
        assert ranks == sorted(ranks), (typed, answer)


def test_hangzhou_is_offered_before_changzhou(admin_client: Client) -> None:
    asked = {"app_label": "zones", "model_name": "policy", "field_name": "city", "term": "hangzhou"}
    found = admin_client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert found[0]["text"].startswith("Hangzhou ")
    assert any(one["text"].startswith("Changzhou ") for one in found[1:])
