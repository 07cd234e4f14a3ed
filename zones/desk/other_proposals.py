"""What other open change sets propose of the same rows, so that nobody is surprised by a conflict
once one of them is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Key
from zones.models import ChangeSet, ProposedRow
from zones.rules.document_numbers import may_be_one
from zones.rules.names import joined
from zones.rules.vocabulary import Proposal, SetState

#: The states of a set that may still be published.
OPEN = (SetState.DRAFT, SetState.IN_REVIEW, SetState.SENT_BACK)
#: What is told of a set.
_OF_SET = ("id", "title", "state", "author_name")
#: Of so many rows of open sets, the newest, it is looked what they are about where rows are not
#: named by their whole keys.
MOST_ROWS = 2000


class OtherProposal(NamedTuple):
    """What an open set proposes of a row: its cells, or that it goes."""

    change_set: ChangeSet
    table: str
    key: Key
    cells: Mapping[str, str]
    takes_out: bool


#: A row by its table and its key.
Named = tuple[str, Key]


def other_proposals(
    rows: Iterable[Named], without: ChangeSet | None = None
) -> dict[Named, list[OtherProposal]]:
    """Return what open sets propose of rows, by table and key; however many they are, it takes one
    query, and it is asked each time: what another set says is kept with none.

    Args:
        rows: the rows.
        without: a set that is not told of.
    """
    named = set(rows)
    if not named:
        return {}
    keys = {key_text(key) for _table, key in named}
    proposed = _proposed(without).filter(key__in=keys, table__in={table for table, _key in named})
    found: dict[Named, list[OtherProposal]] = {}
    for other in map(_other, proposed.order_by("change_set", "pk")):
        if (other.table, other.key) in named:
            found.setdefault((other.table, other.key), []).append(other)
    return found


def newest_proposals() -> list[OtherProposal]:
    """Return what open sets propose, the newest rows first; it takes one query."""
    return [_other(row) for row in _proposed(None).order_by("-pk")[:MOST_ROWS]]


def bringing_document(person: Any, typed: str, without: ChangeSet | None) -> ChangeSet | None:
    """Return an open set that somebody opened and that brings the document of which a text is the
    key, the number or the title, the newest; nothing if none does. It takes one query.
    """
    rows = ProposedRow.objects.filter(
        change_set__author=person,
        change_set__state__in=OPEN,
        table="sources",
        proposal=Proposal.WRITE,
        before__isnull=True,
    ).select_related("change_set")
    asked = joined(typed)
    for row in (rows.exclude(change_set=without) if without else rows).order_by("-pk")[:MOST_ROWS]:
        names = (
            *key_of_text(row.key),
            *(row.cells.get(own, "") for own in ("title_en", "title_zh")),
        )
        number = row.cells.get("document_number", "")
        if asked in map(joined, names) or (number and may_be_one(number, typed)):
            return row.change_set
    return None


def _proposed(without: ChangeSet | None) -> QuerySet[ProposedRow, tuple[Any, ...]]:
    rows = ProposedRow.objects.filter(change_set__state__in=OPEN)
    told = (f"change_set__{name}" for name in _OF_SET)
    return (rows.exclude(change_set=without) if without else rows).values_list(
        "table", "key", "cells", "proposal", *told
    )


def _other(row: tuple[Any, ...]) -> OtherProposal:
    table, key, cells, proposal, *told = row
    change_set = ChangeSet(**dict(zip(_OF_SET, told, strict=True)))
    return OtherProposal(change_set, table, key_of_text(key), cells, proposal == Proposal.TAKE_OUT)
