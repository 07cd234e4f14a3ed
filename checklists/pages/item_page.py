"""One item of a checklist: the duty, what it stands on, and the work on it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language, in_other_language
from checklists.models import Evidence, Item, Status
from checklists.pages.law_change_display import stands
from checklists.pages.private_pages import ChecklistPage, whole
from checklists.permissions import (
    Action,
    EvidenceAction,
    checklist_policy,
    evidence_policy,
)
from checklists.selectors.log_messages import detail_of
from checklists.services import evidence_versions, item_updates
from checklists.services.conflicts import StaleItemError
from zones.selectors.rendered_values import clause_in, source_shape


class ItemPage(ChecklistPage):
    """An item in full, and everything that can be done with it."""

    template_name = "checklists/item.html"
    acts = {
        "status": "set_status",
        "assign": "assign",
        "due": "set_due",
        "comment": "comment",
        "hand-in": "hand_in",
        "attach": "attach",
        "detach": "detach",
    }

    @cached_property
    def item(self) -> Item:
        """Return the item asked for."""
        rows = self.checklist.items.select_related("focus_area", "source", "assignee")
        return get_object_or_404(rows, pk=self.kwargs["item"])

    def set_status(self) -> None:
        """Set the status of the item, with its reason."""
        item_updates.set_status(
            self.item,
            self.posted("status"),
            actor=self.user,
            reason=self.posted("reason"),
            seen=self.posted_tag(),
        )

    def assign(self) -> None:
        """Assign the item to one of those who may edit the checklist, or to nobody."""
        person = None
        if name := self.posted("assignee"):
            person = next((one for one in self._editors() if one.get_username() == name), None)
            if person is None:
                told = _("“%s” is nobody who may edit this checklist.") % name
                raise ValidationError(told, code="unknown")
        item_updates.assign(self.item, person, actor=self.user, seen=self.posted_tag())

    def set_due(self) -> None:
        """Set the due day of the item, or take it away."""
        day = self.posted_day("due_on")
        item_updates.set_due(self.item, day, actor=self.user, seen=self.posted_tag())

    def comment(self) -> None:
        """Add a comment to the item."""
        item_updates.comment(self.item, self.posted("text"), actor=self.user)

    def hand_in(self) -> None:
        """Hand in new evidence and attach it."""
        upload = self.request.FILES.get("file")
        evidence_versions.bring(
            self.user,
            self.posted("title"),
            upload=upload,
            url=self.posted("url"),
            keep_until=self.posted_calendar_day("keep_until"),
            item=self.item,
        )

    def attach(self) -> None:
        """Attach evidence that is there already."""
        usable = evidence_policy.rows(EvidenceAction.USE, self.user)
        evidence_versions.attach(self.item, self._evidence(usable), actor=self.user)

    def detach(self) -> None:
        """Let evidence serve this item no longer."""
        attached = Evidence.objects.filter(attachments__item=self.item)
        evidence_versions.detach(self.item, self._evidence(attached), actor=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the duty in words, its bases, and the work on it."""
        item = self.item
        attached = item.attachments.select_related("evidence__owner", "attached_by")
        return super().get_context_data(
            item=item,
            shown=self.conflict.item if isinstance(self.conflict, StaleItemError) else item,
            words={
                name: in_language(item, name, self.language)
                for name in ("title", "guidance", "evidence", "caveat")
            },
            clause=clause_in(item, self.language),
            title_elsewhere=in_other_language(item, "title", self.language),
            area=in_language(item.focus_area, "name", self.language),
            source=source_shape(item.source, self.language),
            bases=self._bases(),
            statuses=Status.choices,
            editors=[person.get_username() for person in self._editors()],
            attached=[
                (one, one.versions) for one in attached.prefetch_related("evidence__versions")
            ],
            others=evidence_policy.offered(item, self.user),
            comments=item.comments.select_related("author"),
            periods=item.signed_periods.select_related("closed_by"),
            log=[(entry, detail_of(entry)) for entry in item.log.select_related("actor")[:50]],
            **{name: value for name, value in kwargs.items() if name != "item"},
        )

    def _bases(self) -> list[dict[str, Any]]:
        bases = list(self.item.bases.select_related("place__city", "finding"))
        rendered = self.snapshot.rendered(
            {g.policy_id for g in bases if g.policy_id}, self.language
        )
        return [
            {
                "place": g.place.called(self.language),
                **stands(g.verdict, g.why, g.policy_id, g.finding_id, rendered, self.snapshot),
                "finding": g.finding,
            }
            for g in bases
        ]

    def _editors(self) -> list[User]:
        return list(checklist_policy.people(Action.WORK, self.checklist).order_by("username"))

    def _evidence(self, among: QuerySet[Evidence]) -> Evidence:
        row: Evidence | None = among.filter(pk=whole(self.posted("evidence"))).first()
        if row is None:
            raise Http404("There is no such evidence.")
        return row
