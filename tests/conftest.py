"""Settings under which tests run: fast hashing, static files without a manifest."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice

from cbec_portal.accounts.second_factor import OWED


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def admin_client(admin_user: Any) -> Client:
    """A superuser's browser, with the second factor given."""
    client = Client()
    log_in_staff(client, admin_user)
    return client


def log_in_staff(client: Client, user: Any) -> None:
    """Log one of staff in, with the second factor given."""
    client.force_login(user)
    device, _new = StaticDevice.objects.get_or_create(user=user, name="recovery")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.pop(OWED)
    session.save()
