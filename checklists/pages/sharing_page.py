"""With whom a checklist is shared."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

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
        sharing.share(self.checklist, self._someone(), self.posted("role"), actor=self.user)

    def unshare(self) -> None:
        """Stop sharing with someone."""
        sharing.unshare(self.checklist, self._someone(), actor=self.user)

    def hand_over(self) -> None:
        """Make someone else the owner."""
        sharing.hand_over(self.checklist, self._someone(), actor=self.user)

    def leave(self) -> str:
        """Give up one's own share."""
        sharing.unshare(self.checklist, self.user, actor=self.user)
        return reverse("checklists:dashboard")

    def close(self) -> None:
        """Close the checklist."""
        checklist_status.close(self.checklist, actor=self.user)

    def reopen(self) -> None:
        """Work on it again."""
        checklist_status.reopen(self.checklist, actor=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Everyone with whom it is shared."""
        shares = self.checklist.shares.select_related("user").order_by("user__username")
        return super().get_context_data(shares=shares, roles=GIVEN_ROLES, **kwargs)

    def _someone(self) -> User:
        """The person named, by user name or mail address.

        Raises:
            ValidationError: nobody of that name can be shared with.
        """
        name = self.posted("user")
        named = Q(username=name) | Q(email__iexact=name)
        found = list(User.objects.filter(named, is_active=True)[:2]) if name else []
        if len(found) != 1:
            told = _("There is no account of the name or address “%s”.") % name
            raise ValidationError(told, code="unknown")
        return found[0]
