"""The weightiest entries of the research queue come first: open checklists weigh on their rows."""

from __future__ import annotations

from typing import Any

import pytest

from checklists.selectors.research_entries import checklists_by_cell
from tests.checklists.cast import started
from tests.zones import oracle
from tests.zones.desk.acts import proposed, published, written
from tests.zones.desk.queues import LIMIT, inquiry, waiting
from zones.dataset.table_registry import registry
from zones.desk.entry_assignments import assign
from zones.models import City
from zones.rules.vocabulary import ToResearch
from zones.selectors import queue_weights
from zones.selectors.affected_cities import COUNTERS, affected_cities, cities_of_bodies
from zones.selectors.queue_weights import add_cell_weights

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["hangzhou", "lhasa", ""])
def test_a_checklist_weighs_only_where_it_is_about(slug: str) -> None:
    """What says nothing of its city is not looked into earlier for it, and every part says so."""
    before = {(e.kind, e.subject): e.weight for e in waiting()}
    if slug:
        city = City.objects.get(slug=slug)
    else:  # one whose answer to what a checklist tests is doubtful
        parts = (part for entry in waiting(ToResearch.CAVEAT) for part in entry.parts)
        doubtful = next(part for part in parts if part.topic == "bonded-import-1210")
        city = City.objects.get(pk=min(doubtful.places))
    started(city.slug)
    cells = {topic for topic, place in checklists_by_cell() if place == city.pk}
    assert cells
    touched = 0
    for entry in waiting():
        if entry.topic and entry.places:
            assert entry.checklists == (entry.topic in cells and city.pk in entry.places)
        for part in entry.parts:
            assert part.checklists == (part.topic in cells and city.pk in part.places)
        if not any(entry.topics):
            continue
        at_most = sum(part.checklists for part in entry.parts)
        assert not entry.parts or (
            entry.checklists <= at_most and bool(entry.checklists) == bool(at_most)
        )
        touched += entry.weight > before[entry.kind, entry.subject]
    assert touched or slug


def test_a_checklist_of_several_cities_counts_once() -> None:
    kept = queue_weights._cell_weights
    entry = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 9)
    add_cell_weights(lambda: {(entry.topic, city): {1} for city in entry.places})
    try:
        (again,) = (o for o in waiting(ToResearch.NOT_RESEARCHED) if o.subject == entry.subject)
    finally:
        kept.pop()
    assert again.checklists == 1
    assert {part.checklists for part in again.parts} == {1}


def test_cells_of_cities_with_open_checklists_come_first() -> None:
    started("hangzhou")
    (topic,) = {row for row in checklists_by_cell() if row[0] == "bonded-import-1210"}
    assert len(checklists_by_cell()[topic]) == 1
    assert topic[1] == City.objects.get(slug="hangzhou").pk
    entry = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 9)
    add_cell_weights(lambda: {(entry.topic, max(entry.places)): {1}})
    try:
        (again,) = (o for o in waiting(ToResearch.NOT_RESEARCHED) if o.subject == entry.subject)
    finally:
        queue_weights._cell_weights.pop()
    assert again.parts[0].places == {max(entry.places)}
    assert [part.checklists for part in again.parts[:2]] == [1, 0]


def test_the_weightiest_comes_first_and_open_checklists_weigh() -> None:
    entries = waiting()
    assert [entry.weight for entry in entries] == sorted(
        (entry.weight for entry in entries), reverse=True
    )
    before = {(e.kind, e.subject): e.checklists for e in entries}
    assert not any(before.values())
    checklist = started("hangzhou")
    after = {(e.kind, e.subject): e.checklists for e in waiting()}
    assert set(after.values()) == {0, 1}
    type(checklist).objects.update(closed_at="2026-11-24T00:00:00Z")
    assert not any(entry.checklists for entry in waiting())


def test_it_takes_as_many_queries_for_any_number_of_checklists(
    django_assert_max_num_queries: Any, analyst: Any
) -> None:
    waiting()
    for _ in range(2):
        with django_assert_max_num_queries(28):
            waiting()
        started("hangzhou")
        assign(ToResearch.CAVEAT, waiting(ToResearch.CAVEAT)[-1].subject, analyst, to=analyst)


def test_a_conflict_weighs_what_rests_on_its_row(
    analyst: Any, reviewer: Any, answering: dict[str, set[str]]
) -> None:
    policies = {oracle.key_of(row): row for row in oracle.read("policies")}
    topics = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}
    by: dict[tuple[str, ...], set[str]] = {}
    for key, cities in answering.items():
        own = policies[key]
        for row in (
            ("sources", own["source_id"]),
            ("topics", own["topic"]),
            ("focus_areas", topics[own["topic"]]),
            ("choices", own["topic"], own["value"]),
        ):
            by.setdefault(row, set()).update(cities)
    cities = oracle.read("cities")
    expected = {
        ("sources", "mof-gacc-sta-2018-49"): len(by["sources", "mof-gacc-sta-2018-49"]),
        ("topics", LIMIT[0]): len(by["topics", LIMIT[0]]),
        ("focus_areas", "payment"): len(by["focus_areas", "payment"]),
        ("choices", "bonded-import-1210", "listed"): len(
            by["choices", "bonded-import-1210", "listed"]
        ),
        ("cities", "hangzhou"): 1,
        ("zones", "comprehensive", "hangzhou"): 1,
    }
    for table, *key in expected:
        found = affected_cities(inquiry(), table, [tuple(key)])
        assert found.get(tuple(key), 0) == expected[table, *key], table
    for kind, code in (("province", "CN-ZJ"), ("customs_district", "2900")):
        lying = sum(row[kind] == code for row in cities)
        assert cities_of_bodies(inquiry(), kind, [(code,)]) == {(code,): lying}
    members = {
        row["city"]
        for name, column in (("zones", "city"), ("zone_coverage", "city"))
        for row in oracle.read(name)
        if row["programme"] == "retail-import"
    }
    programme = affected_cities(inquiry(), "programmes", [("retail-import",)])
    assert 0 < programme["retail-import",] <= len(members)
    batches = [(row["programme"], row["number"]) for row in oracle.read("batches")]
    assert set(affected_cities(inquiry(), "batches", batches)) == set(batches)
    for table in ("indicators", "statistics", "aliases", "templates"):
        assert affected_cities(inquiry(), table, [("x", "y")]) == {}
    assert {table.name for table in registry} >= set(COUNTERS)


def test_open_checklists_weigh_on_rows_of_any_table(analyst: Any, reviewer: Any) -> None:
    template = "import-1210-seller"
    proposed(analyst, written("templates", (template,), name_en="Another name"))
    published(analyst, reviewer, written("templates", (template,), name_en="A third name"))
    assert [entry.checklists for entry in waiting(ToResearch.CONFLICT)] == [0]
    started("hangzhou")
    assert [entry.checklists for entry in waiting(ToResearch.CONFLICT)] == [1]
    assert {entry.checklists for entry in waiting(ToResearch.NO_ADDRESS)} <= {0, 1}
