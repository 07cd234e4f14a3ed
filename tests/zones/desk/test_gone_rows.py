"""What names a row that was taken out says what it was called, and that it is no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.china_time import now
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, published, said, taken_out
from zones.dataset.applied_rows import key_text
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.models import AppliedRow, ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NAMED = {
    "issuers": {"name_en": "Tomorrow", "name_zh": "明日"},
    "choices": {"label_en": "Tomorrow", "label_zh": "明日"},
    "topics": {"label_en": "Tomorrow", "label_zh": "明日"},
    "sources": {"title_en": "Tomorrow", "title_zh": "明日"},
    "cities": {"name_en": "Tomorrow", "name_zh": "明日"},
}


def gone(table: str) -> tuple[str, ...]:
    """The key of a row that the log tells to have been taken out."""
    own = table_named(table)
    first = next(iter(known(table).values()))
    cells = {**first, **NAMED[table], own.key[-1]: "tomorrow"}
    key = own.key_of(cells)
    told = {"table": table, "key": key_text(key), "before": cells, "reviewer": "rui"}
    AppliedRow.objects.create(edit=1, at=now(), authors="ana", **told)
    return key


@pytest.mark.parametrize("table", ["issuers", "choices", "topics", "sources", "cities"])
def test_a_row_that_is_gone_is_named_and_said_to_be(table: str) -> None:
    key = gone(table)
    for language, name, words in (("en", "Tomorrow", "taken out"), ("zh-hans", "明日", "已移除")):
        with override(language):
            told = CellWords(language).label(table, key)
            assert name in told
            assert words in told
            if table == "choices":
                cells = {"topic": key[0], "value": key[1]}
                said_of = CellWords(language).cell(table_named("policies"), "value", key[1], cells)
                assert name in said_of
                assert words in said_of


def test_the_page_of_the_set_that_took_it_out_names_it(analyst: Any, reviewer: Any) -> None:
    first = next(iter(known("issuers").values()))
    own = {"abbreviation": "", "aliases": "", "official_site": ""}
    key = ("tomorrow",)
    cells = {**first, **own, **NAMED["issuers"], table_named("issuers").key[0]: key[0]}
    published(analyst, reviewer, said("issuers", cells))
    published(analyst, reviewer, taken_out("issuers", key))
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-set", args=[ChangeSet.objects.latest("pk").pk])
    shown = client.get(f"{page}?lang=zh-hans").content.decode()
    assert "明日（tomorrow），已移除" in shown


def test_tables_are_read_once_however_many_rows_are_gone() -> None:
    key = gone("issuers")
    words = CellWords("en")
    with CaptureQueriesContext(connection) as asked:
        words.label("issuers", key)
        words.label("issuers", ("nothing-so-called",))
    log = AppliedRow._meta.db_table
    assert len([one for one in asked if log in one["sql"]]) == 1
