"""What is asked of a few rows of a table is what is known of them, and reads no others."""

from __future__ import annotations

from typing import Any

import pytest

from zones.dataset.model_table import Lookup, ModelTable
from zones.dataset.table import Table
from zones.dataset.table_registry import registry
from zones.models import Choice, City

pytestmark = pytest.mark.django_db

TABLES = [pytest.param(table, id=table.name) for table in registry]
MODEL_TABLES = [one for one in TABLES if isinstance(one.values[0], ModelTable)]


@pytest.mark.parametrize("table", TABLES)
def test_rows_asked_for_by_key_are_as_all_are(table: Table) -> None:
    rows = {table.key_of(cells): cells for cells in table.current()}
    asked = list(rows)[:: max(1, len(rows) // 5)]
    assert table.known(asked) == {key: rows[key] for key in asked}
    assert table.known([]) == {}
    for nobody in ("nobody", "", "a\0b", "\ud800", "9" * 400):
        assert table.known([(nobody,) * len(table.key)]) == {}


@pytest.mark.parametrize("table", TABLES)
def test_beside_a_row_stands_whatever_may_hinder_it(table: Table) -> None:
    rows = {table.key_of(cells): cells for cells in table.current()}
    asked = list(rows)[:2]
    beside = table.known_beside(asked)
    assert {key: beside[key] for key in asked} == {key: rows[key] for key in asked}
    if table.unique:
        assert beside.keys() == rows.keys()
    for names in table.unique:
        for key, cells in beside.items():
            assert [cells[name] for name in names] == [rows[key][name] for name in names]


@pytest.mark.parametrize("table", MODEL_TABLES)
def test_few_rows_are_read_where_few_are_asked_for(
    table: ModelTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [table.key_of(cells) for cells in table.current()]
    key = rows[len(rows) // 2]
    read: list[Any] = []
    cells_of = table.cells
    monkeypatch.setattr(table, "cells", lambda row: read.append(row) or cells_of(row))
    assert list(table.known([key])) == [key]
    assert list(table.by_key([key])) == [key]
    assert len(read) <= 2 * sum(own[0] == key[0] for own in rows)


def test_a_row_that_was_not_foreseen_is_found_all_the_same() -> None:
    cities = Lookup(City, "slug", among={"hangzhou"})
    assert (cities["hangzhou"].slug, cities["ningbo"].slug) == ("hangzhou", "ningbo")
    choice = Choice.objects.select_related("topic")[0]
    for foreseen in ((), {choice.topic.slug}, {"nothing"}, None):
        choices = Lookup(Choice, "topic__slug", "slug", among=foreseen)
        assert choices[choice.topic.slug, choice.slug] == choice
        with pytest.raises(ValueError, match="no-such-choice"):
            choices[choice.topic.slug, "no-such-choice"]
