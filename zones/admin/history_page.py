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
from zones.dataset.table_registry import registry
from zones.desk import history
from zones.desk.cell_words import CellWords
from zones.desk.judgement import table_named
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
        person, revision = (
            _name(asked.get("person", "")),
            whole_number(asked.get("revision", "")),
        )
        words = CellWords(self.language)
        if table and key:
            page = history.of_object(table, key, after=after)
        elif person:
            page = history.of_person(person, after=after)
        elif revision is not None:
            page = history.of_revision(revision, after=after)
        else:
            page = history.AppliedPage([], None)
        hashes = {row.copy_sha256 for row in page.rows if row.copy_sha256}
        kept = SourceCopy.objects.filter(sha256__in=hashes).select_related("source")
        copies = {copy.sha256: (str(copy), address_of_copy(copy)) for copy in kept}
        told, summary = ("", "") if table and key else _told_of(person, revision)
        following = asked.copy()
        following["after"] = str(page.next)
        return super().get_context_data(
            shown=[self._shown(row, words, copies) for row in page.rows],
            following=following.urlencode() if page.next else "",
            person=person,
            revision=revision,
            heading=words.row(table, key) if table and key else told,
            about=summary,
            asks=bool((table and key) or person or revision is not None),
            revisions=Revision.objects.order_by("-number")[:REVISIONS],
            **kwargs,
        )

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
        self, row: history.Applied, words: CellWords, copies: Mapping[str, tuple[str, str]]
    ) -> dict[str, Any]:
        known = {table.name: table for table in registry}
        table = known[row.table]
        return {
            "row": row,
            "clauses": clauses_of(row.after or row.before, row),
            "copy": copies.get(row.copy_sha256),
            "name": words.row(table, row.key),
            "table": table.label,
            "change": label(Change(row.change)) if row.change else "",
            "cells": words.moved(table, row.moved, row.before, row.after),
            "address": f"?{urlencode({'table': row.table, 'key': key_text(row.key)})}",
        }


def _name(said: str) -> str:
    """A name that an account could have; none where it holds signs that no database looks for."""
    name = said.strip()[:150]
    return name if name.isprintable() else ""


def _told_of(person: str, revision: int | None) -> tuple[str, str]:
    """What a page tells of, of a person or a revision, and what that says of itself."""
    if person:
        return person, ""
    if revision is None:
        return "", ""
    summary = Revision.objects.filter(number=revision).values_list("summary", flat=True).first()
    return _("Revision %s") % revision, summary or ""
