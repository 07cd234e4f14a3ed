"""What is taken out while something still names it is refused as soon as it is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.zones.desk.acts import (
    known,
    problems_of,
    proposed,
    published,
    said,
    taken_out,
    written,
)
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk_forms import Desk
from zones.dataset.naming import RowName, rows_named
from zones.dataset.problems import Refused
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import registry, table_named
from zones.desk import set_publication
from zones.desk.judgement import RowJudgement, judge
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate, SetState

pytestmark = pytest.mark.django_db

TABLES = [table.name for table in registry]
New = dict[str, list[Cells]]


@pytest.fixture
def new(db: None) -> New:
    """A new row of every table, and more, which name each other."""
    return tomorrow()


def naming(new: New) -> Iterator[tuple[str, Cells, RowName]]:
    """Each new row with each other new row that it names."""
    keys = {name: {table_named(name).key_of(own) for own in rows} for name, rows in new.items()}
    for name, rows in new.items():
        for cells in rows:
            for named in rows_named(table_named(name), cells):
                if named.key in keys[named.table]:
                    yield name, cells, named


def is_refused_by_publication(
    change_set: ChangeSet, reviewer: Any, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Whether publication itself refuses a set, where nothing is asked before; it is undone."""
    ChangeSet.objects.filter(pk=change_set.pk).update(state=SetState.IN_REVIEW)
    change_set.refresh_from_db()
    with monkeypatch.context() as patched, transaction.atomic():
        patched.setattr(set_publication, "_refuse_unready", lambda *_: None)
        try:
            with transaction.atomic():
                publish_set(change_set, reviewer)
            refused = False
        except Refused:
            refused = True
        transaction.set_rollback(True)
    return refused


def fate_of(change_set: ChangeSet, name: str, key: Key) -> RowJudgement:
    (own,) = (one for one in judge(change_set).rows if (one.table.name, one.key) == (name, key))
    return own


def test_every_kind_of_reference_is_among_them(new: New) -> None:
    kinds = {(name, named.column, named.table) for name, _cells, named in naming(new)}
    assert len(kinds) >= 30
    assert {table for _name, _column, table in kinds} == {*TABLES} - {
        *("former_placements", "zone_coverage", "policies", "statistics", "aliases"),
        *("requirements", "issuers"),
    }


def test_what_a_published_row_names_is_not_taken_out_and_the_row_is_told(
    new: New, analyst: Any, reviewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(analyst, reviewer, *(said(t, cells) for t, rows in new.items() for cells in rows))
    named_by: dict[tuple[str, Key], list[str]] = {}
    for name, cells, one in naming(new):
        own = " ".join(table_named(name).key_of(cells))
        named_by.setdefault((one.table, one.key), []).append(own)
    for name, rows in new.items():
        for cells in rows:
            key = table_named(name).key_of(cells)
            change_set = proposed(analyst, taken_out(name, key))
            found = fate_of(change_set, name, key)
            told = " ".join(why for _column, why in problems_of([found]))
            if (name, key) in named_by:
                assert found.fate == Fate.REFUSED, key
                assert any(row in told for row in named_by[name, key]), told
            elif name != "aliases":
                refused = is_refused_by_publication(change_set, reviewer, monkeypatch)
                assert (found.fate == Fate.REFUSED) == refused, (key, told)


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_names_what_its_own_set_takes_out_is_told_beside_the_column(
    name: str, new: New, analyst: Any, reviewer: Any
) -> None:
    """The row that is named was published, the one that names it is new."""
    if name == "choices":  # of a topic that has some
        new = {**new, "choices": [*new["choices"], {**new["choices"][0], "choice": "three"}]}
        new["choices"][-1]["position"] = "3"
    if name == "topics":  # that has none, which would have to be of the set, too
        new = {**new, "topics": new["topics"][:1]}
    tried: set[tuple[str, str]] = set()
    for cells in reversed(new[name]):
        table = table_named(name)
        own_key = table.key_of(cells)
        named_rows = [one for t, row, one in naming(new) if t == name and row is cells]
        untried = [one for one in named_rows if (one.column, one.table) not in tried]
        if not untried:
            continue
        with transaction.atomic():
            published(analyst, reviewer, *(said(t, own) for t, own in needed(new, name, cells)))
            for named in untried:
                tried.add((named.column, named.table))
                own = proposed(analyst, said(name, cells), taken_out(named.table, named.key))
                found = fate_of(own, name, own_key)
                assert found.fate == Fate.REFUSED, named
                told = [why for column, why in problems_of([found]) if column == named.column]
                assert any("takes out" in why and " ".join(named.key) in why for why in told), told
            transaction.set_rollback(True)


def needed(new: New, name: str, cells: Cells) -> list[tuple[str, Cells]]:
    """The new rows that a row needs beside itself, each with those it needs."""
    found: dict[tuple[str, Key], Cells] = {}

    def add(table: str, own: Cells) -> None:
        for named in rows_named(table_named(table), own):
            for other in new[named.table]:
                key = table_named(named.table).key_of(other)
                if key == named.key and (named.table, key) not in found:
                    found[named.table, key] = other
                    add(named.table, other)
        if table == "topics" and own["choices"]:
            found.update({("choices", (c["topic"], c["choice"])): c for c in new["choices"][:2]})
        if table == "sources":
            found["issuers", ("tomorrow",)] = new["issuers"][0]

    add(name, cells)
    found.pop((name, table_named(name).key_of(cells)), None)
    return [(table, own) for (table, _key), own in found.items()]


def test_a_withdrawn_zone_takes_the_cities_with_it_that_it_covers_only_if_that_is_said(
    new: New, analyst: Any, reviewer: Any
) -> None:
    coverage = {**new["zone_coverage"][0], "programme": "comprehensive", "zone_city": "hefei"}
    published(analyst, reviewer, said("zone_coverage", coverage))
    zone, covered = ("comprehensive", "hefei"), table_named("zone_coverage").key_of(coverage)
    found = fate_of(proposed(analyst, taken_out("zones", zone)), "zones", zone)
    assert "still named by comprehensive hefei hangzhou 2020-02" in str(problems_of([found]))
    both = proposed(analyst, taken_out("zones", zone), taken_out("zone_coverage", covered))
    assert not judge(both).hinders, problems_of(judge(both).rows)
    edited = proposed(
        analyst, taken_out("zones", zone), written("zone_coverage", covered, note="Seen")
    )
    assert fate_of(edited, "zone_coverage", covered).fate == Fate.REFUSED


def test_a_choice_of_a_topic_that_is_answered_stays_though_no_answer_is_that_choice(
    new: New, analyst: Any, reviewer: Any
) -> None:
    rows = [*new["choices"], new["topics"][1]]
    policy = {**new["policies"][5], "topic": "tomorrow-chosen", "scope_code": "CN"}
    assert policy["scope_kind"] == "nation"
    names = ["choices", "choices", "topics", "policies"]
    area = ("focus_areas", new["focus_areas"][0])
    needs = [("sources", new["sources"][0]), ("issuers", new["issuers"][0]), area]
    published(
        analyst,
        reviewer,
        *(said(t, own) for t, own in [*needs, *zip(names, [*rows, policy], strict=True)]),
    )
    assert policy["value"] == "two"
    one = ("tomorrow-chosen", "one")
    found = fate_of(proposed(analyst, taken_out("choices", one)), "choices", one)
    assert found.fate == Fate.REFUSED
    assert "tomorrow-chosen nation CN" in str(problems_of([found]))


def test_an_answer_that_a_question_loses_is_not_asked_for_in_the_same_set(
    new: New, analyst: Any, reviewer: Any
) -> None:
    question = new["intake_questions"][0]
    needs = needed(new, "requirements", new["requirements"][0])
    published(analyst, reviewer, *(said(table, own) for table, own in needs))
    fewer = {"choices": "no", "choice_labels_en": "No", "choice_labels_zh": "否"}
    own = proposed(
        analyst,
        written("intake_questions", (question["slug"],), **fewer),
        said("requirements", new["requirements"][0]),
    )
    found = fate_of(own, "requirements", ("tomorrow", "1.1"))
    assert [column for column, _why in problems_of([found])] == ["asks"]


def test_it_is_told_in_the_form_of_the_row_and_on_the_page_of_the_set(
    new: New, db: None, analyst: Any
) -> None:
    desk = Desk()
    source = next(own["source_id"] for own in known("batches").values())
    told = desk.send("sources", {}, (source,), "withdraw")
    assert told.status_code == 400
    assert "names it" in str(told.context["errors"]) or "named by" in str(told.context["errors"])
    own = proposed(analyst, taken_out("sources", (source,)))
    page = desk.client.get(f"/admin/desk/sets/{own.pk}/").content.decode()
    assert "so it stays." in page


def test_more_rows_that_name_what_goes_are_counted_and_cost_no_more(
    new: New, analyst: Any, reviewer: Any, django_assert_max_num_queries: Any
) -> None:
    zone = ("comprehensive", "hefei")
    like = {**new["zone_coverage"][0], "programme": "comprehensive", "zone_city": "hefei"}
    cities = [city for (city,) in known("cities") if city != "hefei"]

    def cover(some: list[str]) -> None:
        rows = [said("zone_coverage", {**like, "city": city}) for city in some]
        published(analyst, reviewer, *rows)

    def queries_of() -> tuple[int, str]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        own = proposed(analyst, taken_out("zones", zone))
        with CaptureQueriesContext(connection) as made:
            found = fate_of(own, "zones", zone)
        return len(made), str(problems_of([found]))

    cover(cities[:2])
    few, _told = queries_of()
    cover(cities[2:9])
    many, told = queries_of()
    assert many == few
    assert "and 6 more" in told


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_was_never_there_is_not_taken_out(name: str, new: New, analyst: Any) -> None:
    table = table_named(name)
    key = table.key_of(new[name][0])
    (found,) = judge(proposed(analyst, taken_out(name, key))).rows
    assert found.fate == Fate.REFUSED
    assert "There is no such row" in " ".join(why for _column, why in problems_of([found]))


def test_a_row_that_somebody_else_took_out_meanwhile_is_as_it_should_be(
    new: New, analyst: Any, reviewer: Any
) -> None:
    cells = new["issuers"][0]
    key = table_named("issuers").key_of(cells)
    published(analyst, reviewer, said("issuers", cells))
    own = proposed(analyst, taken_out("issuers", key))
    published(analyst, reviewer, taken_out("issuers", key))
    (found,) = judge(own).rows
    assert found.fate == Fate.SAME
