"""What is exported, edited and handed in again changes what was edited, and reverts nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.zones.desk.acts import known
from tests.zones.desk.grids import separated
from zones.dataset.applied_rows import key_of_text
from zones.dataset.columns import TableColumn
from zones.dataset.row_origins import MADE_FROM
from zones.dataset.table import Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals, set_publication, set_steps
from zones.desk.acknowledgements import acknowledge
from zones.desk.grid import read_table
from zones.desk.grid_export import Format, export_grid, written
from zones.desk.grid_files import read_upload
from zones.desk.grid_judgement import JudgedGrid, judged_grid
from zones.desk.judgement import judge, judge_rows
from zones.desk.row_drafts import RowDraft, drafted
from zones.desk.row_warnings import warnings_of
from zones.models import ChangeSet, RowEdit, Topic
from zones.rules.vocabulary import Fate, Proposal
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db

NAMES = [table.name for table in registry]
FORMS: list[Format] = ["csv", "xlsx"]
#: Columns that take any text, or any address.
BESIDE = (
    *("caveat_en", "note", "evidence_url", "summary_zh", "name_zh", "title_zh", "question_zh"),
    *("note_zh", "guidance_zh", "description_zh", "why_zh"),
)
Rows = list[dict[str, str]]


@pytest.fixture
def analyst() -> User:
    return _person("ana", "analyst")


@pytest.fixture
def publish() -> Callable[[User, list[RowDraft]], Any]:
    """Propose and publish drafts, by two people."""
    reviewer = _person("rev", "reviewer")

    def done(analyst: User, drafts: list[RowDraft]) -> Any:
        change_set = proposals.open_set(analyst, "A try")
        proposals.propose(change_set, analyst, drafts)
        for warned in warnings_of(judge(change_set)):
            told = (warned.judged.row, warned.code, warned.about)
            acknowledge(change_set, analyst, [told], "It is so.")
        change_set = set_steps.submit(change_set, analyst)
        return set_publication.publish_set(change_set, reviewer)

    return done


def _person(name: str, group: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def handed_in(table: Table, content: bytes, change_set: ChangeSet | None = None) -> JudgedGrid:
    return judged_grid(read_table(table, read_upload("export", content)), change_set)


def rows_of(content: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_file(rows: Rows) -> bytes:
    return separated([list(rows[0]), *(list(row.values()) for row in rows)]).encode()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_an_export_that_nobody_edits_brings_nothing(name: str, form: Format) -> None:
    table = table_named(name)
    found = handed_in(table, export_grid(table, form))
    assert found.brings_nothing, [row for row in found.rows if row.fate != Fate.SAME][:3]
    assert len(found.rows) == len(known(table.name))
    assert (found.reading.notes, found.ready) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_an_export_writes_over_no_row_of_a_set_that_nobody_edited(name: str, analyst: User) -> None:
    """Rows of the set that others proposed, changed or to be taken out, stay theirs: beside an
    export that nobody edited, and beside one of which another line was.
    """
    table = table_named(name)
    rows = rows_of(export_grid(table, "csv"))
    texts = known_texts(name) or [c for c in table.columns if c.name in BESIDE]
    if len(rows) < 3 or not texts:
        pytest.skip("There is nothing to edit beside a row of somebody else.")
    column = texts[-1].name
    theirs, going = table.key_of(rows[0]), table.key_of(rows[1])
    change_set = proposals.open_set(analyst, "Theirs")
    drafts = [
        RowDraft(table, theirs, {column: "Theirs"}),
        RowDraft(table, going, {}, Proposal.TAKE_OUT),
    ]
    proposals.propose(change_set, analyst, drafts)
    found = handed_in(table, as_file(rows), change_set)
    assert {row.fate for row in found.rows} == {Fate.SAME}
    assert (found.ready, found.over_others(_person("bo", "analyst"))) == ([], [])
    rows[2][column] = "Mine"
    found = handed_in(table, as_file(rows), change_set)
    left = [row.row.key for row in found.rows if row.fate != Fate.SAME]
    assert left == [table.key_of(rows[2])]
    assert [draft.key for draft in found.ready] in ([], left)
    rows[0][column] = "Theirs"
    said_again = handed_in(table, as_file(rows), change_set).rows[0]
    # What is refused in the set is refused where it is said again.
    assert said_again.fate in (Fate.HELD, Fate.REFUSED)
    rows[0][column] = "Mine"
    assert handed_in(table, as_file(rows), change_set).rows[0].fate != Fate.SAME


def test_whoever_hands_in_an_export_writes_no_row_but_those_edited(analyst: User) -> None:
    bo = _person("bo", "analyst")
    table = table_named("cities")
    change_set = proposals.open_set(analyst, "Theirs")
    (theirs,) = proposals.propose(
        change_set, analyst, [RowDraft(table, ("wenzhou",), {"note": "Theirs"})]
    )
    rows = rows_of(export_grid(table, "csv"))
    lishui = table.key_of(next(row for row in rows if row[table.key[0]] == "lishui"))
    edited = [row | {"note": "Mine"} if table.key_of(row) == lishui else row for row in rows]
    for form in (rows, edited):
        found = handed_in(table, as_file(form), change_set)
        proposals.propose(change_set, bo, found.ready)
    edits = RowEdit.objects.filter(change_set=change_set).order_by("pk")
    told = [(edit.name, key_of_text(edit.key)) for edit in edits]
    assert told == [("ana", ("wenzhou",)), ("bo", lishui)]
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_a_row_in_conflict_stays_to_whoever_proposed_it(analyst: User, publish: Any) -> None:
    table = table_named("cities")
    change_set = proposals.open_set(analyst, "Theirs")
    proposals.propose(change_set, analyst, [RowDraft(table, ("quzhou",), {"note": "Theirs"})])
    publish(analyst, [RowDraft(table, ("quzhou",), {"note": "Published"})])
    rows = rows_of(export_grid(table, "csv"))
    for row in rows:
        row["note"] = "Mine" if row[table.key[0]] == "lishui" else row["note"]
    found = handed_in(table, as_file(rows), change_set)
    assert [draft.key for draft in found.ready] == [("lishui",)]
    for row in rows:  # what settles the conflict is no row as the set says it already
        row["note"] = "Theirs" if row[table.key[0]] == "quzhou" else row["note"]
    found = handed_in(table, as_file(rows), change_set)
    assert {draft.key for draft in found.ready} == {("lishui",), ("quzhou",)}


def known_texts(name: str) -> list[TableColumn]:
    """The columns of a table that take any text."""
    return [
        column
        for column in table_named(name).columns
        if column.name.endswith(("_en", "_zh"))
        and not column.options
        and not column.name.startswith("choice_labels")
    ]


TEXTS = some.text(
    some.one_of(
        some.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Zl", "Zp")),
        some.sampled_from("'\"=+-@,;\t\n ，；　０年是"),
    ),
    max_size=12,
)


def normal(column: TableColumn, text: str) -> str:
    """A text as its column keeps it; nothing where it takes no such text."""
    try:
        return column.cell_of(column.value_of(text))
    except ValueError:
        return ""


@given(some.data())
@settings(max_examples=15)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_any_cells_are_written_and_read_back_the_same(
    name: str, form: Format, data: some.DataObject
) -> None:
    table = table_named(name)
    rows = data.draw(some.lists(some.tuples(*(TEXTS for _ in table.columns)), max_size=3))
    cells = [
        [normal(column, text) for column, text in zip(table.columns, row, strict=True)]
        for row in rows
    ]
    cells = [row for row in cells if any(row)]
    head = [column.name for column in table.columns]
    sheet = read_upload("x", written(name, [head, *cells], form))
    width = len(head)
    found = [[*line.cells, *[""] * (width - len(line.cells))] for line in sheet.lines[1:]]
    assert found == cells
    assert not sheet.wrong


HOSTILE = ("=1+1", "'=x", "-", "@x", "1/2/2019", "TRUE", "0700", "5,000", 'x; "y", z', "是")


@pytest.mark.parametrize("name", [name for name in NAMES if known_texts(name)])
def test_any_text_that_is_published_comes_back_unchanged(
    name: str, analyst: User, publish: Any
) -> None:
    table, columns = table_named(name), known_texts(name)
    drafts = []
    for number, (key, cells) in zip(range(40), known(table.name).items(), strict=False):
        column, text = columns[number % len(columns)], HOSTILE[number % len(HOSTILE)]
        said = normal(column, text + "x" * (number // len(HOSTILE))) or cells[column.name]
        drafts.append(RowDraft(table, key, {column.name: said}))
    found = judge_rows(drafted(None, drafts))
    good = {judged.key for judged in found.rows if judged.fate == Fate.CHANGED}
    publish(analyst, [draft for draft in drafts if draft.key in good])
    assert good
    for form in FORMS:
        again = handed_in(table, export_grid(table, form))
        assert again.brings_nothing, [row for row in again.rows if row.fate != Fate.SAME][:2]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("policies", "summary_en"),
        ("zones", "note"),
        ("zone_coverage", "note"),
        ("cities", "name_en"),
        ("cities", "note"),
        ("sources", "title_en"),
        ("topics", "question_en"),
        ("statistics", "note_en"),
        ("requirements", "guidance_en"),
        ("templates", "description_en"),
        ("intake_questions", "why_en"),
    ],
)
def test_a_stale_export_changes_the_row_that_was_edited_and_no_other(
    name: str, column: str, analyst: User, publish: Any
) -> None:
    table = table_named(name)
    rows = rows_of(export_grid(table, "csv"))
    keys = list(known(table.name))
    edited, theirs, both = keys[0], keys[1], keys[2]
    other = next(c.name for c in table.columns if c.name in BESIDE and c.name != column)
    value = "https://example.org/theirs" if other == "evidence_url" else "Theirs"
    publish(
        analyst,
        [
            RowDraft(table, theirs, {column: "Theirs"}),
            RowDraft(table, both, {other: value}),
        ],
    )
    before = known(table.name)
    for number in (0, 2):
        rows[number][column] = "Mine"
    found = handed_in(table, as_file(rows))
    assert [row.row.key for row in found.rows if row.fate != Fate.SAME] == [edited, both]
    assert [dict(draft.cells) for draft in found.ready] == [{column: "Mine"}] * 2
    publish(analyst, found.ready)
    for key in (edited, both):
        before[key][column] = "Mine"
    assert known(table.name) == before
    assert known(table.name)[both][other] == value
    assert handed_in(table, as_file(rows)).brings_nothing


def test_a_cell_that_both_changed_is_a_conflict_with_all_three(analyst: User, publish: Any) -> None:
    table = table_named("policies")
    rows = rows_of(export_grid(table, "csv"))
    key = table.key_of(rows[0])
    publish(analyst, [RowDraft(table, key, {"summary_en": "Theirs"})])
    was, rows[0]["summary_en"] = rows[0]["summary_en"], "Mine"
    found = handed_in(table, as_file(rows))
    assert [row.fate for row in found.rows if row.fate != Fate.SAME] == [Fate.CONFLICT]
    conflict = found.rows[0].judged.conflicts[0]
    assert conflict == ("summary_en", was, "Mine", "Theirs")
    change_set = proposals.open_set(analyst, "Mine")
    (row,) = proposals.propose(change_set, analyst, found.ready)
    assert row.before["summary_en"] == was
    assert judge(change_set).rows[0].conflicts == [conflict]


def test_what_was_taken_out_meanwhile_is_not_brought_back_by_a_row_that_nobody_edited(
    analyst: User, publish: Any
) -> None:
    table = table_named("policies")
    rows = rows_of(export_grid(table, "csv"))
    gone = table.key_of(rows[3])
    publish(analyst, [RowDraft(table, gone, {}, Proposal.TAKE_OUT)])
    assert handed_in(table, as_file(rows)).brings_nothing
    rows[3]["summary_en"] = "Mine"
    found = handed_in(table, as_file(rows))
    assert [(r.row.key, r.fate) for r in found.rows if r.fate != Fate.SAME] == [
        (gone, Fate.CONFLICT)
    ]


def test_rows_of_several_exports_are_each_held_against_their_own(
    analyst: User, publish: Any
) -> None:
    table = table_named("policies")
    old = rows_of(export_grid(table, "csv"))
    key = table.key_of(old[0])
    publish(analyst, [RowDraft(table, key, {"summary_en": "Theirs"})])
    new = rows_of(export_grid(table, "csv"))
    for mixed in ([old[0], *new[1:]], [new[0], *old[1:]], list(reversed(old)), old[:2]):
        assert handed_in(table, as_file(mixed)).brings_nothing
    assert old[0][MADE_FROM] != new[0][MADE_FROM]


def test_an_export_without_what_it_was_made_from_says_so(analyst: User, publish: Any) -> None:
    table = table_named("policies")
    rows = rows_of(export_grid(table, "csv"))
    key = table.key_of(rows[0])
    publish(analyst, [RowDraft(table, key, {"summary_en": "Theirs"})])
    bare = [{k: v for k, v in row.items() if k != MADE_FROM} for row in rows]
    found = handed_in(table, as_file(bare))
    assert [row.row.key for row in found.rows if row.fate != Fate.SAME] == [key]
    assert any("made from" in told for told in found.reading.told)


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        ("sources", "title_en", "revision 1 edit 99999"),
        ("sources", "title_en", "revision 1 edit 1 of 0123456789abcdef"),
        ("policies", "summary_en", "revision 99 of 2026-01-01T00:00:00+00:00 edit 1"),
        ("policies", "summary_en", "revision 2 of never edit 1"),
        ("cities", "name_en", "revision 1 edit 99999"),
        ("cities", "name_en", "revision 99999999999 edit 1"),
        ("zones", "note", "last week"),
    ],
)
def test_a_row_of_another_database_is_refused_where_it_differs(
    name: str, column: str, told: str
) -> None:
    table = table_named(name)
    rows = [row | {MADE_FROM: told} for row in rows_of(export_grid(table, "csv"))]
    assert handed_in(table, as_file(rows)).brings_nothing
    rows[5][column] = "Mine"
    refused = [row for row in handed_in(table, as_file(rows)).rows if row.fate != Fate.SAME]
    assert [(row.row.key, row.fate) for row in refused] == [(table.key_of(rows[5]), Fate.REFUSED)]
    assert "export" in refused[0].problems[0].why


def test_a_grid_of_too_many_exports_is_refused() -> None:
    table = table_named("customs_districts")
    rows = rows_of(export_grid(table, "csv"))
    rows = [row | {MADE_FROM: f"revision 1 edit {number}"} for number, row in enumerate(rows)]
    found = handed_in(table, as_file(rows))
    assert found.rows == []
    assert found.problems


def test_a_renamed_row_is_found_by_the_key_that_it_had_when_it_was_exported() -> None:
    table = table_named("policies")
    rows = rows_of(export_grid(table, "csv"))
    topic = Topic.objects.get(slug=rows[0]["topic"])
    rename(topic, f"{topic.slug}-of-today")
    assert handed_in(table, as_file(rows)).brings_nothing
    rows[0]["summary_en"] = "Mine"
    found = handed_in(table, as_file(rows))
    assert [row.row.key[0] for row in found.rows if row.fate != Fate.SAME] == [topic.slug]


def test_some_rows_alone_are_exported() -> None:
    table = table_named("policies")
    only = {"scope_kind": {"customs_district"}, "verification": {"primary", "secondary"}}
    rows = rows_of(export_grid(table, "csv", only))
    expected = [c for c in table.current() if all(c[n] in some_ for n, some_ in only.items())]
    assert [{k: v for k, v in row.items() if k != MADE_FROM} for row in rows] == expected
    assert 0 < len(rows) < len(known(table.name))
    assert handed_in(table, as_file(rows)).brings_nothing


def test_spreadsheets_are_told_to_leave_cells_as_they_are() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(export_grid(table_named("customs_districts"), "xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.number_format for cell in cells} == {"@"}
    assert {type(cell.value) for cell in cells} == {str}
    assert book.active["A2"].value == "0100"
