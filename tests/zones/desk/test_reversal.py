"""An undo is a set like any other: it proposes what was there before a revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from tests.zones.datasets import change_rows
from tests.zones.desk.acts import (
    known,
    problems_of,
    published,
    said,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.test_every_table import tomorrow
from zones.dataset.load import load_dataset
from zones.dataset.table_registry import registry
from zones.desk.effect import effect_of
from zones.desk.judgement import judge
from zones.desk.proposals import drop, settle
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import AppliedRow, ChangeSet, Policy, Revision, Zone
from zones.rules.vocabulary import Fate
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
COMPARED = "/api/v1/compare/?cities=hangzhou,ningbo,xiongan,zhengzhou&as_of={}"


def answers(client: Client) -> list[Any]:
    """What is answered of a few cities on a few days."""
    days = ("2016-06-01", "2020-01-01", "2026-11-01")
    bodies = [client.get(COMPARED.format(day)).json() for day in days]
    return [
        [
            (
                row["topic"]["slug"] if isinstance(row["topic"], dict) else row["topic"],
                [c.get("value") for c in row["cells"]],
            )
            for row in body["rows"]
        ]
        for body in bodies
    ]


def dataset() -> dict[str, Any]:
    return {table.name: known(table.name) for table in registry}


def undone(revision: Revision, analyst: Any, reviewer: Any) -> Revision:
    own = propose_undo(revision, analyst)
    say_why_all(own, analyst)
    return publish_set(submit(own, analyst), reviewer)


def much(analyst: Any, reviewer: Any) -> Revision:
    """A revision that writes, corrects, ends, moves and takes out."""
    city = known("cities")["hangzhou",]
    policies = known("policies")
    gone = [k for k, own in policies.items() if own["scope_kind"] == "city"][:2]
    zone = next(
        k for k, own in known("zones").items() if not own["ended_on"] and own["designated_on"]
    )
    covered = next(iter(known("zone_coverage")))
    statistic = next(iter(known("statistics")))
    open_ended = next(
        k
        for k, own in policies.items()
        if own["scope_kind"] == "nation" and not own["effective_to"] and k != LIMIT
    )
    return published(
        analyst,
        reviewer,
        written("policies", LIMIT, value="6000"),
        written("policies", open_ended, effective_to="2026-01-31"),
        said(
            "policies",
            {**policies[LIMIT], "scope_kind": "city", "scope_code": "ningbo", "value": "1"},
        ),
        *(taken_out("policies", key) for key in gone),
        written("zones", zone, ended_on="2025"),
        taken_out("zone_coverage", covered),
        written("cities", ("hangzhou",), name_en="Hang", province="CN-SH", customs_district="2200"),
        said(
            "former_placements",
            {
                "city": "hangzhou",
                "until": "2026-01",
                **{name: city[name] for name in ("province", "customs_district")},
            },
        ),
        taken_out("statistics", statistic),
        said(
            "indicators",
            {**next(iter(known("indicators").values())), "slug": "tomorrow", "position": "99"},
        ),
    )


def test_after_an_undo_everything_is_as_before(analyst: Any, reviewer: Any, client: Client) -> None:
    before, answered = dataset(), answers(client)
    revision = much(analyst, reviewer)
    assert answers(client) != answered
    own = propose_undo(revision, analyst)
    assert own.undoes == revision
    found = judge(own)
    assert not found.hinders, problems_of(found.rows)
    assert effect_of(found).changes
    undo = undone(revision, analyst, reviewer)
    assert dataset() == before
    assert answers(client) == answered
    said_so = {
        *Policy.objects.filter(recorded_in=undo).values_list("change", flat=True),
        *Zone.objects.filter(recorded_in=undo).values_list("change", flat=True),
    }
    assert said_so == {"corrected", "withdrawn"}
    assert rebuild(check=True) == []
    assert broken_chains() == []


def test_an_undo_can_be_undone(analyst: Any, reviewer: Any, client: Client) -> None:
    revision = much(analyst, reviewer)
    after, answered = dataset(), answers(client)
    undo = undone(revision, analyst, reviewer)
    undone(undo, analyst, reviewer)
    assert dataset() == after
    assert answers(client) == answered
    assert rebuild(check=True) == []


def test_a_row_on_which_later_work_rests_is_a_conflict_of_its_own(
    analyst: Any, reviewer: Any
) -> None:
    revision = published(
        analyst,
        reviewer,
        written("policies", LIMIT, value="6000", note="Seen"),
        written("cities", ("hangzhou",), name_en="Hang"),
    )
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    own = propose_undo(revision, analyst)
    fates = {row.key: row.fate for row in judge(own).rows}
    assert fates == {LIMIT: Fate.CONFLICT, ("hangzhou",): Fate.CHANGED}
    (row,) = (row for row in judge(own).rows if row.fate == Fate.CONFLICT)
    assert [(c.column, c.base, c.mine, c.live) for c in row.conflicts] == [
        ("value", "6000", "5000", "7000")
    ]
    with pytest.raises(ValidationError, match="settle conflicts"):
        submit(own, analyst)
    settle(row.row, analyst, "value", mine=False)
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert known("policies")[LIMIT]["value"] == "7000"
    assert known("policies")[LIMIT]["note"] != "Seen"
    assert known("cities")["hangzhou",]["name_en"] == "Hangzhou"


def test_what_others_refer_to_by_now_stays_and_is_told(analyst: Any, reviewer: Any) -> None:
    new = tomorrow()
    source = {**new["sources"][0], "issuers": next(iter(known("issuers").values()))["name_en"]}
    revision = published(analyst, reviewer, said("sources", source))
    published(analyst, reviewer, written("policies", LIMIT, source_id="tomorrow-2026"))
    own = propose_undo(revision, analyst)
    (row,) = judge(own).rows
    assert row.fate == Fate.REFUSED
    assert problems_of([row])


def test_a_start_that_was_corrected_is_set_back_under_its_identity(
    analyst: Any, reviewer: Any
) -> None:
    before = dataset()
    moved = written("policies", LIMIT, effective_from="2018-12-01")
    revision = published(analyst, reviewer, moved)
    assert LIMIT not in known("policies")
    undone(revision, analyst, reviewer)
    assert dataset() == before
    identities = Policy.objects.current().not_withdrawn().values_list("identity", flat=True)
    assert ".".join(LIMIT) in identities


def test_what_a_load_did_is_undone_too(analyst: Any, reviewer: Any, folder: Path) -> None:
    before = dataset()
    change_rows(
        folder / "policies.csv",
        lambda rows: [{**rows[0], "summary_en": "Said by a file"}, *rows[1:]],
    )
    revision = load_dataset(folder).revision
    assert revision is not None
    assert dataset() != before
    undone(revision, analyst, reviewer)
    assert dataset() == before


def test_a_revision_of_which_nothing_was_noted_is_not_undone(analyst: Any) -> None:
    with pytest.raises(ValidationError, match="Nothing was noted of what revision 1 did"):
        propose_undo(Revision.objects.get(number=1), analyst)
    assert not ChangeSet.objects.exists()


def test_who_may_not_propose_may_not_undo(
    analyst: Any, reviewer: Any, outsiders: list[Any]
) -> None:
    revision = published(analyst, reviewer, written("cities", ("hangzhou",), name_en="Hang"))
    for person in (*outsiders, reviewer):
        with pytest.raises(PermissionDenied):
            propose_undo(revision, person)


def test_who_undid_it_does_not_publish_the_undo(both: Any, analyst: Any, reviewer: Any) -> None:
    revision = published(analyst, reviewer, written("cities", ("hangzhou",), name_en="Hang"))
    own = submit(propose_undo(revision, both), both)
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, both)
    assert publish_set(own, reviewer).number == revision.number + 1


def test_rows_of_every_table_are_taken_back_as_far_as_they_can_be(
    analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    revision = published(
        analyst, reviewer, *(said(t, cells) for t, rows in new.items() for cells in rows)
    )
    own = propose_undo(revision, analyst)
    assert own.rows.count() == AppliedRow.objects.filter(revision=revision).count()
    while (found := judge(own)).hinders:
        refused = [row for row in found.rows if row.fate == Fate.REFUSED]
        assert all(problems_of([row]) for row in refused)
        for row in refused:
            drop(row.row, analyst)
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert not [k for k in known("policies") if "tomorrow" in " ".join(k)]
    assert not [k for k in known("statistics") if "tomorrow" in " ".join(k)]
    assert ("tomorrow", "1.1") not in known("requirements")
    assert rebuild(check=True) == []
