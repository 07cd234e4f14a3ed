"""Tables of issuers and documents."""

from __future__ import annotations

from typing import Any

from zones.dataset.columns import names_some, one_of, partial_date, text, url
from zones.dataset.places import named
from zones.dataset.tables import Changes, Load, ModelTable
from zones.models import Issuer, IssuerKind, Source, SourceIssuer, SourceKind, SourceStatus


class Issuers(ModelTable):
    """Issuers."""

    name = "issuers"
    title = "Authorities and publishers"
    model = Issuer
    key = ("slug",)
    sorted_by_key = True
    columns = (
        text("slug", longest=50, required=True),
        *named(),
        text("abbreviation", longest=20),
        url("official_site"),
        one_of("kind", IssuerKind.values),
        text("aliases", required=True),
    )


class Sources(ModelTable):
    """Documents, with their issuers by any of their spellings."""

    name = "sources"
    title = "Documents that policies, zones and duties rest on"
    model = Source
    key = ("id",)
    sorted_by_key = True
    columns = (
        text("id", "slug", longest=60, required=True),
        text("document_number", longest=50),
        one_of("kind", SourceKind.values),
        names_some("issuers"),
        text("title_en", longest=300, required=True),
        text("title_zh", longest=300, required=True),
        partial_date("issued_on"),
        partial_date("effective_on"),
        partial_date("repealed_on"),
        one_of("status", SourceStatus.values),
        url("official_url"),
        url("seen_url", staff=True),
        text("note", staff=True),
    )
    derived = ("issuers",)

    def queryset(self) -> Any:
        """Documents with their issuers."""
        return super().queryset().prefetch_related("issued_by")

    def cells(self, row: Source) -> dict[str, str]:
        """One document's cells."""
        issuers = "; ".join(issued.spelling for issued in row.issued_by.all())
        return {
            column.name: issuers
            if column.name == "issuers"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write who issued each document."""
        issuers = {name: issuer for issuer in Issuer.objects.all() for name in issuer.spellings}
        sources = self.by_key(changes.rows)
        SourceIssuer.objects.filter(source__in=[s.pk for s in sources.values()]).delete()
        links = []
        for key, source in sources.items():
            row = changes.rows[key]
            for position, spelling in enumerate(row.values["issuers"], start=1):
                if spelling in issuers:
                    links.append(
                        SourceIssuer(
                            source=source,
                            issuer=issuers[spelling],
                            position=position,
                            spelling=spelling,
                        )
                    )
                else:
                    why = f"{spelling!r} is no alias of an issuer; add it to issuers.csv"
                    self.refuse(load, row, "issuers", why)
        SourceIssuer.objects.bulk_create(links, batch_size=500)
