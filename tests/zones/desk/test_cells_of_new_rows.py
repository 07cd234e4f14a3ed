"""A row that is not there said nothing before: not even what an empty cell of a row means."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, said, submitted
from tests.zones.desk.grids import page_of
from tests.zones.test_row_forms import a_policy
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords
from zones.desk.proposals import open_set
from zones.desk.set_publication import publish_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.mark.parametrize("table", [one.name for one in registry])
def test_cells_of_no_row_are_empty(table: str) -> None:
    own = table_named(table)
    words = CellWords("en")
    cells = next(iter(known(table).values()), {})
    come = words.moved(own, {name: ("", cell) for name, cell in cells.items()}, None, cells)
    go = words.moved(own, {name: (cell, "") for name, cell in cells.items()}, cells, None)
    assert [(label, after, before) for label, before, after in come] == go
    assert {before for _label, before, _after in come} <= {""}
    assert all(after for _label, _before, after in come)


def test_no_page_says_what_a_new_row_was_before(analyst: Any, reviewer: Any) -> None:
    cells = a_policy(start_qualifier="no later than", effective_from="2031-01-01")
    looked = page_of(open_set(analyst, "A grid"), analyst)(
        do="look",
        table="policies",
        quote="原文如此。",
        text="\n".join([",".join(cells), ",".join(cells.values())]),
    )
    assert "no later than" in looked.content.decode()
    assert "<s>" not in looked.content.decode()
    own = submitted(analyst, said("policies", cells))
    client = Client()
    log_in_staff(client, reviewer)
    page = reverse("admin:desk-set", args=[own.pk])
    (row,) = client.get(page).context["rows"]
    assert {before for _label, before, _after in row.cells} == {""}
    revision = publish_set(own, reviewer)
    (applied,) = client.get(page).context["applied"]
    assert {before for _label, before, _after in applied["cells"]} == {""}
    history = reverse("admin:desk-history")
    told = client.get(history, {"revision": revision.number}).content.decode()
    assert "no later than" in told
    assert "exact" not in told
