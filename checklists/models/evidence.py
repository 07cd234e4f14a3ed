"""What proves that a duty is met: files and links, in versions that are never overwritten."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.stored_files import private_folder, random_name
from checklists.models.items import Item, SignedPeriod
from checklists.models.texts import readable
from zones.models.fields import LineField, WebAddressField
from zones.models.guards import Declaration, Frozen


def evidence_storage() -> FileSystemStorage:
    """Return where files of evidence lie."""
    return private_folder("evidence")


class Evidence(models.Model):
    """One piece of evidence: it may serve several items and several checklists.

    ``keep_until`` is the last day on which it must be kept; its files are discarded only later.
    """

    key = models.UUIDField(
        pgettext_lazy("field", "key"), default=uuid.uuid4, unique=True, editable=False
    )
    title = LineField(_("title"), max_length=200, validators=[readable])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="evidence",
        verbose_name=pgettext_lazy("field", "owner"),
    )
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    created_at = models.DateTimeField(pgettext_lazy("field", "made at"), auto_now_add=True)
    discarded_at = models.DateTimeField(
        pgettext_lazy("field", "discarded at"), null=True, blank=True
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "evidence")
        verbose_name_plural = pgettext_lazy("table", "evidence")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class EvidenceVersion(models.Model):
    """A file or a link as it was handed in. It is never changed; a newer one stands beside it."""

    guards: ClassVar[tuple[Declaration, ...]] = (Frozen("a version of evidence never changes"),)

    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        related_name="versions",
        verbose_name=pgettext_lazy("field", "evidence"),
    )
    number = models.PositiveIntegerField(pgettext_lazy("field", "number"))
    file = models.FileField(
        pgettext_lazy("field", "file"), storage=evidence_storage, upload_to=random_name, blank=True
    )
    file_name = models.CharField(
        pgettext_lazy("field", "name of the file"), max_length=200, blank=True
    )
    media_type = models.CharField(pgettext_lazy("field", "media type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(
        pgettext_lazy("field", "size"), null=True, blank=True, help_text=_("Bytes.")
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    url = WebAddressField(pgettext_lazy("field", "web address"), max_length=1000, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "handed in by"),
    )
    uploaded_at = models.DateTimeField(pgettext_lazy("field", "handed in at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "version of evidence")
        verbose_name_plural = pgettext_lazy("table", "versions of evidence")
        ordering = ["evidence", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "number"], name="checklists_evidenceversion_is_unique"
            ),
            models.CheckConstraint(
                condition=(~Q(file="") & ~Q(sha256="") & Q(url="", size__isnull=False))
                | (Q(file="", sha256="", size__isnull=True) & ~Q(url="")),
                name="checklists_evidenceversion_is_a_file_or_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name or self.url} ({self.number})"


class Attachment(models.Model):
    """A piece of evidence serving an item, with all its versions or those ``through`` a number.

    All are where whoever brought the evidence attached it; what others attached is borrowed.
    """

    item = models.ForeignKey(
        Item,
        models.CASCADE,
        related_name="attachments",
        verbose_name=pgettext_lazy("field", "item"),
    )
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        related_name="attachments",
        verbose_name=pgettext_lazy("field", "evidence"),
    )
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "attached by"),
    )
    attached_at = models.DateTimeField(pgettext_lazy("field", "attached at"), auto_now_add=True)
    through = models.PositiveIntegerField(
        pgettext_lazy("field", "newest version that serves"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "attached evidence")
        verbose_name_plural = pgettext_lazy("table", "attached evidence")
        ordering = ["item", "attached_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "evidence"], name="checklists_attachment_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} for {self.item_id}"

    @property
    def versions(self) -> list[EvidenceVersion]:
        """Return the versions it serves with, newest first.

        It takes no query where they were fetched before.
        """
        rows = self.evidence.versions.all()
        return [row for row in rows if self.through is None or row.number <= self.through]


class Proof(models.Model):
    """What a period was signed with; it is kept for as long as the period is.

    ``borrowed`` is what served the item without following it.
    """

    period = models.ForeignKey(
        SignedPeriod,
        models.PROTECT,
        related_name="proofs",
        verbose_name=pgettext_lazy("field", "signed round"),
    )
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        related_name="proofs",
        verbose_name=pgettext_lazy("field", "evidence"),
    )
    version = models.PositiveIntegerField(pgettext_lazy("field", "version"))
    borrowed = models.BooleanField(pgettext_lazy("field", "borrowed"), default=False)

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("what a round was signed with never changes"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "proof of a signed round")
        verbose_name_plural = pgettext_lazy("table", "proofs of signed rounds")
        ordering = ["period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "evidence"], name="checklists_proof_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} version {self.version} for round {self.period_id}"
