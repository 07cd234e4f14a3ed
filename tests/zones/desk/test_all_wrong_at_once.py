"""Everything that is wrong with a row is told at once, by whatever door it comes: cells that cannot
be read, and what its cells come to beside each other and beside other rows. Nothing is told that
rests on a cell which cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.bodies import TABLES as BODIES
from tests.zones.bodies import cells_of_a_body
from tests.zones.desk.acts import known
from tests.zones.desk.grids import separated
from tests.zones.desk.test_grid_and_loader import loaded, write
from tests.zones.desk_forms import Desk, wrong
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid import read_table
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import judged_grid
from zones.desk.proposals import open_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: No column takes it: nobody sees one of its characters.
UNREADABLE = "zz\u200bz"
LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
YES_OR_NO = "code-9610-available"


class Fault(NamedTuple):
    """What is wrong with a row though each cell of it can be read: the cells, where and how that is
    told, and the columns on which it rests beside the key of the row.
    """

    cells: Cells
    column: str
    words: str
    rests_on: tuple[str, ...]


def unknown(column: str, cell: str = "nobody-knows", words: str = "") -> Fault:
    """A cell that names nothing."""
    return Fault({column: cell}, column, words, (column,))


#: Of each table what can be wrong with a row of it.
FAULTS: dict[str, list[Fault]] = {
    "provinces": [Fault({"gb2260": "330000"}, "gb2260", "stands in the rows", ("gb2260",))],
    "customs_districts": [],
    "cities": [
        Fault({"adcode": "330100"}, "adcode", "stands in the rows", ("adcode",)),
        unknown("province", "CN-NO"),
        unknown("customs_district", "0001"),
        unknown("other_customs_districts", "0001;0002", "0001"),
        unknown("other_customs_districts", "0001;0002", "0002"),
    ],
    "former_placements": [
        unknown("province", "CN-NO"),
        unknown("customs_district", "0001"),
        unknown("city"),
    ],
    "programmes": [Fault({"position": "1"}, "position", "stands in the rows", ("position",))],
    "issuers": [
        Fault({"aliases": "海关总署"}, "aliases", "are called", ("aliases",)),
        Fault({"name_zh": "海关总署"}, "aliases", "are called", ("name_zh",)),
    ],
    "sources": [
        Fault(
            {"issued_on": "2019-05-06", "repealed_on": "2018"},
            "repealed_on",
            "is before",
            ("issued_on", "repealed_on"),
        ),
        Fault(
            {"effective_on": "2019-05", "repealed_on": "2018-01-01"},
            "repealed_on",
            "is before",
            ("effective_on", "repealed_on"),
        ),
        Fault({"issuers": "Nobody; No one"}, "issuers", "“Nobody”", ("issuers",)),
        Fault({"issuers": "Nobody; No one"}, "issuers", "“No one”", ("issuers",)),
    ],
    "batches": [unknown("programme"), unknown("source_id")],
    "zones": [
        Fault(
            {"designated_on": "2019-01-01", "ended_on": "2018"},
            "ended_on",
            "is not after",
            ("designated_on", "ended_on"),
        ),
        Fault(
            {"designated_on": "", "ended_on": "2018"},
            "ended_on",
            "has a start",
            ("designated_on", "ended_on"),
        ),
        unknown("ended_by"),
        unknown("successor"),
        unknown("city"),
        Fault({"batch": "999"}, "batch", "", ("programme", "batch")),
    ],
    "zone_coverage": [
        Fault(
            {"covered_until": "2011"},
            "covered_until",
            "is not after",
            ("covered_from", "covered_until"),
        ),
        Fault({"city": "hangzhou"}, "city", "its own city", ("zone_city", "city")),
        Fault({"zone_city": "nowhere"}, "zone_city", "", ("programme", "zone_city")),
        unknown("city"),
    ],
    "focus_areas": [Fault({"position": "1"}, "position", "stands in the rows", ("position",))],
    "topics": [
        Fault({"unit": "CNY"}, "unit", "Only a number", ("value_type", "unit")),
        Fault({"unit_zh": "元"}, "unit_zh", "Only a number", ("value_type", "unit_zh")),
        Fault({"choices": "one;two"}, "choices", "choices.csv", ("choices",)),
        unknown("focus_area"),
    ],
    "choices": [
        Fault({"topic": YES_OR_NO}, "topic", "Only a topic answered", ("topic",)),
        Fault({"position": "1"}, "position", "stands in the rows", ("topic", "position")),
        unknown("topic"),
    ],
    "policies": [
        Fault(
            {"effective_to": "2001"},
            "effective_to",
            "is before",
            ("effective_from", "effective_to"),
        ),
        Fault({"value": ""}, "value", "is empty, but a stated", ("state", "value")),
        Fault({"state": "none-found"}, "value", "is filled, but only", ("state", "value")),
        Fault({"verified_on": "2190-01-01"}, "verified_on", "has not come", ("verified_on",)),
        unknown("source_id"),
        unknown("topic"),
        Fault({"scope_code": "nobody-knows"}, "scope_code", "", ("scope_kind", "scope_code")),
        Fault(
            {"topic": LIMIT[0], "scope_kind": "nation", "scope_code": "CN"}
            | {"effective_from": "2019"},
            "effective_from",
            "another policy of this scope",
            ("topic", "scope_kind", "scope_code", "effective_from"),
        ),
    ],
    "indicators": [Fault({"position": "1"}, "position", "stands in the rows", ("position",))],
    "statistics": [unknown("indicator"), unknown("scope")],
    "aliases": [
        Fault({"former": "No Key"}, "former", "", ("kind", "former")),
        Fault({"current": "nobody-knows"}, "current", "", ("kind", "current")),
        Fault({"kind": "nothing"}, "kind", "is not one of", ("kind",)),
    ],
    "intake_questions": [
        Fault({"choices": "yes;yes"}, "choices", "stands twice", ("choices",)),
        Fault(
            {"choice_labels_en": "Yes"},
            "choice_labels_en",
            "another number of parts",
            ("choices", "choice_labels_en"),
        ),
        Fault(
            {"choice_labels_zh": "是"},
            "choice_labels_zh",
            "another number of parts",
            ("choices", "choice_labels_zh"),
        ),
        Fault({"default": "perhaps"}, "default", "is not one of", ("choices", "default")),
        Fault({"position": "1"}, "position", "stands in the rows", ("position",)),
    ],
    "templates": [
        Fault({"gate_values": "perhaps"}, "gate_values", "", ("gate_topic", "gate_values")),
        Fault(
            {"gate_topic": "", "gate_values": "true"},
            "gate_values",
            "cannot be tested",
            ("gate_topic", "gate_values"),
        ),
        unknown("gate_topic"),
        Fault({"position": "1"}, "position", "stands in the rows", ("position",)),
    ],
    "requirements": [
        Fault(
            {"effective_from": "2019", "effective_to": "2018"},
            "effective_to",
            "is before",
            ("effective_from", "effective_to"),
        ),
        unknown("applies_when", "nowhere=true"),
        unknown("asks", "nobody=yes"),
        Fault({"applies_when": "no test"}, "applies_when", "not a test", ("applies_when",)),
        Fault({"asks": "no test"}, "asks", "not a test", ("asks",)),
        unknown("focus_area"),
        unknown("source_id"),
        unknown("template"),
    ],
    **{name: [unknown(table.body.members, "a;b")] for name, table in BODIES.items()},
}
TABLES = [table.name for table in registry]


def like(table: str, **cells: str) -> Cells:
    return {**next(iter(known(table).values())), **cells}


def right_row(table: str, number: int) -> Cells:
    """A new row of a table, with nothing wrong, and a key of its own for each number."""
    key, place = f"new-{number}", str(90 + number)
    cities = sorted(slug for (slug,) in known("cities"))
    named = {"name_en": f"New {number}", "name_zh": f"新{number}"}
    chosen = min(topic for topic, _choice in known("choices"))
    quiet = {"caveat_en": "", "caveat_zh": "", "verification": "secondary"}
    free = [c for c in cities if ("service-pilot", c) not in known("zones")]
    match table:
        case "provinces":
            letter = chr(ord("A") + number)
            own = {"iso_3166_2": f"CN-X{letter}", "gb2260": f"0{number:02}000", **named}
        case "customs_districts":
            own = {"code": f"00{number:02}", **named}
        case "cities":
            own = {"slug": key, "adcode": "", "other_customs_districts": "", **named}
        case "former_placements":
            where = {"province": "CN-SH", "customs_district": "2200"}
            return {"city": "hangzhou", "until": f"{1990 + number}", **where}
        case "issuers":
            own = {"slug": key, "abbreviation": "", "aliases": "", **named}
        case "sources":
            own = {"id": key, "document_number": "", "repealed_on": "", "effective_on": ""}
            own |= {"issued_on": ""}
        case "batches":
            own = {"programme": "comprehensive", "number": place, **quiet}
        case "zones":
            own = {"programme": "service-pilot", "batch": "1", "city": free[number], **quiet}
            own |= {"designated_on": "2019-01-01", "ended_on": "", "ended_by": "", "successor": ""}
        case "zone_coverage":
            own = {"programme": "comprehensive", "zone_city": "hangzhou", "city": "ningbo"}
            own |= {"covered_from": f"20{20 + number}", "covered_until": "", "verification": ""}
            own |= {"verification": "secondary"}
        case "topics":
            own = {"slug": key, "position": place, "value_type": "boolean", "choices": ""}
            own |= {"unit": "", "unit_zh": ""}
        case "choices":
            own = {"topic": chosen, "choice": key, "position": place}
        case "policies":
            basis = {**known("policies")[LIMIT], **quiet, "scope_kind": "city"}
            return {**basis, "scope_code": cities[number], "effective_from": "2020-02-03"}
        case "statistics":
            own = {"year": "2030", "scope": cities[number], "verification": "secondary"}
        case "aliases":
            return {"kind": "city", "former": f"former-{number}", "current": "hangzhou"}
        case "intake_questions":
            own = {"slug": key, "position": place, "multiple": "false", "default": "no"}
            own |= {"choices": "yes;no", "choice_labels_en": "Yes;No", "choice_labels_zh": "是;否"}
        case "templates":
            own = {"slug": key, "position": place, "gate_topic": YES_OR_NO, "gate_values": "true"}
        case "requirements":
            own = {"number": f"10.{80 + number}", "applies_when": "", "asks": "", **quiet}
            own |= {"effective_from": "", "effective_to": ""}
        case _ if table in BODIES:
            return cells_of_a_body(table, key, "hangzhou")
        case _:
            own = {"slug": key, "position": place, **named}
    return like(table, **own)


def lines_of(table: Table) -> Iterator[tuple[Fault, str, Cells]]:
    """Rows with a fault each, beside one cell that cannot be read; with that column."""
    numbers = count()
    for fault in FAULTS[table.name]:
        others = (c.name for c in table.columns if c.name not in (*table.key, *fault.rests_on))
        beside = next(others, "") or next(n for n in table.key if n not in fault.rests_on)
        row = right_row(table.name, next(numbers)) | fault.cells
        yield fault, beside, row | {beside: UNREADABLE}


def by_grid(table: Table, rows: list[Cells]) -> list[dict[str, str]]:
    names = [column.name for column in table.columns]
    text = separated([names, *([row[name] for name in names] for row in rows)])
    found = judged_grid(read_table(table, read_upload("x.csv", text.encode())))
    assert not found.problems
    return [told((one.column, one.why) for one in row.problems) for row in found.rows]


def by_load(table: Table, rows: list[Cells], folder: Path) -> list[dict[str, str]]:
    write(table, rows, folder)
    _report, problems = loaded(folder)
    return [
        told((one.column, one.why) for one in problems if one.line == line)
        for line in range(2, len(rows) + 2)
    ]


def by_program(table: Table, rows: list[Cells], analyst: Any) -> list[dict[str, str]]:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("api-change-set-check", args=[open_set(analyst, "A set").pk])
    asked = json.dumps({"table": table.name, "rows": rows})
    answered = client.post(
        address, asked, content_type="application/json", headers={"If-Match": "*"}
    ).json()
    return [
        told((one["column"], one["why"]) for one in row["problems"]) for row in answered["rows"]
    ]


def told(problems: Any) -> dict[str, str]:
    """What is wrong, by column."""
    found: dict[str, str] = {}
    for column, why in problems:
        found[column or ""] = f"{found.get(column or '', '')} {why}"
    return found


def missed(fault: Fault, beside: str, problems: dict[str, str]) -> bool:
    return beside not in problems or fault.words not in problems.get(fault.column, "\0")


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.mark.parametrize("name", TABLES)
def test_a_right_row_is_right(name: str, tmp_path: Path) -> None:
    """Else the rest of these tests would say nothing."""
    table = table_named(name)
    row = right_row(name, 0)
    (grid,) = by_grid(table, [row])
    assert not grid
    (load,) = by_load(table, [row], tmp_path)
    assert not load


def test_however_much_is_wrong_with_a_grid_it_is_told() -> None:
    names = ";".join(f"{number:04}" for number in range(100))
    rows = [
        right_row("cities", number) | {"other_customs_districts": names} for number in range(101)
    ]
    found = by_grid(table_named("cities"), rows)
    assert all("other_customs_districts" in problems for problems in found)


@pytest.mark.parametrize("name", TABLES)
def test_what_is_wrong_with_a_row_is_told_beside_a_cell_that_cannot_be_read(
    name: str, tmp_path: Path, desk: Desk
) -> None:
    table = table_named(name)
    lines = list(lines_of(table))
    rows = [row for _fault, _beside, row in lines]
    if not rows:
        return
    doors = {
        "grid": by_grid(table, rows),
        "load": by_load(table, rows, tmp_path),
        "program": by_program(table, rows, desk.analyst),
        "form": [
            {column: " ".join(map(str, why)) for column, why in said.items()}
            for row in rows
            for said in [wrong(desk.send(name, row))]
        ],
    }
    silent = [
        (door, fault, beside, problems)
        for door, found in doors.items()
        for (fault, beside, _row), problems in zip(lines, found, strict=True)
        if missed(fault, beside, problems)
    ]
    assert not silent, "\n".join(map(str, silent))


@pytest.mark.parametrize("name", TABLES)
def test_nothing_is_told_that_rests_on_a_cell_which_cannot_be_read(
    name: str, tmp_path: Path
) -> None:
    table, numbers = table_named(name), count()
    lines = [
        (fault, column, right_row(name, next(numbers)) | fault.cells | {column: UNREADABLE})
        for fault in FAULTS[name]
        for column in fault.rests_on
        if fault.words
    ]
    rows = [row for _fault, _column, row in lines]
    if not rows:
        return
    for found in (by_grid(table, rows), by_load(table, rows, tmp_path)):
        for (fault, column, _row), problems in zip(lines, found, strict=True):
            assert column in problems, (fault, column)
            said = {own: why for own, why in problems.items() if own != column}
            assert fault.words not in " ".join(said.values()), (column, problems)
