"""Work on items of one checklist: done on rows that are held, and written together.

However many items there are, the same number of queries writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.asked_days import EARLIEST_DAY, latest_day
from cbec_portal.china_time import today_in_china
from checklists.models import (
    SETTLED,
    Act,
    Checklist,
    Item,
    LogEntry,
    Notification,
    Proof,
    Recurrence,
    SignedPeriod,
    Status,
    Subject,
)
from checklists.permissions import Action, checklist_policy
from checklists.rules.recurrence import next_due
from checklists.services.activity_log import record_all
from checklists.services.locks import stay
from checklists.services.recorded_notifications import keep, notification
from checklists.services.sign_off import make_ready, proofs_of, signed_period

LONGEST_REASON = 2000
CHANGED = ["status", "reason", "period", "due_on", "due_day", "assignee", *Item.COUNTED]


class Work:
    """Changes to items that are held; nothing is written before `write`."""

    def __init__(self, checklist: Checklist, items: Iterable[Item], actor: User) -> None:
        self.checklist = checklist
        self.actor = actor
        self._items = list(items)
        self._changed: dict[int, Item] = {}
        self._signed_periods: list[SignedPeriod] = []
        self._proofs: list[Proof] = []
        self._entries: list[LogEntry] = []
        self._assigned: list[tuple[User, LogEntry]] = []
        self._is_ready = False

    @cached_property
    def people(self) -> dict[str, User]:
        """Return who sees the checklist, by user name, in one query."""
        found = checklist_policy.people(Action.SEE, self.checklist)
        return {one.get_username(): one for one in found}

    @cached_property
    def workers(self) -> set[int]:
        """Return the keys of those who may work on the checklist.

        None of them is deleted before the changes are written.
        """
        found = checklist_policy.people(Action.WORK, self.checklist)
        return stay(User, found.values_list("pk", flat=True))

    def set_status(self, item: Item, status: str, reason: str) -> None:
        """Set a status. Settling signs the period; of a recurring duty it opens the next.

        Raises:
            ValidationError: the status is unknown, or one without the reason it needs.
        """
        wanted, reason = _checked(status, reason)
        before = item.status
        if wanted == before and reason == item.reason:
            return
        if before in SETTLED:
            item.period += 1
        item.status, item.reason = wanted, reason
        if wanted in SETTLED:
            self._sign(item)
            if wanted == Status.DONE and Recurrence(item.recurrence).comes_back:
                _open_next(item)
        told = {"before": before, "after": wanted.value} | ({"reason": reason} if reason else {})
        self._log(item, Act.SET_STATUS, told)

    def assign(self, item: Item, assignee: User | None) -> None:
        """Assign an item to someone, or to nobody.

        Raises:
            ValidationError: that person may not edit the checklist.
        """
        if assignee is not None and assignee.pk not in self.workers:
            told = _("Only those who may edit the checklist can do it.")
            raise ValidationError({"assignee": told})
        before, item.assignee = item.assignee, assignee
        names = {"before": _name(before), "after": _name(assignee)}
        entry = self._log(item, Act.ASSIGNED, names)
        if assignee and assignee not in (before, self.actor):
            self._assigned.append((assignee, entry))

    def set_due(self, item: Item, due_on: date | None) -> None:
        """Set the due day of an item, or take it away.

        Raises:
            ValidationError: the day lies outside the years that the portal answers about.
        """
        if due_on and not EARLIEST_DAY <= due_on <= latest_day():
            told = _("A due day lies between %(first)s and %(last)s.")
            between = {"first": EARLIEST_DAY, "last": latest_day()}
            raise ValidationError({"due_on": told % between})
        before, item.due_on = item.due_on, due_on
        item.due_day = due_on.day if due_on else None
        self._log(item, Act.SET_DUE, {"before": _iso(before), "after": _iso(due_on)})

    def write(self) -> None:
        """Write it all: periods, items, the log, and notifications of those who got work to do.

        Raises:
            ClosedError: the checklist is closed.
        """
        if not self._changed:
            return
        SignedPeriod.objects.bulk_create(self._signed_periods)
        Proof.objects.bulk_create(self._proofs)
        Item.objects.bulk_update(self._changed.values(), CHANGED)
        record_all(self.checklist, self._entries)
        keep([self._notification(user, entry) for user, entry in self._assigned])

    def _sign(self, item: Item) -> None:
        if not self._is_ready:
            checklist_policy.require(Action.SIGN, self.checklist, self.actor)
            make_ready(self._items)
            self._is_ready = True
        signed = signed_period(item, self.actor)
        self._signed_periods.append(signed)
        self._proofs += proofs_of(signed)

    def _log(self, item: Item, act: Act, detail: Mapping[str, str | None]) -> LogEntry:
        item.raise_version()
        self._changed[item.pk] = item
        entry = LogEntry(
            checklist=self.checklist, item=item, actor=self.actor, act=act, detail=dict(detail)
        )
        self._entries.append(entry)
        return entry

    def _notification(self, user: User, entry: LogEntry) -> Notification:
        by = {"by": self.actor.get_username()}
        return notification(user, self.checklist, Subject.ASSIGNED, str(entry.pk), entry.item, by)


def _open_next(item: Item) -> None:
    today = today_in_china()
    months = Recurrence(item.recurrence).months
    item.due_on = next_due(months, item.due_on, today, day=item.due_day)
    item.period += 1
    item.status, item.reason = Status.OPEN, ""


def _checked(status: str, reason: str) -> tuple[Status, str]:
    if status not in Status.values:
        known = ", ".join(Status.values)
        raise ValidationError({"status": _("The status is one of: %s.") % known})
    reason = reason.strip()
    if status == Status.NOT_APPLICABLE and not reason:
        raise ValidationError({"reason": _("Say why the requirement is not applicable.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("At most %d characters.") % LONGEST_REASON})
    Item._meta.get_field("reason").run_validators(reason)
    return Status(status), reason


def _name(user: User | None) -> str | None:
    return user.get_username() if user else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
