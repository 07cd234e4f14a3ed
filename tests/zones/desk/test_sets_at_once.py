"""Several at the desk at the same moment, and the loader beside them, with real commits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.rounds import rounds
from tests.threads import at_once
from tests.zones.datasets import change_rows
from tests.zones.desk.acts import known, person, proposed, say_why_all, submitted, written
from zones.dataset.load import load_dataset
from zones.desk.judgement import judge
from zones.desk.proposals import MovedOnError, propose, repropose
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.desk.set_steps import send_back, take_back
from zones.models import AppliedRow, ChangeSet, InForce, Policy, ProposedRow, Revision, RowEdit
from zones.rules.vocabulary import SetState
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
ROUNDS = 10


class Office:
    """Who works at the desk in these stories."""

    def __init__(self) -> None:
        self.analyst, self.other = person("ana", "analyst"), person("ben", "analyst")
        self.reviewers = [person(name, "reviewer") for name in ("rui", "rex")]


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
    for own in published:
        assert AppliedRow.objects.filter(revision=own.revision).count() == own.rows.count()


def limit(value: str) -> Any:
    return written("policies", LIMIT, value=value)


def played() -> range:
    """How many rounds of each story; five stories make fifty on PostgreSQL."""
    return range(rounds(ROUNDS, on_sqlite=2))


def told(outcomes: list[object], *kinds: type[Exception]) -> tuple[list[Any], list[Exception]]:
    """What came of acts, and what was refused; each refusal is of these kinds, and in words."""
    refused = [own for own in outcomes if isinstance(own, Exception)]
    for own in refused:
        assert isinstance(own, kinds), repr(own)
        assert str(own).strip("[]'")
    return [own for own in outcomes if own not in refused], refused


def test_two_reviewers_publish_one_set_once(office: Office) -> None:
    for place in played():
        own = submitted_anyway(office, limit(str(6000 + place)))
        acts = [partial(publish_set, ChangeSet.objects.get(pk=own.pk), r) for r in office.reviewers]
        done, refused = told(at_once(acts), AlreadyPublishedError)
        assert (len(done), len(refused)) == (1, 1)
        assert str(refused[0]) == f"Already published as revision {done[0].number}."
        assert known("policies")[LIMIT]["value"] == str(6000 + place)
    assert_whole()


def submitted_anyway(office: Office, *drafts: Any) -> ChangeSet:
    return submitted(office.analyst, *drafts)


def test_of_two_sets_that_touch_one_cell_one_wins(office: Office) -> None:
    for place in played():
        sets = [submitted_anyway(office, limit(str(6000 + place * 2 + n))) for n in range(2)]
        acts = [
            partial(publish_set, own, reviewer)
            for own, reviewer in zip(sets, office.reviewers, strict=True)
        ]
        done, refused = told(at_once(acts), ValidationError)
        assert (len(done), len(refused)) == (1, 1)
        assert "was changed here meanwhile" in str(refused[0])
        won = ChangeSet.objects.get(revision=done[0])
        assert known("policies")[LIMIT]["value"] == won.rows.get().cells["value"]
        (lost,) = (own for own in sets if own.pk != won.pk)
        send_back(lost, office.reviewers[0], "Settle it")
    assert_whole()


def test_a_load_runs_while_somebody_publishes(office: Office, folder: Path) -> None:
    for place in played():
        value, name = str(6000 + place), f"Hang {place}"
        change_rows(
            folder / "cities.csv",
            lambda rows, name=name: [
                row | ({"name_en": name} if row["slug"] == "hangzhou" else {}) for row in rows
            ],
        )
        change_rows(
            folder / "policies.csv",
            lambda rows, name=name: [{**rows[0], "summary_en": f"Said {name}"}, *rows[1:]],
        )
        for table in ("policies", "cities"):  # as they are now but for what is edited
            keep_only(folder, table, name)
        own = submitted_anyway(office, limit(value))
        before = Revision.objects.count()
        done, refused = told(
            at_once(
                [
                    partial(load_dataset, folder),
                    partial(publish_set, own, office.reviewers[0]),
                ]
            )
        )
        assert (len(done), refused) == (2, [])
        assert known("policies")[LIMIT]["value"] == value
        assert known("cities")["hangzhou",]["name_en"] == name
        assert Policy.objects.current().filter(summary_en=f"Said {name}").count() == 1
        assert Revision.objects.count() == before + 2
    assert_whole()


def keep_only(folder: Path, table: str, word: str) -> None:
    """Leave the edited rows in a file, and no other."""
    change_rows(
        folder / f"{table}.csv",
        lambda rows: [row for row in rows if any(word in cell for cell in row.values())],
    )
    for path in folder.iterdir():
        if path.stem not in ("policies", "cities"):
            path.unlink()


def test_an_analyst_saves_while_the_reviewer_publishes(office: Office) -> None:
    for place in played():
        own = submitted_anyway(office, limit(str(6000 + place)))
        row = own.rows.get()
        seen = ChangeSet.objects.get(pk=own.pk).version

        def save(own: ChangeSet = own, row: ProposedRow = row) -> object:
            taken = take_back(own, office.analyst)
            repropose(row, office.other, limit("1"))
            return taken

        outcomes = at_once(
            [save, partial(publish_set, own, office.reviewers[0], seen=seen)],
        )
        done, refused = told(outcomes, ValidationError, MovedOnError)
        assert len(refused) == 1, outcomes
        now = ChangeSet.objects.get(pk=own.pk)
        if isinstance(done[0], Revision):
            assert now.state == SetState.PUBLISHED
            assert not RowEdit.objects.filter(change_set=own, name="ben").exists()
            assert known("policies")[LIMIT]["value"] == str(6000 + place)
        else:
            assert now.state == SetState.DRAFT
            assert now.rows.get().cells == {"value": "1"}
            assert known("policies")[LIMIT]["value"] != "1"
    assert_whole()


def test_two_analysts_save_one_row_at_once(office: Office) -> None:
    for _ in played():
        own = proposed(office.analyst, limit("6000"))
        row = own.rows.get()
        acts: list[Callable[[], object]] = [
            partial(repropose, row, who, limit(value), seen=row.version)
            for who, value in ((office.analyst, "7000"), (office.other, "8000"))
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


def test_no_reader_sees_half_a_revision(office: Office) -> None:
    """A set that changes an answer and the words of a city: both are seen, or neither."""
    for place in played():
        value = str(6000 + place)
        own = submitted_anyway(
            office, limit(value), written("cities", ("hangzhou",), name_en=f"Hang {value}")
        )
        seen: list[tuple[Any, ...]] = []

        def read(seen: list[tuple[Any, ...]] = seen) -> None:
            client = Client()
            for _ in range(6):
                address = f"/api/v1/compare/?cities=hangzhou&topic={LIMIT[0]}&as_of=2020-01-01"
                answer = client.get(address)
                assert answer.status_code == 200, answer.content
                body = answer.json()
                (row,) = body["rows"]
                city = body["columns"][0]["city"]
                seen.append(
                    (
                        row["cells"][0]["value"],
                        city["name"]["en"] if isinstance(city["name"], dict) else city["name"],
                    )
                )

        outcomes = at_once([read, read, partial(publish_set, own, office.reviewers[0])])
        told(outcomes)
        assert {(str(v).rstrip("0").rstrip("."), name) for v, name in seen}
        for number, name in seen:
            is_new = float(number) == float(value)
            assert (name == f"Hang {value}") == is_new, seen
    assert_whole()
    assert not InForce.objects.current().filter(policy__replaced_in__isnull=False).exists()
    assert judge(proposed(office.analyst)).rows == []
    say_why_all(proposed(office.analyst), office.analyst)
