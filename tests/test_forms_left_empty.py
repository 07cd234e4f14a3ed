"""A form that is sent as it stands asks for everything: no parameter of a page's own is wrong when
it is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import resolve, reverse

from checklists.pages.private_pages import PrivatePage
from tests.addresses import public_addresses
from tests.checklists.browsing import logged_in, once
from tests.checklists.cast import shared, started
from tests.router import every_address
from zones.pages.page_base import Page

pytestmark = pytest.mark.django_db


def public_pages() -> Iterator[tuple[str, Any]]:
    """Each public page that has parameters of its own, with what answers it."""
    for path in sorted({address.partition("?")[0] for address in public_addresses()}):
        view = getattr(resolve(path).func, "view_class", None)
        is_page = view and issubclass(view, Page) and path.endswith("/")
        if is_page and view.known_parameters:
            yield path, view


def private_pages() -> Iterator[tuple[str, Any]]:
    """Each page of a checklist that has parameters of its own, with what answers it."""
    checklist = shared(started("hangzhou"))
    kept = {"key": checklist.key, "item": once(checklist).pk}
    for one in every_address():
        view = one.view
        if not isinstance(view, type) or not issubclass(view, PrivatePage):
            continue
        if view.known_parameters and kept.keys() >= set(one.parts):
            yield reverse(one.name, kwargs={name: kept[name] for name in one.parts}), view


def refused(client: Client, pages: Iterator[tuple[str, Any]]) -> list[tuple[str, int]]:
    """The questions that are not answered in which a parameter, or each, is empty."""
    found = []
    for path, view in pages:
        names = view.known_parameters
        for empty in (*((name,) for name in names), names):
            asked = f"{path}?{urlencode(dict.fromkeys(empty, ''))}"
            if (status := client.get(asked).status_code) not in (200, 302):
                found.append((asked, status))
    return found


def test_public_pages_take_what_is_left_empty(client: Client) -> None:
    assert len(list(public_pages())) > 20
    assert refused(client, public_pages()) == []


def test_pages_of_checklists_take_what_is_left_empty() -> None:
    pages = list(private_pages())
    assert len(pages) > 5
    assert refused(logged_in("alice"), iter(pages)) == []
