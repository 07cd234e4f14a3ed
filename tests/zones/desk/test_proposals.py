"""The way of a change set: opened, written by several, sent, sent back, taken back, given up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    judged,
    known,
    proposed,
    published,
    row_of,
    said,
    say_why,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from zones.dataset.applied_rows import key_of_text
from zones.desk.held_sets import MovedOnError
from zones.desk.proposals import drop, open_set, propose, repropose
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.desk.set_steps import comment, send_back, submit, take_back, withdraw
from zones.desk.settlement import settle
from zones.models import ChangeSet, Edition, ProposedRow, Revision, RowEdit
from zones.rules.vocabulary import SetState

pytestmark = pytest.mark.django_db

HANGZHOU, NINGBO = ("hangzhou",), ("ningbo",)


def renamed(key: tuple[str, ...], name: str) -> Any:
    return written("cities", key, name_en=name)


def test_saving_a_proposal_raises_no_edition(analyst: Any) -> None:
    before = Edition.objects.get()
    own = proposed(analyst, renamed(HANGZHOU, "Hang"), taken_out("cities", NINGBO))
    repropose(row_of(own, HANGZHOU), analyst, renamed(HANGZHOU, "Hang again"))
    drop(row_of(own, NINGBO), analyst)
    comment(own, analyst, "Looks right")
    submit(own, analyst)
    take_back(own, analyst)
    withdraw(own, analyst)
    after = Edition.objects.get()
    assert (after.number, after.timeline) == (before.number, before.timeline)
    assert Revision.objects.count() == 1


def test_several_write_one_set_and_each_row_tells_who(analyst: Any, other_analyst: Any) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    propose(own, other_analyst, [renamed(HANGZHOU, "Hangchow"), renamed(NINGBO, "Ning")])
    assert row_of(own, HANGZHOU).cells == {"name_en": "Hangchow"}
    edits = RowEdit.objects.filter(change_set=own).values_list("key", "name")
    assert sorted((key_of_text(key), name) for key, name in edits) == [
        (HANGZHOU, "ana"),
        (HANGZHOU, "ben"),
        (NINGBO, "ben"),
    ]


def test_cells_that_are_left_out_stay_as_they_were_proposed(analyst: Any) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    propose(own, analyst, [written("cities", HANGZHOU, note="Seen")])
    assert row_of(own).cells == {"name_en": "Hang", "note": "Seen"}
    repropose(row_of(own), analyst, written("cities", HANGZHOU, note="Seen again"))
    assert row_of(own).cells == {"note": "Seen again"}
    propose(own, analyst, [written("cities", HANGZHOU, note=row_of(own).before["note"])])
    assert row_of(own).cells == {}


def test_who_saves_a_row_of_somebody_else_untouched_writes_no_part_of_it(
    analyst: Any, other_analyst: Any
) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hangchow"))
    repropose(row_of(own), other_analyst, renamed(HANGZHOU, "Hangchow"))
    assert [edit.person for edit in RowEdit.objects.filter(change_set=own)] == [analyst]
    assert row_of(own).version == 1
    repropose(row_of(own), other_analyst, renamed(HANGZHOU, "Hang"))
    assert row_of(own).version == 2


def test_who_saves_over_a_row_that_moved_on_sees_both(analyst: Any, other_analyst: Any) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    row = row_of(own)
    seen = row.version
    repropose(row, other_analyst, renamed(HANGZHOU, "Theirs"), seen=seen)
    with pytest.raises(MovedOnError, match="saved this row meanwhile") as told:
        repropose(row, analyst, renamed(HANGZHOU, "Mine"), seen=seen)
    assert told.value.row is not None
    assert told.value.row.cells == {"name_en": "Theirs"}
    assert row_of(own).cells == {"name_en": "Theirs"}


def test_who_goes_on_from_a_set_that_moved_on_is_told(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    own.refresh_from_db()
    seen = own.version
    propose(own, other_analyst, [renamed(NINGBO, "Ning")])
    for act in (
        lambda: propose(own, analyst, [renamed(NINGBO, "N")], seen=seen),
        lambda: submit(own, analyst, seen=seen),
    ):
        with pytest.raises(MovedOnError, match="changed meanwhile"):
            act()
    sent = submit(own, analyst)
    for act in (
        lambda: send_back(own, reviewer, "No", seen=sent.version - 1),
        lambda: publish_set(own, reviewer, seen=sent.version - 1),
    ):
        with pytest.raises(MovedOnError, match="changed meanwhile"):
            act()
    assert publish_set(own, reviewer, seen=sent.version).number == 2


def test_every_change_raises_the_version(analyst: Any, reviewer: Any) -> None:
    own = open_set(analyst, "A try")
    versions = [own.version]

    def raised() -> bool:
        own.refresh_from_db()
        versions.append(own.version)
        return versions[-1] > versions[-2]

    for act in (
        lambda: propose(own, analyst, [renamed(HANGZHOU, "Hang"), renamed(NINGBO, "Ning")]),
        lambda: repropose(row_of(own, HANGZHOU), analyst, renamed(HANGZHOU, "Hangchow")),
        lambda: drop(row_of(own, NINGBO), analyst),
        lambda: say_why(row_of(own), analyst, "equal", "x", "So it is"),
        lambda: submit(own, analyst),
        lambda: send_back(own, reviewer, "No"),
        lambda: repropose(row_of(own, HANGZHOU), analyst, renamed(HANGZHOU, "Hang")),
        lambda: submit(own, analyst),
        lambda: take_back(own, analyst),
        lambda: withdraw(own, analyst),
    ):
        act()
        assert raised()


def test_what_stands_beside_the_cells_can_be_taken_back(analyst: Any) -> None:
    quoted = renamed(HANGZHOU, "Hang")._replace(quote="杭州", read_at="https://example.org/")
    own = proposed(analyst, quoted)
    row = repropose(row_of(own), analyst, renamed(HANGZHOU, "Hangchow"), whole=False)
    assert (row.quote, row.read_at) == (quoted.quote, quoted.read_at), "not said, so it stays"
    row = repropose(row, analyst, renamed(HANGZHOU, "Hangchow"))
    assert (row.quote, row.read_at) == ("", "")


def test_sending_rows_back_takes_no_more_queries_for_more_rows(
    analyst: Any, reviewer: Any, django_assert_max_num_queries: Any
) -> None:
    cities = list(known("cities"))[:40]
    for count in (2, 30):
        drafts = [renamed(key, f"Renamed {count} {key[0]}") for key in cities]
        own = submit(proposed(analyst, *drafts), analyst)
        with django_assert_max_num_queries(26):
            part = send_back(own, reviewer, "Read these again", own.rows.all()[:count])
        assert part.rows.count() == count
        assert own.rows.count() == len(cities) - count
        assert RowEdit.objects.filter(change_set=part).count() == count


def test_remarks_on_a_row_go_with_it(analyst: Any, reviewer: Any) -> None:
    drafts = renamed(HANGZHOU, "Hang"), renamed(NINGBO, "Ning")
    own = submit(proposed(analyst, *drafts), analyst)
    row = row_of(own, NINGBO)
    comment(own, reviewer, "Which Ningbo is that?", row)
    part = send_back(own, reviewer, "Read it again", [row])
    client = Client()
    log_in_staff(client, analyst)
    told = client.get(reverse("admin:desk-set", args=[part.pk])).content.decode()
    assert "Which Ningbo is that?" in told


def test_rows_that_are_sent_back_go_on_in_a_set_of_their_own(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    propose(own, other_analyst, [renamed(NINGBO, "Ning")])
    submit(own, analyst)
    row = row_of(own, NINGBO)
    part = send_back(own, reviewer, "Ning is no name", [row])
    assert (part.state, part.author_name) == (SetState.SENT_BACK, "ana")
    assert {key_of_text(r.key) for r in own.rows.all()} == {HANGZHOU}
    assert {key_of_text(r.key) for r in part.rows.all()} == {NINGBO}
    revision = publish_set(own, reviewer)
    assert known("cities")[HANGZHOU]["name_en"] == "Hang"
    assert known("cities")[NINGBO]["name_en"] == "Ningbo"
    with pytest.raises(ValidationError, match="sent back"):
        submit(part, analyst)
    repropose(row, analyst, renamed(NINGBO, "Ningpo"))
    assert row_of(part).change_set_id == part.pk, "it is the row where it is now that is written"
    assert set(RowEdit.objects.filter(change_set=part).values_list("name", flat=True)) == {
        "ana",
        "ben",
    }
    submit(part, analyst)
    assert publish_set(part, reviewer).number == revision.number + 1
    assert known("cities")[NINGBO]["name_en"] == "Ningpo"


@pytest.mark.parametrize("named", [True, False])
def test_a_set_that_is_sent_back_whole_stays_one(analyst: Any, reviewer: Any, named: bool) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    back = send_back(own, reviewer, "No", [row_of(own)] if named else [])
    assert (back.pk, back.state) == (own.pk, SetState.SENT_BACK)
    assert row_of(own).sent_back is named
    with pytest.raises(ValidationError, match="not in review yet"):
        send_back(own, reviewer, "No")
    if named:
        with pytest.raises(ValidationError, match="sent back"):
            submit(own, analyst)
        repropose(row_of(own), analyst, renamed(HANGZHOU, "Hangchow"))
    assert submit(own, analyst).state == SetState.IN_REVIEW


def test_a_row_that_moved_to_another_set_is_written_and_settled_there(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"), renamed(NINGBO, "Ning"))
    stale = row_of(own, NINGBO)
    part = send_back(own, reviewer, "No", [stale])
    take_back(own, analyst)
    stale = ProposedRow(pk=stale.pk, change_set=own, table=stale.table, key=stale.key)
    repropose(stale, other_analyst, renamed(NINGBO, "Ningpo"))
    published(analyst, reviewer, renamed(NINGBO, "Ning-po"))
    settle(stale, other_analyst, "name_en", mine=True)
    assert not RowEdit.objects.filter(change_set=own, name="ben").exists()
    assert RowEdit.objects.filter(change_set=part, name="ben").count() == 2
    with pytest.raises(MovedOnError, match="took this row out"):
        say_why(stale, other_analyst, "equal", "x", "So it is")
    drop(stale, other_analyst)
    assert not part.rows.exists()


def test_nothing_of_a_set_changes_while_it_is_reviewed_or_once_it_ended(
    analyst: Any, reviewer: Any
) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    row = row_of(own)

    def refused(words: str) -> None:
        for act in (
            lambda: propose(own, analyst, [renamed(NINGBO, "Ning")]),
            lambda: repropose(row, analyst, renamed(HANGZHOU, "No")),
            lambda: drop(row, analyst),
            lambda: settle(row, analyst, "name_en", mine=True),
            lambda: submit(own, analyst),
        ):
            with pytest.raises(ValidationError, match=words):
                act()

    refused("is in review")
    publish_set(own, reviewer)
    refused("Already published as revision 2")
    for act in (
        lambda: withdraw(own, analyst),
        lambda: send_back(own, reviewer, "No"),
        lambda: say_why(row, analyst, "equal", "x", "y"),
    ):
        with pytest.raises(ValidationError, match="Already published as revision 2"):
            act()
    with pytest.raises(ValidationError, match="not in review"):
        take_back(own, analyst)
    comment(ChangeSet.objects.get(pk=own.pk), analyst, "Well done")
    given_up = withdraw(proposed(analyst, renamed(NINGBO, "Ning")), analyst)
    own, row = given_up, row_of(given_up)
    refused("was withdrawn")
    with pytest.raises(ValidationError, match="not in review"):
        publish_set(own, reviewer)


def test_a_second_click_reads_that_it_is_published(analyst: Any, reviewer: Any, both: Any) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    revision = publish_set(own, reviewer)
    for person in (reviewer, both):
        with pytest.raises(AlreadyPublishedError, match="Already published as revision 2") as told:
            publish_set(own, person)
        assert told.value.revision == revision
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("drafts", "told"),
    [
        ([], "It holds no row yet"),
        ([written("cities", HANGZHOU, name_en="Hangzhou")], "None of its rows would change"),
    ],
)
def test_a_set_that_brings_nothing_is_not_sent(analyst: Any, drafts: list[Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        submit(proposed(analyst, *drafts), analyst)


def test_what_came_to_nothing_meanwhile_is_not_published(analyst: Any, reviewer: Any) -> None:
    one, other = (submitted(analyst, renamed(HANGZHOU, "Hang")) for _ in range(2))
    publish_set(one, reviewer)
    with pytest.raises(ValidationError, match="Nothing in this change set"):
        publish_set(other, reviewer)
    assert Revision.objects.count() == 2


def test_two_sets_that_touch_different_cells_of_a_row_do_not_conflict(
    analyst: Any, reviewer: Any
) -> None:
    one = submitted(analyst, renamed(HANGZHOU, "Hang"))
    other = submitted(analyst, written("cities", HANGZHOU, note="Seen"))
    publish_set(one, reviewer)
    publish_set(other, reviewer)
    own = known("cities")[HANGZHOU]
    assert (own["name_en"], own["note"]) == ("Hang", "Seen")


def test_two_sets_that_touch_one_cell_are_told_apart(analyst: Any, reviewer: Any) -> None:
    one = submitted(analyst, renamed(HANGZHOU, "Hang"))
    other = submitted(analyst, renamed(HANGZHOU, "Hangchow"))
    publish_set(one, reviewer)
    with pytest.raises(ValidationError, match="changed here meanwhile"):
        publish_set(other, reviewer)
    send_back(other, reviewer, "Settle it")
    with pytest.raises(ValidationError, match="settle conflicts"):
        submit(other, analyst)
    settle(row_of(other), analyst, "name_en", mine=True)
    submit(other, analyst)
    publish_set(other, reviewer)
    assert known("cities")[HANGZHOU]["name_en"] == "Hangchow"


def test_a_row_is_named_by_its_key_or_refused(analyst: Any) -> None:
    with pytest.raises(ValidationError, match="is named by: key"):
        proposed(analyst, said("cities", {"name_en": "Nowhere"}))
    half = {"topic": "import-single-transaction-limit", "value": "1"}
    assert judged(proposed(analyst, said("policies", half))).fate == "refused"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_whoever_sends_back_or_remarks_says_something(
    analyst: Any, reviewer: Any, text: str
) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    for act in (
        lambda: send_back(own, reviewer, text),
        lambda: comment(own, reviewer, text),
        lambda: say_why(row_of(own), reviewer, "equal", "x", text),
    ):
        with pytest.raises(ValidationError):
            act()


def test_each_step_is_told_with_who_and_why(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    send_back(own, reviewer, "No")
    say_why_all(own, analyst)
    submit(own, analyst)
    publish_set(own, reviewer)
    steps = [(own.name, own.step, own.text) for own in own.comments.all()]
    assert steps == [
        ("ana", "in-review", ""),
        ("rui", "sent-back", "No"),
        ("ana", "in-review", ""),
        ("rui", "published", ""),
    ]


def test_who_has_no_business_at_the_desk_does_nothing(
    analyst: Any, reviewer: Any, outsiders: list[Any]
) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"))
    row = row_of(own)
    propositions = (
        lambda person: open_set(person, "A try"),
        lambda person: propose(own, person, [renamed(NINGBO, "Ning")]),
        lambda person: repropose(row, person, renamed(HANGZHOU, "No")),
        lambda person: drop(row, person),
        lambda person: settle(row, person, "name_en", mine=True),
        lambda person: submit(own, person),
        lambda person: take_back(own, person),
        lambda person: withdraw(own, person),
    )
    reviews = (
        lambda person: send_back(own, person, "No"),
        lambda person: publish_set(own, person),
    )
    remarks = (
        lambda person: comment(own, person, "Well"),
        lambda person: say_why(row, person, "equal", "x", "y"),
    )
    before = ChangeSet.objects.values_list("pk", "state", "version")
    held = list(before)
    for act in propositions:
        for person in (*outsiders, reviewer):
            with pytest.raises(PermissionDenied):
                act(person)
    for act in reviews:
        for person in (*outsiders, analyst):
            with pytest.raises(PermissionDenied):
                act(person)
    for act in remarks:
        for person in outsiders:
            with pytest.raises(PermissionDenied):
                act(person)
    assert list(before.all()) == held


@pytest.mark.parametrize("ended", ["published", "withdrawn"])
def test_a_remark_on_a_set_that_ended_meanwhile_is_refused_and_kept(
    ended: str, analyst: Any, reviewer: Any, client: Client
) -> None:
    own = submitted(analyst, renamed(HANGZHOU, "Hang"))
    row, page = row_of(own), reverse("admin:desk-set", args=[own.pk])
    log_in_staff(client, reviewer)
    sent = client.get(page).content.decode()
    assert sent.count('name="state" value="in-review"') == 2
    seen = ChangeSet.objects.get(pk=own.pk)
    if ended == "published":
        publish_set(own, reviewer)
        words = "published meanwhile, as revision 2"
    else:
        withdraw(own, analyst)
        words = "withdrawn meanwhile"
    before = own.comments.count()
    for about in (None, row):
        with pytest.raises(MovedOnError, match=words):
            comment(seen, reviewer, "Look once more", about)
    for about in ("", str(row.pk)):
        typed = {"do": "comment", "row": about, "state": "in-review", "text": "Look once more"}
        told = client.post(page, typed)
        assert told.status_code == 409
        assert words in told.content.decode()
        assert 'value="Look once more"' in told.content.decode()
    assert own.comments.count() == before
    now = client.post(page, {"do": "comment", "state": ended, "text": "Well done"})
    assert now.status_code == 303
    assert own.comments.count() == before + 1


def test_a_remark_on_a_row_that_was_taken_out_meanwhile_is_refused_and_kept(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    own = proposed(analyst, renamed(HANGZHOU, "Hang"), renamed(NINGBO, "Ning"))
    row = row_of(own, NINGBO)
    gone = row.pk
    drop(row_of(own, NINGBO), analyst)
    row.pk = gone
    with pytest.raises(MovedOnError, match="took this row out"):
        comment(own, reviewer, "Which one?", row)
    log_in_staff(client, reviewer)
    typed = {"do": "comment", "row": str(gone), "state": "draft", "text": "Which one?"}
    told = client.post(reverse("admin:desk-set", args=[own.pk]), typed)
    assert told.status_code == 409
    assert 'value="Which one?"' in told.content.decode()
