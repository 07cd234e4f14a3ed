"""A backup restores, whatever was typed into the form of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import unified_diff
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import odd_values, public_answers
from tests.odd_values import ODD, Odd
from tests.rounds import rounds
from tests.zones.desk_forms import Desk, known, row_stored, set_of, wrong
from zones.dataset.columns import TableColumn
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import registry
from zones.desk import proposals
from zones.desk.judgement import judge
from zones.models import AppliedRow, ChangeSet, Revision
from zones.models.fields import KeyField, WebAddressField
from zones.rules.partial_dates import partial_date
from zones.rules.vocabulary import Change, Fate

pytestmark = pytest.mark.django_db

T = TypeVar("T")
Elsewhere = Callable[[], AbstractContextManager[None]]

#: How many forms are sent. Each finds what it breaks only when all are dumped and restored.
FORMS = rounds(80, on_sqlite=40)
TABLES = list(registry)
#: A row of tables that have none to begin with.
FIRST: Mapping[str, Cells] = {
    "former_placements": {"city": "hefei", "province": "CN-ZJ", "customs_district": "2900"},
    "aliases": {"kind": "city", "current": "hefei"},
}


class Filling:
    """Fills one form after the other, of rows for one set, and keeps what became of each."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.change_set: ChangeSet | None = None
        self.taken = self.refused = 0
        self.numbers = count(1)

    def fill(self, table: Table, row_at: int, is_new: bool, odd: Sequence[Odd]) -> None:
        """Type into some boxes of a form and send it."""
        rows = known(table.name)
        is_new = is_new or not rows
        key = one_of(sorted(rows), row_at) if rows else None
        cells = rows[key] if key else {**FIRST[table.name]}
        if is_new:
            cells = self.under_another_key(table, cells)
        beside = {}
        for one in odd:
            column = one_of([*table.columns, None], one.place)
            if column is None:
                beside["quote"] = one.text
            else:
                cells[column.name] = typed(table, column, one)
        if self.change_set:
            beside["set"] = str(self.change_set.pk)
        sent = {name: keeps_its_form(cell) for name, cell in cells.items()}
        answered = self.desk.send(table.name, sent, None if is_new else key, **beside)
        if answered.status_code == 303:
            self.change_set = set_of(answered)
            self.taken += 1
        else:
            assert answered.status_code == 400, sent
            told = [words for own in wrong(answered).values() for words in own]
            assert told
            assert all(told)
            self.refused += 1

    def publish(self) -> Revision:
        """Publish what was taken, without what another row of the set hinders."""
        change_set = self.change_set
        assert change_set is not None
        self.change_set = None
        for judged in judge(change_set).rows:
            if judged.fate in (Fate.REFUSED, Fate.CONFLICT):
                assert judged.problems
                proposals.drop(judged.row, self.desk.analyst)
        return self.desk.review(change_set)

    def under_another_key(self, table: Table, cells: Cells) -> Cells:
        """What was copied, with keys and names that nothing else has."""
        number = next(self.numbers)
        year = str(2030 + number % 70)
        fresh = {
            "slug": f"new-{number}",
            "id": f"new-{number}",
            "choice": f"new-{number}",
            "former": f"former-{number}",
            "position": str(1000 + number),
            "iso_3166_2": f"CN-{chr(65 + number // 26 % 26)}{chr(65 + number % 26)}",
            "gb2260": str(900_000 + number),
            "code": str(9000 + number),
            "adcode": "",
            "number": f"10.{number % 99 + 1}z"
            if table.name == "requirements"
            else str(number + 99),
            "aliases": f"A body {number}",
            "name_en": f"Another {number}",
            "name_zh": f"另一个{number}",
            "abbreviation": "",
            "year": str(1950 + number % 100),
            "effective_from": year,
            "effective_to": "",
            "covered_from": year,
            "covered_until": "",
            "until": str(1950 + number % 60),
            "choices": "",
            "source_id": "mof-2018-157",
        }
        own = cells | {column.name: cells.get(column.name, "") for column in table.columns}
        own |= {name: value for name, value in fresh.items() if name in own}
        if table.name == "zones":
            taken = {city for programme, city in known("zones") if programme == own["programme"]}
            own["city"] = next(city for (city,) in known("cities") if city not in taken)
        return own


def keeps_its_form(cell: str) -> str:
    """What a browser can send of a text: halves of surrogate pairs become a sign of loss."""
    return cell.encode("utf-8", "replace").decode()


def one_of(there: Sequence[T], at: int) -> T:
    return there[at % len(there)]


def typed(table: Table, column: TableColumn, odd: Odd) -> str:
    """What is typed into a box: mostly something odd of its own kind, now and then anything."""
    if not odd.is_of_its_kind:
        return odd.text
    named = [key.table for key in table.foreign_keys if key.columns == (column.name,)]
    if named:
        keys = [key[0] for key in known(named[0])]
        return one_of([*keys, *keys, "", "0", "-1", "9" * 30], odd.row)
    if column.options:
        return one_of([*column.options, *column.options, "", "no such thing"], odd.row)
    if column.type == "boolean":
        return one_of(["true", "false", "on", ""], odd.row)
    if column.type in ("integer", "number"):
        return odd.number
    if column.type == "date" or column.read is partial_date:
        return odd.day
    match getattr(column.read, "__self__", None):
        case WebAddressField():
            return odd.address
        case KeyField():
            return odd.key
    return odd.text


def asked(taken: list[Any]) -> list[str]:
    """What is asked before and after: everything public, and whatever was written."""
    # What was withdrawn is nobody's business any more.
    touched = [row for row in taken if getattr(row, "change", "") != Change.WITHDRAWN]
    return list(
        dict.fromkeys(
            [
                *public_answers.lists(),
                *public_answers.pages(),
                *public_answers.questions(["hangzhou", "xiongan", "zhengzhou"]),
                *public_answers.of_rows(touched),
            ]
        )
    )


def answers(client: Client, addresses: list[str]) -> dict[str, tuple[int, object]]:
    found = {}
    for address in addresses:
        answered = public_answers.answer(client, address)
        found[address] = (answered.status_code, public_answers.bytes_of(answered))
    return found


def parted(before: object, after: object) -> list[str]:
    """The lines in which two answers part."""
    if not (isinstance(before, bytes) and isinstance(after, bytes)):
        return [str(before)[:200], str(after)[:200]]
    lines = (answer.decode().replace("},", "},\n").splitlines() for answer in (before, after))
    return list(unified_diff(*lines, lineterm="", n=0))[:12]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def written() -> list[Any]:
    """The rows that sets wrote, as they are stored."""
    keys: set[tuple[str, Key]] = set()
    for own in AppliedRow.objects.exclude(after=None):
        table = next(table for table in TABLES if table.name == own.table)
        keys.add((own.table, table.key_of(own.after)))
    found = (row_stored(table, key) for table, key in sorted(keys))
    return [row for row in found if row is not None]


def test_whatever_was_typed_at_the_desk_is_restored_from_a_backup(
    client: Client, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    filling = Filling(Desk())

    @settings(
        max_examples=FORMS,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        odd_values.PLACES, odd_values.PLACES, st.booleans(), st.lists(ODD, min_size=1, max_size=2)
    )
    def fill(table_at: int, row_at: int, is_new: bool, odd: list[Odd]) -> None:
        filling.fill(one_of(TABLES, table_at), row_at, is_new, odd)

    for table in TABLES:
        if table.name in ("policies", "zones", "former_placements", "topics", "cities"):
            # Chance may give none of them that can be published, so there is one of each.
            filling.fill(table, 7, True, [])
    assert (filling.taken, filling.refused) == (5, 0)
    filling.publish()
    fill()
    assert filling.taken > FORMS // 10
    assert filling.refused > FORMS // 10
    filling.publish()
    assert Revision.objects.count() > 2
    rows = written()
    assert len({type(row) for row in rows}) > 5

    dump_dataset(tmp_path / "history", history=True)
    dump_dataset(tmp_path / "plain")
    addresses = asked(rows)
    before = answers(client, addresses)
    unanswered = {address: told for address, (status, told) in before.items() if status != 200}
    assert unanswered == {}
    with elsewhere():
        load_dataset(tmp_path / "history")
        after = answers(client, addresses)
        dump_dataset(tmp_path / "again", history=True)
    assert contents(tmp_path / "again") == contents(tmp_path / "history")
    assert {a: parted(before[a][1], after[a][1]) for a in addresses if after[a] != before[a]} == {}
    # The tables of today are read by the same rules, and say what is there.
    report = load_dataset(tmp_path / "plain")
    assert (report.added, report.corrected, report.revision) == (0, 0, None)
