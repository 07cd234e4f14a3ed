"""The API of evidence: one's own and what serves the checklists one sees."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.pagination import Pagination
from cbec_portal.china_time import today_in_china
from checklists.api import bodies, representations
from checklists.api.viewsets.private_views import Private
from checklists.exports.evidence_download import served
from checklists.models import Evidence
from checklists.permissions import EvidenceAction, evidence_policy
from checklists.services import evidence_versions


class EvidenceListView(Private):
    """All evidence that one may see, newest first."""

    detail = False
    question_parameters = {"q": "Words in the title."}
    csv_name = "evidence"

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of it."""
        rows = evidence_policy.rows(EvidenceAction.SEE, self.user)
        if words := self.parameters.one("q"):
            rows = rows.filter(title__icontains=words)
        pages = Pagination()
        ordered = rows.order_by("-created_at", "-pk").select_related("owner")
        found = pages.paginate_queryset(ordered.prefetch_related("versions"), request, self) or []
        limits = evidence_policy.limits_of(found, self.user)
        told = [representations.evidence_shape(row, limits.get(row.pk)) for row in found]
        return self.page_answer(pages, told)


class EvidenceView(Private):
    """One piece of evidence that one may see."""

    takes = {"POST": bodies.NewVersion, "PATCH": bodies.Retention}

    @cached_property
    def evidence(self) -> Evidence:
        """Return the evidence asked for; what one may not see is not found."""
        rows = evidence_policy.rows(EvidenceAction.SEE, self.user).select_related("owner")
        return get_object_or_404(rows, key=self.kwargs["key"])

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """What it is, until when it is kept, and its versions, newest first."""
        return self._response()

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """A newer version; whoever brought it may, and whoever edits what it serves."""
        evidence_policy.require(EvidenceAction.RENEW, self.evidence, self.user)
        body = self.body()
        made = evidence_versions.renew(
            self.evidence, actor=self.user, upload=body["file"], url=body["url"]
        )
        return Response(representations.version_shape(made), status=201)

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Say until when it is kept, or discard its files; whoever brought it may."""
        evidence_policy.require(EvidenceAction.KEEP, self.evidence, self.user)
        body = self.body()
        evidence_versions.keep_or_discard(self.evidence, body, actor=self.user, on=today_in_china())
        return self._response()

    def _response(self) -> Response:
        rows = evidence_policy.seen_versions(self.evidence, self.user).select_related(
            "uploaded_by", "evidence"
        )
        told = {"results": [representations.version_shape(row) for row in rows]}
        limit = evidence_policy.limits_of([self.evidence], self.user).get(self.evidence.pk)
        return Response(representations.evidence_shape(self.evidence, limit) | told)


class EvidenceContentView(EvidenceView):
    """The file of a version, always as an attachment."""

    http_method_names = ["get", "head", "options"]

    def get(self, _request: Request, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # answers with a file
        """The file as it was handed in."""
        versions = evidence_policy.seen_versions(self.evidence, self.user)
        return served(get_object_or_404(versions, number=kwargs["number"]))
