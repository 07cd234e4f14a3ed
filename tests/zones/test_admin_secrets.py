"""The admin shows no secret of anybody, and lets none be guessed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.zones.admin_models import name_of

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


SECRETS = ("3132333435363738393031323334353637383930", "recovery-code-12")


@pytest.fixture
def devices(admin_user: Any) -> tuple[Any, Any]:
    key, token = SECRETS
    device = TOTPDevice.objects.create(user=admin_user, name="phone", key=key, confirmed=True)
    codes, _new = StaticDevice.objects.get_or_create(user=admin_user, name="recovery")
    codes.token_set.create(token=token)
    return device, codes


def test_secrets_of_second_factors_are_shown_nowhere(
    admin_client: Client, devices: tuple[Any, Any]
) -> None:
    for device in devices:
        model = type(device)
        addresses = [reverse(name_of(model, "changelist")), reverse(name_of(model, "add"))]
        pages = ("change", "delete", "history")
        addresses += [reverse(name_of(model, page), args=[device.pk]) for page in pages]
        if model is TOTPDevice:
            addresses += [
                reverse(f"admin:otp_totp_totpdevice_{name}", args=[device.pk])
                for name in ("config", "qrcode")
            ]
        for address in addresses:
            shown = admin_client.get(address)
            assert shown.status_code in (200, 403), address
            told = shown.content.decode()
            assert not any(secret in told for secret in SECRETS)
            assert 'name="key"' not in told
            assert "token_set" not in told
            assert "otpauth" not in told
        assert admin_client.post(reverse(name_of(model, "add")), {}).status_code == 403
    renamed = reverse(name_of(TOTPDevice, "change"), args=[devices[0].pk])
    opened = admin_client.get(renamed).context["adminform"].form
    assert "key" not in opened.fields
    sent = {
        name: opened[name].value() for name in opened.fields if opened[name].value() is not None
    }
    sent |= {"name": "old phone", "key": "00" * 20}
    assert admin_client.post(renamed, sent).status_code == 302
    devices[0].refresh_from_db()
    assert (devices[0].name, devices[0].key) == ("old phone", SECRETS[0])
    assert not any(
        secret in str(entry) + entry.change_message
        for entry in LogEntry.objects.all()
        for secret in SECRETS
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"key": SECRETS[0]},
        {"key__startswith": "31"},
        {"key__regex": "^3"},
        {"token_set__token": SECRETS[1]},
        {"token_set__token__startswith": "r"},
        {"q": SECRETS[0]},
        {"q": SECRETS[1]},
        {"user__totpdevice__key__startswith": "31"},
    ],
    ids=str,
)
def test_secrets_of_second_factors_are_not_to_be_guessed(
    admin_client: Client, devices: tuple[Any, Any], asked: dict[str, str]
) -> None:
    for model in (TOTPDevice, StaticDevice):
        address = reverse(name_of(model, "changelist"))
        found = admin_client.get(address, asked)
        if found.status_code == 200:
            assert list(found.context["cl"].queryset) == []
        else:
            assert found.status_code in (302, 400)
    for model, path in ((type(devices[0].user), "totpdevice__key__startswith"),):
        address = reverse(name_of(model, "changelist"))
        assert admin_client.get(address, {path: "31"}).status_code == 400


#: What columns that hold secrets are called.
SECRET_NAMES = re.compile("pass|token|digest|secret|hash|^key$|sha")
#: Columns of such names that everybody may read.
NO_SECRETS = {("checklists.offeredfinding", "key")}


def secrets_of(model: Any) -> set[str]:
    """The columns of a table, and the ways to others from it, that are called as secrets are."""
    found = {field.name for field in model._meta.get_fields() if SECRET_NAMES.search(field.name)}
    return {name for name in found if (model._meta.label_lower, name) not in NO_SECRETS}


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_no_list_of_the_admin_is_narrowed_by_a_secret(model: Any, admin_client: Client) -> None:
    secrets = {name: name for name in secrets_of(model)}
    for field in model._meta.get_fields():
        if isinstance(field.related_model, type):
            own = secrets_of(field.related_model)
            secrets |= {f"{field.name}__{name}": name for name in own}
    if model._meta.pk.name in secrets:
        secrets["pk"] = "pk"
    address = reverse(name_of(model, "changelist"))
    for path in secrets:
        if path in ("shares", "auth_token_set", "token_set"):
            continue  # ways to other tables
        for way in ("", "__startswith", "__regex", "__gt", "__in"):
            told = admin_client.get(address, {f"{path}{way}": "0"}).status_code
            assert told in ((302, 400) if path == "pk" else (400,)), path
