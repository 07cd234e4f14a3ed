"""Entries of the research queue as pages of the desk show them."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from zones.dataset.policy_table import Policies
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_new, address_of_row
from zones.desk.cell_words import CellWords
from zones.models.labels import label
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import QueueEntry, research_queue
from zones.selectors.snapshot import current_snapshot


def inquiry_of_today(language: str) -> Inquiry:
    """Return the question of today that the queue answers, with all that is known."""
    snapshot = current_snapshot()
    return Inquiry(snapshot, snapshot.newest, today_in_china(), language, Certainty.UNVERIFIED)


def open_to(person: Any, inquiry: Inquiry) -> list[QueueEntry]:
    """Return what waits and somebody could look into: nobody does, or he does; weightiest first."""
    return [
        entry
        for entry in research_queue(inquiry)
        if not rests(entry, inquiry.day)
        and (entry.mark is None or entry.mark.assignee_id in (None, person.pk))
    ]


def rests(entry: QueueEntry, today: date) -> bool:
    """Return whether an entry waits for a day that is still to come."""
    return bool(entry.mark and entry.mark.rests_until and entry.mark.rests_until > today)


def is_mine(entry: QueueEntry, person: Any) -> bool:
    """Return whether somebody looks into an entry."""
    return bool(entry.mark and entry.mark.assignee_id == person.pk)


def shown_entry(entry: QueueEntry, words: CellWords, person: Any) -> dict[str, Any]:
    """Return an entry with where it is, and where one goes on with it."""
    where = " ".join(entry.key[1:])
    if entry.table == Policies.name and len(entry.key) == len(Policies.key):
        _topic, kind_of_scope, code, start = entry.key
        where = f"{words.scope(kind_of_scope, code)}{_(', ')}{start}"
    if entry.change_set:
        table = table_named(entry.table)
        where = f"{table.label} · {words.row(table, entry.key)}"
        address = reverse("admin:desk-set", args=[entry.change_set])
    elif entry.cells:
        address = address_of_new(Policies.name, **entry.cells)
    else:
        address = address_of_row(entry.table, entry.key)
    return {
        "entry": entry,
        "kind": label(entry.kind),
        "where": where,
        "check": _check_address(entry) if entry.kind == ToResearch.DEAD_LINK else "",
        "is_report": entry.kind == ToResearch.REPORTED,
        "address": address,
        "is_mine": is_mine(entry, person),
    }


def _check_address(entry: QueueEntry) -> str:
    """Where it is told what asking the address of a document found."""
    asked = urlencode({"q": entry.subject})
    return f"{reverse('admin:zones_linkcheck_changelist')}?{asked}"
