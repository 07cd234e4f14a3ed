"""A certainty is raised only with the words of a document, whatever way a row comes in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.datasets import Row, change_rows, copy_of_fixtures
from tests.zones.desk.acts import (
    again,
    judged,
    known,
    problems_of,
    proposed,
    published,
    row_of,
    say_why_all,
    submitted,
)
from tests.zones.desk.test_second_readings import drawn
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk.blind_readings import read_again
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_matrix import read_matrix
from zones.desk.judgement import judge, judge_rows
from zones.desk.proposals import propose, repropose
from zones.desk.proposed_load import propose_folder
from zones.desk.quotes import clauses_of
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft, drafted
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import AppliedRow, ProposedRow, Revision
from zones.rules.vocabulary import Certainty, Fate

pytestmark = pytest.mark.django_db

TABLES = ["policies", "zones", "zone_coverage", "batches", "requirements"]
WORDS = "第三条：单次交易限值为人民币5000元。"
RAISED = {
    (before, after)
    for place, after in enumerate(Certainty)
    for before in list(Certainty)[place + 1 :]
}


def rows_of(table: str, certainty: Certainty) -> Iterator[tuple[Key, Cells]]:
    return ((k, own) for k, own in known(table).items() if own[COLUMN] == certainty)


def raised(table: str, quote: str = "") -> RowDraft:
    """A row of a table that claims more than it did."""
    for certainty in (Certainty.SECONDARY, Certainty.UNVERIFIED):
        for key, _own in rows_of(table, certainty):
            cells = {COLUMN: Certainty.PRIMARY.value}
            return RowDraft(table_named(table), key, cells, quote=quote)
    raise AssertionError(f"every row of {table} is sure")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("quote", ["。", "“…”", " -- ", "§ 3", "5,000"])
def test_a_quote_without_words_raises_nothing(analyst: Any, table: str, quote: str) -> None:
    own = proposed(analyst, raised(table, quote))
    assert judged(own).fate == Fate.REFUSED
    assert [column for column, _why in problems_of(judge(own).rows)] == [COLUMN]


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_any_table_is_raised_with_a_quote_alone(analyst: Any, table: str) -> None:
    own = proposed(analyst, raised(table))
    assert judged(own).fate == Fate.REFUSED
    assert [column for column, _why in problems_of(judge(own).rows)] == [COLUMN]
    with pytest.raises(ValidationError):
        submit(own, analyst)
    repropose(row_of(own), analyst, raised(table, quote="   "))
    assert judged(own).fate == Fate.REFUSED, "blanks say nothing"
    repropose(row_of(own), analyst, raised(table, quote=WORDS))
    assert judged(own).fate == Fate.CHANGED


@pytest.mark.parametrize(("before", "after"), [(a, b) for a in Certainty for b in Certainty])
def test_only_what_claims_more_needs_one(before: Certainty, after: Certainty) -> None:
    (key, own) = next(rows_of("policies", before))
    draft = RowDraft(table_named("policies"), key, {COLUMN: after, "summary_en": "Said anew."})
    (found,) = judge_rows(drafted(None, [draft])).rows
    refused = any(problem.column == COLUMN for problem in found.problems)
    assert refused == ((before, after) in RAISED), own


@pytest.mark.parametrize("certainty", Certainty)
def test_a_new_row_needs_one_to_claim_an_official_text(certainty: Certainty) -> None:
    _key, own = next(rows_of("policies", certainty))
    cells = {**own, "effective_from": "2026-02-03", "effective_to": ""}
    (found,) = judge_rows(drafted(None, [RowDraft(table_named("policies"), None, cells)])).rows
    assert (COLUMN in {p.column for p in found.problems}) == (certainty == Certainty.PRIMARY)


def test_what_was_taken_out_of_the_set_of_a_reviewer_is_looked_at_again(
    analyst: Any, reviewer: Any
) -> None:
    own = submitted(analyst, raised("policies", WORDS))
    ProposedRow.objects.filter(change_set=own).update(quote="")
    with pytest.raises(ValidationError, match="cannot be published"):
        publish_set(own, reviewer)
    assert Revision.objects.count() == 1


def test_an_undo_brings_back_what_was_sure_and_nothing_more(analyst: Any, reviewer: Any) -> None:
    key, _own = next(rows_of("policies", Certainty.PRIMARY))
    lowered = RowDraft(table_named("policies"), key, {COLUMN: Certainty.UNVERIFIED.value})
    revision = published(analyst, reviewer, lowered)
    undo = propose_undo(revision, analyst)
    assert judged(undo).fate == Fate.CHANGED
    say_why_all(undo, analyst)
    publish_set(submit(undo, analyst), reviewer)
    assert known("policies")[key][COLUMN] == Certainty.PRIMARY
    other = propose_undo(Revision.objects.get(number=3), analyst)
    assert row_of(other).cells[COLUMN] == Certainty.UNVERIFIED
    fresh = raised("policies")
    propose(other, analyst, [fresh])
    fates = {one.key: one.fate for one in judge(other).rows}
    assert fates[fresh.key] == Fate.REFUSED, "an undo is no door for other rows"


GRIDS: dict[str, Callable[[str, str], str]] = {
    "quote": lambda head, line: f"{head}\tquote\tread_at\n{line}\t{WORDS}\thttps://www.gov.cn/a",
    "引文": lambda head, line: f"{head}\t引文\t阅读地址\n{line}\t{WORDS}\thttps://www.gov.cn/a",
}


@pytest.mark.parametrize("called", GRIDS)
def test_a_grid_says_the_words_in_columns_of_their_own(called: str) -> None:
    draft = raised("policies")
    names = [*table_named("policies").key, COLUMN]
    head, line = "\t".join(names), "\t".join([*(draft.key or ()), Certainty.PRIMARY])
    bare = judged_grid(read_table(table_named("policies"), read_text(f"{head}\n{line}")))
    assert [row.fate for row in bare.rows] == [Fate.REFUSED]
    told = judged_grid(read_table(table_named("policies"), read_text(GRIDS[called](head, line))))
    assert [row.fate for row in told.rows] == [Fate.CHANGED]
    (ready,) = told.ready
    assert (ready.quote, ready.read_at) == (WORDS, "https://www.gov.cn/a")


def test_the_cells_of_a_matrix_share_them() -> None:
    sheet = read_text("\thangzhou\tningbo\nimport-single-transaction-limit\t6000\t7000")
    shared = {
        "effective_from": "2026-03-01",
        "source_id": "mof-2018-157",
        COLUMN: Certainty.PRIMARY,
        "summary_en": "A trial.",
        "summary_zh": "试点。",
    }
    bare = judged_grid(read_matrix(sheet, shared))
    assert {row.fate for row in bare.rows} == {Fate.REFUSED}
    told = judged_grid(read_matrix(sheet, {**shared, "quote": WORDS}))
    assert {row.fate for row in told.rows} == {Fate.NEW}
    assert {draft.quote for draft in told.ready} == {WORDS}


def test_a_proposed_load_waits_for_the_words(analyst: Any, tmp_path: Path) -> None:
    draft = raised("policies")
    folder = copy_of_fixtures(tmp_path)

    def claim(rows: list[Row]) -> list[Row]:
        key = table_named("policies").key
        return [
            {**row, **draft.cells} if tuple(row[name] for name in key) == draft.key else row
            for row in rows
        ]

    change_rows(folder / "policies.csv", claim)
    own, _report = propose_folder(folder, analyst, "A load")
    assert own is not None
    assert judged(own).fate == Fate.REFUSED


def test_the_words_stay_in_the_log(analyst: Any, reviewer: Any) -> None:
    draft = raised("policies", WORDS)._replace(quote_en="The limit is 5,000 yuan.")
    published(analyst, reviewer, draft)
    applied = AppliedRow.objects.get(table="policies")
    assert (applied.quote, applied.quote_en) == (WORDS, "The limit is 5,000 yuan.")


# The pages of the desk lean on undefined variables.
@pytest.mark.ignore_template_errors
def test_a_quote_stands_beside_its_clause_before_and_after_publication(
    analyst: Any, reviewer: Any
) -> None:
    key, _own = next(rows_of("policies", Certainty.PRIMARY))
    cells = {"clause": "Article 77", "clause_zh": "第七十七条"}
    told = RowDraft(table_named("policies"), key, cells, quote=WORDS, quote_en="5,000 yuan a piece")
    own = submitted(analyst, told)
    client = Client()
    log_in_staff(client, reviewer)
    page = reverse("admin:desk-set", args=[own.pk])
    say_why_all(own, reviewer)
    pages = [page]

    def all_tell() -> bool:
        shown = [client.get(one).content.decode() for one in pages]
        said = ('<span lang="zh-Hans">第七十七条</span> · Article 77', WORDS, "5,000 yuan a piece")
        return all(words in one for one in shown for words in said)

    assert all_tell()
    revision = publish_set(own, reviewer)
    pages.append(f"{reverse('admin:desk-history')}?revision={revision.number}")
    assert all_tell()


def test_clauses_are_told_once_and_only_where_there_are_any() -> None:
    assert clauses_of({"clause": "2", "clause_zh": "2"}) == ["2"]
    assert clauses_of({"clause": "Article 2", "clause_zh": ""}) == ["Article 2"]
    assert clauses_of({"name_en": "Hangzhou"}) == clauses_of(None) == []


@pytest.mark.parametrize(
    ("language", "labels"),
    [("en", ("Quote", "Quote in English")), ("zh-hans", ("引文", "英文引文"))],
)
def test_a_quote_is_called_so_wherever_it_stands(
    analyst: Any, other_analyst: Any, reviewer: Any, language: str, labels: tuple[str, str]
) -> None:
    """In a set, once it is published, in the history, and where it was read again."""
    draft = raised("policies", WORDS)._replace(quote_en="A limit of 5,000 yuan.")
    own = proposed(analyst, draft)
    say_why_all(own, analyst)
    client = Client()
    log_in_staff(client, reviewer)
    pages = [reverse("admin:desk-set", args=[own.pk])] * 2
    shown = [client.get(pages[0], {"lang": language}).content.decode()]
    revision = publish_set(submit(own, analyst), reviewer)
    pages.append(f"{reverse('admin:desk-history')}?revision={revision.number}")
    shown += [
        client.get(f"{page}{'&' if '?' in page else '?'}lang={language}").content.decode()
        for page in pages[1:]
    ]
    for text in shown:
        for label, quote in zip(labels, (WORDS, draft.quote_en), strict=True):
            assert re.search(rf">{label}[^<]*</p>\s*<blockquote[^>]*>{quote}<", text), label
    reading = drawn(reviewer)
    read_again(reading, other_analyst, again("stated", "6000", quote=WORDS))
    page = reverse("admin:desk-reading", args=[reading.pk])
    text = client.get(page, {"lang": language}).content.decode()
    assert re.search(rf">{labels[0]}</p>\s*<blockquote[^>]*>{WORDS}<", text)
