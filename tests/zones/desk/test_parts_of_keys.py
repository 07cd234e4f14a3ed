"""A row whose key has several parts is called by the names of what they are, never by raw keys."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from tests.zones.desk.acts import known
from zones.dataset.table import Key
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords

pytestmark = pytest.mark.django_db

SEVERAL = [table.name for table in registry if len(table.key) > 1 and table.foreign_keys]


def named_by_key(table: str, key: Key) -> list[tuple[str, str]]:
    """The parts of a key that are, alone or with others, keys of cities and programmes."""
    columns = {"programme": "programmes", "zone_city": "cities", "city": "cities"}
    pairs = zip(table_named(table).key, key, strict=True)
    return [(columns[name], part) for name, part in pairs if name in columns]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("table", SEVERAL)
def test_a_row_is_called_by_names(table: str, language: str) -> None:
    words = CellWords(language)
    for key in [*sorted(known(table))[:20]]:
        called = words.row(table_named(table), key)
        for of, part in named_by_key(table, key):
            name = words.city(part) if of == "cities" else words.label(of, (part,))
            assert name.partition(" (")[0].partition("（")[0] in called, (key, called)
            assert part not in re.split("[,，] ?", called), (key, called)


def test_a_covered_city_is_called_by_both_cities_and_the_day() -> None:
    key = ("comprehensive", "hainan-island", "haikou", "2025-04")
    with override("zh-hans"):
        called = CellWords("zh-hans").row(table_named("zone_coverage"), key)
    assert called.endswith("海口市，2025年4月")
    assert "hainan" not in called
