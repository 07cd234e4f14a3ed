"""With whom a checklist is shared."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from checklists.pages.private_pages import ChecklistPage
from checklists.permissions import GIVEN_ROLES, Action
from checklists.services import checklist_status, sharing


class PeoplePage(ChecklistPage):
    """Owner, editors and viewers; the owner shares, stops sharing, and hands over."""

    template_name = "checklists/people.html"
    acts = {
        "share": "share",
        "unshare": "unshare",
        "hand-over": "hand_over",
        "leave": "leave",
        "close": "close",
        "reopen": "reopen",
    }
    needed = Action.MANAGE
    needed_for = {"leave": Action.LEAVE}

    def share(self) -> None:
        """Share with someone, or change what they may do."""
        sharing.share(self.checklist, self._named(), self.posted("role"), actor=self.user)

    def unshare(self) -> None:
        """Stop sharing with someone."""
        sharing.unshare(self.checklist, self._named(), actor=self.user)

    def hand_over(self) -> None:
        """Make someone else the owner."""
        sharing.hand_over(self.checklist, self._named(), actor=self.user)

    def leave(self) -> str:
        """Give up one's own share."""
        sharing.unshare(self.checklist, self.user, actor=self.user)
        return reverse("checklists:dashboard")

    def close(self) -> None:
        """Close the checklist."""
        checklist_status.close(self.checklist, actor=self.user)

    def reopen(self) -> None:
        """Reopen the checklist, so that it can be worked on again."""
        checklist_status.reopen(self.checklist, actor=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return everyone with whom it is shared, and the roles that can be given."""
        shares = self.checklist.shares.select_related("user").order_by("user__username")
        return super().get_context_data(shares=shares, roles=GIVEN_ROLES, **kwargs)

    def _named(self) -> User:
        return sharing.account_named(self.posted("user"))
