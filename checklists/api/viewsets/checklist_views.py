"""The API of checklists as a whole: the list, starting one, its title, and its audit pack."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import FileResponse
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.pagination import Pagination
from cbec_portal.languages import in_language
from checklists.api import bodies, representations
from checklists.api.viewsets.private_views import OfChecklist, Private, etag_of
from checklists.exports.audit_pack import audit_pack
from checklists.models import Checklist
from checklists.models.checklists import STATES
from checklists.permissions import ROLES, Action, checklist_policy
from checklists.selectors.assessment import given_answers
from checklists.selectors.gate_states import gates_of
from checklists.selectors.law_changes import moved
from checklists.selectors.progress import Progress, progress_of
from checklists.selectors.template_snapshot import templates
from checklists.services import checklist_status
from checklists.services.checklist_creation import start
from zones.selectors.place_names import city_named


class ChecklistsView(Private):
    """The checklists one owns or shares; a POST starts another."""

    takes = {"POST": bodies.Start}

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
        return self.page_answer(
            pages,
            [
                representations.checklist_shape(
                    row,
                    progress.get(row.pk, Progress()),
                    roles[row.pk],
                )
                for row in rows
            ],
        )

    def post(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Start one."""
        body = self.body()
        name = in_language(body["template"].template, "name", self.language)
        made = start(**{"title": name, **body}, owner=self.user)
        progress = progress_of([made.pk]).get(made.pk, Progress())
        role = checklist_policy.roles([made], self.user)[made.pk]
        told = representations.checklist_shape(made, progress, role)
        address = reverse("api-checklist", args=[made.key])
        return Response(told, status=201, headers={"Location": address, "ETag": etag_of(made.tag)})

    def _asked(self) -> QuerySet[Checklist]:
        parameters = self.parameters
        state = parameters.choice("state", STATES, STATES[0])
        rows = checklist_policy.rows(Action.SEE, self.user).in_state(state)
        if wanted := parameters.choices("template", templates(self.snapshot).templates):
            rows = rows.filter(template__slug__in=wanted)
        given = parameters.many("city")
        named = [city_named("city", name, self.snapshot, given=given) for name in given]
        if cities := [city.slug for city in named]:
            rows = rows.filter(places__city__slug__in=cities).distinct()
        if roles := parameters.choices("role", ROLES):
            rows = rows.filter(pk__in=checklist_policy.of(self.user, roles).values("pk"))
        if words := parameters.one("q"):
            rows = rows.filter(title__icontains=words)
        found: QuerySet[Checklist] = rows.select_related("template", "owner")
        return found.prefetch_related("places__city").order_by("-created_at", "-pk")


class ChecklistView(OfChecklist):
    """One checklist: how far it is, whether its trade mode is open, what moved."""

    takes = {"PATCH": bodies.ChecklistChange}
    matched = ("PATCH",)
    #: What every change needs; to close or reopen it needs more, which the service asks for.
    needed = Action.RENAME

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The checklist in full."""
        return self._response()

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Rename, close or reopen it."""
        body, seen = self.body(), self.seen()
        checklist_status.change(self.checklist, **body, actor=self.user, seen=seen)
        return self._response()

    def _response(self) -> Response:
        row = self.checklist
        prefetch_related_objects([row], "places__city")
        progress = progress_of([row.pk]).get(row.pk, Progress())
        gates = gates_of(row, self.inquiry)
        roles = checklist_policy.roles([row], self.user)
        return Response(
            representations.checklist_shape(row, progress, roles[row.pk])
            | {
                "answers": given_answers(row),
                "gates": [
                    {"place": one.place, **representations.gate_shape(one.gate)} for one in gates
                ],
                "moved": len(moved(row, self.snapshot)),
            },
            headers={"ETag": etag_of(row.tag)},
        )


class AuditPackView(OfChecklist):
    """Everything a checklist says and stands on, with checksums, as a zip."""

    http_method_names = ["get", "options"]

    def get(self, _request: Request, **_kwargs: Any) -> FileResponse:
        """The pack, streamed."""
        pack = audit_pack(self.checklist, self.inquiry)
        name = f"{self.checklist.key}.zip"
        return FileResponse(pack, as_attachment=True, filename=name, content_type="application/zip")
