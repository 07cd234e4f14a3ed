"""What proves that a duty is met: files and links, in versions that are never overwritten."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from checklists.models.checklists import Checklist
from checklists.models.items import Item
from checklists.models.texts import readable
from zones.models.guards import Declaration, Frozen


def evidence_storage() -> FileSystemStorage:
    """Where files of evidence lie: outside the web root, readable by the portal alone."""
    return FileSystemStorage(
        location=Path(settings.VAR_DIR) / "evidence",
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def random_name(_version: object, _file_name: str) -> str:
    """A name that tells nothing of the file; what it was called is a column."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Questions about evidence."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What a user brought, or what serves a checklist that the user may see."""
        if not user.is_authenticated:
            return self.none()
        seen = Checklist.objects.visible_to(user).values("pk")
        serving = Attachment.objects.filter(evidence=OuterRef("pk"), item__checklist__in=seen)
        found = Checklist.findings.through.objects.filter(
            finding__evidence=OuterRef("pk"), checklist__in=seen
        )
        return self.filter(Q(owner=user) | Exists(serving) | Exists(found))

    def usable_by(self, user: User) -> Self:
        """What a user may renew or let serve something else: their own, and what serves an open
        checklist that they edit.

        To see evidence is not enough, or a viewer could carry it into a checklist of their own.
        """
        edited = Checklist.objects.editable_by(user).open().values("pk")
        serving = Attachment.objects.filter(evidence=OuterRef("pk"), item__checklist__in=edited)
        return self.filter(Q(owner=user) | Exists(serving))


class Evidence(models.Model):
    """One piece of evidence: it may serve several items and several checklists.

    ``keep_until`` is the last day on which it must be kept; its files are discarded only later.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200, validators=[readable])
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="evidence")
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class EvidenceVersion(models.Model):
    """A file or a link as it was handed in. It is never changed; a newer one stands beside it."""

    guards: ClassVar[tuple[Declaration, ...]] = (Frozen("a version of evidence never changes"),)

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(storage=evidence_storage, upload_to=random_name, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
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
    """A piece of evidence serving an item."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="attachments")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="attachments")
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["item", "attached_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "evidence"], name="checklists_attachment_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} for {self.item_id}"
