"""The key that a row is to get is taken as it is written, by the form, the grid and the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, say_why_all
from tests.zones.desk.grids import separated
from tests.zones.desk.renamed_rows import KINDS, names_of
from zones.dataset.alias_table import Aliases
from zones.dataset.table_registry import table_named
from zones.desk.grid_judgement import JudgedRow
from zones.desk.proposals import open_set, propose
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.desk.submitted_rows import SubmittedRows, judged_rows
from zones.models import ChangeSet
from zones.models.former_keys import row_named
from zones.rules.vocabulary import Fate
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
SOURCE = "mof-gacc-sta-2018-49"


def handed(own: ChangeSet, **cells: str) -> JudgedRow:
    (row,) = judged_rows(SubmittedRows(table_named(Aliases.name), [cells]), own).rows
    return row


def why(row: JudgedRow) -> str:
    return " ".join(problem.why for problem in row.problems)


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_given_and_taken_back_as_it_is_written(kind: str, analyst: Any) -> None:
    row, former, now, new = names_of(kind)
    own = open_set(analyst, "A try")
    told = handed(own, kind=kind, former=former, current=now)
    assert (told.fate, told.moved) == (Fate.CHANGED, {"current": (former, now)}), why(told)
    assert not told.row.notes
    rename(row, new)
    back = handed(own, kind=kind, former=now, current=former)
    assert (back.fate, back.moved) == (Fate.CHANGED, {"current": (now, former)}), why(back)
    assert not back.row.notes


@pytest.mark.parametrize("current", ["hang-zhou", "hz9"])
def test_a_key_that_sounds_like_a_name_is_given_by_the_page_of_a_grid(
    current: str, analyst: Any, client: Client
) -> None:
    own = open_set(analyst, "A try")
    log_in_staff(client, analyst)
    text = separated([["kind", "former", "current"], ["city", "hangzhou", current]])
    body = {"do": "propose", "table": "aliases", "text": text}
    answer = client.post(reverse("admin:desk-grid", args=[own.pk]), body)
    assert answer.status_code == 303, answer.content.decode()
    assert own.rows.get().cells == {"current": current}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("current", ["HANGZHOU2", "hz.1", "杭州", "Hang Zhou"])
def test_what_is_no_key_is_refused_with_what_one_looks_like(
    current: str, language: str, analyst: Any
) -> None:
    own = open_set(analyst, "A try")
    with override(language):
        told = handed(own, kind="city", former="hangzhou", current=current)
    assert told.fate == Fate.REFUSED
    assert ("letters" if language == "en" else "字母") in why(told)


def test_one_key_is_given_once(analyst: Any) -> None:
    own = open_set(analyst, "A try")
    rows = [
        {"kind": "city", "former": city, "current": "of-both"} for city in ("hangzhou", "ningbo")
    ]
    judged = judged_rows(SubmittedRows(table_named(Aliases.name), rows), own)
    assert judged.count(Fate.REFUSED) == 1
    rename(row_named("city", "ningbo"), "ning-bo")  # type: ignore[arg-type]
    for current in ("ningbo", "ning-bo"):  # is, or was, the key of another row
        assert handed(own, kind="city", former="hangzhou", current=current).fate == Fate.REFUSED


def test_a_row_without_a_kind_is_refused_in_words(analyst: Any) -> None:
    rename(row_named("city", "ningbo"), "ning-bo")  # type: ignore[arg-type]
    for cells in ({"former": "hangzhou", "current": "hz9"}, {"kind": "moon", "former": "x"}):
        assert handed(open_set(analyst, "A try"), **cells).fate == Fate.REFUSED


@pytest.mark.parametrize(
    ("kind", "former", "key"),
    [
        ("topic", LIMIT[0], "limit-q"),
        ("city", "hangzhou", "hang-zhou"),
        ("province", "CN-ZJ", "CN-ZX"),
        ("source", SOURCE, "of-2018"),
    ],
)
def test_rows_of_a_set_name_what_it_gives_a_key_by_that(
    kind: str, former: str, key: str, analyst: Any, reviewer: Any, client: Client
) -> None:
    own = proposed(analyst, RowDraft(table_named(Aliases.name), (kind, former), {"current": key}))
    cells = known("policies")[LIMIT] | {"effective_from": "2026-12-10"}
    place = {"city": "hangzhou", "province": "CN-ZJ"}
    if kind in place:
        cells |= {"scope_kind": kind, "scope_code": place[kind]}
    given = {name: key if cell == former else cell for name, cell in cells.items()}
    assert given != cells
    judged = judged_rows(SubmittedRows(table_named("policies"), [given | {"quote": "6000元"}]), own)
    (row,) = judged.rows
    assert (row.fate, why(row)) == (Fate.NEW, "")
    # It is told how that was read.
    assert [(note.written, note.read) for note in row.row.notes] == [(key, former)]
    log_in_staff(client, analyst)
    typed = {f"cell_{name}": cell for name, cell in given.items()} | {"quote": "6000元"}
    page = reverse("admin:desk-propose", args=["policies"])
    answer = client.post(page, typed | {"do": "save", "set": str(own.pk)})
    assert answer.status_code == 303, answer.content.decode()
    say_why_all(own, analyst)
    own.refresh_from_db()
    publish_set(submit(own, analyst), reviewer)
    assert tuple(given[name] for name in table_named("policies").key) in known("policies")


def test_rows_of_a_set_name_a_choice_by_the_key_that_it_gets(analyst: Any) -> None:
    (topic, choice), *_others = known("choices")
    named = {"kind": "choice", "former": f"{topic}:{choice}", "current": f"{topic}:of-tomorrow"}
    own = open_set(analyst, "A try")
    told = handed(own, **named)
    propose(own, analyst, [told.row.draft] if told.row.draft else [])
    key, cells = next((key, own) for key, own in known("policies").items() if key[0] == topic)
    new = {**cells, "effective_from": "2026-12-10", "value": "of-tomorrow", "quote": "原文"}
    (row,) = judged_rows(SubmittedRows(table_named("policies"), [new]), own).rows
    assert row.row.cells["value"] == choice, (key, why(row))
