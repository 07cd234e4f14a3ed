"""What was said before it was changed, where there are no versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Max


class Edit(models.Model):
    """One change of rows that have no versions, by the loader or in the admin.

    ``former`` holds each row's table, its natural key, and its cells before: none where it was not
    there. A load also says which ``folder`` it read, by what description (``package``), and for
    which ``tables`` the files and the database said the same afterwards.
    """

    number = models.PositiveIntegerField(primary_key=True)
    former = models.JSONField(default=list)
    folder = models.TextField(blank=True)
    package = models.CharField(max_length=60, blank=True)
    tables = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0, help_text="The newest revision after it.")

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def newest(cls) -> int:
        """Return the number of the last edit."""
        return cls.objects.aggregate(newest=Max("number"))["newest"] or 0

    @classmethod
    def note(cls, **what: Any) -> Edit:
        """Note one more edit."""
        return cls.objects.create(number=cls.newest() + 1, **what)
