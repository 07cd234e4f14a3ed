"""Cells are plain values to whoever reads them; JSON is written once, and only when asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from cbec_portal.api.renderers import dump_json
from zones.api.representations import compared_rows
from zones.api.representations.cells import (
    CellBodySerializer,
    CellSerializer,
    ListedPolicy,
    cell_columns,
)
from zones.api.representations.compared_rows import ComparedRows
from zones.api.representations.comparison_shape import comparison_shape
from zones.models import City, Policy
from zones.rules.vocabulary import Certainty
from zones.selectors.city_comparison import comparison
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedPolicy
from zones.selectors.snapshot import Snapshot, current_snapshot, forget

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
CITIES = ("hangzhou", "zhengzhou", "xiongan", "haikou")
LANGUAGES = ("en", "zh-hans")


def kept(snapshot: Snapshot, language: str) -> list[RenderedPolicy]:
    return list(snapshot.rendered([], language).values())


def plainly(value: Any) -> Any:
    """Values as they are read, each of them, however they are kept."""
    if isinstance(value, list | ComparedRows):
        return [plainly(one) for one in value]
    return {name: plainly(one) for name, one in value.items()} if hasattr(value, "items") else value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_is_written_as_it_is_read(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was written before, of other days, places and certainties, and is kept."""
    monkeypatch.setattr(compared_rows, "MOST_WRITTEN", 900)  # less than all that is asked
    snapshot = current_snapshot()
    cities = [City.objects.get(slug=slug) for slug in CITIES]
    here = HypotheticalPlace("Here", cities[0].province, cities[0].customs_district)
    topics = list(snapshot.topics.values())
    seen = b""
    for day in (DAY, date(2017, 5, 10), date(2017, 5, 11), DAY, date(2013, 1, 1)):
        for certainty in Certainty:
            inquiry = Inquiry(snapshot, snapshot.newest, day, language, certainty)
            columns = [Column(place, day) for place in (*cities, here)]
            columns.append(Column(cities[0], DAY - timedelta(days=200)))
            answer = comparison_shape(comparison(columns, topics, inquiry), inquiry)
            written = dump_json(answer["rows"])
            assert written == orjson.dumps(plainly(answer["rows"]))
            assert len(answer["rows"]) == len(list(answer["rows"])) == len(topics)
            seen += written
    assert b'"also":[{' in seen, "no cell has anything beside it"
    assert re.search(rb'"ends_in_days":[1-9]', seen), "nothing is counted"
    assert b'"ended":{' in seen, "nothing ended"


def test_a_listed_policy_is_written_as_it_is_read() -> None:
    snapshot = current_snapshot()
    key = Policy.objects.order_by("pk").values_list("pk", flat=True)[0]
    policy = snapshot.rendered([key], "en")[key]
    row = ListedPolicy(policy, {"version": 3})
    assert dump_json([row]) == orjson.dumps([plainly(row)])
    assert list(row)[:3] == ["identity", "version", "state"]
    assert row["identity"] == policy.identity


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_json_is_written_and_once(client: Client, language: str) -> None:
    forget()
    asked = f"cities={','.join(CITIES)}&lang={language}"
    for address in (f"/compare/?{asked}", f"/api/v1/compare/?{asked}&format=csv"):
        assert client.get(address).status_code == 200
    snapshot = current_snapshot()
    read = kept(snapshot, language)
    assert read
    assert not any(policy.written for policy in read)
    client.get(f"/api/v1/compare/?{asked}")
    first = [policy.written for policy in read]
    assert all(first)
    client.get(f"/api/v1/compare/?{asked}&as_of=2024-01-01")
    assert all(policy.written is text for policy, text in zip(read, first, strict=True))
    other = next(one for one in LANGUAGES if one != language)
    assert kept(snapshot, other) == []


def test_a_cell_has_the_members_that_the_schema_tells() -> None:
    """With a policy or without one, and what stands beside it too."""
    snapshot = current_snapshot()
    inquiry = Inquiry(snapshot, snapshot.newest, DAY, "en")
    columns = [Column(City.objects.get(slug=slug), DAY) for slug in CITIES]
    topics = list(snapshot.topics.values())
    answer = comparison_shape(comparison(columns, topics, inquiry), inquiry)
    cells = [cell for row in answer["rows"] for cell in row["cells"]]
    told = frozenset(CellSerializer().fields)
    assert {frozenset(cell) for cell in cells} == {told}
    assert {cell["policy"] is None for cell in cells} == {True, False}
    beside = frozenset(CellBodySerializer().fields)
    assert {frozenset(other) for cell in cells for other in cell["also"]} == {beside}
    assert set(cell_columns(cells[0])) == told


def test_every_cell_has_the_members_that_the_schema_tells() -> None:
    """With a policy or without one, and in the same order."""
    snapshot = current_snapshot()
    columns = [Column(City.objects.get(slug=slug), DAY) for slug in CITIES]
    inquiry = Inquiry(snapshot, snapshot.newest, DAY, "en")
    found = comparison(columns, list(snapshot.topics.values()), inquiry)
    told = set(CellSerializer().fields)
    rows = list(comparison_shape(found, inquiry)["rows"])
    cells = [cell for row in rows for cell in row["cells"]]
    assert {cell["policy"] is None for cell in cells} == {True, False}
    assert all({*cell} == told for cell in cells)
