"""The second factor: a code of an app, or a recovery code; optional for all, required for staff."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from datetime import timedelta
from math import ceil
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db import DatabaseError, transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_otp import devices_for_user, login, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cbec_portal.api.errors import ProblemResponse
from cbec_portal.china_time import now
from cbec_portal.unavailable import answer_to_busy

#: Set in the session of someone who has given a password and owes the second factor.
OWED = "owes_second_factor"
CODES = 10


class TooSoonError(Exception):
    """After a wrong code no other is looked at for a while, longer each time.

    Args:
        rest: how long from now.
    """

    def __init__(self, rest: timedelta) -> None:
        super().__init__()
        self.seconds = max(1, ceil(rest.total_seconds()))


@receiver(user_logged_in)
def _owe(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever has a second factor owes it after the password; staff owe one in any case."""
    if user.is_staff or user_has_device(user):
        request.session[OWED] = True


class SecondFactor:
    """Lets someone who owes the second factor nowhere but to where it is given or set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            known = settings.SESSION_COOKIE_NAME in request.COOKIES
            owing = known and request.session.get(OWED)
        except DatabaseError as wrong:  # here the session is read first; no view is there yet
            if busy := answer_to_busy(request, wrong):
                return busy
            raise
        if not owing:
            return self.get_response(request)
        user: Any = request.user
        place = "account:verify" if is_set_up(user) else "account:second-factor"
        if request.path in (reverse(place), reverse("account:log-out")):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return ProblemResponse(403, _("Give the second factor first."))
        return redirect(f"{reverse(place)}?{urlencode({'next': request.get_full_path()})}")


def pending_device(user: User) -> TOTPDevice:
    """Return the device that is being set up, made on first use."""
    device, _new = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "app"}
    )
    return device


def is_set_up(user: User) -> bool:
    """Return whether someone has a second factor."""
    return bool(user_has_device(user))


def secret_of(device: TOTPDevice) -> str:
    """Return the secret in groups of four, to be typed where a picture cannot be read."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> str:
    """Return the secret as a QR code, in a form that a page can hold."""
    return str(segno.make(device.config_url).svg_data_uri(scale=5, border=2))


@transaction.atomic
def confirm(request: HttpRequest, user: User, code: str) -> list[str]:
    """Confirm the device with its first code; recovery codes, or nothing if it is wrong.

    Raises:
        TooSoonError: no code is looked at yet.
    """
    device = pending_device(user)
    _refuse_too_soon([device])
    if not device.verify_token(code):
        return []
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save()
    login(request, device)
    request.session.pop(OWED, None)
    return new_codes(user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Make recovery codes, each good for once, and return them; older ones are good no more."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [StaticToken.random_token() for _number in range(CODES)]
    device.token_set.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def give(request: HttpRequest, user: User, code: str) -> bool:
    """Give a code of the app or a recovery code, and return whether it was right.

    Raises:
        TooSoonError: no code is looked at yet.
    """
    devices: list[Any] = list(devices_for_user(user))
    _refuse_too_soon(devices)
    for device in devices:
        if device.verify_token(code):
            for other in devices:
                other.throttle_reset()
            login(request, device)
            request.session.pop(OWED, None)
            return True
    return False


def _refuse_too_soon(devices: Iterable[Any]) -> None:
    """Refuse to look at a code while some device rests: it might be that device's right one."""
    allowed = [device.verify_is_allowed() for device in devices]
    if rests := [more["locked_until"] for may, more in allowed if not may]:
        raise TooSoonError(max(rests) - now())


@transaction.atomic
def turn_off(user: User) -> None:
    """Take away someone's second factor and their recovery codes."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
