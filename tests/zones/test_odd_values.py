"""What loads is shown, what cannot be shown is refused where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.oracle import FIXTURES
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.dataset.table_registry import registry

pytestmark = pytest.mark.django_db

HIDDEN = ["a\x0bb", "a\x00b", "a\x85b", "a\u200bb", "\u202eab", "a\u2028b", "a\ufdd0b", "x" * 5001]


@pytest.mark.parametrize("turn", [0, 3])
def test_what_nobody_can_see_is_refused_in_every_column_of_every_table(
    turn: int, tmp_path: Path
) -> None:
    for table in registry:
        rows = read_rows(FIXTURES / table.file)
        names = [column.name for column in table.columns if column.type == "string"]
        if not rows:
            continue
        while len(rows) < len(names):
            rows.append(dict(rows[-1]))
        for place, name in enumerate(names):
            rows[place][name] = HIDDEN[(place + turn) % len(HIDDEN)]
        folder = tmp_path / table.name
        folder.mkdir()
        (folder / table.file).write_bytes((FIXTURES / table.file).read_bytes())
        change_rows(folder / table.file, lambda _, rows=rows: rows)
        with pytest.raises(Refused) as refused:
            load_dataset(folder)
        told = {(problem.file, problem.column) for problem in refused.value.problems}
        assert told >= {(table.file, name) for name in names}


WRONG: list[tuple[str, str, str]] = [
    ("cities", "slug", "lu'an"),
    ("cities", "slug", "an ji"),
    ("cities", "slug", "-a"),
    ("cities", "slug", "a--b"),
    ("cities", "slug", "Hangzhou"),
    ("cities", "slug", "a_b"),
    ("cities", "slug", "杭州"),
    ("cities", "adcode", "33052"),
    ("cities", "adcode", "３３０５２１"),
    ("cities", "lat", "91"),
    ("cities", "lat", "2.9"),
    ("cities", "lat", "120.1"),
    ("cities", "lon", "30.3"),
    ("cities", "lon", "-120.1"),
    ("cities", "lon", "1e2"),
    ("cities", "name_en", "two\nlines"),
    ("provinces", "iso_3166_2", "CN-zj"),
    ("provinces", "gb2260", "33000"),
    ("customs_districts", "code", "29000"),
    ("customs_districts", "code", "29a0"),
    ("sources", "id", "mof-2018.157"),
    ("sources", "issuers", "Nobody ever heard of them"),
    ("sources", "official_url", "https://user:word@example.org/"),
    ("sources", "official_url", "ftp://example.org/"),
    ("sources", "official_url", "https://"),
    ("sources", "official_url", "javascript:alert(1)"),
    ("sources", "issued_on", "99999"),
    ("requirements", "number", "4"),
    ("requirements", "number", "4.2ab"),
    ("requirements", "number", "04.2"),
    ("requirements", "number", "4.100"),
    ("requirements", "applies_when", "code-9610-available"),
    ("requirements", "applies_when", "code-9610-available=yes"),
    ("requirements", "applies_when", "no-such-topic=true"),
    ("requirements", "applies_when", "bonded-import-1210=none-of-them"),
    ("requirements", "asks", "tax-route"),
    ("requirements", "asks", "tax-route=none-of-them"),
    ("requirements", "effective_to", "2001"),
    ("templates", "slug", "a.b"),
    ("templates", "gate_values", "perhaps"),
    ("intake_questions", "choices", "a b;c;d"),
    ("intake_questions", "choice_labels_en", "one;two"),
    ("topics", "slug", "programme"),
    ("topics", "trade_modes", "1210,9610"),
    ("topics", "position", "32768"),
    ("topics", "review_months", "-1"),
    ("choices", "choice", "a:b"),
    ("choices", "topic", "code-9610-available"),
    ("policies", "value", "none-of-them"),
    ("policies", "effective_to", "1999"),
    ("policies", "scope_code", "atlantis"),
    ("policies", "verified_on", "2026-11"),
    ("zones", "ended_on", "2001"),
    ("zone_coverage", "covered_until", "2001"),
    ("statistics", "year", "99999"),
    ("statistics", "value", "-1"),
    ("statistics", "scope", "atlantis"),
    ("issuers", "aliases", "State Council"),
    ("indicators", "position", "1"),
    ("cities", "adcode", "110000"),
]


@pytest.mark.parametrize(("table", "column", "cell"), WRONG, ids=lambda text: text[:30])
def test_a_wrong_cell_is_refused_with_its_file_line_and_column(
    part: Path, table: str, column: str, cell: str
) -> None:
    rows = read_rows(FIXTURES / f"{table}.csv")
    place = next(i for i, row in enumerate(rows) if i and wrong_there(table, column, row))
    rows[place][column] = cell
    change_rows(part / f"{table}.csv", lambda _: rows)
    with pytest.raises(Refused) as refused:
        load_dataset(part)
    problem = refused.value.problems[0]
    assert (problem.file, problem.line) == (f"{table}.csv", place + 2)
    assert column in (problem.column or "")


def wrong_there(table: str, column: str, row: Row) -> bool:
    if (table, column) == ("policies", "value"):
        return row["topic"] == "bonded-import-1210" and row["state"] == "stated"
    if (table, column) == ("policies", "scope_code"):
        return row["scope_kind"] == "city"
    if (table, column) == ("templates", "gate_values"):
        return row["gate_values"] == "true"
    if (table, column) == ("requirements", "effective_to"):
        return bool(row["effective_from"])
    if (table, column) == ("zones", "ended_on"):
        return bool(row["designated_on"])
    if (table, column) == ("issuers", "aliases"):
        return "State Council" not in row["name_en"]
    return True


def test_line_breaks_of_another_system_are_no_change_and_rows_are_counted_right(
    part: Path,
) -> None:
    rows = read_rows(FIXTURES / "policies.csv")
    rows[0]["summary_en"] = "One.\r\nTwo.\rThree."
    change_rows(part / "policies.csv", lambda _: rows)
    assert load_dataset(part).corrected == 1
    rows[0]["summary_en"] = "One.\nTwo.\nThree."
    change_rows(part / "policies.csv", lambda _: rows)
    assert load_dataset(part).corrected == 0
    rows[1]["verification"] = "surely"
    change_rows(part / "policies.csv", lambda _: rows)
    with pytest.raises(Refused, match="policies.csv, line 5, column verification"):
        load_dataset(part)


def test_issuers_are_known_by_alias_by_either_name_and_by_abbreviation(part: Path) -> None:
    issuer = next(row for row in read_rows(FIXTURES / "issuers.csv") if row["abbreviation"])
    for name in ("name_en", "name_zh", "abbreviation"):
        change_rows(
            part / "sources.csv",
            lambda rows, name=name: [rows[0] | {"issuers": issuer[name]}, *rows[1:]],
        )
        load_dataset(part)
        assert load_dataset(part).corrected == 0
