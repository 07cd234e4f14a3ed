"""Filters of lists at the desk that somebody keeps under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.fields import LineField


class SavedFilter(models.Model):
    """What a list at the desk was asked for, under a name: one's own, or shared with all there.

    ``list_name`` is the name of the list's address, ``query`` what stood behind that. It goes with
    its owner's account, and is part of no dump.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_filters",
        verbose_name=pgettext_lazy("field", "owner"),
    )
    list_name = models.CharField(pgettext_lazy("field", "list"), max_length=100)
    name = LineField(pgettext_lazy("field", "name"), max_length=80)
    query = models.CharField(pgettext_lazy("field", "filters"), max_length=2000)
    is_shared = models.BooleanField(pgettext_lazy("field", "shared with all at the desk"))

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["list_name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"], name="zones_savedfilter_once"
            ),
        ]
        indexes = [models.Index(fields=["list_name", "name"], name="zones_savedfilter_of_list")]

    def __str__(self) -> str:
        return self.name
