"""What is noted beside a change set: what people say of it, its steps, and conflicts settled."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.china_time import now
from cbec_portal.languages import active_language
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.models import ChangeSet, ProposedRow, SetComment
from zones.rules.vocabulary import Proposal

#: Of a longer cell its beginning is told: the row tells it whole.
LONGEST_CELL = 120


def remark(change_set: ChangeSet, person: Any, **said: Any) -> None:
    """Note a remark on a set, or a step of it."""
    own = SetComment(
        change_set=change_set, person=person, name=person.get_username(), at=now(), **said
    )
    own.clean_fields(exclude=["change_set", "person", "row"])
    own.save()


def settled_words(row: ProposedRow, column: str, live: Cells | None, *, mine: bool) -> str:
    """Return in words which conflict is settled, and how: of which row, of which cell, and what it
    says by now and would have said.

    Args:
        row: the proposed row before it is settled.
        column: the cell; none where the whole row came or went; one that is to go
            is settled as a whole.
        live: the row as it is here now; nothing where it is gone.
        mine: whether what is proposed is kept.
    """
    words, table = CellWords(active_language()), table_named(row.table)
    name = words.row(table, key_of_text(row.key))
    if live is None or not column or row.proposal == Proposal.TAKE_OUT:
        if mine:
            return _("Settled, kept what is proposed: %(row)s") % {"row": name}
        return _("Settled, kept what is here: %(row)s") % {"row": name}
    beside = {**(row.before or {}), **row.cells}

    def told(cells: Cells) -> str:
        cell = " ".join(words.cell(table, column, cells.get(column, ""), beside).split())
        whole = cell or pgettext("cell", "empty")
        return whole if len(whole) <= LONGEST_CELL else f"{whole[:LONGEST_CELL]}…"

    proposed = told(beside)
    said = {"row": name, "column": words.columns(table)[column]}
    if mine:
        text = _("Settled, kept what is proposed: %(row)s – %(column)s: “%(kept)s”, not “%(left)s”")
        return text % {**said, "kept": proposed, "left": told(live)}
    text = _("Settled, kept what is here: %(row)s – %(column)s: “%(kept)s”, not “%(left)s”")
    return text % {**said, "kept": told(live), "left": proposed}
