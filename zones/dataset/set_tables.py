"""Change sets and what became of them, as tables of a dump with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import pgettext_lazy

from zones.dataset.columns import kept_in, moment
from zones.dataset.desk_table import (
    AT,
    COPY,
    KEY,
    NAME,
    NUMBER,
    OF_ROW,
    OF_SET,
    TABLE,
    DeskTable,
    json_column,
    number_column,
    words_column,
)
from zones.dataset.table import Changes, ForeignKey, TableRow
from zones.models import (
    Acknowledgement,
    AppliedRow,
    ChangeSet,
    ProposedRow,
    RowEdit,
    SetComment,
    Source,
    SourceCopy,
)
from zones.rules.vocabulary import SetState

IN_ENGLISH = pgettext_lazy("field", "quote in English")


class ChangeSets(DeskTable):
    """Change sets."""

    name = "change_sets"
    title = "Change sets"
    model = ChangeSet
    accounts: ClassVar[Mapping[str, str]] = {
        "author_name": "author",
        "publisher_name": "publisher",
    }
    columns = (
        number_column("number", NUMBER, "pk"),
        kept_in(ChangeSet, "title"),
        kept_in(ChangeSet, "reason"),
        kept_in(ChangeSet, "state"),
        number_column("version", pgettext_lazy("field", "number of changes")),
        words_column("author_name", pgettext_lazy("field", "author"), required=True),
        moment("opened_at", pgettext_lazy("field", "opened at")),
        moment("changed_at", pgettext_lazy("field", "last changed at")),
        words_column("publisher_name", pgettext_lazy("field", "publisher")),
        number_column("revision", pgettext_lazy("field", "published as revision"), required=False),
        number_column("undoes", pgettext_lazy("field", "undoes revision"), required=False),
    )
    foreign_keys = (
        ForeignKey(("revision",), "revisions", ("number",)),
        ForeignKey(("undoes",), "revisions", ("number",)),
    )

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what is kept of a set: one that is published takes its rows as a draft."""
        found = super().fields(row)
        if found["state"] == SetState.PUBLISHED:
            found |= {"state": SetState.DRAFT.value, "revision_id": None}
        return found

    def finish_restore(self, changes: Changes) -> None:
        """Close the sets that are published, now that they have their rows."""
        for row in changes.added.values():
            if row.values["state"] == SetState.PUBLISHED:
                sets = ChangeSet.objects.filter(pk=row.values["number"])
                sets.update(state=row.values["state"], revision_id=row.values["revision"])


class SourceCopies(DeskTable):
    """Archived copies: their hashes and where their files lie. A dump holds no files."""

    name = "source_copies"
    title = "Archived copies of documents"
    model = SourceCopy
    columns = (
        number_column("number", NUMBER, "pk"),
        words_column("source", pgettext_lazy("field", "source"), "source__slug", required=True),
        words_column("file", pgettext_lazy("field", "file"), required=True),
        kept_in(SourceCopy, "file_name"),
        kept_in(SourceCopy, "media_type"),
        number_column("size", pgettext_lazy("field", "size")),
        words_column("sha256", COPY, required=True),
        kept_in(SourceCopy, "read_at"),
        words_column("name", NAME, required=True),
        moment("at", AT),
    )
    foreign_keys = (ForeignKey(("source",), "sources", ("id",)),)

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what is kept of a copy: the source by its key."""
        kept = {c.name: row.values[c.name] for c in self.columns if c.name != "source"}
        kept["pk"] = kept.pop("number")
        return kept | {"source": Source.objects.get(slug=row.values["source"])}


class ProposedRows(DeskTable):
    """Proposed rows."""

    name = "proposed_rows"
    title = "Rows that change sets propose"
    model = ProposedRow
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("change_set", OF_SET),
        words_column("table", TABLE, required=True),
        words_column("key", KEY, required=True),
        kept_in(ProposedRow, "proposal"),
        json_column("cells", pgettext_lazy("field", "proposed cells")),
        json_column("before", pgettext_lazy("field", "cells before")),
        kept_in(ProposedRow, "change"),
        number_column("base_revision", pgettext_lazy("field", "revision proposed against")),
        number_column("version", pgettext_lazy("field", "number of changes")),
        kept_in(ProposedRow, "sent_back"),
        kept_in(ProposedRow, "quote"),
        replace(kept_in(ProposedRow, "quote_en"), added_later=True),
        kept_in(ProposedRow, "read_at"),
        replace(number_column("copy", COPY, required=False), added_later=True),
        replace(kept_in(ProposedRow, "clause"), added_later=True),
        replace(kept_in(ProposedRow, "clause_zh"), added_later=True),
        replace(kept_in(ProposedRow, "verified_by"), added_later=True),
    )
    foreign_keys = (
        ForeignKey(("change_set",), "change_sets", ("number",)),
        ForeignKey(("copy",), "source_copies", ("number",)),
    )


class RowEdits(DeskTable):
    """Who wrote which row."""

    name = "row_edits"
    title = "Who wrote the rows of change sets"
    model = RowEdit
    accounts: ClassVar[Mapping[str, str]] = {"name": "person"}
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("change_set", OF_SET),
        number_column("row", OF_ROW, required=False),
        words_column("table", TABLE, required=True),
        words_column("key", KEY, required=True),
        words_column("name", NAME, required=True),
        moment("at", AT),
        json_column("said", pgettext_lazy("field", "what the row said then")),
    )
    foreign_keys = (
        ForeignKey(("change_set",), "change_sets", ("number",)),
        ForeignKey(("row",), "proposed_rows", ("number",)),
    )


class SetComments(DeskTable):
    """Remarks on sets, and their steps."""

    name = "set_comments"
    title = "Remarks on change sets, and their steps"
    model = SetComment
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("change_set", OF_SET),
        number_column("row", OF_ROW, required=False),
        words_column("name", NAME, required=True),
        moment("at", AT),
        words_column("step", pgettext_lazy("field", "step")),
        words_column("text", pgettext_lazy("field", "remark")),
    )
    foreign_keys = RowEdits.foreign_keys


class Acknowledgements(DeskTable):
    """Warnings, and why rows are right all the same."""

    name = "acknowledgements"
    title = "Warnings about rows, and why they are right all the same"
    model = Acknowledgement
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("row", OF_ROW),
        words_column("warning", pgettext_lazy("field", "warning"), required=True),
        words_column("about", pgettext_lazy("field", "what the warning says")),
        words_column("reason", pgettext_lazy("field", "why it is right"), required=True),
        words_column("name", NAME, required=True),
        moment("at", AT),
    )
    foreign_keys = (ForeignKey(("row",), "proposed_rows", ("number",)),)


class AppliedRows(DeskTable):
    """What became of rows."""

    name = "applied_rows"
    title = "What became of rows, by whom and why"
    model = AppliedRow
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("edit", pgettext_lazy("field", "number of the edit")),
        number_column("revision", pgettext_lazy("field", "published as revision"), required=False),
        moment("at", AT),
        words_column("table", TABLE, required=True),
        words_column("key", KEY, required=True),
        json_column("before", pgettext_lazy("field", "cells before")),
        json_column("after", pgettext_lazy("field", "cells after")),
        kept_in(AppliedRow, "change"),
        words_column("authors", pgettext_lazy("field", "authors"), required=True),
        words_column("reviewer", pgettext_lazy("field", "reviewer"), required=True),
        words_column("reason", pgettext_lazy("field", "why")),
        words_column("quote", pgettext_lazy("field", "quote")),
        replace(
            words_column("quote_en", pgettext_lazy("field", "quote in English")), added_later=True
        ),
        words_column("read_at", pgettext_lazy("field", "read at")),
        replace(words_column("copy_sha256", COPY), added_later=True),
        replace(kept_in(AppliedRow, "clause"), added_later=True),
        replace(kept_in(AppliedRow, "clause_zh"), added_later=True),
        replace(kept_in(AppliedRow, "verified_by"), added_later=True),
    )
    foreign_keys = (ForeignKey(("revision",), "revisions", ("number",)),)
