"""What became of rows: of an object, a person or a revision; and taking a revision back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cbec_portal.punctuation import by_commas
from zones.admin.copy_pages import address_of_copy
from zones.admin.desk_page import DeskPage, whole_number
from zones.admin.published_set import NO_EFFECT, past_effect
from zones.admin.read_document import copy_words
from zones.admin.row_links import RowLinks
from zones.admin.set_addresses import address_of
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk import history
from zones.desk.cell_words import CellWords
from zones.desk.first_load import (
    NamedFirst,
    brought,
    first_revision,
    first_told,
    named_first,
    unpublished,
)
from zones.desk.past_warnings import PublicRow, past_warnings
from zones.desk.pickers import NotPickedError, picked
from zones.desk.quotes import clauses_of
from zones.desk.reversal import propose_undo
from zones.desk.revision_effect import undone_by
from zones.desk.row_evidence import day_verified
from zones.models import Revision, SourceCopy
from zones.models.labels import label
from zones.rules.vocabulary import Change

#: A row is typed in so many characters; the longest keys are shorter.
LONGEST_ROW = 600
#: Of rows that stand as they were first loaded, so many are named.
MOST_LOADED = 20
#: Revisions are told newest first, so many at once.
REVISIONS = 30


class HistoryPage(DeskPage):
    """Every applied row, narrowed to an object, a person or a revision."""

    template_name = "zones/desk/history.html"
    acts = {"undo": "undo"}
    once = ("undo",)

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
        search = None if key or "edit" in asked else self._search(table, person)
        revision, edit = self._revision(), whole_number(asked.get("edit", ""))
        words = CellWords(self.language)
        page = history.AppliedPage([], None)
        if table and key and column:
            page = _of_cell(table, key, column, after)
        elif table and key:
            page = history.of_object(table, key, after=after)
        elif search:
            page = history.found_by(search, after=after)
        elif edit is not None:
            page = history.of_edit(edit, after=after)
        first = first_told(table, key) if table and key and page.next is None else None
        loaded = named_first(search) if search and page.next is None else None
        first = loaded.told if loaded else first
        rows = [*page.rows, *([first] if first and column in ("", *first.moved) else [])]
        hashes = {row.copy_sha256 for row in rows if row.copy_sha256}
        kept = SourceCopy.objects.filter(sha256__in=hashes).select_related("source")
        copies = {copy.sha256: copy for copy in kept}
        named = [(table_named(row.table), row.after or row.before or {}) for row in rows]
        links = RowLinks(words, named)
        warned = past_warnings(map(_public_row, rows))
        heading, about = person, ""
        if table and key:
            heading = words.row(table, key)
            if column:
                heading = f"{heading}{_(': ')}{words.columns(table)[column]}"
        elif search and search != history.Search(revision=search.revision):
            heading = self._search_words(search, words)
        elif revision is not None:
            heading, about = _("Revision %s") % revision.number, revision.summary
        elif edit is not None:
            heading = _("A load that made no revision")
        of_revision_alone = search == history.Search(revision=revision.number if revision else 0)
        is_first = bool(revision and of_revision_alone and revision == first_revision())
        following = asked.copy()
        following["after"] = str(page.next)
        shows_effect = bool(
            revision and page.rows and after is None and of_revision_alone and not is_first
        )
        asks = bool((table and key) or search or edit is not None)
        return super().get_context_data(
            shown=[
                self._shown(row, words, copies, column, links)
                | {"past_warnings": warned.get(_public_row(row), [])}
                for row in rows
            ],
            following=following.urlencode() if page.next else "",
            person=person,
            tables=[(one.name, one.label) for one in registry],
            asked_table=table.name if table else "",
            asked_row=self._typed_row(),
            revision=revision.number if revision else None,
            can_undo=bool(revision and page.rows and of_revision_alone),
            **(past_effect(revision, words) if revision and shows_effect else NO_EFFECT),
            undone=undone_by(revision) if revision and shows_effect else [],
            of_row=_address(table, key) if table and key and column else "",
            brought=[(one.table.label, one.rows) for one in brought()] if is_first else [],
            loaded=_loaded(loaded, words) if loaded else None,
            heading=heading,
            about=about,
            asks=asks,
            revisions=[] if asks else Revision.objects.order_by("-number")[:REVISIONS],
            loads=[] if asks else unpublished(REVISIONS),
            **kwargs,
        )

    def _typed_row(self) -> str:
        """The row that was typed, by its name or parts of its key; nothing that no text has."""
        typed = self.request.GET.get("row", "").strip()[:LONGEST_ROW]
        return typed if typed.isprintable() else ""

    def _search(self, table: Table | None, person: str) -> history.Search | None:
        """What the boxes look for, if anything. A name of a row of the table is that row."""
        typed, revision = self._typed_row(), self._revision()
        asked = history.Search(
            table.name if table else "",
            _picked(table, typed) if table and typed else None,
            typed,
            person,
            revision.number if revision else None,
        )
        return asked if asked != history.Search() else None

    @staticmethod
    def _search_words(asked: history.Search, words: CellWords) -> str:
        """What is looked for, in words."""
        table = table_named(asked.table) if asked.table else None
        row = words.row(table, asked.key) if table and asked.key else asked.text
        number = asked.revision
        revision = "" if number is None else _("Revision %s") % number
        told = (str(table.label) if table else "", row, asked.person, revision)
        return by_commas(filter(None, told))

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
            if not text:
                return table, None
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
        copies: Mapping[str, SourceCopy],
        column: str,
        links: RowLinks,
    ) -> dict[str, Any]:
        table = table_named(row.table)
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
            "verified_on": day_verified(row.before, row.after),
            "copy": (copy_words(copy, table, row.after, words.language), address_of_copy(copy))
            if (copy := copies.get(row.copy_sha256))
            else None,
            "links": links.of(table, row.after or row.before or {}),
            "name": words.row(table, row.key),
            "table": table.label,
            "change": label(Change(row.change)) if row.change else "",
            "cells": [
                (*own, f"{address}&{urlencode({'column': name})}")
                for name, own in zip(moved, cells, strict=True)
            ],
            "address": address,
        }


def _loaded(found: NamedFirst, words: CellWords) -> dict[str, Any] | None:
    """What is said of rows that are looked for and came with the first load, but for the one that
    is told with its cells; nothing where there are none.
    """
    if not (found.rows or found.of_table):
        return None
    return {
        "revision": found.revision.number,
        "of_table": found.of_table,
        "count": len(found.rows),
        "more": max(0, len(found.rows) - MOST_LOADED),
        "rows": [
            (_address(table, key), words.row(table, key), table.label)
            for table, key in found.rows[:MOST_LOADED]
        ],
    }


def _picked(table: Table, typed: str) -> Key | None:
    """The row of a table that a text names, as boxes of the desk read it: by its name or its key,
    of several parts by all of them.
    """
    parts = tuple(typed.split())
    if len(parts) == len(table.key) > 1 and table.known([parts]):
        return parts
    try:
        return picked(table.name, typed, alone=True).key
    except NotPickedError:
        return None


def _of_cell(table: Table, key: Key, column: str, after: int | None) -> history.AppliedPage:
    """The rows by which one cell became another."""
    told = [one.row for one in history.of_cell(table, key, column, after=after)]
    return history.AppliedPage(told, told[-1].number if len(told) == history.PAGE else None)


def _public_row(row: history.RowChange) -> PublicRow:
    return row.revision, row.table, key_text(row.key)


def _address(table: Table, key: Key) -> str:
    return f"?{urlencode({'table': table.name, 'key': key_text(key)})}"


def _name(said: str) -> str:
    """A name that an account could have; none where it holds signs that no database looks for."""
    name = said.strip()[:150]
    return name if name.isprintable() else ""
