"""What was said before it was changed, where there are no versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.revisions import fresh_timeline


class Edit(models.Model):
    """One change of rows that have no versions, by the loader or in the admin.

    ``former`` holds each row's table, its natural key, and its cells before: none where it was not
    there. A load also says which ``folder`` it read, by what description (``package``), and for
    which ``tables`` the files and the database said the same afterwards.

    A database that is set back counts numbers once more that were counted before; the random
    ``mark`` tells those edits apart. The first load of all has none.
    """

    number = models.PositiveIntegerField(pgettext_lazy("field", "number"), primary_key=True)
    mark = models.CharField(
        pgettext_lazy("field", "mark"),
        max_length=16,
        blank=True,
        editable=False,
        help_text=_("Random: it tells edits of one number apart where a database was set back."),
    )
    former = models.JSONField(pgettext_lazy("field", "rows before"), default=list)
    folder = models.TextField(pgettext_lazy("field", "folder"), blank=True)
    package = models.CharField(pgettext_lazy("field", "data package"), max_length=60, blank=True)
    tables = models.JSONField(
        pgettext_lazy("field", "tables alike"),
        default=list,
        help_text=_("Tables of which files and database said the same afterwards."),
    )
    revision = models.PositiveIntegerField(
        pgettext_lazy("field", "newest revision"),
        default=0,
        help_text=_("The newest revision after it."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "edit")
        verbose_name_plural = pgettext_lazy("table", "edits")
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
