"""Of every kind of hit it is known what it is called, what is said of it and where it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from tests.conftest import log_in_staff
from zones.dataset.table_list import TABLES
from zones.pages import hit_words
from zones.rules.vocabulary import FOUND_ROWS, HitKind
from zones.selectors import search_hits
from zones.selectors.inquiry import Inquiry
from zones.selectors.search_entries import entries
from zones.selectors.search_hits import Hit
from zones.selectors.snapshot import current_snapshot

#: What no row stands for.
WORKED_OUT = (HitKind.COMPARISON, HitKind.ANSWER, HitKind.REGIONAL_ANSWER)


def test_every_kind_has_its_words_its_rows_and_what_tells_of_it() -> None:
    rows = [kind for kind in HitKind if kind not in WORKED_OUT]
    assert list(FOUND_ROWS) == rows
    assert list(search_hits._TOLD) == rows
    assert list(hit_words.KINDS) == list(HitKind)
    assert list(hit_words._SAID) == list(HitKind)
    assert {own.table for own in FOUND_ROWS.values()} <= {table.name for table in TABLES}


@pytest.mark.parametrize("kind", HitKind)
def test_every_kind_is_shown_somewhere(kind: HitKind) -> None:
    body = ("province", "CN-ZJ")
    hit = Hit(kind, "some-key", "Some", city="hangzhou", topic="some-topic", body=body)
    address = hit_words.address_of(hit).partition("#")[0].partition("?")[0]
    assert resolve(address).namespace == "zones"


@pytest.mark.django_db
def test_what_is_found_is_of_one_of_the_kinds() -> None:
    found = {type(entry.kind) for entry in entries(Inquiry.of_now(current_snapshot()))}
    assert found == {HitKind}


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["hangzhou ningbo 1239", "浙江 1210", "hangzhou 1210", "import"])
def test_staff_see_every_kind_too(client: Client, admin_user: Any, words: str) -> None:
    log_in_staff(client, admin_user)
    assert client.get("/search/", {"q": words}).status_code == 200
