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
from checklists.models import Attachment, Evidence
from checklists.pages.private_pages import PrivatePage
from checklists.permissions import Action, EvidenceAction, checklist_policy, evidence_policy
from checklists.services import evidence_versions


class EvidenceListPage(PrivatePage):
    """All evidence that one may see, newest first."""

    template_name = "checklists/evidence_list.html"
    known_parameters = ("q",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return evidence with the versions that one may see and the number of items it serves."""
        words = self.parameters.one("q") or ""
        rows = evidence_policy.rows(EvidenceAction.SEE, self.user).select_related("owner")
        if words:
            rows = rows.filter(title__icontains=words)
        seen = checklist_policy.rows(Action.SEE, self.user).values("pk")
        serving = Attachment.objects.filter(item__checklist__in=seen)
        found = list(rows.prefetch_related("versions", Prefetch("attachments", serving)))
        limits = evidence_policy.limits_of(found, self.user)
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
    needed_for = {"renew": EvidenceAction.RENEW}

    @cached_property
    def evidence(self) -> Evidence:
        """Return the evidence asked for; what one may not see is not found."""
        rows = evidence_policy.rows(EvidenceAction.SEE, self.user).select_related("owner")
        return get_object_or_404(rows, key=self.kwargs["key"])

    def may(self, action: EvidenceAction) -> bool:
        """Return whether whoever asks may do something with the evidence."""
        return evidence_policy.may(action, self.evidence, self.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse acts that are not for whoever asks, as if there were none."""
        posted = request.user.is_authenticated and request.method == "POST"
        action = self.needed_for.get(request.POST.get("do", ""), EvidenceAction.KEEP)
        if posted and not self.may(action):
            raise Http404("There is nothing here that you may change.")
        return super().dispatch(request, *args, **kwargs)

    def renew(self) -> None:
        """Hand in a newer version."""
        upload = self.request.FILES.get("file")
        evidence_versions.renew(
            self.evidence, actor=self.user, upload=upload, url=self.posted("url")
        )

    def keep(self) -> None:
        """Set the day until which the evidence must be kept."""
        evidence_versions.keep_until(
            self.evidence, self.posted_calendar_day("keep_until"), actor=self.user
        )

    def discard(self) -> None:
        """Discard its files, once they need not be kept."""
        evidence_versions.discard(self.evidence, actor=self.user, on=today_in_china())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return its versions, and the items it serves, as far as one may see them."""
        seen = checklist_policy.rows(Action.SEE, self.user)
        serving = self.evidence.attachments.filter(item__checklist__in=seen)
        return super().get_context_data(
            evidence=self.evidence,
            versions=evidence_policy.seen_versions(self.evidence, self.user).select_related(
                "uploaded_by"
            ),
            serving=serving.select_related("item__checklist"),
            may_renew=self.may(EvidenceAction.RENEW),
            may_keep=self.may(EvidenceAction.KEEP),
            **{name: value for name, value in kwargs.items() if name != "key"},
        )


class EvidenceVersionPage(PrivatePage):
    """The file of a version, always as an attachment, or the way to its link."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the file as it was handed in; what one may not see is not found."""
        evidence = get_object_or_404(
            evidence_policy.rows(EvidenceAction.SEE, self.user), key=kwargs["key"]
        )
        versions = evidence_policy.seen_versions(evidence, self.user)
        version = get_object_or_404(versions, number=kwargs["number"])
        return served(version)
