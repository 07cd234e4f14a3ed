"""Whatever a cell of the dataset holds is refused where it stands, or loads and is shown."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from icalendar import Calendar

from checklists.models import Requirement
from tests import public_answers
from tests.odd_values import HIDDEN, SHOWN
from tests.zones.datasets import Row, read_rows
from tests.zones.oracle import FIXTURES
from zones.dataset.columns import TableColumn
from zones.dataset.load import load_dataset
from zones.dataset.model_table import ModelTable
from zones.dataset.problems import Problem, Refused
from zones.dataset.table import Table
from zones.dataset.table_registry import registry
from zones.models import Policy, Revision, Zone
from zones.models.aliases import Alias

pytestmark = pytest.mark.django_db

#: What must nowhere come out as markup.
MARKUP = "<b>odd</b>"
TEXTS = [
    *SHOWN,
    *(HIDDEN[0], HIDDEN[5], HIDDEN[14], MARKUP, "x" * 5000, "长" * 300, "a;b", "a,b", " = "),
    *("DROP TABLE", "%s", "{0}", "\\u0000", "&#0;", "-->", "' OR 1=1 --", "Ministry of Nothing"),
]
KEYS = [
    *("lu'an", "an ji", "a.b", ".", "..", "a/b", "a?b", "a#b", "a%2Fb", "UPPER", "a_b", "-a"),
    *("a--b", "杭州", "a:b", "a;b", "a,b", "a=b", "a@b", "ａ", "😀", "\u202eab", "=1+1", "33052"),
    *("programme", "changes", "spread", "parts", "preview", "new", "0", "1-1", "x" * 60, "x" * 61),
]
DAYS = [
    *("9999", "9999-12-31", "99999-01-01", "2199-12-31", "1949", "1948", "2025-02-29", "2025-13"),
    *("２０２５", " 2025 ", "now", "2024-02-29", "0000", "2025-00", "=2025", "2025/01/01"),
]
ADDRESSES = [
    *("https://example.org/ä?b=c&d=1,2;3#e", "http://[::1]:80/", "https://例子.中国/杭州"),
    *("https://example.org/'\"<b>odd</b>", "javascript:alert(1)", "//x/", "https://exa mple.org/"),
    *("https://example.org/%zz?%", "https://example.org/" + "x" * 300, "HTTPS://EXAMPLE.ORG"),
]
#: Rows of which the dataset has none yet.
FIRST = {"aliases": {"kind": "city", "former": "was-hangzhou", "current": "hangzhou"}}
#: So many rows of a table are written to, and so many are added under odd keys.
ROWS, ADDED = 3, 6
#: Cells that other cells or rows bind, and that are refused one after the other: odd in one row.
BOUND = {
    *("value", "value_zh", "unit", "unit_zh", "begins_on", "choices", "trade_modes", "gate_values"),
    *("choice_labels_en", "choice_labels_zh", "default", "issuers", "aliases", "applies_when"),
    *("asks", "other_customs_districts", "gb2260", "adcode"),
}
#: After so many loads a row is left out whole that is still refused, so that few more are needed.
CELL_BY_CELL = 8
#: What a row under another key cannot share with the one it is copied from.
OWN: dict[str, Callable[[int], str]] = {
    "position": lambda number: str(1000 + number),
    "gb2260": lambda number: str(900_000 + number),
    "adcode": lambda _number: "",
    "aliases": lambda number: f"A body {number}",
    "name_en": lambda number: f"Another {number}",
    "name_zh": lambda number: f"另一个{number}",
    "abbreviation": lambda _number: "",
}


class OddRow:
    """A row with odd cells, and what it was without them."""

    def __init__(self, table: Table, plain: Row, odd: Row, *, is_new: bool) -> None:
        self.table, self.plain, self.odd, self.is_new = table, plain, odd, is_new

    @property
    def cells(self) -> Row:
        return self.plain | self.odd

    def drop(self, column: str, *, whole: bool) -> None:
        """Take back a cell that is refused, or all where the rest does not go without it."""
        if self.odd.pop(column, None) is None or self.is_new or whole:
            self.odd.clear()


def odd_rows() -> Iterator[OddRow]:
    """Rows of every table with odd cells in every column of text; and new ones under odd keys."""
    number = count()
    kinds = {"text": cycle(TEXTS), "key": cycle(KEYS), "day": cycle(DAYS), "url": cycle(ADDRESSES)}
    for table in registry:
        own = read_rows(FIXTURES / table.file) or [FIRST.get(table.name, {})]
        named = {name for key in table.foreign_keys for name in key.columns}
        texts = [c for c in table.columns if c.type == "string" and not c.options]
        for turn, row in enumerate(own[:: max(1, len(own) // ROWS)][:ROWS]):
            free = [
                column
                for column in texts
                if column.name not in table.key and column.name not in named
                if turn == 0 or column.name not in BOUND
            ]
            odd = {column.name: next(kinds[kind_of(column)]) for column in free}
            if odd and row not in FIRST.values():
                yield OddRow(table, row, odd, is_new=False)
        for column in texts:
            if column.name in table.key and (column.name not in named):
                for _ in range(ADDED):
                    fresh = {name: make(next(number)) for name, make in OWN.items()}
                    plain = own[0] | {n: cell for n, cell in fresh.items() if n in own[0]}
                    yield OddRow(table, plain, {column.name: next(kinds["key"])}, is_new=True)


def kind_of(column: TableColumn) -> str:
    if column.empty is None:
        return "day"
    if "url" in column.name or "site" in column.name:
        return "url"
    return "key" if column.name in {"adcode", "gb2260"} else "text"


def write(folder: Path, rows: list[OddRow]) -> dict[tuple[str, int], OddRow]:
    """Write what is odd into files, and say on which line of which each row begins."""
    of_table: dict[str, list[OddRow]] = defaultdict(list)
    for row in rows:
        if row.odd:
            of_table[row.table.name].append(row)
    at: dict[tuple[str, int], OddRow] = {}
    for table in registry:
        path = folder / table.file
        path.unlink(missing_ok=True)
        if table.name not in of_table:
            continue
        with path.open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
            writer = csv.DictWriter(file, [c.name for c in table.columns], lineterminator="\n")
            writer.writeheader()
            line = 2
            for row in of_table[table.name]:
                at[table.file, line] = row
                writer.writerow(row.cells)
                line += 1 + sum(cell.count("\n") for cell in row.cells.values())
    return at


def load_what_can_be(folder: Path, rows: list[OddRow]) -> list[Problem]:
    """Load, dropping what is refused, until nothing is."""
    told: list[Problem] = []
    for turn in range(20):
        at = write(folder, rows)
        try:
            load_dataset(folder)
        except Refused as refused:
            for problem in refused.problems:
                if problem.why.startswith("stopped after"):
                    continue
                told.append(problem)
                at[problem.file, problem.line or 0].drop(
                    problem.column or "", whole=turn > CELL_BY_CELL
                )
        else:
            return told
    raise AssertionError(told[-5:])


def stored() -> dict[str, dict[Any, tuple[Any, Row]]]:
    """The rows of every table without versions, with their cells."""
    return {
        table.name: {row.pk: (row, table.cells(row)) for row in table.queryset()}
        for table in registry
        if isinstance(table, ModelTable)
    }


def test_whatever_is_in_a_cell_is_refused_in_words_or_shown(client: Client, tmp_path: Path) -> None:
    before, newest = stored(), Revision.objects.count()
    rows = list(odd_rows())
    told = load_what_can_be(tmp_path, rows)
    columns = {table.file: {column.name for column in table.columns} for table in registry}
    assert [p for p in told if p.column not in columns[p.file] or not p.why] == []

    taken = [row for row in rows if row.odd]
    assert sum(len(row.odd) for row in taken) > 150
    touched = [
        row
        for name, own in stored().items()
        for pk, (row, cells) in own.items()
        if pk not in before[name] or before[name][pk][1] != cells
    ]
    touched += Policy.objects.filter(recorded_in__number__gt=newest)
    touched += Zone.objects.filter(recorded_in__number__gt=newest)
    touched += [row.template for row in touched if isinstance(row, Requirement)]
    kinds = Counter(type(row).__name__ for row in touched)
    assert set(kinds) >= {"City", "Source", "Topic", "Policy", "Zone", "Requirement", "Choice"}

    asked = {
        *public_answers.pages(),
        *(f"/api/v1/{name}/?limit=1000" for name in public_answers.LISTS),
        *public_answers.of_rows(touched),
        *(f"/cities/{row.former}/" for row in touched if isinstance(row, Alias)),
    }
    wrong = {address: why for address in sorted(asked) if (why := wrong_with(client, address))}
    assert wrong == {}


def wrong_with(client: Client, address: str) -> str:
    """What is wrong with what is answered, nothing where it is well."""
    answered = public_answers.answer(client, address)
    content = b"".join(answered) if answered.streaming else answered.content
    if answered.status_code != 200:
        return f"{answered.status_code}: {content[:200]!r}"
    kind = answered["Content-Type"].partition(";")[0]
    try:
        match kind:
            case "application/json":
                json.loads(content)
            case "application/xml" | "text/xml" | "application/atom+xml":
                ElementTree.fromstring(content)  # noqa: S314  # our own answer
            case "text/calendar":
                Calendar.from_ical(content)
            case "text/html" if MARKUP.encode() in content:
                return "markup of a cell is markup of the page"
    except (ValueError, ElementTree.ParseError) as failed:
        return f"{kind}: {failed}"
    return ""
