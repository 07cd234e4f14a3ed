"""Evidence: one's own and what serves the checklists one sees; each version can be fetched."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from cbec_portal.china_time import today_in_china
from checklists.exports.evidence_download import served
from checklists.models import Attachment, Checklist, Evidence
from checklists.pages.private_pages import PrivatePage
from checklists.permissions import limits_of, seen_versions
from checklists.services import evidence_versions


class EvidenceListPage(PrivatePage):
    """All evidence that one may see, newest first."""

    template_name = "checklists/evidence_list.html"
    known_parameters = ("q",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Evidence with its newest version and how many items it serves."""
        words = self.parameters.one("q") or ""
        rows = Evidence.objects.visible_to(self.user).select_related("owner")
        if words:
            rows = rows.filter(title__icontains=words)
        seen = Checklist.objects.visible_to(self.user).values("pk")
        serving = Attachment.objects.filter(item__checklist__in=seen)
        found = list(rows.prefetch_related("versions", Prefetch("attachments", serving)))
        limits = limits_of(found, self.user)
        return super().get_context_data(
            rows=[
                (
                    row,
                    [v for v in row.versions.all() if v.number <= limits.get(row.pk, v.number)],
                    len(row.attachments.all()),
                )
                for row in found
            ],
            words=words,
            **kwargs,
        )


class EvidencePage(PrivatePage):
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
        """Whoever edits every checklist that a newer version would reach may hand one in."""
        return Evidence.objects.renewable_by(self.user).filter(pk=self.evidence.pk).exists()

    @property
    def may_keep(self) -> bool:
        """Whoever brought it, or owns all that it serves, says how long it is kept."""
        return Evidence.objects.keepable_by(self.user).filter(pk=self.evidence.pk).exists()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse acts that are not for whoever asks, as if there were none."""
        posted = request.user.is_authenticated and request.method == "POST"
        renewing = request.POST.get("do") == "renew"
        if posted and not (self.may_change if renewing else self.may_keep):
            raise Http404("There is nothing here that you may change.")
        return super().dispatch(request, *args, **kwargs)

    def renew(self) -> None:
        """Hand in a newer version."""
        upload = self.request.FILES.get("file")
        evidence_versions.renew(self.evidence, actor=self.user, upload=upload, url=self.said("url"))

    def keep(self) -> None:
        """Say until when it must be kept."""
        evidence_versions.keep_until(
            self.evidence, self.said_far_day("keep_until"), actor=self.user
        )

    def discard(self) -> None:
        """Discard its files, once they need not be kept."""
        evidence_versions.discard(self.evidence, actor=self.user, on=today_in_china())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its versions, and the items that it serves and one may see."""
        seen = Checklist.objects.visible_to(self.user)
        serving = self.evidence.attachments.filter(item__checklist__in=seen)
        return super().get_context_data(
            evidence=self.evidence,
            versions=seen_versions(self.evidence, self.user).select_related("uploaded_by"),
            serving=serving.select_related("item__checklist"),
            may_change=self.may_change,
            may_keep=self.may_keep,
            **{name: value for name, value in kwargs.items() if name != "key"},
        )


class EvidenceVersionPage(PrivatePage):
    """The file of a version, always as an attachment, or the way to its link."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file as it was handed in."""
        evidence = get_object_or_404(Evidence.objects.visible_to(self.user), key=kwargs["key"])
        versions = seen_versions(evidence, self.user)
        version = get_object_or_404(versions, number=kwargs["number"])
        return served(version)
