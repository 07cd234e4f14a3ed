"""The API of a team's own findings."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from checklists.api import bodies, representations
from checklists.api.viewsets.private_views import OfChecklist
from checklists.services import recorded_findings
from zones.models.value_types import REFERRING


class FindingsView(OfChecklist):
    """The team's own findings; a POST records one."""

    takes = {"POST": bodies.OwnFinding}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """All of them, latest first."""
        rows = self.checklist.findings.select_related(
            "topic", "city", "author", "evidence", *REFERRING
        )
        return Response(
            {"results": [representations.finding_shape(row, self.language) for row in rows]}
        )

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Record one."""
        body = self.body()
        made = recorded_findings.record_finding([self.checklist], **body, actor=self.user)
        return Response(representations.finding_shape(made, self.language), status=201)


class FindingView(OfChecklist):
    """One finding; ``act`` withdraws it or offers it to the analysts."""

    takes = {"POST": bodies.FindingAct}

    def post(self, _request: Request, **kwargs: Any) -> Response:
        """Withdraw or offer it."""
        finding = get_object_or_404(self.checklist.findings, key=kwargs["finding"])
        acts = {"withdraw": recorded_findings.withdraw, "offer": recorded_findings.offer}
        acts[self.body()["act"]](finding, actor=self.user)
        return Response(representations.finding_shape(finding, self.language))
