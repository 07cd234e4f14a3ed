"""What the team found out for itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from checklists.models import Evidence, Finding, Place
from checklists.pages.private_pages import ChecklistPage, whole
from checklists.permissions import EvidenceAction, evidence_policy
from checklists.selectors.law_changes import day_of
from checklists.selectors.template_snapshot import templates
from checklists.services import recorded_findings
from zones.models import Topic
from zones.models.value_types import REFERRING
from zones.selectors.rendered_values import value_display


class FindingsPage(ChecklistPage):
    """Own findings of a checklist: recorded, withdrawn, offered to the analysts."""

    template_name = "checklists/findings.html"
    known_parameters = ("topic",)
    acts = {"record": "record", "withdraw": "withdraw", "offer": "offer"}

    def record(self) -> None:
        """Record an answer of the team's own."""
        topic, found_on, expires_on = (
            self._topic(),
            self.posted_day("found_on"),
            self.posted_day("expires_on"),
        )
        if found_on is None or expires_on is None:
            raise ValidationError(_("Say on which day it was found and when it expires."))
        recorded_findings.record_finding(
            [self.checklist],
            self._place(),
            topic,
            self.posted("value"),
            actor=self.user,
            said_by=self.posted("said_by"),
            found_on=found_on,
            expires_on=expires_on,
            note=self.posted("note"),
            evidence=self._evidence(),
        )

    def withdraw(self) -> None:
        """Withdraw a finding."""
        recorded_findings.withdraw(self._finding(), actor=self.user)

    def offer(self) -> None:
        """Offer a finding to the analysts."""
        recorded_findings.offer(self._finding(), actor=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the findings, and what a form needs to record another.

        It offers the topics that decide something in this checklist.
        """
        rows = self.checklist.findings.select_related(
            "topic__focus_area", "city", "author", "evidence", *REFERRING
        )
        day, today = day_of(self.checklist), today_in_china()
        asked = self.posted("topic") or self.parameters.one("topic") or ""
        topics = self._topics()
        topic = next((row for row in topics if row.slug == asked), None)
        return super().get_context_data(
            findings=[
                {
                    "row": row,
                    "question": in_language(row.topic, "question", self.language),
                    "answer": value_display(row, row.topic, self.language),
                    "place": in_language(row.city, "name", self.language)
                    if row.city
                    else row.place_name,
                    "status": _status(row, day),
                }
                for row in rows
            ],
            topics=[
                (topic.slug, in_language(topic, "question", self.language)) for topic in topics
            ],
            asked=asked,
            day=day,
            is_past=day < today,
            # Nobody finds today what held on an earlier day: the form does not guess when it was.
            found_on="" if day < today else today.isoformat(),
            latest=min(day, today),
            values=topic.answer_type.options(topic, self.language) if topic else None,
            box=topic.answer_type.box if topic else {},
            places=[
                (place.pk, place.called(self.language))
                for place in self.checklist.places.select_related("city")
            ],
            evidence=evidence_policy.rows(EvidenceAction.USE, self.user).filter(discarded_at=None),
            **kwargs,
        )

    def _topics(self) -> list[Topic]:
        """The topics that decide something here and are not answered in free text."""
        template = templates(self.snapshot).templates[self.checklist.template.slug]
        rows = [self.snapshot.topics[pk] for pk in template.topics]
        return [row for row in rows if row.answer_type.is_testable]

    def _topic(self) -> Topic:
        found = next((row for row in self._topics() if row.slug == self.posted("topic")), None)
        if found is None:
            raise ValidationError(_("Choose a topic that decides something in this checklist."))
        return found

    def _place(self) -> Place:
        found = self.checklist.places.filter(pk=whole(self.posted("place"))).first()
        if found is None:
            raise ValidationError(_("Choose one of the checklist's places."))
        return found

    def _evidence(self) -> Evidence | None:
        if not self.posted("evidence"):
            return None
        seen = evidence_policy.rows(EvidenceAction.USE, self.user)
        found = next((one for one in seen if str(one.key) == self.posted("evidence")), None)
        if found is None:
            raise ValidationError(_("There is no such evidence."))
        return found

    def _finding(self) -> Finding:
        rows = self.checklist.findings.filter(pk=whole(self.posted("finding")))
        found = rows.first()
        if found is None:
            raise Http404("There is no such finding.")
        return found


def _status(finding: Finding, day: date) -> str:
    """Whether a finding counts on the day of its checklist."""
    if finding.withdrawn_at:
        return pgettext("finding", "withdrawn")
    if finding.holds(on=day):
        return _("own finding")
    if day == today_in_china():
        return _("expired")
    return _("does not count on %(day)s") % {"day": day_in_words(day)}
