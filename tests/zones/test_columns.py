"""Every column of every table can be corrected by a load, and comes back as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.oracle import FIXTURES
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.dataset.table import Table
from zones.dataset.table_registry import registry
from zones.models import Revision

pytestmark = pytest.mark.django_db

#: What decides published answers, or names a row, never changes once it is used.
FROZEN = {
    "programmes": {"position", "kind"},
    "focus_areas": {"position"},
    "topics": {
        *("focus_area", "position", "choices"),
        *("value_type", "unit", "unit_zh", "begins_on", "additive"),
    },
    "provinces": {"gb2260", "region_en"},
    "cities": {"adcode"},
    "choices": {"position"},
    "indicators": {"unit", "unit_zh", "flow", "series"},
    "aliases": {"current"},
}
#: Values that a rule ties to those of other cells, each with the cells it takes along.
TIED: dict[tuple[str, str], Row] = {
    ("policies", "state"): {"state": "not-applicable", "value": "", "value_zh": ""},
    ("templates", "gate_topic"): {"gate_topic": "", "gate_values": ""},
    ("zones", "successor"): {"successor": "hangzhou", "ended_on": "2030", "ended_by": ""},
}
#: Tables of which the data have a file: of bodies with members there is none without such a body.
WITH_ROWS = [table for table in registry if (FIXTURES / table.file).exists()]
LAST_DAYS = {"effective_to", "ended_on", "covered_until", "repealed_on"}


class Data:
    """The files of a folder, to be changed cell by cell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = {table.name: read_rows(folder / table.file) for table in WITH_ROWS}

    def save(self) -> None:
        for name, rows in self.rows.items():
            change_rows(self.folder / f"{name}.csv", lambda _, rows=rows: rows)

    def correct(self, table: Table, name: str, turn: int) -> str:
        """Give one cell another valid value, each column's in a row of its own."""
        rows = self.rows[table.name]
        fitting = [row for row in rows if self.fits(table.name, name, row)]
        row = fitting[turn % len(fitting)]
        tied = TIED.get((table.name, name))
        if (table.name, name) == ("intake_questions", "choices"):
            names = ("choices", "choice_labels_en", "choice_labels_zh")
            tied = {own: f"{row[own]};another" for own in names}
        row |= tied or {name: self.other(table, name, row)}
        return " ".join(row[key] for key in table.key)

    def fits(self, table: str, name: str, row: Row) -> bool:
        match table, name:
            case "policies", "value_zh":
                return bool(row["value_zh"])
            case "policies", "value":
                return row["state"] == "stated"
            case "templates", "gate_topic":
                return bool(row["gate_topic"])
            case "templates", "gate_values":
                return ";" in row["gate_values"]
            case "intake_questions", "default":
                return ";" in row["choices"]
            case "intake_questions", "choice_labels_en" | "choice_labels_zh":
                return bool(row[name])
            case "zones", "ended_on":
                return bool(row["designated_on"])
        return True

    def other(self, table: Table, name: str, row: Row) -> str:
        column = next(column for column in table.columns if column.name == name)
        cell = row[name]
        for key in table.foreign_keys:
            if name == key.columns[-1]:
                if cell and not column.required:
                    return ""
                same = {c: row[c] for c in key.columns[:-1]}
                return next(
                    there[key.keys[-1]]
                    for there in reversed(self.rows[key.table])
                    if there[key.keys[-1]] != cell
                    and all(there[k] == same[c] for c, k in zip(same, key.keys, strict=False))
                )
        if (table.name, name) == ("policies", "value"):
            return self.other_answer(row)
        if name in {"applies_when", "asks"}:
            return next(r[name] for r in self.rows[table.name] if r[name] not in ("", cell))
        if name == "scope":
            return "hangzhou"
        if name == "gate_values":
            return cell.partition(";")[0]
        if name == "default":
            return next(c for c in row["choices"].split(";") if c != cell)
        if name.startswith("choice_labels"):
            return f"Another;{cell.partition(';')[2]}"
        if name == "issuers":
            return self.rows["issuers"][3]["name_en"]
        if name == "other_customs_districts":
            return "0100;2900"
        if name == "trade_modes":
            return "9999"
        if name == "aliases":
            return f"{cell}; Another spelling"
        if column.options:
            return next(option for option in column.options if option != cell)
        return self.another(column.type, name, cell, self.rows[table.name])

    def other_answer(self, row: Row) -> str:
        topic = next(t for t in self.rows["topics"] if t["slug"] == row["topic"])
        match topic["value_type"]:
            case "boolean":
                return "false" if row["value"] == "true" else "true"
            case "number":
                return str(int(float(row["value"])) + 1)
            case "choice":
                return next(c for c in topic["choices"].split(";") if c != row["value"])
        return "Another text.\nOn two lines."

    @staticmethod
    def another(kind: str, name: str, cell: str, rows: list[Row]) -> str:
        match kind:
            case "boolean":
                return "false" if cell == "true" else "true"
            case "integer":
                return str(max(int(row[name] or 0) for row in rows) + 1)
            case "number" if name == "lon":
                return "112.5"
            case "number":
                return "12.5"
            case "date":
                return "2026-01-02"
        if name in LAST_DAYS:
            return "2030"
        if name.endswith(("_on", "_from", "until")):
            return "2012-02"
        if "url" in name or "site" in name:
            return "https://example.org/a?b=c#d"
        return f"{cell}另"


def columns_to_correct() -> list[tuple[Table, str]]:
    return [
        (table, column.name)
        for table in WITH_ROWS
        for column in table.columns
        if column.name not in table.key and column.name not in FROZEN.get(table.name, set())
        if (table.name, column.name) != ("intake_questions", "choice_labels_zh")
    ]


def test_every_column_of_every_table_is_corrected_and_dumped_back(
    folder: Path, tmp_path: Path
) -> None:
    former = {"city": "hefei", "until": "2020", "province": "CN-JS", "customs_district": "2300"}
    change_rows(folder / "former_placements.csv", lambda rows: [former])
    load_dataset(folder)
    data = Data(folder)
    corrected = {
        (table.name, data.correct(table, name, turn))
        for turn, (table, name) in enumerate(columns_to_correct())
    }
    data.save()
    report = load_dataset(folder)
    assert report.corrected == len(corrected)
    dump_dataset(tmp_path / "back")
    for table in WITH_ROWS:
        was, back = (
            sorted(map(str, read_rows(f / table.file))) for f in (folder, tmp_path / "back")
        )
        assert was == back, table.name
    assert load_dataset(folder).corrected == 0


def test_a_topic_that_nothing_answers_is_corrected_in_what_decides_answers(part: Path) -> None:
    new = {
        "slug": "a-new-question",
        "position": "99",
        "value_type": "number",
        "unit": "CNY",
        "unit_zh": "元",
        "choices": "",
        "begins_on": "2020",
        "additive": "false",
    }
    change_rows(part / "topics.csv", lambda rows: [*rows, rows[0] | new])
    load_dataset(part)
    other = {
        "value_type": "boolean",
        "unit": "",
        "unit_zh": "",
        "begins_on": "",
        "additive": "true",
    }
    change_rows(
        part / "topics.csv",
        lambda rows: [row | other if row["slug"] == "a-new-question" else row for row in rows],
    )
    assert load_dataset(part).corrected == 1
    assert load_dataset(part).corrected == 0


def test_places_in_an_order_are_exchanged(part: Path) -> None:
    def exchange(rows: list[Row]) -> list[Row]:
        one, other = rows[0], rows[1]
        one["position"], other["position"] = other["position"], one["position"]
        return rows

    for name in ("indicators", "templates", "intake_questions"):
        change_rows(part / f"{name}.csv", exchange)
    assert load_dataset(part).corrected == 6
    assert load_dataset(part).corrected == 0


SPELLINGS = {
    "policies": [
        ("value", "5000", ["5000.00", "005000", "+5000", "５０００", "5000.", " 5000 "]),
        ("value", "true", ["TRUE", "True", "ｔｒｕｅ"]),
    ],
    "cities": [
        ("lat", "39.9075", ["39.90750", "+39.9075", "039.9075"]),
        ("other_customs_districts", "5200", ["5200;", " 5200 ", ";5200"]),
    ],
    "statistics": [
        ("value", "50.0", ["50", "50.00", "+50.0", "５０．０"]),
        ("year", "2018", ["02018", "２０１８", "2018.0"]),
    ],
    "topics": [
        ("trade_modes", "9610;1210", ["1210;9610", "9610; 1210", "9610;1210;"]),
        ("additive", "false", ["FALSE"]),
        ("position", "1", ["01", "1.0"]),
    ],
    "templates": [("gate_values", "listed;confirmed", ["confirmed;listed", "listed; confirmed"])],
    "requirements": [
        ("applies_when", "code-9610-available=true", ["code-9610-available=TRUE"]),
        ("applies_when", "code-9610-available=true", ["code-9610-available = true"]),
    ],
    "sources": [("effective_on", "2020", ["２０２０", " 2020"])],
}


def test_another_spelling_of_the_same_is_no_change(part: Path, tmp_path: Path) -> None:
    tried = 0
    for turn in range(6):
        for file, columns in SPELLINGS.items():
            for name, cell, spellings in columns:
                if turn >= len(spellings):
                    continue

                def spell(rows: list[Row], name=name, cell=cell, to=spellings[turn]) -> list[Row]:
                    row = next((r for r in rows if r[name] == cell), None)
                    return [r | {name: to} if r is row else r for r in rows]

                change_rows(part / f"{file}.csv", spell)
                tried += 1
        report = load_dataset(part)
        assert (report.added, report.corrected, report.revision) == (0, 0, None)
        for path in part.iterdir():
            path.write_bytes((FIXTURES / path.name).read_bytes())
    assert tried > 30
    assert Revision.objects.count() == 1


REFUSED_NUMBERS = [
    "1,00",
    "1.000",
    "1e3",
    "1_000",
    "٥",
    "--1",
    "1.00001",
    "9" * 16,
    "NaN",
    "Infinity",
    "½",
]


@pytest.mark.parametrize("written", REFUSED_NUMBERS)
def test_what_is_no_plain_number_is_refused(part: Path, written: str) -> None:
    change_rows(
        part / "policies.csv",
        lambda rows: [r | {"value": written} if r["value"] == "5000" else r for r in rows],
    )
    with pytest.raises(Refused, match=r"policies.csv, line \d+, column value: "):
        load_dataset(part)


LISTS = [
    (table, column.name)
    for table in WITH_ROWS
    for column in table.columns
    if column.empty == () or column.name == "trade_modes"
]


@pytest.mark.parametrize("joint", ["；", " ; ", ";;", "； "])
def test_a_list_is_the_same_however_its_parts_are_set_apart(folder: Path, joint: str) -> None:
    data, respelled = Data(folder), set()
    for table, name in LISTS:
        for row in data.rows[table.name]:
            if ";" in row[name]:
                row[name] = row[name].replace(";", joint) + joint
                respelled.add(name)
    assert respelled >= {"choices", "gate_values", "trade_modes"}
    data.save()
    report = load_dataset(folder)
    assert (report.corrected, report.added, report.revision) == (0, 0, None)
