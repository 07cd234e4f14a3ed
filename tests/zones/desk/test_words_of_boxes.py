"""What stands below boxes of the desk is no fact of the row, and denies nothing that is offered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.conftest import log_in_staff
from zones.dataset.alias_table import kinds_of_tables
from zones.desk.addresses import address_of_new

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize("table", sorted({*kinds_of_tables()} - {"policies"}))
@pytest.mark.parametrize(
    ("language", "denied", "offered"),
    [
        ("en", "it stays once something rests on it", "“Another key” alone changes it"),
        ("zh-hans", "一旦有内容依赖即不再更改", "只能通过“更改键”更改"),
    ],
)
def test_below_the_box_of_a_key_stands_how_it_can_be_changed(
    analyst: Any, table: str, language: str, denied: str, offered: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(address_of_new(table), {"lang": language}).content.decode()
    assert denied not in page
    if table not in ("provinces", "customs_districts", "sources"):
        assert offered in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "for example 2026"), ("zh-hans", "例如2026")]
)
def test_a_day_below_a_box_is_told_to_be_an_example(
    analyst: Any, language: str, words: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(address_of_new("policies"), {"lang": language}).content.decode()
    assert words in page
