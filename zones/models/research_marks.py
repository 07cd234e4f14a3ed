"""What analysts say of what waits to be looked into: who does it, or until when it rests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from zones.models.certainty import one_of
from zones.models.change_sets import by_person
from zones.models.fields import LineField, LinesField, OptionField
from zones.models.labels import TO_RESEARCH
from zones.rules.vocabulary import ToResearch


class ResearchMark(models.Model):
    """Who looks into an entry of the research queue, or until which day it rests, and why.

    ``subject`` names what the entry is about: the key of a topic, the identity of a policy, the key
    of a document. A group of cells or rows that are said alike has one, and each of these its own.
    """

    kind = OptionField(pgettext_lazy("field", "kind"), max_length=20, choices=TO_RESEARCH)
    subject = LineField(pgettext_lazy("field", "subject"), max_length=200)
    assignee = by_person("research", pgettext_lazy("field", "assignee"))
    rests_until = models.DateField(pgettext_lazy("field", "rests until"), null=True, blank=True)
    reason = LinesField(pgettext_lazy("field", "reason"), blank=True)
    person = by_person("research_marks", pgettext_lazy("field", "person"))
    name = LineField(pgettext_lazy("field", "name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "at"))

    class Meta:
        verbose_name = pgettext_lazy("table", "mark in the research queue")
        verbose_name_plural = pgettext_lazy("table", "marks in the research queue")
        ordering = ["kind", "subject"]
        constraints = [
            one_of("kind", ToResearch),
            models.UniqueConstraint(fields=["kind", "subject"], name="zones_researchmark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
