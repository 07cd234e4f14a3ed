"""What private answers share: someone known, a checklist they may see, and no lost writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.private_answers import Conflict, PreconditionFailed, PrivateAnswer, etag_of
from checklists.models import Checklist
from checklists.permissions import (
    READ_ONLY,
    Action,
    ClosedError,
    UnseenError,
    checklist_policy,
)
from checklists.services.conflicts import GoneError, StaleError
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot, current_snapshot

__all__ = ["OfChecklist", "Private", "etag_of"]


class Private(PrivateAnswer):
    """An answer for one person alone, of what is known now."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """Return the snapshot, read once for an answer."""
        return current_snapshot()

    @cached_property
    def inquiry(self) -> Inquiry:
        """Return the inquiry of what is known now, of today, in the language of whoever asks."""
        return Inquiry.of_now(self.snapshot)

    def forget(self) -> None:
        """Let go of what was read of an edition, so that the next read is of the present one."""
        for name in ("snapshot", "inquiry"):
            self.__dict__.pop(name, None)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what stops a write with the status that fits.

        A stale write is a failed precondition; one that came after a closing, or to what is gone, a
        conflict. What one may not see is not found.
        """
        match exc:
            case StaleError():
                exc = PreconditionFailed(str(exc), exc.tag)
            case ClosedError():
                exc = Conflict(exc.messages[0])
            case GoneError():
                exc = Conflict(str(exc))
            case UnseenError():
                exc = Http404()
        return super().handle_exception(exc)


class OfChecklist(Private):
    """An answer about one checklist; to whoever does not share it, it does not exist."""

    unseen = gettext_lazy(
        "There is no such checklist, or nothing of this key in it, or it is not yours to see."
    )

    #: What whoever writes here does with the checklist, and what single methods do instead.
    needed = Action.WORK
    needed_for: Mapping[str, Action] = {}

    @cached_property
    def checklist(self) -> Checklist:
        """Return the checklist asked for; one that is not shared is not found."""
        rows = checklist_policy.rows(Action.SEE, self.user).select_related("template", "owner")
        return get_object_or_404(rows, key=self.kwargs["key"])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the checklist before anything else; those who only view change nothing."""
        super().initial(request, *args, **kwargs)
        self.checklist  # noqa: B018 (raises where it does not exist)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.ask_at_the_door(self.needed_for.get(request.method or "", self.needed))

    def ask_at_the_door(self, action: Action) -> None:
        """Ask whether this may be done, before the body is read; services ask again.

        Raises:
            UnseenError: whoever asks sees the checklist no more.
            PermissionDenied: they may not do this, or nobody may, since it is closed.
        """
        try:
            checklist_policy.require(action, self.checklist, self.user)
        except ClosedError:
            raise exceptions.PermissionDenied(str(READ_ONLY)) from None
