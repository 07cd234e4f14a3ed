"""Every word that the desk shows for what is chosen is read back by grids and forms, in whichever
language, the word for an empty cell among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from cbec_portal.languages import CODES, active_language
from tests.conftest import log_in_staff
from zones.admin.row_form import RowForm
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.problems import words_of
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords, kind_of_row
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.proposals import open_set
from zones.models import Topic
from zones.rules.values import WrongValueError

pytestmark = pytest.mark.django_db


def _shown(called: Callable[[], Iterable[str]]) -> set[str]:
    """What the desk shows, in each language."""
    found: set[str] = set()
    for language in CODES:
        with translation.override(language):
            found |= set(called())
    return found


CHOSEN = [
    pytest.param(table.name, column.name, id=f"{table.name}-{column.name}")
    for table in registry
    for column in table.columns
    if column.choices
]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize(("name", "of"), CHOSEN)
def test_every_word_that_the_desk_shows_for_a_choice_is_read_back(
    name: str, of: str, language: str
) -> None:
    """By pages of rows and sets, and by boxes; of an empty cell too, in whichever language."""
    table = table_named(name)
    column = next(column for column in table.columns if column.name == of)

    def shown(cell: str) -> set[str]:
        pages = _shown(lambda: [CellWords(active_language()).cell(table, of, cell, {of: cell})])
        boxes = _shown(
            lambda: [
                words
                for box in RowForm(table, {}, active_language(), "").boxes
                for own, words in box.options
                if (box.column.name, own) == (of, cell)
            ]
        )
        return pages | boxes

    with translation.override(language):
        reader = CellReader(table, GridWords())
        for cell, _words in column.choices:
            for word in shown(cell):
                row = GridRow(2)
                reader.read(row, {of: word}, "pasted")
                assert (row.cells, row.problems) == ({of: cell}, []), word
                assert column.value_of(row.cells[of]) == column.value_of(cell)
        if not column.required:
            for word in {"—", *_shown(lambda: [pgettext("cell", "empty")])}:
                assert reader.cell(of, word, {}, {}) == "", word


def test_every_kind_of_row_is_read_back_by_what_the_desk_calls_it() -> None:
    table, words = table_named("aliases"), GridWords()
    for kind in tables_of_kinds():
        for word in {kind} | _shown(lambda kind=kind: [str(kind_of_row(kind))]):
            assert CellReader(table, words).cell("kind", word, {}, {}) == kind, word


def test_every_choice_of_every_topic_is_read_back() -> None:
    """Yes, no and the choices of a topic, as its box offers them."""
    reader = CellReader(table_named("policies"), GridWords())
    for topic in Topic.objects.prefetch_related("choices"):
        for language in CODES:
            with translation.override(language):
                for cell, word in topic.answer_type.options(topic, language) or ():
                    assert reader.cell("value", word, {"topic": topic.slug}, {}) == cell, word


def test_an_empty_choice_is_offered_and_shown_by_its_name(analyst: Any) -> None:
    table = table_named("policies")
    (box,) = [
        box for box in RowForm(table, {}, "en", "").boxes if box.column.name == "start_qualifier"
    ]
    assert box.options[0] == ("", "exact")
    assert CellWords("en").cell(table, "start_qualifier", "", {}) == "exact"
    assert "is not one of: exact; no later than; about" in _refusal("start_qualifier", "perhaps")
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-grid", args=[open_set(analyst, "A try").pk])
    page = client.get(address).content.decode()
    assert "(exact; no later than; about)" in page
    assert "(Yes; No)" in page


def _refusal(name: str, cell: str) -> str:
    column = next(one for one in table_named("policies").columns if one.name == name)
    with pytest.raises(WrongValueError) as refused:
        column.value_of(cell)
    return words_of(refused.value)
