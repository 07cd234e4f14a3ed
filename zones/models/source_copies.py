"""Archived copies of documents: the files that analysts read, kept as they were."""

from __future__ import annotations

from typing import ClassVar

from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.stored_files import private_folder, random_name
from zones.models.change_sets import by_person
from zones.models.fields import LineField, WebAddressField
from zones.models.guards import Declaration, Frozen
from zones.models.sources import Source


def copy_storage() -> FileSystemStorage:
    """Return where archived copies lie."""
    return private_folder("copies")


class SourceCopy(models.Model):
    """A file that was read for a document, with its hash. It never changes and is never public.

    The same bytes of one document are kept once. ``read_at`` is where they were found.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("an archived copy never changes", free=("person_id",)),
    )

    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="copies",
        verbose_name=pgettext_lazy("field", "source"),
    )
    file = models.FileField(
        pgettext_lazy("field", "file"), storage=copy_storage, upload_to=random_name
    )
    file_name = LineField(pgettext_lazy("field", "name of the file"), max_length=200)
    media_type = LineField(pgettext_lazy("field", "media type"), max_length=100)
    size = models.PositiveBigIntegerField(pgettext_lazy("field", "size"), help_text=_("Bytes."))
    sha256 = models.CharField("SHA-256", max_length=64)
    read_at = WebAddressField(pgettext_lazy("field", "read at"), blank=True)
    person = by_person("source_copies", pgettext_lazy("field", "person"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "time"))

    class Meta:
        verbose_name = pgettext_lazy("table", "archived copy")
        verbose_name_plural = pgettext_lazy("table", "archived copies")
        ordering = ["source", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "sha256"], name="zones_sourcecopy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.sha256[:12]})"
