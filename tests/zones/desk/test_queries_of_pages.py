"""How much a page of the desk asks of the database does not grow with what it tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.bodies import TABLES
from tests.zones.desk.acts import (
    DOCUMENT,
    known,
    person,
    proposed,
    published,
    said,
    submitted,
    taken_out,
    written,
)
from tests.zones.desk.grids import separated
from zones.dataset.table import Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import judged_sets
from zones.desk.blind_readings import draw_readings
from zones.desk.copy_archive import keep_copy
from zones.desk.proposals import propose
from zones.desk.row_drafts import RowDraft
from zones.desk.set_steps import comment
from zones.models import SavedFilter, Source
from zones.rules.vocabulary import ToResearch

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: Tables of which nothing is known: new rows alone are told of.
EMPTY = {"former_placements", "aliases", *TABLES}
#: Texts that may always be others.
TEXTS = ("note", "name_en", "title_en", "label_en", "summary_en", "text_en", "clause")


def told_otherwise(table: Table, number: int) -> list[RowDraft]:
    """Rows that are there, one text of each said anew, or what cannot be said."""
    free = [column.name for column in table.columns if column.name not in table.key]
    text = next((name for name in TEXTS if name in free), free[-1])
    keys = islice(known(table.name), number)
    return [written(table.name, key, **{text: f"Other {n}"}) for n, key in enumerate(keys)]


def told_anew(table: Table, number: int) -> list[RowDraft]:
    """New rows like those that are there, fit or refused."""
    like = islice(cycle(known(table.name).values()), number)
    return [said(table.name, {**own, table.key[-1]: f"x-{n}"}) for n, own in enumerate(like)]


def told_to_go(table: Table, number: int) -> list[RowDraft]:
    """Rows that are there and go, or stay since something rests on them."""
    return [taken_out(table.name, key) for key in islice(known(table.name), number)]


def statements(client: Client, address: str, sent: dict[str, str] | None = None) -> Counter[str]:
    """What a page asks, without the values, once everything that is kept was asked for."""

    def ask() -> None:
        answer = client.get(address) if sent is None else client.post(address, sent)
        assert answer.status_code == 200, address

    ask()
    judged_sets.forget()  # a set that hangs on checklists is never kept
    with CaptureQueriesContext(connection) as asked:
        ask()
    return Counter(map(_shape, (one["sql"] for one in asked.captured_queries)))


def _shape(sql: str) -> str:
    bare = re.sub(r"'(?:[^']|'')*'|\b\d+\b|%s", "?", sql)
    listed = re.sub(r"\((?:\(?\?(?:, \?)*\)?(?:, )?)+\)", "(?)", bare)
    # Of several of a kind it is asked at once.
    return re.sub(r"(?s)^(.*?)( UNION ALL .*)? ORDER BY 1$", r"\1", listed)


def more_often(few: Counter[str], many: Counter[str]) -> dict[str, tuple[int, int]]:
    """What is asked more often where more is told. What more rows are first told by is asked as
    well: twice where it is looked at before and after some rows stay that were to go.
    """
    return {one: (few[one], times) for one, times in many.items() if times > few[one] + 2}


@pytest.mark.parametrize("draft", [told_otherwise, told_anew, told_to_go])
@pytest.mark.parametrize("name", [table.name for table in registry if table.name not in EMPTY])
def test_the_page_of_a_set_asks_nothing_once_for_each_row(
    name: str, draft: Callable[[Table, int], list[RowDraft]], analyst: Any
) -> None:
    client, asked = Client(), []
    log_in_staff(client, analyst)
    for number in (3, 150):
        own = proposed(analyst)
        propose(own, analyst, draft(table_named(name), number))
        asked.append(statements(client, reverse("admin:desk-set", args=[own.pk])))
    assert more_often(*asked) == {}


@pytest.mark.parametrize("do", ["look", "mend"])
@pytest.mark.parametrize("draft", [told_otherwise, told_anew])
@pytest.mark.parametrize("name", [table.name for table in registry if table.name not in EMPTY])
def test_a_grid_asks_nothing_once_for_each_line(
    name: str, draft: Callable[[Table, int], list[RowDraft]], do: str, analyst: Any
) -> None:
    client, asked, table = Client(), [], table_named(name)
    log_in_staff(client, analyst)
    page = reverse("admin:desk-grid", args=[proposed(analyst).pk])
    for number in (3, 60):
        lines = [
            {**known(name).get(one.key or (), {}), **one.cells} for one in draft(table, number)
        ]
        rows = [[own.get(c.name, "") for c in table.columns] for own in lines]
        text = separated([[column.name for column in table.columns], *rows], "\t")
        sent = {"do": do, "table": name, "text": text, "only_errors": "1" if do == "mend" else ""}
        asked.append(statements(client, page, sent))
    assert more_often(*asked) == {}


def grow(number: int, analyst: Any, reviewer: Any) -> None:
    """Let there be so many more of all that pages of the desk list."""
    keys, other = list(known("policies")), person(f"other-{number}", "analyst")
    for place in range(number):
        key = keys[SavedFilter.objects.count()]
        own = proposed(analyst, written("policies", key, note=f"Seen {place}"), title=f"{key}")
        proposed(other, written("policies", key, note="Otherwise"), title=f"{key}")
        comment(own, reviewer, "Why so?", own.rows.get())
        comment(own, analyst, "It reads so.")
        published(analyst, reviewer, written("policies", key, note=f"Read {place}"))
        submitted(analyst, written("policies", key, note=f"Read {place} again"))
        SavedFilter.objects.create(
            owner=analyst,
            list_name="desk-queue",
            name=f"{place} of {number}",
            query="kind=gap",
            is_shared=True,
        )
        copy = SimpleUploadedFile("n.pdf", f"%PDF-1.4 {key}".encode(), "application/pdf")
        keep_copy(Source.objects.get(slug=DOCUMENT), copy, analyst, "https://www.gov.cn/")
    draw_readings(reviewer, number, seed=number)


#: The tables that whoever works at the desk may see.
LISTED = [model for model in admin.site._registry if model._meta.app_label == "zones"]
#: Pages that list what comes with the years, and one of each kind of the queue and of the history.
LISTS = (
    *("admin:index", "admin:desk-sets", "admin:desk-queue", "admin:desk-history"),
    *("admin:desk-readings", "admin:desk-filters"),
)


def test_no_list_of_the_desk_asks_for_each_of_its_entries(analyst: Any, reviewer: Any) -> None:
    clients = [Client(), Client()]
    for client, who in zip(clients, (analyst, reviewer), strict=True):
        log_in_staff(client, who)
    pages = [
        *map(reverse, LISTS),
        *(f"{reverse('admin:desk-queue')}?kind={kind.value}" for kind in ToResearch),
        f"{reverse('admin:desk-history')}?person={analyst.username}",
        reverse("admin:desk-copies", args=[DOCUMENT]),
        *(reverse(f"admin:zones_{one._meta.model_name}_changelist") for one in LISTED),
    ]
    asked = []
    for number in (2, 6):
        grow(number, analyst, reviewer)
        asked.append([{page: statements(client, page) for page in pages} for client in clients])
    for few, many in zip(*asked, strict=True):
        told = {page: more_often(few[page], many[page]) for page in pages}
        assert {page: more for page, more in told.items() if more} == {}
