"""Whatever is typed in a cell is refused in words, and shown on every page that tells of it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse

from tests.zones.desk.grids import page_of
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk_forms import Desk, wrong
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords
from zones.desk.proposals import open_set
from zones.models import ProposedRow

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

ODD = (
    *("since 2019-01-01", "early 2019", "2019-01-01 x", "2019 起", "zzz 9!", "before", "before "),
    *(
        "before x",
        "before 2019-13-01",
        "after before 2019",
        "2019-02-30",
        "20x0",
        "0000",
        "２０１９",
    ),
    *(
        "%s",
        "%(name)s %",
        "{0} {",
        "<b>",
        "-",
        ";",
        "，",
        "[]",
        '["a"]',
        "1e999",
        "NaN",
        "true",
        "∞",
    ),
    *("9" * 40, "-1", "1/2", "\\", "a b c d", "中 文", "2019-01-01T00:00:00", "x" * 3000),
)
TABLES = [table.name for table in registry]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", TABLES)
def test_every_cell_is_told_whatever_it_says(name: str, language: str) -> None:
    table, words = table_named(name), CellWords(language)
    row = dict(tomorrow()[name][0])
    key = table.key_of({column.name: "" for column in table.columns} | row)
    for odd in ODD:
        for column in table.columns:
            told = words.cell(table, column.name, odd, {**row, column.name: odd})
            assert told or not odd.strip(), column.name
        for at in range(len(key)):
            other = (*key[:at], odd, *key[at + 1 :])
            assert words.row(table, other)
            words.own_part(table, other)


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_says_it_can_be_kept_unfinished_and_shown(desk: Desk, name: str) -> None:
    columns = [column.name for column in table_named(name).columns]
    row = dict(tomorrow()[name][0])
    for odd in ODD[:4]:
        for said in (dict.fromkeys(columns, odd), {**row, table_named(name).key[-1]: odd}):
            answered = desk.send(name, said, do="keep")
            assert answered.status_code in (303, 400), wrong(answered)
    assert ProposedRow.objects.exists()
    for own in ProposedRow.objects.values_list("change_set_id", flat=True).distinct():
        for language in ("en", "zh-hans"):
            shown = desk.client.get(reverse("admin:desk-set", args=[own]), {"lang": language})
            assert shown.status_code == 200


@pytest.mark.parametrize("name", TABLES)
def test_a_grid_that_says_it_is_shown_with_its_good_rows(analyst: Any, name: str) -> None:
    table, change_set = table_named(name), open_set(analyst, "Odd")
    columns = [column.name for column in table.columns]
    row = dict(tomorrow()[name][0])
    lines = [row, *({**row, column: odd} for column in table.key for odd in ODD)]
    lines += [{**row, column: ODD[0]} for column in columns]
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    page = page_of(change_set, analyst)
    for act in ("look", "mend"):
        answered = page(do=act, table=name, text=file.getvalue())
        assert answered.status_code == 200, answered.context["errors"]
        assert len(answered.context["judged"].rows) == len(lines)
