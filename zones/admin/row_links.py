"""Where what a row at the desk names is looked up: on public pages, and in the official texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.text import capfirst

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import by_commas
from zones.dataset.naming import rows_named, scope_tables
from zones.dataset.source_tables import Sources
from zones.dataset.table import Cells, Key, Table
from zones.desk.cell_words import CellWords
from zones.models import Source
from zones.rules.vocabulary import ScopeKind

#: A whole cell that is an address; a row that is not judged yet may say anything there.
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


class RowLink(NamedTuple):
    """What a row names, or an address that stands in one of its cells; ``public`` is the page on
    which readers see it, ``official`` the address of its text, where there is one. ``beside`` tells
    a document from others of nearly its title: its number and its day.
    """

    called: str
    public: str = ""
    official: str = ""
    beside: str = ""


def links_of_documents(words: CellWords, slugs: Collection[str]) -> dict[str, RowLink]:
    """Return the links of documents that are known, by their keys; it takes one query."""
    told = ("slug", "title_en", "title_zh", "official_url", "document_number", "issued_on")
    known = Source.objects.filter(slug__in=slugs).order_by() if slugs else Source.objects.none()
    return {
        row.slug: RowLink(
            in_language(row, "title", words.language),
            reverse("zones:source", args=[row.slug]),
            row.official_url,
            by_commas(
                filter(None, (row.document_number, row.issued_on and day_in_words(row.issued_on))),
                words.language,
            ),
        )
        for row in known.values_list(*told, named=True)
    }


class RowLinks:
    """The links of rows that are shown together: documents are read once, in one query."""

    def __init__(self, words: CellWords, rows: Iterable[tuple[Table, Cells]]) -> None:
        self._words = words
        named = {
            one.key[-1]
            for table, cells in rows
            for one in rows_named(table, cells)
            if one.table == Sources.name
        }
        self._documents = links_of_documents(words, named)
        self._kinds = {table: kind for kind, table in scope_tables().items()}

    def of(self, table: Table, cells: Cells) -> list[RowLink]:
        """Return the links of a row, in the order of its columns, each once."""
        labels = self._words.columns(table)
        named = (self._link(one.table, one.key) for one in rows_named(table, cells))
        own = (
            RowLink(capfirst(labels[column.name]), official=cells[column.name])
            for column in table.columns
            if _ADDRESS.fullmatch(cells.get(column.name) or "")
        )
        return list(dict.fromkeys(one for one in (*named, *own) if one))

    def _link(self, table: str, key: Key) -> RowLink | None:
        if table == Sources.name:
            return self._document(key[0])
        # What a row that is not judged yet says may be no key at all, of which no address is made.
        public = self._public(table, key) if self._words.knows(table, key) else ""
        if not public:
            return None
        kind = self._kinds.get(table)
        called = self._words.scope(kind, key[0]) if kind else self._words.topic(key[0])
        return RowLink(called, public)

    def _document(self, slug: str) -> RowLink | None:
        """The links of a document; one that its set brings has no page yet."""
        if known := self._documents.get(slug):
            return known
        cells = self._words.brought_cells(Sources.name, (slug,))
        official = cells.get("official_url", "")
        if not _ADDRESS.fullmatch(official):
            return None
        return RowLink(self._words.label(Sources.name, (slug,)), official=official)

    def _public(self, table: str, key: Key) -> str:
        if table == "topics":
            return reverse("zones:topic", args=key)
        match self._kinds.get(table):
            case None:
                return ""
            case ScopeKind.CITY:
                return reverse("zones:city", args=key)
            case ScopeKind.PROGRAMME:
                return f"{reverse('zones:batch-list')}#{key[0]}"
            case kind:
                return f"{reverse('zones:city-list')}?{urlencode({str(kind): key[0]})}"
