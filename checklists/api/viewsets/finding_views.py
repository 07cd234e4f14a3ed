"""The API of a team's own findings."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import parse_day
from cbec_portal.china_time import today_in_china
from checklists.api import representations
from checklists.api.viewsets import request_bodies
from checklists.api.viewsets.private_views import OfChecklist
from checklists.models import Evidence
from checklists.services import recorded_findings
from zones.models.value_types import REFERRING


class FindingsView(OfChecklist):
    """The team's own findings; a POST records one."""

    takes = {"POST": request_bodies.FINDING}

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
        body = self.said()
        place = self.checklist.places.filter(pk=_whole(body.get("place"))).first()
        topic = self.kept.topics_by_slug.get(self.text(body, "topic"))
        if place is None or topic is None:
            named = "place" if place is None else "topic"
            raise ParameterError(named, _("There is no such %s.") % named)
        found_on = parse_day("found_on", self.text(body, "found_on"))
        if found_on > today_in_china():
            raise ParameterError("found_on", _("A finding cannot be made in the future."))
        made = recorded_findings.record_finding(
            [self.checklist],
            place,
            topic,
            self.text(body, "value"),
            actor=self.user,
            said_by=self.text(body, "said_by"),
            found_on=found_on,
            expires_on=parse_day("expires_on", self.text(body, "expires_on")),
            note=self.text(body, "note", ""),
            evidence=self._evidence(body),
        )
        return Response(representations.finding_shape(made, self.language), status=201)

    def _evidence(self, body: dict[str, Any]) -> Evidence | None:
        if body.get("evidence") is None:
            return None
        return self.usable_evidence(self.text(body, "evidence"))


class FindingView(OfChecklist):
    """One finding; ``act`` withdraws it or offers it to the analysts."""

    takes = {"POST": request_bodies.ACT}

    def post(self, _request: Request, **kwargs: Any) -> Response:
        """Withdraw or offer it."""
        finding = get_object_or_404(self.checklist.findings, key=kwargs["finding"])
        act = self.text(self.said(), "act")
        if act not in ("withdraw", "offer"):
            raise ParameterError("act", _("The act is withdraw or offer."))
        (recorded_findings.withdraw if act == "withdraw" else recorded_findings.offer)(
            finding, actor=self.user
        )
        return Response(representations.finding_shape(finding, self.language))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
