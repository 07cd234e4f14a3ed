"""Ordinary mistakes are told beside the field, in the admin's forms of other packages' tables."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.zones.admin_forms import typed_in

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
