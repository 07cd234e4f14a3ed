"""Whoever names a row of the same load that is refused itself is told everything else that is wrong
with the own row, and of the named one only that it is to be mended first.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.zones.desk.acts import known
from tests.zones.desk.test_all_wrong_at_once import FAULTS, TABLES, UNREADABLE, right_row, told
from tests.zones.desk.test_grid_and_loader import loaded, write
from zones.dataset.naming import naming_of
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import table_named

pytestmark = pytest.mark.django_db


def names_of(table: Table) -> list[tuple[str, str, Cells]]:
    """The columns of a table that name rows of others: with that table, and the cells that name a
    new row of it.
    """
    found = []
    basis = right_row(table.name, 0)
    for column in table.columns:
        named = naming_of(table, column.name, {**basis, column.name: "x"})
        if not named or named.called or named.table == table.name:
            continue
        others = (naming_of(table, other.name, basis) for other in table.columns)
        if column.name in {one.within for one in others if one}:
            continue  # what is to lie within the new row lies nowhere
        target = table_named(named.table)
        key = target.key_of(right_row(named.table, 5))
        cells = {column.name: named.cell_of(key)}
        if named.within:
            cells[named.within] = key[0]
        found.append((column.name, named.table, cells))
    return found


def broken(table: Table, *but: str) -> Cells:
    """A new row of which one cell cannot be read that nothing rests on."""
    columns = [c.name for c in table.columns if c.name not in (*table.key, *but)]
    plain = next(
        (n for n in columns if n.startswith(("summary", "note", "caveat", "name", "title"))), ""
    )
    return right_row(table.name, 5) | {plain or columns[-1]: UNREADABLE}


@pytest.mark.parametrize("name", TABLES)
def test_rows_that_name_refused_ones_are_told_all_else(name: str, tmp_path: Path) -> None:
    table, numbers = table_named(name), count()
    silent: list[object] = []
    basis = right_row(name, 0)
    for column, target, cells in names_of(table):
        lines = [
            (fault, right_row(name, next(numbers) % 9) | cells | fault.cells)
            for fault in FAULTS[name]
            if not {column, *cells} & {*fault.cells, *fault.rests_on}
            and naming_of(table, column, basis | fault.cells) == naming_of(table, column, basis)
        ]
        for fault, row in [(None, right_row(name, 0) | cells), *lines]:
            for file in tmp_path.iterdir():
                file.unlink()
            write(table_named(target), [broken(table_named(target))], tmp_path)
            write(table, [row], tmp_path)
            _report, problems = loaded(tmp_path)
            own = told((one.column, one.why) for one in problems if one.file == table.file)
            assert any(one.file == table_named(target).file for one in problems), problems
            why = own.pop(column, "")
            if "is refused: mend that first" not in why:
                silent.append((column, target, why or "(nothing)"))
            heard = own.pop(fault.column, "") if fault else ""
            if fault and (not heard or fault.words not in heard):
                silent.append((column, target, fault, own))
            if own:
                silent.append((column, target, fault and fault.column, "too much", own))
    assert not silent, "\n".join(map(str, silent))


#: Rows that name others by words of theirs, or whose lists those are: the row that cannot be read,
#: the one that names it, the column of that, and what is told of it.
BY_WORDS: list[tuple[str, Cells, str, Cells, str, str]] = [
    ("issuers", {}, "sources", {"issuers": "新5"}, "issuers", "issuer “新5” is refused"),
    ("choices", {}, "topics", {}, "choices", ""),
    ("intake_questions", {}, "requirements", {"asks": "new-5=yes"}, "asks", "“new-5” is refused"),
    ("cities", {}, "aliases", {"current": "new-5"}, "current", "city “new-5” is refused"),
    ("zones", {}, "zone_coverage", {}, "zone_city", "is refused: mend that first"),
]


@pytest.mark.parametrize("case", BY_WORDS, ids=[case[0] for case in BY_WORDS])
def test_what_a_refused_row_is_called_counts_as_known(
    case: tuple[str, Cells, str, Cells, str, str], tmp_path: Path
) -> None:
    target, _none, name, cells, column, words = case
    wrong = broken(table_named(target))
    row = right_row(name, 0) | cells
    if name == "topics":  # one that there is lists the new choice with its others
        row = known("topics")[(wrong["topic"],)]
        row = {**row, "choices": f"{row['choices']};{wrong['choice']}"}
    if name == "zone_coverage":
        row |= {"programme": wrong["programme"], "zone_city": wrong["city"]}
    write(table_named(target), [wrong], tmp_path)
    write(table_named(name), [row | {"note": UNREADABLE} if "note" in row else row], tmp_path)
    _report, problems = loaded(tmp_path)
    own = told((one.column, one.why) for one in problems if one.file == f"{name}.csv")
    own.pop("note", None)
    assert words in own.pop(column, "")
    assert not own


def test_a_former_key_may_lead_to_a_row_of_the_same_load(tmp_path: Path) -> None:
    """That is so as well where something else of the load is refused."""
    write(table_named("cities"), [right_row("cities", 5)], tmp_path)
    write(table_named("aliases"), [right_row("aliases", 0) | {"current": "new-5"}], tmp_path)
    assert loaded(tmp_path)[1] == []
    write(table_named("provinces"), [right_row("provinces", 0) | {"name_en": ""}], tmp_path)
    (problem,) = loaded(tmp_path)[1]
    assert problem.file == "provinces.csv"
