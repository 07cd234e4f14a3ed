"""The remarks on a change set as its page tells them."""

from __future__ import annotations

from collections.abc import Iterable

from zones.admin.set_links import with_links
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.models import SetComment
from zones.models.labels import step_words
from zones.models.made_texts import retold
from zones.rules.vocabulary import SetState


def told_remarks(
    remarks: Iterable[SetComment], words: CellWords
) -> list[tuple[SetComment, str, str, str]]:
    """Return remarks, each with what whoever makes it did with the set, the row that it is about,
    and what it says.
    """
    told: list[tuple[SetComment, str, str, str]] = []
    before = None
    for one in remarks:
        step = SetState(one.step) if one.step else None
        row = one.row
        about = words.row(table_named(row.table), key_of_text(row.key)) if row else ""
        told.append(
            (one, step_words(step, before) if step else "", about, with_links(retold(one.text)))
        )
        before = step or before
    return told
