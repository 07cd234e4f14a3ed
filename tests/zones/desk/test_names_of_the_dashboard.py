"""The first page of the admin has one name, in menus and in the way to a page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

FIRST = '<a href="/admin/"[^>]*>([^<]*)</a>'


@pytest.mark.parametrize(("language", "name"), [("en", "Dashboard"), ("zh-hans", "工作台首页")])
def test_whatever_leads_to_it_calls_it_so(superuser: Any, language: str, name: str) -> None:
    client = Client()
    log_in_staff(client, superuser)
    own = superuser.pk
    pages = [
        *(f"auth_user_{page}" for page in ("changelist", "add")),
        *(f"{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry),
    ]
    addresses = [reverse(f"admin:{page}") for page in pages]
    addresses += [
        reverse("admin:auth_user_change", args=[own]),
        reverse("admin:auth_user_history", args=[own]),
        reverse("admin:auth_user_delete", args=[own]),
        reverse("admin:auth_user_password_change", args=[own]),
        reverse("admin:password_change"),
        reverse("admin:app_list", args=["zones"]),
        reverse("admin:desk-sets"),
        reverse("admin:index"),
    ]
    for address in addresses:
        shown = client.get(address, {"lang": language}, follow=True)
        assert shown.status_code in (200, 403), address
        if shown.status_code == 200:
            # Beside them stands the door from the portal, which says for whom it is.
            named = {*re.findall(FIRST, shown.content.decode())} - {"For analysts", "分析员入口"}
            assert named == {name}, (address, named)
