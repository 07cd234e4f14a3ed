"""What analysts propose, and what became of it, as tables of a dump with its history.

They are written after the revisions to which they refer are replayed. Accounts are not part of a
dump: names are kept, and none is ever led to an account that happens to have that name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.core.management.color import no_style
from django.db import connection, models
from django.utils.translation import pgettext_lazy

from zones.dataset.columns import MOST_RISING, TableColumn, kept_in, moment
from zones.dataset.history_tables import HistoryTable
from zones.dataset.table import BATCH, Cells, Changes, ForeignKey, Load, TableRow
from zones.models import (
    Acknowledgement,
    AppliedRow,
    ChangeSet,
    LinkCheck,
    Policy,
    ProposedRow,
    ReaderReport,
    ReadingDraw,
    ResearchMark,
    RowEdit,
    SecondReading,
    SetComment,
    Source,
    SourceCopy,
)
from zones.rules.values import whole_number
from zones.rules.vocabulary import SetState


def _number(name: str, label: Any, path: str = "", *, required: bool = True) -> TableColumn:
    def read(cell: str) -> int:
        return whole_number(cell, least=0, most=MOST_RISING)

    return TableColumn(
        *(name, path or name, read, str, required, "integer"), empty=None, staff=True, label=label
    )


def _json(name: str, label: Any) -> TableColumn:
    """A column of cells by name, written as JSON in one order whatever a database makes of it."""

    def read(cell: str) -> Any:
        try:
            return json.loads(cell)
        except ValueError as wrong:
            raise ValueError(f"is not JSON: {wrong}") from None

    def write(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    return TableColumn(
        name, name, read, write, False, "object", empty=None, staff=True, label=label
    )


def _words(name: str, label: Any, path: str = "", *, required: bool = False) -> TableColumn:
    return TableColumn(*(name, path or name, str, str, required, "string"), staff=True, label=label)


NUMBER = pgettext_lazy("field", "number")
OF_SET = pgettext_lazy("field", "change set")
OF_ROW = pgettext_lazy("field", "proposed row")
TABLE = pgettext_lazy("field", "table")
KEY = pgettext_lazy("field", "key of the row")
NAME = pgettext_lazy("field", "name of the person")
AT = pgettext_lazy("field", "moment")
COPY = pgettext_lazy("field", "archived copy")
SETTLED = pgettext_lazy("field", "settled at")


class DeskTable(HistoryTable):
    """A table of the desk. A history that was dumped before there was one lacks it."""

    model: ClassVar[type[models.Model]]
    instead_of = ""
    is_optional = True
    key = ("number",)

    def current(self) -> Iterable[Cells]:
        """Yield the rows by number."""
        paths = [column.path for column in self.columns]
        for row in self.model._default_manager.order_by("pk").values_list(*paths).iterator():
            yield {c.name: self._cell(c, value) for c, value in zip(self.columns, row, strict=True)}

    @staticmethod
    def _cell(column: TableColumn, value: Any) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(UTC)
        return "" if value is None else column.write(value)

    def write(self, changes: Changes, load: Load) -> None:
        """Store the rows under the numbers that they had."""
        rows = [self.model(**self.fields(row)) for row in changes.added.values()]
        self.model._default_manager.bulk_create(rows, batch_size=BATCH)
        with connection.cursor() as cursor:
            for sql in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(sql)

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what the model keeps of a row."""
        return {self._attribute(column): row.values[column.name] for column in self.columns}

    def _attribute(self, column: TableColumn) -> str:
        field: Any = self.model._meta.get_field("id" if column.path == "pk" else column.path)
        return str(field.attname)

    def finish_restore(self, changes: Changes) -> None:
        """Do what waits for the other tables of the desk."""


class ChangeSets(DeskTable):
    """Change sets."""

    name = "change_sets"
    title = "Change sets"
    model = ChangeSet
    columns = (
        _number("number", NUMBER, "pk"),
        kept_in(ChangeSet, "title"),
        kept_in(ChangeSet, "reason"),
        kept_in(ChangeSet, "state"),
        _number("version", pgettext_lazy("field", "number of changes")),
        _words("author_name", pgettext_lazy("field", "author"), required=True),
        moment("opened_at", pgettext_lazy("field", "opened at")),
        moment("changed_at", pgettext_lazy("field", "last changed at")),
        _words("publisher_name", pgettext_lazy("field", "publisher")),
        _number("revision", pgettext_lazy("field", "published as revision"), required=False),
        _number("undoes", pgettext_lazy("field", "undoes revision"), required=False),
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
        _number("number", NUMBER, "pk"),
        _words("source", pgettext_lazy("field", "source"), "source__slug", required=True),
        _words("file", pgettext_lazy("field", "file"), required=True),
        kept_in(SourceCopy, "file_name"),
        kept_in(SourceCopy, "media_type"),
        _number("size", pgettext_lazy("field", "size")),
        _words("sha256", COPY, required=True),
        kept_in(SourceCopy, "read_at"),
        _words("name", NAME, required=True),
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
        _number("number", NUMBER, "pk"),
        _number("change_set", OF_SET),
        _words("table", TABLE, required=True),
        _words("key", KEY, required=True),
        kept_in(ProposedRow, "proposal"),
        _json("cells", pgettext_lazy("field", "proposed cells")),
        _json("before", pgettext_lazy("field", "cells before")),
        kept_in(ProposedRow, "change"),
        _number("base_revision", pgettext_lazy("field", "revision proposed against")),
        _number("version", pgettext_lazy("field", "number of changes")),
        kept_in(ProposedRow, "sent_back"),
        kept_in(ProposedRow, "quote"),
        replace(kept_in(ProposedRow, "quote_en"), added_later=True),
        kept_in(ProposedRow, "read_at"),
        replace(_number("copy", COPY, required=False), added_later=True),
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
    columns = (
        _number("number", NUMBER, "pk"),
        _number("change_set", OF_SET),
        _number("row", OF_ROW, required=False),
        _words("table", TABLE, required=True),
        _words("key", KEY, required=True),
        _words("name", NAME, required=True),
        moment("at", AT),
        _json("said", pgettext_lazy("field", "what the row said then")),
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
        _number("number", NUMBER, "pk"),
        _number("change_set", OF_SET),
        _number("row", OF_ROW, required=False),
        _words("name", NAME, required=True),
        moment("at", AT),
        _words("step", pgettext_lazy("field", "step")),
        _words("text", pgettext_lazy("field", "remark")),
    )
    foreign_keys = RowEdits.foreign_keys


class Acknowledgements(DeskTable):
    """Warnings, and why rows are right all the same."""

    name = "acknowledgements"
    title = "Warnings about rows, and why they are right all the same"
    model = Acknowledgement
    columns = (
        _number("number", NUMBER, "pk"),
        _number("row", OF_ROW),
        _words("warning", pgettext_lazy("field", "warning"), required=True),
        _words("about", pgettext_lazy("field", "what the warning says")),
        _words("reason", pgettext_lazy("field", "why it is right"), required=True),
        _words("name", NAME, required=True),
        moment("at", AT),
    )
    foreign_keys = (ForeignKey(("row",), "proposed_rows", ("number",)),)


class AppliedRows(DeskTable):
    """What became of rows."""

    name = "applied_rows"
    title = "What became of rows, by whom and why"
    model = AppliedRow
    columns = (
        _number("number", NUMBER, "pk"),
        _number("edit", pgettext_lazy("field", "number of the edit")),
        _number("revision", pgettext_lazy("field", "published as revision"), required=False),
        moment("at", AT),
        _words("table", TABLE, required=True),
        _words("key", KEY, required=True),
        _json("before", pgettext_lazy("field", "cells before")),
        _json("after", pgettext_lazy("field", "cells after")),
        kept_in(AppliedRow, "change"),
        _words("authors", pgettext_lazy("field", "authors"), required=True),
        _words("reviewer", pgettext_lazy("field", "reviewer"), required=True),
        _words("reason", pgettext_lazy("field", "why")),
        _words("quote", pgettext_lazy("field", "quote")),
        replace(_words("quote_en", pgettext_lazy("field", "quote in English")), added_later=True),
        _words("read_at", pgettext_lazy("field", "read at")),
        replace(_words("copy_sha256", COPY), added_later=True),
    )
    foreign_keys = (ForeignKey(("revision",), "revisions", ("number",)),)


class ReaderReports(DeskTable):
    """Problems that readers reported; who they are is in no dump."""

    name = "reader_reports"
    title = "Problems that readers reported, and what became of them"
    model = ReaderReport
    columns = (
        _number("number", NUMBER, "pk"),
        _words("topic", pgettext_lazy("field", "topic"), required=True),
        _words("place", pgettext_lazy("field", "place"), required=True),
        kept_in(ReaderReport, "day"),
        _number("known_at", pgettext_lazy("field", "revision read")),
        _words("answered", pgettext_lazy("field", "what was answered")),
        _words("text", pgettext_lazy("field", "what is wrong"), required=True),
        kept_in(ReaderReport, "source_url"),
        moment("at", AT),
        kept_in(ReaderReport, "outcome"),
        _words("note", pgettext_lazy("field", "note")),
        _words("name", NAME),
        replace(
            moment("settled_at", pgettext_lazy("field", "settled at")), required=False, empty=None
        ),
    )


class LinkChecks(DeskTable):
    """What became of asking official addresses, and since when they fail."""

    name = "link_checks"
    title = "Official addresses: when they were asked, and since when they fail"
    model = LinkCheck
    columns = (
        _number("number", NUMBER, "pk"),
        kept_in(LinkCheck, "address"),
        moment("checked_at", pgettext_lazy("field", "asked at")),
        kept_in(LinkCheck, "state"),
        _number("status", pgettext_lazy("field", "HTTP status"), required=False),
        kept_in(LinkCheck, "trouble"),
        _words("final_address", pgettext_lazy("field", "final address")),
        replace(
            moment("failing_since", pgettext_lazy("field", "failing since")),
            required=False,
            empty=None,
        ),
    )


class ReadingDraws(DeskTable):
    """Draws of answers to be read again."""

    name = "reading_draws"
    title = "Draws of answers that are read again"
    model = ReadingDraw
    columns = (
        _number("number", NUMBER, "pk"),
        _number("share", pgettext_lazy("field", "share")),
        _words("focus_area", pgettext_lazy("field", "focus area")),
        _words("topic", pgettext_lazy("field", "topic")),
        _number("seed", pgettext_lazy("field", "seed")),
        _number("known_at", pgettext_lazy("field", "revision read")),
        kept_in(ReadingDraw, "day"),
        _words("name", NAME, required=True),
        moment("at", AT),
    )


class SecondReadings(DeskTable):
    """Answers that were drawn, how they were answered again, and what became of it."""

    name = "second_readings"
    title = "Answers that were drawn, and how they were answered again"
    model = SecondReading
    columns = (
        _number("number", NUMBER, "pk"),
        _number("draw", pgettext_lazy("field", "draw")),
        _words("policy", pgettext_lazy("field", "policy"), "policy__identity", required=True),
        _number("version", pgettext_lazy("field", "version"), "policy__version"),
        _words("name", NAME),
        replace(moment("read_at", pgettext_lazy("field", "read on")), required=False, empty=None),
        _json("said", pgettext_lazy("field", "what was answered")),
        replace(kept_in(SecondReading, "agrees"), empty=None),
        kept_in(SecondReading, "settlement"),
        _words("note", pgettext_lazy("field", "note")),
        _words("settled_name", pgettext_lazy("field", "name of who settled it")),
        replace(moment("settled_at", SETTLED), required=False, empty=None),
    )
    foreign_keys = (ForeignKey(("draw",), "reading_draws", ("number",)),)

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what is kept of a reading: the version of the policy that was drawn."""
        named = ("number", "policy", "version", "draw")
        kept = {c.name: row.values[c.name] for c in self.columns if c.name not in named}
        said = row.values
        policy = Policy.objects.published().get(identity=said["policy"], version=said["version"])
        return kept | {"pk": said["number"], "draw_id": said["draw"], "policy": policy}


class ResearchMarks(DeskTable):
    """Until when entries of the research queue rest, and why; who looks into one is an account."""

    name = "research_marks"
    title = "Marks of the research queue"
    model = ResearchMark
    columns = (
        _number("number", NUMBER, "pk"),
        _words("kind", pgettext_lazy("field", "kind"), required=True),
        _words("subject", pgettext_lazy("field", "subject"), required=True),
        kept_in(ResearchMark, "rests_until"),
        _words("reason", pgettext_lazy("field", "reason")),
        _words("name", NAME, required=True),
        moment("at", AT),
    )


#: Each after those to which it refers.
DESK = (
    ChangeSets(),
    SourceCopies(),
    ProposedRows(),
    RowEdits(),
    SetComments(),
    Acknowledgements(),
    AppliedRows(),
    ResearchMarks(),
    ReaderReports(),
    ReadingDraws(),
    SecondReadings(),
    LinkChecks(),
)


def desk_tables(history: Sequence[HistoryTable]) -> Iterator[DeskTable]:
    """Yield the tables of the desk among those of a history."""
    return (table for table in history if isinstance(table, DeskTable))


def restore_desk(
    history: Sequence[HistoryTable],
    changes: Mapping[str, Changes],
    write: Callable[[DeskTable], None],
) -> None:
    """Write what analysts proposed, now that the revisions are there."""
    for table in desk_tables(history):
        write(table)
    for table in desk_tables(history):
        table.finish_restore(changes[table.name])
