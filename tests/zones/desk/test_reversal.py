"""An undo is a set like any other: it proposes what was there before a revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.datasets import change_rows
from tests.zones.desk.acts import (
    known,
    problems_of,
    proposed,
    published,
    said,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk.test_taken_out import needed
from zones.dataset.load import load_dataset
from zones.dataset.table_registry import registry, table_named
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.effect import effect_of
from zones.desk.judgement import RowJudgement, judge
from zones.desk.proposals import retitle
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import UnreasonedError, submit
from zones.desk.settlement import settle
from zones.models import AppliedRow, ChangeSet, InForce, Policy, Revision, Zone
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
    return published(analyst, reviewer, *much_drafts())


def much_drafts() -> list[RowDraft]:
    """Rows that write, correct, end, move and take out."""
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
    return [
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
    ]


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


def in_force() -> set[tuple[Any, ...]]:
    """What answers where and when, as known now."""
    rows = InForce.objects.current().order_by()
    return set(rows.values_list("city__slug", "policy__identity", "from_day", "until_day"))


def undone_in_one_go(revision: Revision, analyst: Any, reviewer: Any) -> list[RowJudgement]:
    """The rows of the undo of a revision that stay; the others are taken back as they stand."""
    own = propose_undo(revision, analyst)
    assert own.rows.count() == AppliedRow.objects.filter(revision=revision).count()
    found = judge(own)
    assert not found.hinders, problems_of(found.rows)
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert rebuild(check=True) == []
    assert broken_chains() == []
    return [row for row in found.rows if row.stays]


def test_rows_of_every_table_are_taken_back_at_once(analyst: Any, reviewer: Any) -> None:
    new = tomorrow()
    before, answered = dataset(), in_force()
    revision = published(
        analyst, reviewer, *(said(t, cells) for t, rows in new.items() for cells in rows)
    )
    assert in_force() != answered
    staying = undone_in_one_go(revision, analyst, reviewer)
    assert in_force() == answered
    # What earlier revisions name for ever is there for them; nothing that holds names it.
    kept = {(row.table.name, row.key) for row in staying}
    assert {name for name, _key in kept} == {
        *("provinces", "customs_districts", "programmes", "issuers", "sources", "batches"),
        *("focus_areas", "topics", "choices", "aliases", "intake_questions", "templates"),
    }
    after = dataset()
    for name, rows in after.items():
        assert rows.keys() - before[name].keys() == {key for table, key in kept if table == name}
        assert {key: rows[key] for key in before[name]} == before[name]
    # Nothing of it is left to be undone but once: the undo itself can be taken back.
    again = propose_undo(Revision.objects.get(number=revision.number + 1), analyst)
    assert not judge(again).hinders


@pytest.mark.parametrize("name", [own.name for own in registry if own.name != "aliases"])
def test_a_row_of_any_table_is_taken_back_with_those_that_it_needs(
    name: str, analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    before, answered = dataset(), in_force()
    rows = [*needed(new, name, new[name][-1]), (name, new[name][-1])]
    revision = published(analyst, reviewer, *(said(table, cells) for table, cells in rows))
    undone_in_one_go(revision, analyst, reviewer)
    assert in_force() == answered
    versioned = ("policies", "zones", "zone_coverage", "cities", "requirements", "statistics")
    assert {t: rows for t, rows in dataset().items() if t in versioned} == {
        table: before[table] for table in versioned
    }


def test_a_former_key_alone_is_not_taken_back_and_the_set_says_why(
    analyst: Any, reviewer: Any
) -> None:
    alias = tomorrow()["aliases"][0]
    own = propose_undo(published(analyst, reviewer, said("aliases", alias)), analyst)
    (row,) = judge(own).rows
    assert (row.fate, row.stays and row.stays.why) == (
        Fate.SAME,
        "A former key leads on for ever.",
    )
    with pytest.raises(ValidationError, match="would change what is known"):
        submit(own, analyst)


def test_a_choice_of_a_topic_that_others_answer_stays_when_it_is_taken_back(
    analyst: Any, reviewer: Any
) -> None:
    choice = next(iter(known("choices").values()))
    mine = [own for own in known("choices").values() if own["topic"] == choice["topic"]]
    slugs = ";".join([*(own["choice"] for own in mine), "tomorrow"])
    more = {**choice, "choice": "tomorrow", "position": "99", "label_en": "New", "label_zh": "新"}
    topic = (choice["topic"],)
    named = {"choices": slugs} if known("topics")[topic].get("choices") else {}
    answer = next(own for own in known("policies").values() if own["topic"] == choice["topic"])
    scope = {"scope_kind": "city", "scope_code": "ningbo", "effective_from": "2026-03-01"}
    answered = in_force()
    revision = published(
        analyst,
        reviewer,
        said("choices", more),
        *([written("topics", topic, **named)] if named else []),
        said("policies", {**answer, **scope, "value": "tomorrow", "effective_to": ""}),
    )
    (stays, *_others) = undone_in_one_go(revision, analyst, reviewer)
    assert stays.key == (choice["topic"], "tomorrow")
    assert in_force() == answered


def test_what_a_set_itself_sets_free_stays_for_earlier_revisions_alone(
    analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    rows = [*needed(new, "policies", new["policies"][0]), ("policies", new["policies"][0])]
    published(analyst, reviewer, *(said(table, cells) for table, cells in rows))
    policy = table_named("policies").key_of(new["policies"][0])
    document = ("tomorrow-2026",)
    alone = judge(proposed(analyst, taken_out("sources", document)))
    (refused,) = alone.rows
    assert refused.fate == Fate.REFUSED
    assert [row.key for problem in refused.problems for row in problem.rows] == [policy]
    own = proposed(analyst, taken_out("sources", document), taken_out("policies", policy))
    found = judge(own)
    assert {row.key: row.fate for row in found.rows} == {
        document: Fate.SAME,
        policy: Fate.TAKEN_OUT,
    }
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert policy not in known("policies")
    # From then on nothing is set free by taking it out once more: that is refused, and says why.
    (again,) = judge(proposed(analyst, taken_out("sources", document))).rows
    assert again.fate == Fate.REFUSED
    assert "for ever" in str(problems_of([again]))


def test_a_refusal_leads_to_the_row_outside_that_names_what_would_go(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    new = tomorrow()
    source = {**new["sources"][0], "issuers": next(iter(known("issuers").values()))["name_en"]}
    revision = published(analyst, reviewer, said("sources", source))
    published(analyst, reviewer, written("policies", LIMIT, source_id="tomorrow-2026"))
    own = propose_undo(revision, analyst)
    page = reverse("admin:desk-set", args=[own.pk])
    for person, address in (
        (analyst, address_of_row("policies", LIMIT)),
        (reviewer, address_of_history("policies", LIMIT)),
    ):
        log_in_staff(client, person)
        text = client.get(page).content.decode()
        name = CellWords("en").row(table_named("policies"), LIMIT)
        link = f'<a href="{escape(address)}">{escape(name)} (policies)</a>'
        assert f"It is still named by {link}, so it stays." in text
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_undo_says_which_revision_it_takes_back_and_what_that_was_called(
    analyst: Any, reviewer: Any, language: str
) -> None:
    revision = published(analyst, reviewer, written("policies", LIMIT, note="Seen"), title="Once")
    with override(language):
        undo = propose_undo(revision, analyst)
    told = {"en": "What is undone: Once", "zh-hans": "撤销的内容：Once"}[language]
    assert undo.reason == told
    assert str(revision.number) in undo.title
    say_why_all(undo, analyst)
    again = publish_set(submit(undo, analyst, says_why=True), reviewer)
    assert undo.reason in again.summary


def test_an_undo_without_a_reason_is_not_sent(analyst: Any, reviewer: Any) -> None:
    undo = propose_undo(
        published(analyst, reviewer, written("policies", LIMIT, note="Seen")), analyst
    )
    say_why_all(undo, analyst)
    retitle(undo, analyst, reason="")
    with pytest.raises(UnreasonedError):
        submit(undo, analyst, says_why=True)
