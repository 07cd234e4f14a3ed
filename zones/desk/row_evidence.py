"""What a row says beside its cells: what kind of change it is, and the words of the document, their
clause, where they were read.

A table that has columns for one of it keeps it there, and nothing stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, pgettext_lazy

from zones.dataset.alias_table import Aliases
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.columns import ENGLISH_CLAUSE, kept_in
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import table_named
from zones.models import ProposedRow
from zones.models.labels import CHANGES
from zones.rules.values import option
from zones.rules.vocabulary import Certainty, Change

if TYPE_CHECKING:
    from zones.desk.judgement import Judgement

#: By their names in what is proposed and in what was applied.
EVIDENCE = ("quote", "quote_en", "clause", "clause_zh", "read_at")
#: What is taken out is withdrawn by that, and says nothing else.
_KINDS = {kind: words for kind, words in CHANGES if kind != Change.WITHDRAWN.value}
#: What kind of change a row says that it is; where it says none, its cells tell.
KIND_OF_CHANGE = replace(
    kept_in(ProposedRow, "change"),
    label=pgettext_lazy("field", "kind of change"),
    read=partial(option, options=_KINDS),
    options=tuple(_KINDS),
    words={"": gettext_lazy("as the cells say"), **_KINDS},
)

#: The cells by which a row says that its document was read.
VERIFYING = (COLUMN, "verified_on")


def verifying(row: ProposedRow) -> tuple[object, ...]:
    """Return what a row says that somebody must have verified; nothing of a row that says none."""
    cells = dict(row.cells)
    if cells.get(COLUMN) == Certainty.UNVERIFIED:
        del cells[COLUMN]
    said = (row.quote, row.quote_en, row.read_at, row.copy_id)
    told = (*said, *(cells.get(name) for name in VERIFYING))
    return told if any(told) else ()


def says_day(row: ProposedRow) -> bool:
    """Return whether a row, as it is proposed, says on which day it was verified; one of a table
    that keeps no such day need not.
    """
    if table_named(row.table).column_named("verified_on") is None:
        return True
    return bool({**(row.before or {}), **row.cells}.get("verified_on"))


def day_verified(before: Cells | None, after: Cells | None) -> str:
    """Return the day on which whoever changed a row verified it, as it is said in its cells; none
    where it stays that of whoever verified it before.
    """
    day = (after or {}).get("verified_on", "")
    return day if before is None or before.get("verified_on", "") != day else ""


def beside_its_document(table: Table) -> frozenset[str]:
    """Return the columns that tell how the document of one row was read, or are notes for staff on
    that: a row that is made after it was read by nobody yet.
    """
    staff = (column.name for column in table.columns if column.staff)
    return frozenset((*staff, "verified_on", "quote", "quote_en", "read_at"))


def quotes_words(row: ProposedRow) -> bool:
    """Return whether the quote of a row has words: letters or characters, not marks alone."""
    return has_words(row.quote)


def has_words(text: str) -> bool:
    """Return whether a text has letters or characters, not marks and figures alone."""
    return any(sign.isalpha() for sign in text)


@cache
def evidence_of(table: Table) -> tuple[str, ...]:
    """Return what rows of a table say beside their cells."""
    own = {column.name for column in table.columns}
    return tuple(name for name in EVIDENCE if name not in own)


@cache
def beside_cells(table: Table) -> tuple[str, ...]:
    """Return what rows of a table may say beside their cells: the kind of change, which nothing is
    but a key that leads elsewhere, and the words of the document.
    """
    kind = () if table.name == Aliases.name else (KIND_OF_CHANGE.name,)
    return (*kind, *evidence_of(table))


def labels_beside(table: Table) -> dict[str, str]:
    """Return what rows of a table say beside their cells, each with what people call it."""
    fields = {own.name: own for own in ProposedRow._meta.fields}
    labels = {name: str(fields[name].verbose_name) for name in EVIDENCE}
    labels |= {"clause": str(ENGLISH_CLAUSE), KIND_OF_CHANGE.name: str(KIND_OF_CHANGE.label)}
    return {name: labels[name] for name in beside_cells(table)}


def wrong_beside(row: ProposedRow, table: Table) -> Iterator[tuple[str, str]]:
    """Yield what a row says beside its cells that could not be kept so, each with why."""
    fields = {own.name: own for own in row._meta.fields}
    for name in evidence_of(table):
        if text := getattr(row, name):
            try:
                fields[name].clean(text, row)
            except ValidationError as refused:
                yield name, " ".join(refused.messages)


def refuse_wrong_beside(found: Judgement) -> None:
    """Refuse rows that say beside their cells what could not be kept; it takes no query."""
    for judged in found.rows:
        for name, why in wrong_beside(judged.row, judged.table):
            judged.refuse(name, why)
