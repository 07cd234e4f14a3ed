"""What a load says of its revision where nobody says anything: how many rows of which tables.

It is kept in words that any reader of the data understands, and told in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext, pgettext

from cbec_portal.languages import active_language, written_in
from zones.dataset.table import Changes, Table
from zones.dataset.table_registry import registry
from zones.models.made_texts import retold
from zones.services.publication import DATASET

_BEGINNING = "Dataset: "
_COUNTED = re.compile(r"(\d+) ([a-z ]+)")


def summary_of(changes: Mapping[str, Changes]) -> str:
    """Return what a load brings, as its revision keeps it."""
    return _BEGINNING + ", ".join(
        f"{len(change.rows)} {_plain(name)}" for name, change in changes.items() if change
    )


def told(summary: str) -> tuple[str, str]:
    """Return what a revision says of itself and the code of the language in which it says so.

    What a load said by itself is in the reader's language, what somebody wrote in theirs.
    """
    counted = [_COUNTED.fullmatch(part) for part in summary.removeprefix(_BEGINNING).split(", ")]
    tables = {_plain(table.name): table for table in registry}
    if not summary.startswith(_BEGINNING) or not all(own and own[2] in tables for own in counted):
        text = retold(summary)
        return text, written_in(text)
    rows = (_rows(int(own[1]), tables[own[2]]) for own in counted if own)
    said = pgettext("summary of a load", "Dataset: %s") % gettext(", ").join(rows)
    return said, active_language()


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _rows(count: int, table: Table) -> str:
    called = table.label_of_one if count == 1 else table.label
    counted = {"count": count, "rows": called}
    return pgettext("so many rows of a table", "%(count)d %(rows)s") % counted


def called_writer(name: str) -> str:
    """Return who wrote or published something; what a load brought was nobody in person."""
    return gettext("the dataset") if name == DATASET else name
