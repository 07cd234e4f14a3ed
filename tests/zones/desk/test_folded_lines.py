"""Of a grid the lines stand open that bring something; those that bring nothing are counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from zones.desk.proposals import open_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def read(analyst: Any, lines: list[tuple[str, str]]) -> Any:
    """What is answered to a grid of cities and notes of them."""
    client = Client()
    log_in_staff(client, analyst)
    text = "\n".join("\t".join(line) for line in [("slug", "note"), *lines])
    address = reverse("admin:desk-grid", args=[open_set(analyst, "Anew").pk])
    return client.post(address, {"do": "look", "table": "cities", "text": text})


def test_lines_that_bring_nothing_are_folded_behind_their_number(analyst: Any) -> None:
    own = [(slug, cells["note"]) for (slug,), cells in list(known("cities").items())[:20]]
    page = read(analyst, [("hangzhou", "Read anew"), *own])
    text = page.content.decode()
    open_part, _tag, folded = text.partition('<details id="known">')
    assert "20 lines bring nothing new" in folded
    assert 'data-label="Line">2</td>' in open_part
    assert folded.partition("</details>")[0].count('data-label="Line"') == 20


def test_where_every_line_brings_something_nothing_is_folded(analyst: Any) -> None:
    page = read(analyst, [("hangzhou", "Read anew")])
    assert '<details id="known">' not in page.content.decode()
