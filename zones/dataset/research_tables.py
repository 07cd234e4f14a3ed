"""What the desk looks into, as tables of a dump: reports, links, readings and marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import pgettext_lazy

from zones.dataset.columns import kept_in, moment
from zones.dataset.desk_table import (
    AT,
    NAME,
    NUMBER,
    SETTLED,
    DeskTable,
    json_column,
    number_column,
    words_column,
)
from zones.dataset.table import ForeignKey, TableRow
from zones.models import (
    LinkCheck,
    Policy,
    ReaderReport,
    ReadingDraw,
    ResearchMark,
    SecondReading,
)


class ReaderReports(DeskTable):
    """Problems that readers reported; who they are is in no dump."""

    name = "reader_reports"
    title = "Problems that readers reported, and what became of them"
    model = ReaderReport
    columns = (
        number_column("number", NUMBER, "pk"),
        words_column("topic", pgettext_lazy("field", "topic"), required=True),
        words_column("place", pgettext_lazy("field", "place"), required=True),
        kept_in(ReaderReport, "day"),
        number_column("known_at", pgettext_lazy("field", "revision read")),
        words_column("answered", pgettext_lazy("field", "what was answered")),
        words_column("text", pgettext_lazy("field", "what is wrong"), required=True),
        kept_in(ReaderReport, "source_url"),
        moment("at", AT),
        kept_in(ReaderReport, "outcome"),
        words_column("note", pgettext_lazy("field", "note")),
        words_column("name", NAME),
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
        number_column("number", NUMBER, "pk"),
        kept_in(LinkCheck, "address"),
        moment("checked_at", pgettext_lazy("field", "asked at")),
        kept_in(LinkCheck, "state"),
        number_column("status", pgettext_lazy("field", "HTTP status"), required=False),
        kept_in(LinkCheck, "trouble"),
        words_column("final_address", pgettext_lazy("field", "final address")),
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
        number_column("number", NUMBER, "pk"),
        number_column("share", pgettext_lazy("field", "share")),
        words_column("focus_area", pgettext_lazy("field", "focus area")),
        words_column("topic", pgettext_lazy("field", "topic")),
        replace(words_column("programme", pgettext_lazy("field", "programme")), added_later=True),
        replace(words_column("city", pgettext_lazy("field", "city")), added_later=True),
        number_column("seed", pgettext_lazy("field", "seed")),
        number_column("known_at", pgettext_lazy("field", "revision read")),
        kept_in(ReadingDraw, "day"),
        words_column("name", NAME, required=True),
        moment("at", AT),
    )


class SecondReadings(DeskTable):
    """Answers that were drawn, how they were answered again, and what became of it."""

    name = "second_readings"
    title = "Answers that were drawn, and how they were answered again"
    model = SecondReading
    accounts: ClassVar[Mapping[str, str]] = {"name": "reader", "settled_name": "settled_by"}
    columns = (
        number_column("number", NUMBER, "pk"),
        number_column("draw", pgettext_lazy("field", "draw")),
        words_column("policy", pgettext_lazy("field", "policy"), "policy__identity", required=True),
        number_column("version", pgettext_lazy("field", "version"), "policy__version"),
        words_column("name", NAME),
        replace(moment("read_at", pgettext_lazy("field", "read on")), required=False, empty=None),
        json_column("said", pgettext_lazy("field", "what was answered")),
        replace(kept_in(SecondReading, "agrees"), empty=None),
        kept_in(SecondReading, "settlement"),
        words_column("note", pgettext_lazy("field", "note")),
        replace(
            number_column(
                "correction", pgettext_lazy("field", "corrected by change set"), required=False
            ),
            added_later=True,
        ),
        words_column("settled_name", pgettext_lazy("field", "name of who settled it")),
        replace(moment("settled_at", SETTLED), required=False, empty=None),
    )
    foreign_keys = (
        ForeignKey(("draw",), "reading_draws", ("number",)),
        ForeignKey(("correction",), "change_sets", ("number",)),
    )

    def fields(self, row: TableRow) -> dict[str, Any]:
        """Return what is kept of a reading: the version of the policy that was drawn."""
        named = ("number", "policy", "version", "draw", "correction")
        kept = {c.name: row.values[c.name] for c in self.columns if c.name not in named}
        said = row.values
        policy = Policy.objects.published().get(identity=said["policy"], version=said["version"])
        numbers = {
            "pk": said["number"],
            "draw_id": said["draw"],
            "correction_id": said["correction"],
        }
        return kept | numbers | {"policy": policy}


class ResearchMarks(DeskTable):
    """Until when entries of the research queue rest, and why; who looks into one is an account."""

    name = "research_marks"
    title = "Marks of the research queue"
    model = ResearchMark
    columns = (
        number_column("number", NUMBER, "pk"),
        words_column("kind", pgettext_lazy("field", "kind"), required=True),
        words_column("subject", pgettext_lazy("field", "subject"), required=True),
        kept_in(ResearchMark, "rests_until"),
        words_column("reason", pgettext_lazy("field", "reason")),
        words_column("name", NAME, required=True),
        moment("at", AT),
    )
