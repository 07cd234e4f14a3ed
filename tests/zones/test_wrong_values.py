"""Every page with every parameter that it knows or carries, given what it cannot mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import resolve

from tests.addresses import public_addresses
from zones.pages.page_base import Page

#: What nothing is called; for days and numbers, which are written so, what none is.
WRONG = "zzz-nothing"
DAYS = ("x", "2019", "2019-02-30", "2019-13-01&lang=zh-hans")
WRONG_VALUES = {"as_of": DAYS, "from": DAYS, "to": DAYS, "known_at": ("x", "0", "999999")}
#: Texts that may say anything, and what the form of a place carries along to a comparison, which
#: asks for it with the place in it.
FREE = {"q", "name", "taken"}
CARRIED = {("/places/", "cities")}


def _questions() -> Iterator[tuple[str, str]]:
    for address in public_addresses():
        path = address.partition("?")[0]
        view = getattr(resolve(path).func, "view_class", None)
        if view and issubclass(view, Page):
            for name in view.known_parameters:
                yield address, name


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "name"), list(_questions()))
def test_it_is_refused(client: Client, address: str, name: str) -> None:
    path, _, needed = address.partition("?")
    rest = "&".join(one for one in needed.split("&") if one and not one.startswith(f"{name}="))
    for value in WRONG_VALUES.get(name, (WRONG,)):
        answer = client.get(f"{path}?{rest}{'&' if rest else ''}{name}={value}")
        taken = name in FREE or (path, name) in CARRIED
        assert answer.status_code == (200 if taken else 400), value
        if path.endswith("/") and not path.startswith("/embed/"):
            assert "<form" in answer.content.decode()
