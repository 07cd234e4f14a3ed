"""What Django and other packages say has Chinese words throughout: theirs, or the portal's."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import axes
import django.contrib.admin
import django.contrib.auth
import django.core
import django.db
import django.forms
import django.views
import django_otp
import knox
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext, ngettext, override, pgettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from cbec_portal.accounts.names_of_others import BOXES, FIELDS, TABLES
from tests.cbec_portal.test_translations import asked_of_code, asked_of_template
from zones.admin.forms import PermissionsField

PACKAGES = (
    *(django.contrib.admin, django.contrib.auth, django.core, django.db, django.forms),
    *(django.views, axes, django_otp, knox),
)
#: What is written alike in Chinese, or is no word.
ALIKE = {"IPv4", "IPv6", "URL", ":?.!", "…"}
#: What the portal calls otherwise before it is shown.
CALLED_OTHERWISE = {*BOXES, *FIELDS, *TABLES}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda own: own.__name__)
def test_every_text_that_a_package_asks_for_has_chinese(package: object) -> None:
    folder = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
    asked: set[tuple[str, str]] = set()
    for path in folder.rglob("*.py"):
        asked |= set(asked_of_code(ast.parse(path.read_text(encoding="utf-8"))))
    for path in folder.rglob("*.html"):
        asked |= set(asked_of_template(path.read_text(encoding="utf-8")))
    with translation.override("zh-hans"):
        missing = [
            (context, text)
            for context, text in sorted(asked)
            if text not in ALIKE | CALLED_OTHERWISE and _chinese(context, text) == text
        ]
    assert missing == []


def _chinese(context: str, text: str) -> str:
    if context:
        return pgettext(context, text)
    told = gettext(text)
    return told if told != text else ngettext(text, text, 2)


@pytest.mark.django_db
def test_every_permission_is_told_in_the_language_of_the_reader() -> None:
    box = PermissionsField(Permission.objects.all())
    permissions = list(Permission.objects.select_related("content_type"))
    assert len(permissions) > 150
    with override("zh-hans"):
        told = [box.label_from_instance(one) for one in permissions]
    assert [words for words in told if "Can " in words or "can " in words] == []
    assert len(set(told)) == len(told)
    with override("en"):
        assert not any("可" in box.label_from_instance(one) for one in permissions)


@pytest.mark.django_db
def test_groups_and_second_factors_are_told_in_the_language_of_the_reader() -> None:
    ana = User.objects.create_user("ana")
    devices = [StaticDevice(user=ana, name="recovery"), TOTPDevice(user=ana, name="app")]
    groups = [*Group.objects.order_by("name")]
    with override("zh-hans"):
        assert [*map(str, groups)] == ["分析员", "审核员"]
        assert [*map(str, devices)] == ["恢复码（ana）", "验证器应用（ana）"]
    with override("en"):
        assert [*map(str, groups)] == ["analyst", "reviewer"]
        assert [*map(str, devices)] == ["recovery codes (ana)", "authenticator app (ana)"]
    columns = admin.site.get_model_admin(StaticDevice).get_list_display(HttpRequest())
    name: Any = columns[1]
    with override("zh-hans"):
        assert [*map(name, devices)] == ["恢复码", "验证器应用"]
    named = StaticDevice(user=ana, name="Safe in the office")
    assert str(named) == "Safe in the office (ana)"


@pytest.mark.django_db
def test_an_act_that_only_fails_is_not_offered(admin_client: object) -> None:
    """Axes takes the request for one that logs in, and ends in an error page."""
    page = admin_client.get("/admin/axes/accessattempt/")  # type: ignore[attr-defined]
    assert "cleanup_expired_attempts" not in page.content.decode()
