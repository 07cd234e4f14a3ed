"""Forms of the desk that were taken, so that one that is sent twice does what it asks for once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PostedForm(models.Model):
    """A form that somebody sent and that was taken, and where it led on.

    ``mark`` is worked out from what the form says and from what tells it apart from others that say
    the same. It is kept for a day, goes with the account, and is part of no dump.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="posted_forms",
        verbose_name=pgettext_lazy("field", "person"),
    )
    mark = models.CharField(pgettext_lazy("field", "mark of a form"), max_length=64)
    leads_to = models.TextField(pgettext_lazy("field", "address led on to"), blank=True)
    at = models.DateTimeField(pgettext_lazy("field", "time"))

    class Meta:
        verbose_name = _("form that was taken")
        verbose_name_plural = _("forms that were taken")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "mark"], name="zones_postedform_once"),
        ]

    def __str__(self) -> str:
        return self.mark
