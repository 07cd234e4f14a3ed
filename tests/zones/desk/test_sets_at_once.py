"""Several at the desk at the same moment, and the loader beside them, with real commits.

What ends in a revision is told fifty times on either database: its sets are small, so that a round
is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.threads import at_once
from tests.zones.desk.acts import known, known_row, person, proposed, submitted, written
from zones.dataset.load import load_dataset
from zones.desk.entry_assignments import NOBODY, assign
from zones.desk.held_sets import MovedOnError
from zones.desk.proposals import propose, repropose
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.desk.set_steps import send_back, take_back
from zones.models import (
    AppliedRow,
    ChangeSet,
    Policy,
    ProposedRow,
    ResearchMark,
    Revision,
    RowEdit,
)
from zones.rules.vocabulary import SetState, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import research_queue
from zones.selectors.snapshot import current_snapshot
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db(transaction=True)

#: A policy that binds one city, and what else is written beside it.
RULE = ("bonded-display-express-delivery", "city", "xiamen", "2024-12-16")
CITY = "xiamen"
ROUNDS = 50
SAVED = 15


class Office:
    """Who works at the desk in these stories, and how often they publish."""

    def __init__(self) -> None:
        self.analyst, self.other = person("ana", "analyst"), person("ben", "analyst")
        self.reviewers = [person(name, "reviewer") for name in ("rui", "rex")]
        self.newest = count(Revision.objects.count() + 1)

    def assert_next(self, *published: Revision) -> None:
        """Hold what was published to be the next revisions, each once."""
        numbers = sorted(own.number for own in published)
        assert numbers == [next(self.newest) for _ in published]


@pytest.fixture
def office() -> Office:
    return Office()


def assert_whole() -> None:
    """Revisions have no gap, rows equal a fresh resolution, and nothing was noted twice."""
    numbers = list(Revision.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert rebuild(check=True) == []
    assert broken_chains() == []
    published = ChangeSet.objects.filter(state=SetState.PUBLISHED)
    assert len({own.revision_id for own in published}) == len(published)
    for own in published:
        assert AppliedRow.objects.filter(revision=own.revision).count() == own.rows.count()


def ruled(place: int, by: str = "") -> Any:
    """Another answer and other words of the rule, told apart by who says them."""
    value = ("true", "false")[place % 2]
    return written("policies", RULE, value=value, summary_en=f"Said {place} {by}".strip())


def versions() -> int:
    """How many versions of the rule there ever were."""
    (identity,) = {
        own.identity
        for own in Policy.objects.current().filter(topic__slug=RULE[0])
        if own.key_parts == RULE
    }
    return Policy.objects.filter(identity=identity).count()


def told(outcomes: list[object], *kinds: type[Exception]) -> tuple[list[Any], list[Exception]]:
    """What came of acts, and what was refused; each refusal is of these kinds, and in words."""
    refused = [own for own in outcomes if isinstance(own, Exception)]
    for own in refused:
        assert isinstance(own, kinds), repr(own)
        assert str(own).strip("[]'")
    return [own for own in outcomes if own not in refused], refused


def test_two_reviewers_publish_one_set_once(office: Office) -> None:
    before = versions()
    for place in range(ROUNDS):
        own = submitted(office.analyst, ruled(place))
        acts = [partial(publish_set, ChangeSet.objects.get(pk=own.pk), r) for r in office.reviewers]
        done, refused = told(at_once(acts), AlreadyPublishedError)
        assert (len(done), len(refused)) == (1, 1)
        assert str(refused[0]) == f"Already published as revision {done[0].number}."
        office.assert_next(*done)
        assert known_row("policies", RULE)["summary_en"] == f"Said {place}"
    assert versions() == before + ROUNDS, "each was written once"
    assert_whole()


def test_of_two_sets_that_touch_one_cell_one_wins(office: Office) -> None:
    before = versions()
    for place in range(ROUNDS):
        sets = [submitted(office.analyst, ruled(place, by)) for by in ("left", "right")]
        acts = [
            partial(publish_set, own, reviewer)
            for own, reviewer in zip(sets, office.reviewers, strict=True)
        ]
        done, refused = told(at_once(acts), ValidationError)
        assert (len(done), len(refused)) == (1, 1)
        assert "was changed here meanwhile" in str(refused[0])
        office.assert_next(*done)
        won = ChangeSet.objects.get(revision=done[0])
        assert known_row("policies", RULE)["summary_en"] == won.rows.get().cells["summary_en"]
        (lost,) = (own for own in sets if own.pk != won.pk)
        send_back(lost, office.reviewers[0], "Settle it")
    assert versions() == before + ROUNDS
    assert_whole()


def test_a_load_runs_while_somebody_publishes(office: Office, tmp_path: Path) -> None:
    other = next(
        (key, cells)
        for key, cells in known("policies").items()
        if cells["scope_kind"] == "city" and key[2] != CITY
    )
    city = known_row("cities", ("hangzhou",))
    before = versions()
    for place in range(ROUNDS):
        name, words = f"Hang {place}", f"Loaded {place}"
        one_row(tmp_path / "cities.csv", {**city, "name_en": name})
        one_row(tmp_path / "policies.csv", {**other[1], "summary_en": words})
        own = submitted(office.analyst, ruled(place))
        done, refused = told(
            at_once(
                [
                    partial(load_dataset, tmp_path),
                    partial(publish_set, own, office.reviewers[0]),
                ]
            )
        )
        assert (len(done), refused) == (2, [])
        office.assert_next(*Revision.objects.order_by("-number")[:2])
        now = known("policies")
        assert now[RULE]["summary_en"] == f"Said {place}"
        assert now[other[0]]["summary_en"] == words
        assert known_row("cities", ("hangzhou",))["name_en"] == name
        assert Policy.objects.current().filter(summary_en=words).count() == 1
    assert versions() == before + ROUNDS
    assert_whole()


def one_row(path: Path, cells: dict[str, str]) -> None:
    """Write a table of one row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(cells))
        out.writeheader()
        out.writerow(cells)


def test_an_analyst_saves_while_the_reviewer_publishes(office: Office) -> None:
    for place in range(SAVED):
        was = known_row("policies", RULE)
        own = submitted(office.analyst, ruled(place, "first"))
        row = own.rows.get()
        seen = ChangeSet.objects.get(pk=own.pk).version

        def save(own: ChangeSet = own, row: ProposedRow = row) -> object:
            taken = take_back(own, office.analyst)
            repropose(row, office.other, written("policies", RULE, summary_en="Otherwise"))
            return taken

        outcomes = at_once(
            [save, partial(publish_set, own, office.reviewers[0], seen=seen)],
        )
        done, refused = told(outcomes, ValidationError, MovedOnError)
        assert len(refused) == 1, outcomes
        now = ChangeSet.objects.get(pk=own.pk)
        if isinstance(done[0], Revision):
            office.assert_next(*done)
            assert now.state == SetState.PUBLISHED
            assert not RowEdit.objects.filter(change_set=own, name="ben").exists()
            assert known_row("policies", RULE)["summary_en"] == f"Said {place} first"
        else:
            assert now.state == SetState.DRAFT
            assert now.rows.get().cells == {"summary_en": "Otherwise"}
            assert known_row("policies", RULE) == was
    assert_whole()


def test_two_analysts_save_one_row_at_once(office: Office) -> None:
    for _ in range(SAVED):
        own = proposed(office.analyst, ruled(0))
        row = own.rows.get()
        acts: list[Callable[[], object]] = [
            partial(repropose, row, who, ruled(1, who.username), seen=row.version)
            for who in (office.analyst, office.other)
        ]
        done, refused = told(at_once(acts), MovedOnError)
        assert (len(done), len(refused)) == (1, 1)
        assert own.rows.get().cells == done[0].cells
        assert vars(refused[0])["row"].cells == done[0].cells
        both = [
            partial(propose, own, who, [written("cities", ("hangzhou",), name_en=who.username)])
            for who in (office.analyst, office.other)
        ]
        done, refused = told(at_once(both))
        assert (len(done), refused) == (2, [])
        assert own.rows.count() == 2
        assert RowEdit.objects.filter(change_set=own).count() == 4


def two_rows(office: Office) -> tuple[ChangeSet, ProposedRow]:
    """A set in review, and one of its two rows."""
    drafts = [written("cities", (slug,), name_en=slug.title() * 2) for slug in ("hangzhou", CITY)]
    own = submitted(office.analyst, *drafts)
    return own, own.rows.order_by("pk")[0]


def assert_one_row_went(own: ChangeSet, sets: int) -> None:
    """One row went on in a set of its own; the other is in review as it was."""
    own.refresh_from_db()
    assert (own.state, own.rows.count()) == (SetState.IN_REVIEW, 1)
    assert ChangeSet.objects.count() == sets + 1


def test_of_two_reviewers_who_send_one_row_back_one_is_told_that_it_is_gone(
    office: Office,
) -> None:
    for _ in range(SAVED):
        own, row = two_rows(office)
        sets = ChangeSet.objects.count()
        acts = [partial(send_back, own, one, "No", [row]) for one in office.reviewers]
        done, refused = told(at_once(acts), MovedOnError)
        assert (len(done), len(refused)) == (1, 1)
        assert "took this row out" in str(refused[0])
        assert_one_row_went(own, sets)


def test_of_two_reviewers_who_send_one_row_back_by_the_api_one_is_refused(office: Office) -> None:
    clients = [Client() for _one in office.reviewers]
    for client, one in zip(clients, office.reviewers, strict=True):
        log_in_staff(client, one)
    for _ in range(SAVED):
        own, row = two_rows(office)
        sets = ChangeSet.objects.count()
        path = reverse("api-change-set-send-back", args=[own.pk])
        body = {"text": "No", "rows": [row.pk]}
        acts = [
            partial(client.post, path, body, "application/json", headers={"If-Match": "*"})
            for client in clients
        ]
        answers: list[Any] = at_once(acts)
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses in ([200, 400], [200, 412]), statuses
        assert_one_row_went(own, sets)


@pytest.mark.parametrize("rows", [["0"], ["x"], [""], ["9" * 12], ["x", "1"]], ids=str)
def test_ticks_that_are_no_rows_of_the_set_send_nothing_back(
    office: Office, rows: list[str]
) -> None:
    own, _row = two_rows(office)
    client = Client()
    log_in_staff(client, office.reviewers[0])
    posted = {"do": "send_back", "text": "No", "seen": own.version, "rows": rows}
    answer = client.post(reverse("admin:desk-set", args=[own.pk]), posted)
    assert answer.status_code == 409
    assert "took this row out" in answer.content.decode()
    own.refresh_from_db()
    assert (own.state, own.rows.count()) == (SetState.IN_REVIEW, 2)


def test_who_says_the_title_and_the_reason_by_the_api_at_once_says_both(office: Office) -> None:
    """Each PATCH writes what it names, whatever the other said meanwhile."""
    clients = [Client(), Client()]
    for client in clients:
        log_in_staff(client, office.analyst)
    own = proposed(office.analyst, ruled(0))
    path, any_state = reverse("api-change-set", args=[own.pk]), {"If-Match": "*"}
    for place in range(SAVED):
        given = {"title": f"Title {place}", "reason": f"Reason {place}"}
        acts = [
            partial(client.patch, path, {name: text}, "application/json", headers=any_state)
            for client, (name, text) in zip(clients, given.items(), strict=True)
        ]
        answers: list[Any] = at_once(acts)
        assert [answer.status_code for answer in answers] == [200, 200]
        own.refresh_from_db()
        assert {"title": own.title, "reason": own.reason} == given


@pytest.mark.parametrize("entry", range(3))
def test_one_of_two_who_take_a_place_of_the_queue_gets_it(office: Office, entry: int) -> None:
    """The other is told who has it; nobody had looked into it before, and no row was there."""
    subject = caveats()[entry]
    people = {own.get_username(): own for own in (office.analyst, office.other)}
    take = partial(assign, ToResearch.CAVEAT, subject, seen=NOBODY)
    outcomes = at_once([partial(take, own, to=own) for own in people.values()])
    mark = ResearchMark.objects.get()
    assert mark.assignee is not None
    winner = mark.assignee.get_username()
    told = dict(zip(people, outcomes, strict=True))
    assert told.pop(winner) is None
    (refused,) = told.values()
    assert isinstance(refused, MovedOnError)
    assert winner in str(refused)


def caveats() -> list[str]:
    """What names the entries of the queue that are doubted."""
    inquiry = Inquiry.of_now(current_snapshot())
    return [own.subject for own in research_queue(inquiry, [ToResearch.CAVEAT])]
