"""What someone should know, in the portal and by mail, and a private calendar of due days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.models.checklists import Checklist
from checklists.models.items import Item
from zones.models.certainty import one_of


class Subject(models.TextChoices):
    """What a notification is about."""

    MOVED = "moved", _("the law moved")
    COMING = "coming", _("the law is about to move")
    DUE = "due", _("due soon")
    OVERDUE = "overdue", _("overdue")
    ASSIGNED = "assigned", _("assigned to you")
    SHARED = "shared", _("shared with you")
    EVIDENCE = "evidence", _("your evidence")
    FINDING_EXPIRES = "finding-expires", _("your own finding expires")


class Notification(models.Model):
    """One thing one person should know. ``occasion`` keeps it from being said twice.

    ``claim`` is of the run that mails it just now. Where the address was refused, ``refusals``
    times, it is tried again from ``mail_after`` on.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=pgettext_lazy("field", "user"),
    )
    checklist = models.ForeignKey(
        Checklist,
        models.CASCADE,
        related_name="notifications",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    item = models.ForeignKey(
        Item,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notifications",
        verbose_name=pgettext_lazy("field", "item"),
    )
    subject = models.CharField(
        pgettext_lazy("field", "subject"), max_length=15, choices=Subject.choices
    )
    occasion = models.CharField(pgettext_lazy("field", "occasion"), max_length=100)
    detail = models.JSONField(pgettext_lazy("field", "detail"), default=dict)
    made_at = models.DateTimeField(pgettext_lazy("field", "made at"), auto_now_add=True)
    read_at = models.DateTimeField(
        pgettext_lazy("field", "marked as read at"), null=True, blank=True
    )
    mailed_at = models.DateTimeField(pgettext_lazy("field", "mailed at"), null=True, blank=True)
    claim = models.UUIDField(
        pgettext_lazy("field", "mailing run"), null=True, blank=True, editable=False, db_index=True
    )
    claimed_at = models.DateTimeField(
        pgettext_lazy("field", "mailing began at"), null=True, blank=True, editable=False
    )
    refusals = models.PositiveSmallIntegerField(
        pgettext_lazy("field", "refusals"), default=0, editable=False
    )
    mail_after = models.DateTimeField(
        pgettext_lazy("field", "mail again after"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "notice")
        verbose_name_plural = pgettext_lazy("table", "notices")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "checklist", "subject", "occasion"],
                name="checklists_notification_is_said_once",
            ),
            one_of("subject", Subject),
        ]
        indexes = [
            models.Index(
                fields=["user", "-made_at"],
                condition=Q(read_at__isnull=True),
                name="checklists_notification_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.subject} {self.occasion}"


class CalendarAddress(models.Model):
    """The private address of someone's due days; only its digest is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="calendar_address",
        verbose_name=pgettext_lazy("field", "user"),
    )
    digest = models.CharField(pgettext_lazy("field", "digest"), max_length=64, unique=True)
    made_at = models.DateTimeField(pgettext_lazy("field", "made at"), auto_now=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "calendar address")
        verbose_name_plural = pgettext_lazy("table", "calendar addresses")

    def __str__(self) -> str:
        return f"calendar of {self.user}"
