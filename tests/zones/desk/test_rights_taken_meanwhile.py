"""Whoever loses a right while something waits for its lock does it no more: rights are read anew
once the lock is had, whatever an account keeps of what it was allowed when it was asked first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from cbec_portal.china_time import now
from tests.zones.desk.acts import person, proposed, row_of, submitted, taken_out, written
from zones.desk import acknowledgements, bulk_rows, proposals, set_steps
from zones.desk.blind_readings import draw_readings
from zones.desk.entry_assignments import assign, let_rest
from zones.desk.report_intake import settle_report
from zones.models import ChangeSet, ProposedRow, ResearchMark, SecondReading, SetComment

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OTHER = ("positive-list-version", "nation", "CN", "2022-03-01")
DRAFT = written("policies", OTHER, clause="2")


def first_row(own: ChangeSet) -> ProposedRow:
    return row_of(own)


#: What is done to a set by whoever was allowed to when it was asked for.
ACTS: dict[str, Callable[[ChangeSet, Any], Any]] = {
    "open": lambda own, someone: proposals.open_set(someone, "Another"),
    "propose": lambda own, someone: proposals.propose(own, someone, [DRAFT]),
    "repropose": lambda own, someone: proposals.repropose(
        first_row(own), someone, written("policies", LIMIT, clause="3")
    ),
    "retitle": lambda own, someone: proposals.retitle(own, someone, title="Otherwise"),
    "take out": lambda own, someone: proposals.propose(
        own, someone, [taken_out("policies", OTHER)]
    ),
    "set a cell of many": lambda own, someone: bulk_rows.set_in_rows(
        own, someone, [first_row(own).pk], "clause", "4"
    ),
    "say why": lambda own, someone: acknowledgements.acknowledge(
        own, someone, [(first_row(own), "repealed", "")], "So."
    ),
    "remark": lambda own, someone: set_steps.comment(own, someone, "So."),
    "submit": set_steps.submit,
    "withdraw": set_steps.withdraw,
}
IN_REVIEW: dict[str, Callable[[ChangeSet, Any], Any]] = {
    "take back": set_steps.take_back,
    "send back": lambda own, someone: set_steps.send_back(own, someone, "Mend it."),
}


def counted() -> list[int]:
    models = (ChangeSet, ProposedRow, SetComment, ResearchMark, SecondReading)
    return [one._default_manager.count() for one in models]


def refused(own: ChangeSet, someone: Any, act: Callable[[ChangeSet, Any], Any]) -> None:
    """The account knows still what it was allowed; its groups were taken away meanwhile."""
    assert someone.has_perm("zones.propose")
    User.objects.get(pk=someone.pk).groups.clear()
    before = counted(), ChangeSet.objects.values().get(pk=own.pk)
    with pytest.raises(PermissionDenied):
        act(own, someone)
    assert (counted(), ChangeSet.objects.values().get(pk=own.pk)) == before


@pytest.mark.parametrize("name", ACTS)
def test_nobody_goes_on_with_an_open_set_without_the_right(name: str) -> None:
    someone = person("ana", "analyst", "reviewer")
    refused(proposed(someone, written("policies", LIMIT, clause="1")), someone, ACTS[name])


@pytest.mark.parametrize("name", IN_REVIEW)
def test_nobody_goes_on_with_a_review_without_the_right(name: str) -> None:
    someone = person("ana", "analyst", "reviewer")
    refused(submitted(someone, written("policies", LIMIT, clause="1")), someone, IN_REVIEW[name])


def test_nobody_goes_on_with_what_is_no_set_without_the_right() -> None:
    someone = person("ana", "analyst", "reviewer")
    own = proposed(someone, written("policies", LIMIT, clause="1"))
    refused(own, someone, lambda _own, one: draw_readings(one, 100, topic=OTHER[0]))
    marked = {"kind": "dead-link", "subject": "x", "at": now(), "name": "ana"}
    ResearchMark.objects.create(person=someone, **marked)
    for to in (someone, None):
        with pytest.raises(PermissionDenied):
            assign("dead-link", "x", someone, to=to)
    with pytest.raises(PermissionDenied):
        let_rest("dead-link", "x", someone, until=None, reason="")
    with pytest.raises(PermissionDenied):
        settle_report(1, someone, "mended", "So.")
