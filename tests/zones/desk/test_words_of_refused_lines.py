"""What is wanting in a line leaves no empty brackets in what it is called."""

from __future__ import annotations

import pytest

from cbec_portal.languages import CODES
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords

pytestmark = pytest.mark.django_db

TOPIC = "import-single-transaction-limit"
WHOLE = (TOPIC, "city", "hangzhou", "2025")


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("place", range(1 << len(WHOLE)))
def test_a_row_is_called_by_the_parts_of_its_key_that_are_there(place: int, language: str) -> None:
    key = tuple(part if place >> at & 1 else "" for at, part in enumerate(WHOLE))
    called = CellWords(language).row(table_named("policies"), key)
    for empty in ("()", "（）", " (", ", ,", "，，"):
        assert not called.startswith(empty), called
        assert empty == " (" or empty not in called, called
    assert called == called.strip(",， ")
