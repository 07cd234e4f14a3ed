"""Tables of programmes and batches."""

from __future__ import annotations

from dataclasses import replace

from zones.dataset.columns import kept_in
from zones.dataset.model_table import ModelTable, Reference
from zones.dataset.place_tables import named
from zones.dataset.table import ForeignKey
from zones.models import Batch, Programme, Source


class Programmes(ModelTable):
    """Programmes, from wide to narrow."""

    name = "programmes"
    title = "The three pilots"
    model = Programme
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(Programme, "slug"),
        kept_in(Programme, "position"),
        *named(Programme),
        kept_in(Programme, "kind"),
        kept_in(Programme, "started_on"),
        kept_in(Programme, "lead_agencies"),
        kept_in(Programme, "description_en"),
        replace(kept_in(Programme, "description_zh"), added_later=True),
        kept_in(Programme, "note", staff=True),
    )


class Batches(ModelTable):
    """Approval rounds."""

    name = "batches"
    lies_in = "programmes"
    title = "Approval rounds of the programmes"
    model = Batch
    key = ("programme", "number")
    decisive = ("approved_on", "announced_on", "document_number", "city_count", "source_id")
    columns = (
        kept_in(Batch, "programme", "programme__slug"),
        kept_in(Batch, "number"),
        kept_in(Batch, "approved_on"),
        kept_in(Batch, "announced_on"),
        kept_in(Batch, "document_number"),
        kept_in(Batch, "title_zh"),
        kept_in(Batch, "title_en"),
        kept_in(Batch, "city_count"),
        kept_in(Batch, "source_id", "source__slug"),
        kept_in(Batch, "verification"),
        kept_in(Batch, "caveat_en"),
        kept_in(Batch, "caveat_zh"),
        kept_in(Batch, "evidence_url", staff=True),
        kept_in(Batch, "note", staff=True),
    )
    references = (
        Reference("programme", Programme, "slug"),
        Reference("source_id", Source, "slug"),
    )
    foreign_keys = (
        ForeignKey(("programme",), "programmes", ("slug",)),
        ForeignKey(("source_id",), "sources", ("id",)),
    )
