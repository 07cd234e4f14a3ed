"""The API of those who work on a checklist, and of what each did."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.pagination import Pagination
from checklists.api import bodies, representations
from checklists.api.viewsets.private_views import OfChecklist
from checklists.permissions import Action, checklist_policy
from checklists.services import sharing


class SharesView(OfChecklist):
    """With whom it is shared."""

    takes = {"PUT": bodies.Sharing, "DELETE": bodies.Person}
    needed = Action.SHARE
    needed_for = {"DELETE": Action.LEAVE}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Owner and shares."""
        shares = self.checklist.shares.select_related("user").order_by("user__username")
        return Response(
            {
                "owner": self.checklist.owner.get_username(),
                "shares": [{"user": s.user.get_username(), "role": s.role} for s in shares],
            }
        )

    def put(self, request: Request, **kwargs: Any) -> Response:
        """Share with someone, or change what they may do."""
        sharing.share(self.checklist, **self.body(), actor=self.user)
        return self.get(request, **kwargs)

    def delete(self, request: Request, **kwargs: Any) -> Response:
        """Stop sharing with someone, or give up one's own share."""
        sharing.unshare(self.checklist, **self.body(), actor=self.user)
        if checklist_policy.may(Action.SEE, self.checklist, self.user):
            return self.get(request, **kwargs)
        return Response(status=204)


class OwnerView(SharesView):
    """Who owns it; a PUT hands it over to someone it is shared with."""

    takes = {"PUT": bodies.Person}
    needed = Action.HAND_OVER
    needed_for: dict[str, Action] = {}

    http_method_names = ["put", "options"]

    def put(self, request: Request, **kwargs: Any) -> Response:
        """Hand it over."""
        sharing.hand_over(self.checklist, **self.body(), actor=self.user)
        return self.get(request, **kwargs)


class LogView(OfChecklist):
    """Who did what when, newest first."""

    detail = False

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of entries."""
        pages = Pagination()
        rows = self.checklist.log.select_related("actor")
        entries = pages.paginate_queryset(rows, request, self) or []
        return self.page_answer(pages, [representations.entry_shape(row) for row in entries])
