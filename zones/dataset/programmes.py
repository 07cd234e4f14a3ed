"""Tables of programmes and batches."""

from __future__ import annotations

from zones.dataset.columns import one_of, partial_date, text, url, whole_number
from zones.dataset.places import named
from zones.dataset.tables import ForeignKey, ModelTable, Reference
from zones.models import Batch, Programme, Source, Verification


class Programmes(ModelTable):
    """Programmes, from wide to narrow."""

    name = "programmes"
    title = "The three pilots"
    model = Programme
    key = ("slug",)
    columns = (
        text("slug", longest=50, required=True),
        whole_number("position", required=True),
        *named(),
        text("kind", longest=50, required=True),
        partial_date("started_on", required=True),
        text("lead_agencies", longest=500, required=True),
        text("description_en", required=True),
        text("note", staff=True),
    )


class Batches(ModelTable):
    """Approval rounds."""

    name = "batches"
    title = "Approval rounds of the programmes"
    model = Batch
    key = ("programme", "number")
    columns = (
        text("programme", "programme__slug", required=True),
        whole_number("number", required=True),
        partial_date("approved_on"),
        partial_date("announced_on"),
        text("document_number", longest=50),
        text("title_zh", longest=300, required=True),
        text("title_en", longest=300, required=True),
        whole_number("city_count"),
        text("source_id", "source__slug", required=True),
        one_of("verification", Verification.values),
        text("caveat_en"),
        text("caveat_zh"),
        url("evidence_url", staff=True),
        text("note", staff=True),
    )
    references = (
        Reference("programme", Programme, "slug"),
        Reference("source_id", Source, "slug"),
    )
    foreign_keys = (
        ForeignKey(("programme",), "programmes", ("slug",)),
        ForeignKey(("source_id",), "sources", ("id",)),
    )
