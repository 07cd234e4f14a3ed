"""Tables of issuers and documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.quotation import quoted
from zones.dataset.columns import kept_in, parts, same_list
from zones.dataset.model_table import ModelTable, refused_words
from zones.dataset.naming import Naming
from zones.dataset.place_tables import named
from zones.dataset.table import Cells, Changes, Key, Load, TableRow
from zones.models import Issuer, Source, SourceIssuer
from zones.models.sources import missed_words

#: Columns that say what an issuer is called.
SPELT = ("name_en", "name_zh", "abbreviation", "aliases")


class Issuers(ModelTable):
    """Issuers."""

    name = "issuers"
    title = "Authorities and publishers"
    model = Issuer
    key = ("slug",)
    sorted_by_key = True
    columns = (
        kept_in(Issuer, "slug"),
        *named(Issuer),
        kept_in(Issuer, "abbreviation"),
        kept_in(Issuer, "official_site"),
        kept_in(Issuer, "kind"),
        replace(kept_in(Issuer, "aliases"), same=same_list),
    )

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with issuers, and with the spellings that there will be."""
        super().check(changes, load)
        self.finish(load)

    def finish(self, load: Load) -> None:
        """Refuse a spelling that two issuers have: nobody could tell who issued a document.

        One by which a document names its issuer is kept.
        """
        changes = load.changes[self.name]
        refused = refused_issuers(load)
        issuers = issuers_after(load, refused) if changes else []
        self._refuse_missed(changes, {issuer.slug: issuer.spellings for issuer in issuers}, load)
        rows = {**refused, **{slug: row for (slug,), row in changes.rows.items()}}
        known: dict[str, str] = {}
        for issuer in issuers:
            for spelling in issuer.spellings:
                if known.setdefault(spelling, issuer.slug) != issuer.slug:
                    both = known[spelling], issuer.slug
                    row = next((rows[slug] for slug in reversed(both) if slug in rows), None)
                    self._refuse_spelling(load, row, spelling, both)
        for (slug,), row in changes.refused:
            for spelling in _read_issuer(row).spellings if row.is_double else ():
                if (other := known.get(spelling, slug)) != slug:
                    self._refuse_spelling(load, row, spelling, (other, slug))

    def _refuse_spelling(
        self, load: Load, row: TableRow | None, spelling: str, both: tuple[str, str]
    ) -> None:
        why = gettext("%(text)s is what %(one)s and %(other)s are called")
        why %= {"text": quoted(spelling), "one": both[0], "other": both[1]}
        self.refuse(load, row, "aliases", why)

    def _refuse_missed(
        self, changes: Changes, spellings: Mapping[str, Sequence[str]], load: Load
    ) -> None:
        known = {
            key[0]: row
            for key, row in changes.checked
            if key in changes.before and row.bears(self.key) and row.has(*SPELT)
        }
        named = SourceIssuer.objects.filter(issuer__slug__in=known)
        rewritten = load.changes.get(Sources.name, Changes()).rows
        told: set[str] = set()
        path = ("source__slug", "issuer__slug", "spelling")
        for source, slug, spelling in named.order_by("source__slug", "pk").values_list(*path):
            kept = spelling in spellings[slug] or (source,) in rewritten
            if not kept and slug not in told:
                told.add(slug)
                why = missed_words(source, spelling)
                self.refuse(load, known[slug], "aliases", why)


def refused_issuers(load: Load) -> dict[str, TableRow]:
    """Return the issuers that are refused themselves, by their keys."""
    changes = load.changes.get(Issuers.name, Changes())
    return {key[0]: row for key, row in changes.refused if row.bears(Issuers.key)}


def issuers_after(load: Load, refused: Mapping[str, TableRow] | None = None) -> list[Issuer]:
    """Return the issuers that there will be after a load, unsaved where it writes them; with
    ``refused`` rows, by their keys, those that there would be, as far as they can be read.
    """
    changes = load.changes.get(Issuers.name, Changes())
    stored = {issuer.slug: issuer for issuer in Issuer.objects.all()}
    rows = {**(refused or {}), **{slug: row for (slug,), row in changes.rows.items()}}
    for slug, row in rows.items():
        stored[slug] = _read_issuer(row)
    gone = {slug for (slug,) in changes.absent} if load.withdraw else set()
    return [issuer for slug, issuer in stored.items() if slug not in gone]


def _read_issuer(row: TableRow) -> Issuer:
    """An unsaved issuer as far as its row can be read."""
    read = [name for name in ("slug", *SPELT) if row.has(name)]
    return Issuer(**{name: row.values[name] for name in read})


class Sources(ModelTable):
    """Documents, with their issuers by any of their spellings."""

    name = "sources"
    title = "Documents that policies, zones and duties rest on"
    model = Source
    part_models = {SourceIssuer: "source"}
    key = ("id",)
    sorted_by_key = True
    columns = (
        kept_in(Source, "id", "slug"),
        kept_in(Source, "document_number"),
        kept_in(Source, "kind"),
        parts(
            "issuers",
            pgettext_lazy("field", "issued by"),
            joined_by="; ",
            told=_("What documents call the issuers, in the order of the document, by semicolons."),
        ),
        kept_in(Source, "title_en"),
        kept_in(Source, "title_zh"),
        kept_in(Source, "issued_on"),
        kept_in(Source, "effective_on"),
        kept_in(Source, "repealed_on"),
        kept_in(Source, "status"),
        kept_in(Source, "official_url"),
        kept_in(Source, "seen_url", staff=True),
        kept_in(Source, "note", staff=True),
    )
    names: ClassVar[Mapping[str, Naming]] = {
        "issuers": Naming("issuers", many=True, called="name_en")
    }
    derived = ("issuers",)

    def queryset(self) -> Any:
        """Return documents with their issuers."""
        return super().queryset().prefetch_related("issued_by")

    def known_beside(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return all documents as they are now: any may have the number of another."""
        return {self.key_of(cells): cells for cells in self.current()}

    def cells(self, row: Source) -> dict[str, str]:
        """Return the cells of one document."""
        issuers = "; ".join(issued.spelling for issued in row.issued_by.all())
        return {
            column.name: issuers
            if column.name == "issuers"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with documents, and issuers that are nobody."""
        super().check(changes, load)
        if changes:
            known = {spelling for issuer in issuers_after(load) for spelling in issuer.spellings}
            refused = refused_issuers(load)
            after = issuers_after(load, refused) if refused else ()
            meant = {spelling for issuer in after for spelling in issuer.spellings}
            what = str(Issuer._meta.verbose_name)
            for _key, row in changes.checked:
                named = row.values["issuers"] if row.has("issuers") else ()
                for spelling in (own for own in named if own not in known):
                    is_meant = spelling in meant
                    why = refused_words(what, spelling) if is_meant else _nobody(spelling)
                    self.refuse(load, row, "issuers", why)

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
                    self.refuse(load, row, "issuers", _nobody(spelling))
        SourceIssuer.objects.bulk_create(links, batch_size=500)


def _nobody(spelling: str) -> str:
    why = gettext("%s is not what an issuer is called: add it to the issuers first")
    return why % quoted(spelling)
