"""Documents and who issued them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import active_language, in_language
from zones.models.certainty import one_of
from zones.models.day_order import last_before_first
from zones.models.fields import (
    KeyField,
    LineField,
    LinesField,
    OptionField,
    PartField,
    PartialDateField,
    SmallNumberField,
    WebAddressField,
    has_its_form,
    is_partial_date,
)
from zones.models.guards import Declaration
from zones.models.keys import Keyed, Keys
from zones.models.row_rules import Wrong
from zones.rules.values import SLUG, listed


class IssuerKind(models.TextChoices):
    """What sort of body an issuer is."""

    AUTHORITY = "authority", _("authority")
    LOCAL_GOVERNMENT = "local-government", _("local government")
    MEDIA = "media", _("media")
    OTHER = "other", _("other")


class Issuer(Keyed):
    """An authority or publisher. ``aliases`` are the spellings met in documents."""

    guards: ClassVar[tuple[Declaration, ...]] = (Keys(("slug",), renamable="slug"),)

    slug = KeyField(max_length=50, unique=True)
    name_en = LineField(pgettext_lazy("field", "English name"), max_length=200)
    name_zh = LineField(pgettext_lazy("field", "Chinese name"), max_length=200)
    abbreviation = LineField(pgettext_lazy("field", "abbreviation"), max_length=20, blank=True)
    official_site = WebAddressField(pgettext_lazy("field", "official site"), blank=True)
    kind = OptionField(
        pgettext_lazy("field", "kind of issuer"), max_length=20, choices=IssuerKind.choices
    )
    aliases = LinesField(
        pgettext_lazy("field", "other spellings"),
        blank=True,
        help_text=_("What documents call it beside its names, if anything, by semicolons."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "issuer")
        verbose_name_plural = pgettext_lazy("table", "issuers")
        ordering = ["slug"]
        constraints = [
            has_its_form("slug", SLUG, 50),
            one_of("kind", IssuerKind),
        ]

    def __str__(self) -> str:
        return in_language(self, "name", active_language())

    @property
    def spellings(self) -> list[str]:
        """Return what documents may call it, each once.

        These are the aliases, either name and the abbreviation.
        """
        names = (*listed(self.aliases), self.name_en, self.name_zh, self.abbreviation)
        return list(dict.fromkeys(filter(None, names)))

    def refuse_missed_spellings(self) -> None:
        """Refuse to give up a spelling by which a document names it, which would name nobody.

        Raises:
            ValidationError: a document does.
        """
        used = SourceIssuer.objects.filter(issuer=self.pk).exclude(spelling__in=self.spellings)
        if missed := used.select_related("source").order_by("source__slug", "pk").first():
            raise ValidationError({"aliases": missed_words(missed.source.slug, missed.spelling)})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Refuse a spelling that is another's: nobody could tell who issued a document.

        Raises:
            ValidationError: another issuer has it, or a document needs one that is given up.
        """
        super().validate_constraints(exclude)
        if self.pk:
            self.refuse_missed_spellings()
        others = type(self).objects.exclude(pk=self.pk)
        taken = {spelling: other for other in others for spelling in other.spellings}
        for spelling in self.spellings:
            if spelling in taken:
                told = _("%(spelling)s is what %(other)s is called.")
                said = told % {"spelling": spelling, "other": taken[spelling].slug}
                raise ValidationError({"aliases": said})


def missed_words(source: str, spelling: str) -> str:
    """Return why an issuer keeps a spelling."""
    told = _("%(source)s calls it %(spelling)s: keep that among the spellings.")
    return told % {"source": source, "spelling": spelling}


class SourceKind(models.TextChoices):
    """What sort of document a source is."""

    LAW = "law", _("law")
    ADMINISTRATIVE_REGULATION = "administrative-regulation", _("administrative regulation")
    DEPARTMENTAL_RULE = "departmental-rule", _("departmental rule")
    STATE_COUNCIL_REPLY = "state-council-reply", _("State Council reply")
    NOTICE = "notice", _("notice")
    ANNOUNCEMENT = "announcement", _("announcement")
    LETTER = "letter", _("letter")
    LOCAL = "local", _("local document")
    NEWS = "news", _("news")


class SourceStatus(models.TextChoices):
    """Whether a document is in force itself."""

    IN_FORCE = "in-force", _("in force")
    REPEALED = "repealed", _("repealed")
    EXPIRED = "expired", _("expired")
    UNKNOWN = "unknown", pgettext_lazy("status of a document", "unknown")


class Source(Keyed):
    """The document a policy rests on. ``seen_url`` is for staff and never public."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Keys(("slug",), parts=("zones.SourceIssuer",), renamable="slug"),
    )

    slug = KeyField(max_length=60, unique=True)
    document_number = LineField(
        pgettext_lazy("field", "document number"), max_length=50, blank=True
    )
    kind = OptionField(
        pgettext_lazy("field", "kind of document"), max_length=30, choices=SourceKind.choices
    )
    issuers = models.ManyToManyField(
        Issuer,
        through="SourceIssuer",
        related_name="sources",
        verbose_name=pgettext_lazy("field", "issued by"),
        help_text=_(
            "What documents call the issuers, in the order of the document, by semicolons."
        ),
    )
    title_en = LineField(pgettext_lazy("field", "English title"), max_length=300)
    title_zh = LineField(pgettext_lazy("field", "Chinese title"), max_length=300)
    issued_on = PartialDateField(pgettext_lazy("field", "issued on"), null=True, blank=True)
    effective_on = PartialDateField(
        pgettext_lazy("field", "takes effect on"), null=True, blank=True
    )
    repealed_on = PartialDateField(pgettext_lazy("field", "repealed on"), null=True, blank=True)
    status = OptionField(
        pgettext_lazy("field", "whether it is in force"),
        max_length=10,
        choices=SourceStatus.choices,
    )
    official_url = WebAddressField(
        pgettext_lazy("field", "official address"), max_length=500, blank=True
    )
    seen_url = WebAddressField(
        pgettext_lazy("field", "seen at"),
        max_length=500,
        blank=True,
        help_text=_("Where staff read it; never public."),
    )
    note = LinesField(
        pgettext_lazy("field", "note for staff"), blank=True, help_text=_("For staff.")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "source")
        verbose_name_plural = pgettext_lazy("table", "sources")
        ordering = ["slug"]
        constraints = [
            has_its_form("slug", SLUG, 60),
            one_of("kind", SourceKind),
            one_of("status", SourceStatus),
            is_partial_date("issued_on"),
            is_partial_date("effective_on"),
            is_partial_date("repealed_on"),
        ]

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield that it was repealed neither before it was issued, nor before it took effect."""
        yield from super().rules()
        for earlier in ("issued_on", "effective_on"):
            yield partial(last_before_first, self, earlier, "repealed_on")

    def __str__(self) -> str:
        return self.document_number or in_language(self, "title", active_language())


class SourceIssuer(models.Model):
    """One issuer of a document, in the order and the spelling the document gives."""

    source = models.ForeignKey(
        Source,
        models.CASCADE,
        related_name="issued_by",
        verbose_name=pgettext_lazy("field", "source"),
    )
    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="issued", verbose_name=pgettext_lazy("field", "issuer")
    )
    position = SmallNumberField(pgettext_lazy("field", "position"))
    spelling = PartField(
        pgettext_lazy("field", "spelling"),
        max_length=200,
        help_text=_("What the document calls it."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "issuer of a document")
        verbose_name_plural = pgettext_lazy("table", "issuers of documents")
        ordering = ["source", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "position"], name="zones_sourceissuer_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.spelling

    def clean(self) -> None:
        """Refuse what the issuer is not called.

        Raises:
            ValidationError: the spelling is none of the issuer's.
        """
        if self.issuer_id and self.spelling and self.spelling not in self.issuer.spellings:
            told = _("%(issuer)s is not called this; it is called: %(spellings)s")
            known = ", ".join(self.issuer.spellings)
            said = told % {"issuer": self.issuer, "spellings": known}
            raise ValidationError({"spelling": said})
