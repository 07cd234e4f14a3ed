"""Evidence: one's own and what serves the checklists one sees; each version can be fetched."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from cbec_portal.clock import today_in_china
from checklists.handing_out import served
from checklists.models import Checklist, Evidence
from checklists.services import evidence as handing_in
from checklists.views.private import PrivatePage


class EvidenceListView(PrivatePage):
    """All evidence that one may see, newest first."""

    template_name = "checklists/evidence_list.html"
    known_parameters = ("q",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Evidence with its newest version and how many items it serves."""
        words = self.parameters.one("q") or ""
        rows = Evidence.objects.visible_to(self.user).select_related("owner")
        if words:
            rows = rows.filter(title__icontains=words)
        found = rows.prefetch_related("versions", "attachments")
        return super().get_context_data(
            rows=[(row, list(row.versions.all()), len(row.attachments.all())) for row in found],
            words=words,
            **kwargs,
        )


class EvidenceView(PrivatePage):
    """One piece of evidence: its versions, what it serves, until when it is kept."""

    template_name = "checklists/evidence.html"
    acts = {"renew": "renew", "keep": "keep", "discard": "discard"}

    @cached_property
    def evidence(self) -> Evidence:
        """The evidence asked for."""
        rows = Evidence.objects.visible_to(self.user).select_related("owner")
        return get_object_or_404(rows, key=self.kwargs["key"])

    @property
    def may_change(self) -> bool:
        """Whoever brought it may renew it, and whoever edits a checklist that it serves."""
        return Evidence.objects.usable_by(self.user).filter(pk=self.evidence.pk).exists()

    @property
    def is_own(self) -> bool:
        """Whoever brought it alone says how long it is kept, and discards it."""
        return self.evidence.owner_id == self.user.pk

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse acts of those who only view."""
        if request.user.is_authenticated and request.method == "POST" and not self.may_change:
            raise Http404("There is nothing here that you may change.")
        return super().dispatch(request, *args, **kwargs)

    def renew(self) -> None:
        """Hand in a newer version."""
        upload = self.request.FILES.get("file")
        handing_in.renew(self.evidence, actor=self.user, upload=upload, url=self.said("url"))

    def keep(self) -> None:
        """Say until when it must be kept."""
        self._refuse_others()
        handing_in.keep_until(self.evidence, self.said_far_day("keep_until"), actor=self.user)

    def discard(self) -> None:
        """Discard its files, once they need not be kept."""
        self._refuse_others()
        handing_in.discard(self.evidence, actor=self.user, on=today_in_china())

    def _refuse_others(self) -> None:
        if not self.is_own:
            raise Http404("There is nothing here that you may change.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its versions, and the items that it serves and one may see."""
        seen = Checklist.objects.visible_to(self.user)
        serving = self.evidence.attachments.filter(item__checklist__in=seen)
        return super().get_context_data(
            evidence=self.evidence,
            versions=self.evidence.versions.select_related("uploaded_by"),
            serving=serving.select_related("item__checklist"),
            may_change=self.may_change,
            is_own=self.is_own,
            **{name: value for name, value in kwargs.items() if name != "key"},
        )


class EvidenceVersionView(PrivatePage):
    """The file of a version, always as an attachment, or the way to its link."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file as it was handed in."""
        evidence = get_object_or_404(Evidence.objects.visible_to(self.user), key=kwargs["key"])
        version = get_object_or_404(evidence.versions, number=kwargs["number"])
        return served(version)
