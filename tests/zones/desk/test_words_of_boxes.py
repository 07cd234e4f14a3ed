"""What stands below boxes of the desk is no fact of the row, and denies nothing that is offered."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, written
from zones.dataset.alias_table import kinds_of_tables
from zones.desk.addresses import address_of_new, address_of_row
from zones.models.keys import keys_of, renamable_models

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize("table", sorted({*kinds_of_tables()} - {"policies"}))
@pytest.mark.parametrize(
    ("language", "denied", "offered"),
    [
        (
            "en",
            "it stays once something rests on it",
            "a change set alone changes it (“Another key”)",
        ),
        ("zh-hans", "一旦有内容依赖即不再更改", "只能通过变更集（“更改键”）更改"),
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


@pytest.mark.parametrize("table", ["policies", "requirements"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_where_a_row_is_ended_nothing_says_that_its_last_day_may_be_empty(
    analyst: Any, table: str, language: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    key = next(iter(known(table)))
    page = client.get(f"{address_of_row(table, key, 'end')}&lang={language}").content.decode()
    assert "Empty where no end is recorded" not in page
    assert "未记载终止日期的留空" not in page
    assert "2026-12-31" in page


def test_a_form_names_authors_of_others_sets(analyst: Any, other_analyst: Any) -> None:
    key = next(iter(known("policies")))
    own = proposed(analyst, written("policies", key, note="Seen"))
    others = proposed(other_analyst, written("policies", key, note="Seen too"))
    client = Client()
    log_in_staff(client, analyst)
    called = dict(client.get(address_of_row("policies", key)).context["sets"])
    assert other_analyst.get_username() in called[str(others.pk)]
    assert analyst.get_username() not in called[str(own.pk)]


def test_no_model_says_of_a_key_that_can_be_changed_that_it_stays() -> None:
    """The schema of the API and the admin say of a field what its model does."""
    for kind, model in renamable_models().items():
        own = keys_of(model)
        assert own is not None
        told = str(model._meta.get_field(own.renamable).help_text)  # type: ignore[union-attr]
        assert not re.search("stay|never", told), kind
        assert "“Another key”" in str(own.why(own.renamable)), kind
