"""The API of checklists as a whole: the list, starting one, its title, and its audit pack."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import FileResponse, Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.pagination import Pagination
from cbec_portal.api.parameters import parse_day
from cbec_portal.china_time import today_in_china
from checklists.api import representations
from checklists.api.parameters import answers_in, city_of
from checklists.api.viewsets import request_bodies
from checklists.api.viewsets.private_views import OfChecklist, Private, etag_of
from checklists.api.viewsets.request_lists import listed, texts
from checklists.api.viewsets.template_views import template_of
from checklists.exports.audit_pack import audit_pack
from checklists.models import Checklist
from checklists.permissions import ROLES, Action, checklist_policy
from checklists.selectors.assessment import given_answers
from checklists.selectors.gate_states import gates_of
from checklists.selectors.law_changes import moved
from checklists.selectors.progress import Progress, progress_of
from checklists.selectors.template_snapshot import templates
from checklists.services import checklist_status
from checklists.services.checklist_creation import start
from zones.api.place_parameters import described_by
from zones.models import City, CustomsDistrict, Province
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import city_named
from zones.selectors.representations import in_language

STATES = ("open", "closed", "all")


class ChecklistsView(Private):
    """The checklists one owns or shares; a POST starts another."""

    takes = {"POST": request_bodies.START}

    detail = False
    question_parameters = {
        "state": "open (the default), closed or all.",
        "template": "Only of these templates.",
        "city": "Only those for these cities.",
        "role": "Only those where one is owner, editor or viewer.",
        "q": "Words in the title.",
    }
    csv_name = "checklists"

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """A page of them, newest first."""
        pages = Pagination()
        rows = pages.paginate_queryset(self._asked(), request, self) or []
        progress = progress_of([row.pk for row in rows])
        roles = checklist_policy.roles(rows, self.user)
        return pages.get_paginated_response(
            [
                representations.checklist_shape(
                    row,
                    progress.get(row.pk, Progress()),
                    roles[row.pk],
                )
                for row in rows
            ]
        )

    def post(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Start one."""
        body = self.said()
        every = templates(self.kept)
        try:
            template = template_of(self.text(body, "template"), every)
        except Http404:
            raise ParameterError("template", _("There is no such template.")) from None
        made = start(
            owner=self.user,
            title=self.text(body, "title", in_language(template.template, "name", self.language)),
            template=template,
            places=self._places(listed(body, "places")),
            as_of=parse_day("as_of", self.text(body, "as_of", today_in_china().isoformat())),
            answers=answers_in(texts(body, "answers"), every),
            kept=self.kept,
        )
        progress = progress_of([made.pk]).get(made.pk, Progress())
        role = checklist_policy.roles([made], self.user)[made.pk]
        told = representations.checklist_shape(made, progress, role)
        address = reverse("api-checklist", args=[made.key])
        return Response(
            told, status=201, headers={"Location": address, "ETag": etag_of(made.version)}
        )

    def _asked(self) -> QuerySet[Checklist]:
        parameters = self.parameters
        rows = checklist_policy.rows(Action.SEE, self.user)
        state = parameters.choice("state", STATES, "open")
        if state != "all":
            rows = rows.filter(closed_at__isnull=state == "open")
        if wanted := parameters.choices("template", templates(self.kept).templates):
            rows = rows.filter(template__slug__in=wanted)
        given = parameters.many("city")
        named = [city_named("city", name, self.kept, given=given) for name in given]
        if cities := [city.slug for city in named]:
            rows = rows.filter(places__city__slug__in=cities).distinct()
        if roles := parameters.choices("role", ROLES):
            rows = rows.filter(pk__in=checklist_policy.of(self.user, roles).values("pk"))
        if words := parameters.one("q"):
            rows = rows.filter(title__icontains=words)
        found: QuerySet[Checklist] = rows.select_related("template", "owner")
        return found.prefetch_related("places__city").order_by("-created_at", "-pk")

    def _places(self, every: list[Any]) -> list[City | HypotheticalPlace]:
        given = [one for one in every if isinstance(one, str)]
        return [self._place(one, given) for one in every]

    def _place(self, one: Any, given: list[str]) -> City | HypotheticalPlace:
        if isinstance(one, str):
            return city_of("places", one, self.kept, given=given)
        if not isinstance(one, dict) or set(one) != {"name", "province", "customs_district"}:
            told = _("A place is a city, or has name, province and customs_district.")
            raise ParameterError("places", told)
        province = Province.objects.filter(iso_3166_2=str(one["province"])).first()
        district = CustomsDistrict.objects.filter(code=str(one["customs_district"])).first()
        if province is None or district is None:
            raise ParameterError("places", _("There is no such province or customs district."))
        bodies = (province.iso_3166_2, district.code)
        called = ("places",) * 3
        return described_by(str(one["name"]), *bodies, Inquiry.of_now(self.kept), called=called)


class ChecklistView(OfChecklist):
    """One checklist: how far it is, whether its trade mode is open, what moved."""

    takes = {"PATCH": request_bodies.CHECKLIST}
    matched = ("PATCH",)
    needed = Action.MANAGE

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The checklist in full."""
        return self._told()

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Rename, close or reopen it."""
        body, seen = self.said(), self.seen()
        if "closed" in body and not isinstance(body["closed"], bool):
            raise ParameterError("closed", _("true or false is wanted."))
        checklist_status.change(
            self.checklist,
            actor=self.user,
            title=self.text(body, "title") if "title" in body else None,
            closed=body.get("closed"),
            seen=seen,
        )
        return self._told()

    def _told(self) -> Response:
        row = self.checklist
        prefetch_related_objects([row], "places__city")
        progress = progress_of([row.pk]).get(row.pk, Progress())
        gates = gates_of(row, self.inquiry)
        roles = checklist_policy.roles([row], self.user)
        return Response(
            representations.checklist_shape(row, progress, roles[row.pk])
            | {
                "answers": given_answers(row),
                "gates": [{"place": one.place, **one.gate} for one in gates],
                "moved": len(moved(row, self.kept)),
            },
            headers={"ETag": etag_of(row.version)},
        )


class AuditPackView(OfChecklist):
    """Everything a checklist says and stands on, with checksums, as a zip."""

    http_method_names = ["get", "options"]

    def get(self, _request: Request, **_kwargs: Any) -> FileResponse:
        """The pack, streamed."""
        pack = audit_pack(self.checklist, self.inquiry)
        name = f"{self.checklist.key}.zip"
        return FileResponse(pack, as_attachment=True, filename=name, content_type="application/zip")
