"""What was said before it was changed, where there are no versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Max

from zones.models.revisions import fresh_timeline


class Edit(models.Model):
    """One change of rows that have no versions, by the loader or in the admin.

    ``former`` holds each row's table, its natural key, and its cells before: none where it was not
    there. A load also says which ``folder`` it read, by what description (``package``), and for
    which ``tables`` the files and the database said the same afterwards.

    A database that is set back counts numbers once more that were counted before; the random
    ``mark`` tells those edits apart. The first load of all has none.
    """

    number = models.PositiveIntegerField(primary_key=True)
    mark = models.CharField(max_length=16, blank=True, editable=False)
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
        given = {"number": cls.newest() + 1, "mark": fresh_timeline()}
        return cls.objects.create(**given | what)
