"""What readers report of an answer, until analysts have looked into it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.certainty import one_of
from zones.models.change_sets import by_person
from zones.models.fields import LineField, LinesField, OptionField, WebAddressField
from zones.models.labels import REPORT_OUTCOMES
from zones.rules.vocabulary import ReportOutcome


class ReaderReport(models.Model):
    """A problem that a reader sees in an answer: of what place, topic and day, and what is wrong.

    ``answered`` is what the reader saw. ``contact`` and ``network``, a keyed hash of the address
    it came from, are forgotten once the report is settled and stand in no dump.
    """

    topic = LineField(pgettext_lazy("field", "topic"), max_length=60)
    place = LineField(pgettext_lazy("field", "place"), max_length=100)
    day = models.DateField(pgettext_lazy("field", "day asked about"))
    known_at = models.PositiveIntegerField(pgettext_lazy("field", "revision read"))
    answered = LinesField(pgettext_lazy("field", "what was answered"), blank=True)
    text = LinesField(pgettext_lazy("field", "what is wrong"), max_length=2000)
    source_url = WebAddressField(
        pgettext_lazy("field", "where it can be read"), max_length=1000, blank=True
    )
    contact = LineField(
        pgettext_lazy("field", "reader's address"),
        max_length=200,
        blank=True,
        help_text=_("Forgotten once the report is settled."),
    )
    network = models.CharField(
        pgettext_lazy("field", "hash of the network address"), max_length=64, blank=True
    )
    at = models.DateTimeField(pgettext_lazy("field", "time"), db_index=True)
    outcome = OptionField(
        pgettext_lazy("field", "outcome"), max_length=10, choices=REPORT_OUTCOMES, blank=True
    )
    note = LinesField(pgettext_lazy("field", "note"), blank=True)
    person = by_person("settled_reports", pgettext_lazy("field", "settled by"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150, blank=True)
    settled_at = models.DateTimeField(pgettext_lazy("field", "settled at"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "report by a reader")
        verbose_name_plural = pgettext_lazy("table", "reports by readers")
        ordering = ["pk"]
        constraints = [
            one_of("outcome", ("", *ReportOutcome)),
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(contact="", network=""),
                name="zones_readerreport_settled_forgets_who",
            ),
        ]
        indexes = [models.Index(fields=["outcome", "id"], name="zones_readerreport_waiting")]

    def __str__(self) -> str:
        return f"{self.pk}: {self.place}, {self.topic}"
