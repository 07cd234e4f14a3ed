"""Of every kind of hit it is known what it is called, what is said of it and where it is shown."""

from __future__ import annotations

import pytest
from django.urls import resolve

from zones.dataset.table_list import TABLES
from zones.pages import hit_words
from zones.rules.vocabulary import FOUND_ROWS, HitKind
from zones.selectors import search_hits
from zones.selectors.inquiry import Inquiry
from zones.selectors.search_entries import entries
from zones.selectors.search_hits import Hit
from zones.selectors.snapshot import current_snapshot


def test_every_kind_has_its_words_its_rows_and_what_tells_of_it() -> None:
    rows = [kind for kind in HitKind if kind is not HitKind.ANSWER]
    assert list(FOUND_ROWS) == rows
    assert list(search_hits._TOLD) == rows
    assert list(hit_words.KINDS) == list(HitKind)
    assert list(hit_words._SAID) == list(HitKind)
    assert {own.table for own in FOUND_ROWS.values()} <= {table.name for table in TABLES}


@pytest.mark.parametrize("kind", HitKind)
def test_every_kind_is_shown_somewhere(kind: HitKind) -> None:
    hit = Hit(kind, "some-key", "Some", city="hangzhou", topic="some-topic")
    address = hit_words.address_of(hit).partition("#")[0].partition("?")[0]
    assert resolve(address).namespace == "zones"


@pytest.mark.django_db
def test_what_is_found_is_of_one_of_the_kinds() -> None:
    found = {type(entry.kind) for entry in entries(Inquiry.of_now(current_snapshot()))}
    assert found == {HitKind}
