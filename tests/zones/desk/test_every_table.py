"""Every table of the dataset goes through a change set, each of its columns, new rows and old."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.zones.bodies import TABLES, cells_of_a_body
from tests.zones.desk.acts import (
    known,
    problems_of,
    proposed,
    published,
    row_of,
    said,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from zones.dataset.applied_rows import key_of_text
from zones.dataset.columns import TableColumn
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.judgement import judge, judge_rows
from zones.desk.proposals import drop
from zones.desk.row_drafts import RowDraft, drafted
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import AppliedRow, Placement, Revision
from zones.rules.vocabulary import Fate
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db

#: In another table stands what these say, or nothing of theirs is ever said anew.
FIXED: dict[str, set[str]] = {
    "provinces": {"iso_3166_2", "gb2260", "region_en"},
    "customs_districts": {"code"},
    "cities": {"slug", "adcode"},
    "former_placements": {"city", "until"},
    "programmes": {"slug", "position", "kind"},
    "issuers": {"slug"},
    "sources": {"id"},
    "batches": {"programme", "number"},
    "zones": {"programme", "city"},
    "zone_coverage": {"programme", "zone_city", "city", "covered_from"},
    "focus_areas": {"slug", "position"},
    "topics": {
        *("slug", "choices", "value_type", "unit", "unit_zh", "additive", "focus_area"),
        *("position", "begins_on"),
    },
    "choices": {"topic", "choice", "position"},
    "policies": {"topic", "scope_kind", "scope_code"},
    "indicators": {"slug", "unit", "unit_zh", "flow", "series"},
    "statistics": {"indicator", "year", "scope", "revision"},
    "aliases": {"kind", "former"},
    "intake_questions": {"slug", "choices", "choice_labels_en", "choice_labels_zh"},
    "templates": {"slug"},
    "requirements": {"template", "number"},
    **{name: {table.body.key} for name, table in TABLES.items()},
}


def others(table: Table, column: TableColumn, cells: Cells, rows: list[Cells]) -> Iterator[str]:
    """Values that a cell might have instead, likely ones first."""
    cell = cells[column.name]
    yield from (option for option in column.options if option != cell)
    match column.type:
        case "boolean":
            yield "false" if cell == "true" else "true"
        case "integer" | "number":
            yield from (str(number) for number in (700, 31, 7, 2013))
        case "date":
            yield "2026-02-03"
    for foreign in table.foreign_keys:
        if column.name in foreign.columns:
            part = foreign.keys[foreign.columns.index(column.name)]
            yield from sorted({own[part] for own in known(foreign.table).values()} - {cell})[:8]
    if column.name.endswith("_url") or column.name == "official_site":
        yield "https://www.gov.cn/other/"
    yield from ("2018-03-04", "2030-05-06", "9610;9710", "2900;0400", "130100")
    yield from sorted({row[column.name] for row in rows} - {cell, ""})
    yield from ("Another wording", "", "另一种")


@pytest.mark.parametrize("name", [table.name for table in registry])
def test_each_column_of_a_table_is_proposed_judged_and_published(
    analyst: Any, reviewer: Any, name: str
) -> None:
    """Each column in a row of its own, where there are so many; what is never changed is told."""
    table, rows = table_named(name), list(known(name).values())
    if not rows:
        rows = [*add_rows_of(name, analyst, reviewer)]
    drafts: dict[Key, RowDraft] = {}
    for place, column in enumerate(table.columns):
        if (name, column.name) == ("aliases", "current"):
            continue  # it gives the row another key: see test_other_keys
        cells = rows[-1 - place % len(rows)]
        key = table.key_of(cells)
        told: list[str] = []
        for cell in islice(
            others(table, column, cells, rows), 3 if column.name in FIXED[name] else 40
        ):
            beside = {"value": "", "value_zh": ""} if column.name == "state" else {}
            own = drafts[key].cells if key in drafts else {}
            draft = written(name, key, **{**own, **beside, column.name: cell})
            found = judge_rows(drafted(None, [*({**drafts, key: draft}).values()]))
            judged = next(one for one in found.rows if one.key == key)
            if not found.hinders and column.name in judged.moved:
                drafts[key] = draft
                break
            told += [why for _, why in problems_of([judged])]
        else:
            assert told, column.name
            assert column.name in FIXED[name], (column.name, told)
            continue
        assert column.name not in FIXED[name], (column.name, cell)
    if not drafts:
        return
    change_set = proposed(analyst, *drafts.values())
    found = judge(change_set)
    assert not found.hinders, problems_of(found.rows)
    say_why_all(change_set, analyst)
    revision = publish_set(submit(change_set, analyst), reviewer)
    expected = {table.key_of(own): dict(own) for own in rows}
    for judged in found.rows:
        del expected[judged.key]
    for judged in found.rows:
        assert judged.after is not None
        expected[table.key_of(judged.after)] = judged.after
    assert known(name) == expected
    applied = AppliedRow.objects.filter(revision=revision)
    assert {key_of_text(own.key): own.after for own in applied} == {
        judged.key: judged.after for judged in found.rows
    }
    assert rebuild(check=True) == []
    assert broken_chains() == []


def like(table: str, **cells: str) -> Cells:
    """A new row after one that is there."""
    return {**next(iter(known(table).values())), **cells}


def tomorrow() -> dict[str, list[Cells]]:
    """Rows of every table that nobody knows of, each of which refers to others of them."""
    boolean = next(c for c in known("topics").values() if c["value_type"] == "boolean")
    area = {"description_en": "What comes", "description_zh": "将来的事"}
    names = {"name_en": "Of tomorrow", "name_zh": "明天"}
    topic = {**boolean, "focus_area": "tomorrow", "begins_on": "", "descriptive": "false"}
    policy = like("policies", effective_to="", caveat_en="", caveat_zh="", clause="", clause_zh="")
    policy |= {"source_id": "tomorrow-2026", "start_qualifier": "", "effective_from": "2020-01-01"}
    policy |= {"state": "stated", "value_zh": "", "verification": "secondary"}
    zone = {**like("zones", designated_on="2019-01-01", ended_on="", ended_by="", successor="")}
    stays = {"city": "tomorrow", "until": "2015"}
    return {
        "provinces": [
            like("provinces", iso_3166_2="CN-XX", gb2260="010000", **names),
        ],
        "customs_districts": [{"code": "0001", **names}],
        "cities": [
            like(
                "cities",
                slug="tomorrow",
                adcode="",
                province="CN-XX",
                customs_district="0001",
                other_customs_districts="2900",
                **names,
            ),
        ],
        "former_placements": [{**stays, "province": "CN-ZJ", "customs_district": "0001"}],
        "programmes": [like("programmes", slug="tomorrow", position="9", **names)],
        "issuers": [
            like(
                "issuers",
                slug="tomorrow",
                abbreviation="MoT",
                aliases="Ministry of Tomorrow;明天部",
                name_en="Tomorrow's ministry",
                name_zh="明日部",
            )
        ],
        "sources": [
            like(
                "sources",
                id="tomorrow-2026",
                document_number="Tomorrow 2026 No. 1",
                issuers="Ministry of Tomorrow; Tomorrow's ministry",
                status="in-force",
                effective_on="2010",
                repealed_on="",
            )
        ],
        "batches": [like("batches", programme="tomorrow", number="1", source_id="tomorrow-2026")],
        "zones": [{**zone, "programme": "tomorrow", "batch": "1", "city": "tomorrow"}],
        "zone_coverage": [
            {
                **like("zone_coverage", programme="tomorrow", zone_city="tomorrow"),
                "city": "hangzhou",
                "covered_from": "2020-02",
                "covered_until": "2021",
            }
        ],
        "focus_areas": [{"slug": "tomorrow", **names, **area, "position": "99"}],
        "topics": [
            {**topic, "slug": "tomorrow-listed", "choices": ""},
            {
                **topic,
                "slug": "tomorrow-chosen",
                "value_type": "choice",
                "choices": "one;two",
                "direction": "both",
            },
        ],
        "choices": [
            {
                "topic": "tomorrow-chosen",
                "choice": name,
                "label_en": name,
                "label_zh": name,
                "position": place,
                "meaning_en": "It is so",
                "meaning_zh": "如此",
                "denies": "false",
            }
            for name, place in (("one", "1"), ("two", "2"))
        ],
        "policies": [
            {**policy, "topic": topic, "scope_kind": kind, "scope_code": code, "value": value}
            for topic, value in (("tomorrow-listed", "true"), ("tomorrow-chosen", "two"))
            for kind, code in (
                ("nation", "CN"),
                ("programme", "tomorrow"),
                ("province", "CN-XX"),
                ("customs_district", "0001"),
                ("city", "tomorrow"),
            )
        ],
        "indicators": [like("indicators", slug="tomorrow", position="99", **names)],
        "statistics": [
            like("statistics", indicator="tomorrow", year="2020", scope=scope)
            for scope in ("CN", "tomorrow")
        ],
        "aliases": [{"kind": "city", "former": "yesterday", "current": "hangzhou"}],
        "intake_questions": [
            {
                **like("intake_questions", slug="tomorrow", position="99", multiple="false"),
                "choices": "yes;no",
                "choice_labels_en": "Yes;No",
                "choice_labels_zh": "是;否",
                "default": "no",
            }
        ],
        "templates": [
            {
                **like("templates", slug="tomorrow", position="99", **names),
                "gate_topic": "tomorrow-chosen",
                "gate_values": "one;two",
            }
        ],
        "requirements": [
            {
                **like("requirements", template="tomorrow", number="1.1"),
                "focus_area": "tomorrow",
                "source_id": "tomorrow-2026",
                "applies_when": "tomorrow-chosen=two",
                "asks": "tomorrow=yes",
            }
        ],
        **{name: [cells_of_a_body(name, "tomorrow", "tomorrow")] for name in TABLES},
    }


def add_rows_of(name: str, analyst: Any, reviewer: Any) -> list[Cells]:
    """Rows of a table that is empty, so that they can be changed."""
    rows = {
        "former_placements": {
            "city": "hangzhou",
            "until": "2015",
            "province": "CN-SH",
            "customs_district": "2200",
        },
        "aliases": {"kind": "city", "former": "yesterday", "current": "hangzhou"},
        **{one: cells_of_a_body(one, "yesterday", "hangzhou") for one in TABLES},
    }
    published(analyst, reviewer, said(name, rows[name]))
    return list(known(name).values())


def test_rows_of_every_table_that_refer_to_each_other_are_published_in_one_set(
    analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    assert set(new) == {table.name for table in registry}
    before = {table: known(table) for table in new}
    change_set = submitted(analyst, *(said(t, cells) for t, rows in new.items() for cells in rows))
    found = judge(change_set)
    assert {own.fate for own in found.rows} == {Fate.NEW}, problems_of(found.rows)
    revision = publish_set(change_set, reviewer)
    for name, rows in new.items():
        table = table_named(name)
        added = {key: cells for key, cells in known(name).items() if key not in before[name]}
        assert added == {table.key_of(own): own for own in rows}, name
    city = Placement.objects.current().filter(city__slug="tomorrow")
    assert {(str(own.since or ""), own.province.iso_3166_2) for own in city} == {
        ("", "CN-ZJ"),
        ("2015", "CN-XX"),
    }
    assert AppliedRow.objects.filter(revision=revision).count() == sum(map(len, new.values()))
    assert rebuild(check=True) == []
    assert broken_chains() == []


#: What rows of these tables leave when they go: what earlier revisions said of them, or nothing.
GO = {
    *("cities", "former_placements", "zones", "zone_coverage", "policies", "statistics"),
    *("requirements", "indicators"),
}


def test_rows_are_taken_out_unless_something_rests_on_them(analyst: Any, reviewer: Any) -> None:
    new = tomorrow()
    published(analyst, reviewer, *(said(t, cells) for t, rows in new.items() for cells in rows))
    keys = {name: [table_named(name).key_of(own) for own in rows] for name, rows in new.items()}
    change_set = proposed(
        analyst, *(taken_out(name, key) for name, own in keys.items() for key in own)
    )
    found = judge(change_set)
    refused = {own.table.name for own in found.rows if own.fate == Fate.REFUSED}
    stays = {own.table.name for own in found.rows if own.stays}
    goes = {own.table.name for own in found.rows if own.fate == Fate.TAKEN_OUT}
    assert refused == {"aliases"}, "a former key leads on for ever"
    # A version is for ever, and so is what it refers to, and what that refers to.
    assert stays == {
        *("provinces", "customs_districts", "programmes", "sources", "batches", "focus_areas"),
        *("topics", "choices", "intake_questions", "templates", "issuers"),
    }
    assert goes >= GO
    for own in found.rows:
        if own.fate == Fate.REFUSED:
            assert problems_of([own])
            drop(own.row, analyst)
    found = judge(change_set)
    assert not found.hinders, problems_of(found.rows)
    say_why_all(change_set, analyst)
    publish_set(submit(change_set, analyst), reviewer)
    for own in found.rows:
        assert (own.key in known(own.table.name)) == bool(own.stays)
    assert rebuild(check=True) == []
    assert broken_chains() == []


@pytest.mark.parametrize(
    ("name", "key", "column", "cell", "why"),
    [
        ("sources", None, "issuers", "Nobody at all", "is not what an issuer is called"),
        ("topics", None, "choices", "never", "is not what the choices say"),
        ("intake_questions", None, "default", "never", "is not one of"),
        ("intake_questions", None, "choices", "a;a", "stands twice"),
        ("templates", None, "gate_values", "never", ""),
        ("requirements", None, "applies_when", "nowhere=true", "nowhere"),
        ("policies", None, "source_id", "nowhere", "No document is known here"),
        ("zones", None, "batch", "777", "Nothing here is called"),
        ("cities", None, "customs_district", "9999", "Nothing here is called"),
    ],
)
def test_what_publication_would_refuse_is_told_when_it_is_judged(
    analyst: Any, name: str, key: Key | None, column: str, cell: str, why: str
) -> None:
    key = next(iter(known(name)))
    found = judge(proposed(analyst, written(name, key, **{column: cell})))
    (own,) = found.rows
    assert own.fate == Fate.REFUSED
    assert any(why in said for _, said in problems_of([own])), problems_of([own])
    assert found.hinders


def test_an_issuer_keeps_the_spellings_that_documents_name_it_by(analyst: Any) -> None:
    source = next(own for own in known("sources").values() if own["issuers"])
    spelling = source["issuers"].split("; ")[0]
    key, issuer = next(
        (key, own)
        for key, own in known("issuers").items()
        if spelling in {own["name_en"], own["name_zh"], own["abbreviation"]}
        or spelling in own["aliases"].split(";")
    )
    gone = {
        name: ";".join(one for one in issuer[name].split(";") if one != spelling) or "Renamed"
        for name in ("name_en", "name_zh", "abbreviation", "aliases")
        if spelling in issuer[name].split(";")
    }
    (own,) = judge(proposed(analyst, written("issuers", key, **gone))).rows
    assert own.fate == Fate.REFUSED
    other = next(k for k in known("issuers") if k != key)
    (own,) = judge(proposed(analyst, written("issuers", other, abbreviation=spelling))).rows
    assert own.fate == Fate.REFUSED


@pytest.mark.parametrize("change", ["enacted", "researched", "withdrawn", "ended"])
def test_a_change_that_cannot_have_happened_is_told_when_it_is_judged(
    analyst: Any, change: str
) -> None:
    key = next(k for k, own in known("policies").items() if not own["effective_to"])
    zone = next(k for k, own in known("zones").items() if not own["ended_on"])
    for name, own_key in (("policies", key), ("zones", zone)):
        draft = written(name, own_key, note="Seen")._replace(change=change)
        (own,) = judge(proposed(analyst, draft)).rows
        assert own.fate == Fate.REFUSED, (name, change)


@pytest.mark.parametrize("change", ["amended", "corrected"])
def test_an_analyst_says_whether_the_law_moved_or_we_were_wrong(
    analyst: Any, reviewer: Any, change: str
) -> None:
    from zones.models import Policy

    key = next(k for k, own in known("policies").items() if not own["effective_to"])
    revision = published(
        analyst, reviewer, written("policies", key, note="Seen")._replace(change=change)
    )
    (policy,) = Policy.objects.filter(recorded_in=revision)
    assert policy.change == change
    assert AppliedRow.objects.get(revision=revision).change == change


def test_a_new_document_and_a_policy_that_cites_it_are_one_set(analyst: Any, reviewer: Any) -> None:
    new = tomorrow()
    source = {**new["sources"][0], "issuers": next(iter(known("issuers").values()))["name_en"]}
    policy = next(k for k, own in known("policies").items() if not own["effective_to"])
    drafts = [written("policies", policy, source_id="tomorrow-2026"), said("sources", source)]
    published(analyst, reviewer, *drafts)
    assert known("policies")[policy]["source_id"] == "tomorrow-2026"
    assert known("sources")["tomorrow-2026",] == source


def test_a_set_of_names_alone_makes_a_revision(analyst: Any, reviewer: Any) -> None:
    newest = Revision.objects.count()
    revision = published(analyst, reviewer, written("cities", ("hangzhou",), name_en="Hang"))
    assert revision.number == newest + 1
    assert known("cities")["hangzhou",]["name_en"] == "Hang"
    (own,) = AppliedRow.objects.filter(revision=revision)
    assert (own.before or {})["name_en"] == "Hangzhou"


def test_a_city_moves_by_one_set(analyst: Any, reviewer: Any) -> None:
    city = known("cities")["hangzhou",]
    where = {name: city[name] for name in ("province", "customs_district")}
    former = {"city": "hangzhou", "until": "2026-01", **where}
    published(
        analyst,
        reviewer,
        said("former_placements", former),
        written("cities", ("hangzhou",), province="CN-SH", customs_district="2200"),
    )
    own = Placement.objects.current().filter(city__slug="hangzhou")
    assert {(str(p.since or ""), p.province.iso_3166_2) for p in own} == {
        ("", city["province"]),
        ("2026-01", "CN-SH"),
    }
    twice = {**former, "until": "2026"}
    (found,) = judge(proposed(analyst, said("former_placements", twice))).rows
    assert found.fate == Fate.REFUSED
    assert rebuild(check=True) == []


def test_a_choice_comes_with_its_topic_said_or_unsaid(analyst: Any, reviewer: Any) -> None:
    key, topic = next((k, own) for k, own in known("topics").items() if own["choices"])
    choice = {
        "topic": key[0],
        "choice": "tomorrow",
        "label_en": "Tomorrow",
        "label_zh": "明天",
        "position": "99",
        "meaning_en": "It is so",
        "meaning_zh": "如此",
        "denies": "false",
    }
    published(
        analyst,
        reviewer,
        said("choices", choice),
        written("topics", key, question_en="Asked anew?"),
    )
    assert known("topics")[key]["choices"] == f"{topic['choices']};tomorrow"
    (own,) = AppliedRow.objects.filter(table="topics")
    assert (own.after or {})["choices"] == f"{topic['choices']};tomorrow"


def test_a_refused_row_hinders_the_whole_set(analyst: Any) -> None:
    change_set = proposed(
        analyst,
        written("cities", ("hangzhou",), name_en="Hang"),
        written("cities", ("ningbo",), province="CN-NO"),
    )
    with pytest.raises(ValidationError, match="Mend the rows"):
        submit(change_set, analyst)
    drop(row_of(change_set, ("ningbo",)), analyst)
    assert submit(change_set, analyst).state == "in-review"
