"""The API of someone's notices, and of the private address of their due days."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.pagination import Pagination
from checklists.api import bodies, representations
from checklists.api.viewsets.private_views import Private
from checklists.models import CalendarAddress
from checklists.selectors.notification_list import notifications_of
from checklists.services.calendar_addresses import make_address, revoke_address
from checklists.services.recorded_notifications import mark_read


class NotificationsView(Private):
    """What moved, what is coming, what is due; a POST marks notices as read."""

    takes = {"POST": bodies.ReadNotices}

    detail = False
    question_parameters = {"unread": "true leaves out what was read."}
    csv_name = "notices"

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of notices, newest first."""
        rows = notifications_of(self.user)
        if self.parameters.choice("unread", ["true"]):
            rows = rows.filter(read_at__isnull=True)
        pages = Pagination()
        found = pages.paginate_queryset(rows.order_by("-made_at", "-pk"), request, self) or []
        return self.page_answer(
            pages, [representations.notification_shape(row, self.snapshot) for row in found]
        )

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Mark those named as read, all where the list is left out; how many were unread."""
        return Response({"marked": mark_read(self.user, self.body().get("notices"))})


class CalendarView(Private):
    """The private address of one's due days: made, told once, revoked."""

    takes = {"POST": bodies.Nothing}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Whether there is one; it is told only when it is made."""
        row = CalendarAddress.objects.filter(user=self.user).first()
        return Response({"made_at": row.made_at if row else None})

    def post(self, request: Request, **_kwargs: Any) -> Response:
        """A new address; an older one opens nothing from then on."""
        self.body()
        path = reverse("checklists:calendar", args=[make_address(self.user)])
        return Response({"address": request.build_absolute_uri(path)}, status=201)

    def delete(self, _request: Request, **_kwargs: Any) -> Response:
        """Revoke it."""
        revoke_address(self.user)
        return Response(status=204)
