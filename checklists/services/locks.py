"""The one order in which writes hold rows, so that no two of them wait for each other.

Tables are held as `ORDER` has them, the rows of each by key. A write holds the checklist before it
reads anything that it decides by, and reads rights and state again under the lock: what a page or
the API read before may no longer be so. No other module holds rows of checklists. A write that
stores what refers to public data holds the edition before all of them (`zones/services/locks.py`).

Rows are held ``FOR NO KEY UPDATE``: a row that only refers to them (a notification, a comment of
another transaction) may still be written. SQLite has one lock for all writes, taken when a
transaction begins; there the order costs nothing and the reading again is what counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from checklists.models import Checklist, Evidence, Finding, Item, Notification
from checklists.permissions import Action, UnseenError, checklist_policy
from checklists.services.conflicts import StaleError, StaleItemError

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

#: Every service that writes, by its dotted name; tests try each against each.
WRITES: dict[str, Callable[..., Any]] = {}

#: The tables whose rows are held, in the order in which they are.
ORDER: tuple[type[Model], ...] = (Checklist, Item, Evidence, Finding, Notification)

#: How often to begin anew where evidence came to serve more checklists meanwhile.
TRIES = 5


def by_name(service: Callable[P, R]) -> Callable[P, R]:
    """Let a service that writes be known to tests; it minds its own transactions."""
    module = service.__module__.rpartition(".")[2]
    WRITES[f"{module}.{service.__name__}"] = service
    return service


def writes(service: Callable[P, R]) -> Callable[P, R]:
    """Make a function a service that writes: in one transaction, and known to tests."""

    @wraps(service)
    def in_one(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            return service(*args, **kwargs)

    return by_name(in_one)


def hold_rows(rows: QuerySet[M]) -> list[M]:
    """Return rows of one table of `ORDER` as they are now, held by key until the transaction ends.

    Raises:
        ValueError: the table has no place in the order.
    """
    if rows.model not in ORDER:
        raise ValueError(f"Rows of {rows.model.__name__} have no place in the order of locks.")
    # Held first and read then, without joins: having waited for a row, PostgreSQL joins it as it is
    # now to the others as they were when it began to wait, and so loses a checklist whose owner
    # changed meanwhile.
    if connection.features.has_select_for_update:
        alone = rows.select_related(None).prefetch_related(None).order_by("pk")
        list(alone.select_for_update(no_key=True).values_list("pk", flat=True))
    return list(rows.order_by("pk"))


def hold_checklists(keys: Iterable[int]) -> dict[int, Checklist]:
    """Return checklists as they are now, held by key.

    One of them that is gone by now is not among them.
    """
    wanted = Checklist.objects.filter(pk__in=list(keys)).select_related("template", "owner")
    return {row.pk: row for row in hold_rows(wanted)}


def hold(checklist: Checklist, actor: User, action: Action = Action.WORK) -> None:
    """Hold a checklist, read it anew into the object given, and ask again who may do this.

    Raises:
        UnseenError: whoever acts sees it no more.
        PermissionDenied: they may not do this any more.
        ClosedError: it was closed, and this is done to open ones alone.
    """
    # Under the lock and from the database: whoever had the lock before may have closed it, or may
    # have taken from the actor what they were let in for.
    now = hold_checklists([checklist.pk]).get(checklist.pk)
    if now is None:
        raise UnseenError
    read_anew(checklist, now)
    checklist_policy.require(action, checklist, actor)


def read_anew(row: M, now: M) -> None:
    """Give a row that was read before what it holds now, with what is related to it."""
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, getattr(now, field.attname))
    row._state.fields_cache.update(now._state.fields_cache)


def hold_items(checklist: Checklist, keys: Iterable[int]) -> dict[int, Item]:
    """Return items of a checklist that is held, as they are now, held by key."""
    related = ("assignee", "source", "focus_area")
    rows = Item.objects.filter(checklist=checklist.pk, pk__in=list(keys)).select_related(*related)
    found = {row.pk: row for row in hold_rows(rows)}
    for item in found.values():
        item.checklist = checklist
    return found


def hold_item(item: Item, actor: User, seen: str | None = None) -> Item:
    """Return an item as it is now, held with its checklist, for someone who works on it.

    Raises:
        StaleItemError: it is no longer at the version seen.
    """
    hold(item.checklist, actor)
    found = hold_items(item.checklist, [item.pk]).get(item.pk)
    if found is None:
        raise UnseenError
    if seen is not None and found.tag != seen:
        raise StaleItemError(found)
    return found


def hold_alone(evidence: Evidence) -> None:
    """Hold evidence after the checklist that it serves or is to serve, and read it anew."""
    read_anew(evidence, *hold_rows(Evidence.objects.filter(pk=evidence.pk)))


def hold_evidence(evidence: Evidence) -> dict[int, Checklist]:
    """Return every checklist that evidence serves, held with it, and read it anew.

    Raises:
        StaleError: it came to serve more checklists again and again meanwhile.
    """
    # Which checklists it serves is known for sure only once the evidence is held, and they come
    # before it. So they are asked for, held, and asked for again; where there are more by then, the
    # savepoint is rolled back, which lets go what was held, and it begins anew.
    wanted = served_by(evidence)
    for _try in range(TRIES):
        with transaction.atomic():
            held = hold_checklists(wanted)
            hold_alone(evidence)
            found = served_by(evidence)
            if found <= wanted:
                return held
            transaction.set_rollback(True)
        wanted = found
    raise StaleError(_("Others are changing this evidence just now. Try again."), "0")


def hold_finding(finding: Finding, actor: User) -> list[Checklist]:
    """Return the checklists that a finding is recorded in, held with it, and read it anew.

    Raises:
        UnseenError: whoever acts sees none of them any more.
        PermissionDenied: they may work on none of them.
    """
    # Which checklists they are never changes once a finding is recorded, so they may be asked for
    # before it is held.
    keys = finding.checklists.order_by().values_list("pk", flat=True)
    held = list(hold_checklists(keys).values())
    read_anew(finding, *hold_rows(Finding.objects.filter(pk=finding.pk)))
    checklist_policy.require_in_any(Action.WORK, held, actor)
    return held


def hold_notifications(rows: QuerySet[Notification]) -> list[int]:
    """Return the keys of notifications, held; of two who ask for the same the second waits here.

    Notices come last, and those who hold them hold nothing after.
    """
    return [row.pk for row in hold_rows(rows)]


def stay(model: type[Model], keys: Iterable[int]) -> set[int]:
    """Return the keys of those rows that are there, and that nobody deletes before the transaction
    ends.

    This comes last, after everything else that is held: whoever deletes a person has written what
    is theirs before.
    """
    wanted = sorted(keys)
    if not wanted:
        return set()
    rows = model._default_manager.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True)
    if connection.features.has_select_for_update and connection.in_atomic_block:
        # Whoever writes other columns of them, as at a log-in, waits for nobody.
        sql, params = rows.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} FOR KEY SHARE", params)
            return {key for (key,) in cursor.fetchall()}
    return set(rows)


def served_by(evidence: Evidence) -> set[int]:
    """Return the keys of the checklists that evidence serves, by an item or a finding."""
    attached = Checklist.objects.filter(items__attachments__evidence=evidence.pk)
    found = Checklist.objects.filter(findings__evidence=evidence.pk)
    return {
        *attached.order_by().values_list("pk", flat=True),
        *found.order_by().values_list("pk", flat=True),
    }
