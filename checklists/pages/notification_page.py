"""Someone's notifications, and the address of their private calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from checklists.models import CalendarAddress, Notification
from checklists.models.notifications import Subject
from checklists.pages.private_pages import PrivatePage, whole
from checklists.selectors.notification_list import notifications_of, words_of
from checklists.services.calendar_addresses import make_address, revoke_address
from checklists.services.recorded_notifications import mark_read

MOST = 200


class NotificationsPage(PrivatePage):
    """What moved, what is coming, what is due."""

    template_name = "checklists/notifications.html"
    acts = {
        "read": "read",
        "read-all": "read_all",
        "make-address": "make_address",
        "revoke-address": "revoke_address",
    }
    address = ""

    def read(self) -> None:
        """Mark the chosen notifications as read."""
        mark_read(self.user, [whole(text) for text in self.posted_values("notice")])

    def read_all(self) -> None:
        """Mark all notifications as read."""
        mark_read(self.user)

    def make_address(self) -> None:
        """Make a private address of one's due days; an older one ends."""
        path = reverse("checklists:calendar", args=[make_address(self.user)])
        self.address = self.request.build_absolute_uri(path)

    def revoke_address(self) -> None:
        """Revoke the calendar's address."""
        revoke_address(self.user)

    def done(self, address: str) -> HttpResponse:
        """Return the page with a new address at once, since it is shown only once."""
        if self.address:
            return self.render_to_response(self.get_context_data())
        return super().done(address)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the newest notifications, and whether there is a calendar's address."""
        rows = list(notifications_of(self.user)[:MOST])
        return super().get_context_data(
            notifications=[(row, words_of(row, self.snapshot), _address(row)) for row in rows],
            unread=sum(row.read_at is None for row in rows),
            address=self.address,
            has_address=CalendarAddress.objects.filter(user=self.user).exists(),
            **kwargs,
        )


def _address(notification: Notification) -> str:
    """Return where its matter can be seen: an item, else what moved, else the checklist."""
    key = notification.checklist.key
    if notification.item_id:
        return reverse("checklists:item", args=[key, notification.item_id])
    moves = notification.subject in (Subject.MOVED, Subject.COMING)
    return reverse("checklists:changes" if moves else "checklists:checklist", args=[key])
