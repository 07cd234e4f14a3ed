"""Who did what when. The database refuses to change or delete an entry."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.china_time import in_china
from checklists.models.checklists import Checklist
from checklists.models.items import Item
from zones.models.certainty import one_of
from zones.models.guards import Declaration, Frozen


class Act(models.TextChoices):
    """What was done."""

    STARTED = "started", _("started")
    ANSWERED = "answered", _("changed the answers")
    SET_STATUS = "set-status", _("set the status")
    ASSIGNED = "assigned", _("assigned")
    SET_DUE = "set-due", _("set the due day")
    COMMENTED = "commented", _("commented")
    ATTACHED = "attached", _("attached evidence")
    DETACHED = "detached", _("detached evidence")
    RENEWED = "renewed", _("handed in a newer version")
    KEPT = "kept", _("said until when evidence is kept")
    DISCARDED = "discarded", _("discarded the files of evidence")
    FOUND = "found", _("recorded a finding")
    WITHDREW = "withdrew", _("withdrew a finding")
    OFFERED = "offered", _("offered a finding to the analysts")
    SHARED = "shared", _("shared")
    UNSHARED = "unshared", _("stopped sharing")
    HANDED_OVER = "handed-over", _("handed over")
    ACCEPTED = "accepted", _("accepted changes of the law")
    RENAMED = "renamed", _("renamed")
    CLOSED = "closed", pgettext_lazy("act", "closed")
    REOPENED = "reopened", _("reopened")


class LogEntry(models.Model):
    """One act on a checklist; ``detail`` says before and after."""

    guards: ClassVar[tuple[Declaration, ...]] = (Frozen("the log never changes"),)

    checklist = models.ForeignKey(
        Checklist,
        models.PROTECT,
        related_name="log",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    item = models.ForeignKey(
        Item,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="log",
        verbose_name=pgettext_lazy("field", "item"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "person"),
    )
    act = models.CharField(pgettext_lazy("field", "act"), max_length=12, choices=Act.choices)
    detail = models.JSONField(pgettext_lazy("field", "detail"), default=dict)
    done_at = models.DateTimeField(pgettext_lazy("field", "time"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "log entry")
        verbose_name_plural = pgettext_lazy("table", "log entries")
        ordering = ["-pk"]
        constraints = [one_of("act", Act)]
        indexes = [models.Index(fields=["checklist", "-id"])]

    def __str__(self) -> str:
        moment = date_format(in_china(self.done_at), "DATETIME_FORMAT")
        return f"{self.actor} {self.act} ({moment})"
