"""Items of a checklist: the duty as it was made from, the work on it, and its periods."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cbec_portal.languages import active_language, in_language
from checklists.models.checklists import Checklist, Place
from checklists.models.templates import Recurrence, Requirement, Wording
from checklists.models.texts import readable
from checklists.models.versions import Versioned
from checklists.rules.applicability import Verdict, Why
from zones.models import Policy
from zones.models.certainty import one_of
from zones.models.guards import Declaration, Frozen


class Status(models.TextChoices):
    """How far the work on an item is."""

    OPEN = "open", pgettext_lazy("status of an item", "open")
    IN_PROGRESS = "in-progress", _("in progress")
    DONE = "done", _("done")
    NOT_APPLICABLE = "not-applicable", _("not applicable")
    BLOCKED = "blocked", _("blocked")


#: Recurrences of which settling a period opens the next.
COMING_BACK = tuple(own for own in Recurrence if own.comes_back)

#: Statuses that settle a period.
SETTLED = (Status.DONE, Status.NOT_APPLICABLE)


class ItemQuerySet(models.QuerySet["Item"]):
    """Questions about items."""

    def live(self) -> Self:
        """Return those to be worked on: in some place they apply, or may apply."""
        bases = ItemBasis.objects.filter(item=OuterRef("pk")).exclude(
            verdict=Verdict.EXCLUDED.value
        )
        return self.filter(Exists(bases))

    def live_or_signed(self) -> Self:
        """Return those to be worked on, and those that fell away after they were signed."""
        bases = ItemBasis.objects.filter(item=OuterRef("pk")).exclude(
            verdict=Verdict.EXCLUDED.value
        )
        signed = SignedPeriod.objects.filter(item=OuterRef("pk"))
        return self.filter(Exists(bases) | Exists(signed))

    def settled(self, *, on: date) -> Self:
        """Return those with nothing to do on a day.

        They are settled, or in a later period that is not overdue.
        """
        return self.filter(is_settled(on))

    def overdue(self, *, on: date) -> Self:
        """Return those whose day has passed."""
        return self.filter(is_overdue(on))

    def due_by(self, day: date, *, on: date) -> Self:
        """Return those due from a day up to another."""
        return self.filter(is_due_by(day, on))


def is_settled(on: date) -> Q:
    """Return the condition that there is nothing to do on a day."""
    waiting = Q(status=Status.OPEN, period__gt=1, recurrence__in=COMING_BACK)
    return Q(status__in=SETTLED) | (waiting & (Q(due_on__isnull=True) | Q(due_on__gte=on)))


def is_overdue(on: date) -> Q:
    """Return the condition that the due day has passed; of one item ``is_overdue_on`` says so."""
    return ~Q(status__in=SETTLED) & Q(due_on__lt=on)


def is_due_by(day: date, on: date) -> Q:
    """Return the condition that the due day lies from one day up to another."""
    return ~Q(status__in=SETTLED) & Q(due_on__range=(on, day))


class Item(Versioned, Wording):
    """One duty in a checklist, in the words it had when it was taken up.

    ``requirement`` is what it was made from, which may be withdrawn; none where that was deleted
    before requirements had versions. ``period`` counts how often the duty came back.
    """

    checklist = models.ForeignKey(
        Checklist,
        models.CASCADE,
        related_name="items",
        verbose_name=pgettext_lazy("field", "checklist"),
    )
    requirement = models.ForeignKey(
        Requirement,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=pgettext_lazy("field", "compliance requirement"),
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("field", "position"))
    revision = models.PositiveIntegerField(
        pgettext_lazy("field", "revision"), help_text=_("What was known when it was taken up.")
    )
    status = models.CharField(
        pgettext_lazy("field", "status"), max_length=14, choices=Status.choices, default=Status.OPEN
    )
    reason = models.TextField(pgettext_lazy("field", "reason"), blank=True, validators=[readable])
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=pgettext_lazy("field", "assigned to"),
    )
    due_on = models.DateField(pgettext_lazy("field", "due on"), null=True, blank=True)
    due_day = models.PositiveSmallIntegerField(
        pgettext_lazy("field", "day of the month"),
        null=True,
        blank=True,
        help_text=_("The day of the month that was chosen to be due."),
    )
    period = models.PositiveIntegerField(pgettext_lazy("field", "round"), default=1)

    objects: ClassVar = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "item")
        verbose_name_plural = pgettext_lazy("table", "items")
        ordering = ["checklist", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "requirement"], name="checklists_item_is_taken_up_once"
            ),
            one_of("status", Status),
            models.CheckConstraint(
                condition=~Q(status=Status.NOT_APPLICABLE) | ~Q(reason=""),
                name="checklists_item_not_applicable_has_a_reason",
                violation_error_message="Say why the requirement is not applicable.",
            ),
        ]
        indexes = [
            models.Index(fields=["checklist", "status", "due_on"]),
            models.Index(fields=["assignee", "due_on"]),
        ]

    def is_overdue_on(self, day: date) -> bool:
        """Return whether the due day has passed; of many ``is_overdue`` asks so."""
        return self.status not in SETTLED and self.due_on is not None and self.due_on < day

    def __str__(self) -> str:
        return f"{self.number} {in_language(self, 'title', active_language())}"


class BasisRow(models.Model):
    """What something stands on in a place: the verdict, why, and what decided it.

    That is a policy, or a ``finding`` of the team's own in its stead.
    """

    verdict = models.CharField(
        pgettext_lazy("field", "verdict"),
        max_length=10,
        choices=[(v.value, v.value) for v in Verdict],
    )
    why = models.CharField(
        pgettext_lazy("field", "ground of the verdict"),
        max_length=20,
        choices=[(w.value, w.value) for w in Why],
    )
    policy = models.ForeignKey(
        Policy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "policy"),
    )
    finding = models.ForeignKey(
        "checklists.Finding",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "finding"),
    )

    class Meta:
        abstract = True


class ItemBasis(BasisRow):
    """What an item stands on in a place."""

    item = models.ForeignKey(
        Item, models.CASCADE, related_name="bases", verbose_name=pgettext_lazy("field", "item")
    )
    place = models.ForeignKey(
        Place, models.CASCADE, related_name="bases", verbose_name=pgettext_lazy("field", "place")
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "basis of an item")
        verbose_name_plural = pgettext_lazy("table", "bases of items")
        ordering = ["item", "place"]
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="checklists_basis_is_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.place_id}: {self.verdict}"


class GateBasis(BasisRow):
    """What the gate of a checklist's template stood on in a place when it was taken up.

    Included is an open trade mode, excluded one that is not open.
    """

    place = models.OneToOneField(
        Place,
        models.CASCADE,
        related_name="gate_basis",
        verbose_name=pgettext_lazy("field", "place"),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "basis of the gate")
        verbose_name_plural = pgettext_lazy("table", "bases of gates")
        ordering = ["place"]

    def __str__(self) -> str:
        return f"gate in {self.place_id}: {self.verdict}"


class SignedPeriod(models.Model):
    """A settled period of an item: what was signed, by whom and when. It is never changed.

    ``signed`` keeps the wording, its source and the bases as they were on that day.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (Frozen("a signed period never changes"),)

    item = models.ForeignKey(
        Item,
        models.PROTECT,
        related_name="signed_periods",
        verbose_name=pgettext_lazy("field", "item"),
    )
    number = models.PositiveIntegerField(pgettext_lazy("field", "number"))
    status = models.CharField(
        pgettext_lazy("field", "status"), max_length=14, choices=Status.choices
    )
    reason = models.TextField(pgettext_lazy("field", "reason"), blank=True)
    due_on = models.DateField(pgettext_lazy("field", "due on"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("field", "signed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "signed by"),
    )
    signed = models.JSONField(pgettext_lazy("field", "what was signed"))

    class Meta:
        verbose_name = pgettext_lazy("table", "signed round")
        verbose_name_plural = pgettext_lazy("table", "signed rounds")
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="checklists_period_is_unique"),
            models.CheckConstraint(
                condition=Q(status__in=SETTLED), name="checklists_period_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} period {self.number}: {self.status}"


class Comment(models.Model):
    """What someone said about an item."""

    item = models.ForeignKey(
        Item, models.CASCADE, related_name="comments", verbose_name=pgettext_lazy("field", "item")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("field", "author"),
    )
    text = models.TextField(pgettext_lazy("field", "text"), max_length=5000, validators=[readable])
    written_at = models.DateTimeField(pgettext_lazy("field", "written at"), auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "comment")
        verbose_name_plural = pgettext_lazy("table", "comments")
        ordering = ["item", "written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"
