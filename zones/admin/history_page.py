"""What became of rows: of an object, a person or a revision; and taking a revision back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from zones.admin.copy_pages import address_of_copy
from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.set_pages import address_of
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import history
from zones.desk.cell_words import CellWords
from zones.desk.first_load import brought, first_revision, first_told, unpublished
from zones.desk.quotes import clauses_of
from zones.desk.reversal import propose_undo
from zones.models import Revision, SourceCopy
from zones.models.labels import label
from zones.rules.vocabulary import Change

#: Revisions are told newest first, so many at once.
REVISIONS = 30


class HistoryPage(DeskPage):
    """Every applied row, narrowed to an object, a person or a revision."""

    template_name = "zones/desk/history.html"
    acts = {"undo": "undo"}

    def undo(self) -> str:
        """Propose to take a revision back, and lead to the set."""
        number = self.posted_number("revision")
        if number is None:
            raise ValidationError(_("Name a revision."))
        revision = get_object_or_404(Revision, number=number)
        return address_of(propose_undo(revision, self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of what became of the rows asked for."""
        asked = self.request.GET
        after = whole_number(asked.get("after", ""))
        table, key = self._object()
        column = self._column(table)
        person = _name(asked.get("person", ""))
        revision, edit = self._revision(), whole_number(asked.get("edit", ""))
        words = CellWords(self.language)
        page = history.AppliedPage([], None)
        if table and key and column:
            page = _of_cell(table, key, column, after)
        elif table and key:
            page = history.of_object(table, key, after=after)
        elif person:
            page = history.of_person(person, after=after)
        elif revision is not None:
            page = history.of_revision(revision.number, after=after)
        elif edit is not None:
            page = history.of_edit(edit, after=after)
        first = first_told(table, key) if table and key and page.next is None else None
        rows = [*page.rows, *([first] if first and column in ("", *first.moved) else [])]
        hashes = {row.copy_sha256 for row in rows if row.copy_sha256}
        kept = SourceCopy.objects.filter(sha256__in=hashes).select_related("source")
        copies = {copy.sha256: (str(copy), address_of_copy(copy)) for copy in kept}
        heading, about = person, ""
        if table and key:
            heading = words.row(table, key)
            if column:
                heading = f"{heading}{_(': ')}{words.columns(table)[column]}"
        elif not person and revision is not None:
            heading, about = _("Revision %s") % revision.number, revision.summary
        elif not person and edit is not None:
            heading = _("A load that made no revision")
        is_first = bool(revision and not person and not table and revision == first_revision())
        following = asked.copy()
        following["after"] = str(page.next)
        asks = bool((table and key) or person or revision is not None or edit is not None)
        return super().get_context_data(
            shown=[self._shown(row, words, copies, column) for row in rows],
            following=following.urlencode() if page.next else "",
            person=person,
            revision=revision.number if revision else None,
            can_undo=bool(revision and page.rows),
            of_row=_address(table, key) if table and key and column else "",
            brought=[(one.table.label, one.rows) for one in brought()] if is_first else [],
            heading=heading,
            about=about,
            asks=asks,
            revisions=[] if asks else Revision.objects.order_by("-number")[:REVISIONS],
            loads=[] if asks else unpublished(REVISIONS),
            **kwargs,
        )

    def _revision(self) -> Revision | None:
        """The revision that the address names.

        Raises:
            Http404: there is none of this number.
        """
        said = self.request.GET.get("revision", "").strip()
        if not said:
            return None
        number = whole_number(said)
        found = None if number is None else Revision.objects.filter(number=number).first()
        if found is None:
            raise Http404("There is no such revision.")
        return found

    def _column(self, table: Table | None) -> str:
        """The column of the row that the address names, if it names one.

        Raises:
            Http404: the table has none of this name.
        """
        name: str = self.request.GET.get("column", "")
        if table and name and name not in {column.name for column in table.columns}:
            raise Http404("There is no such column.")
        return name if table else ""

    def _object(self) -> tuple[Table | None, Key | None]:
        """The row that the address names by its table and key."""
        name, text = self.request.GET.get("table", ""), self.request.GET.get("key", "")
        if not name:
            return None, None
        try:
            table = table_named(name)
            key = tuple(map(str, key_of_text(text)))
        except (KeyError, ValueError, TypeError, RecursionError):
            raise Http404("There is no such row.") from None
        if len(key) != len(table.key) or not all(part.isprintable() for part in key):
            raise Http404("There is no such row.")
        return table, key

    def _shown(
        self,
        row: history.RowChange,
        words: CellWords,
        copies: Mapping[str, tuple[str, str]],
        column: str,
    ) -> dict[str, Any]:
        known = {table.name: table for table in registry}
        table = known[row.table]
        moved = {
            name: own
            for name, own in row.moved.items()
            if (own[0] or own[1]) and column in ("", name)
        }
        address = _address(table, row.key)
        cells = words.moved(table, moved, row.before, row.after)
        return {
            "row": row,
            "is_first": row.number == 0,
            "clauses": clauses_of(row.after or row.before, row),
            "verified_on": (row.after or {}).get("verified_on", ""),
            "copy": copies.get(row.copy_sha256),
            "name": words.row(table, row.key),
            "table": table.label,
            "change": label(Change(row.change)) if row.change else "",
            "cells": [
                (*own, f"{address}&{urlencode({'column': name})}")
                for name, own in zip(moved, cells, strict=True)
            ],
            "address": address,
        }


def _of_cell(table: Table, key: Key, column: str, after: int | None) -> history.AppliedPage:
    """The rows by which one cell became another."""
    told = [one.row for one in history.of_cell(table, key, column, after=after)]
    return history.AppliedPage(told, told[-1].number if len(told) == history.PAGE else None)


def _address(table: Table, key: Key) -> str:
    return f"?{urlencode({'table': table.name, 'key': key_text(key)})}"


def _name(said: str) -> str:
    """A name that an account could have; none where it holds signs that no database looks for."""
    name = said.strip()[:150]
    return name if name.isprintable() else ""
