"""What a set did to answers is told after it is published as it was told before, whatever came
since.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    proposed,
    published,
    row_of,
    say_why_all,
    submitted,
    taken_out,
    written,
)
from tests.zones.desk.test_cities_taken_back import founded
from tests.zones.desk.test_effect_words import local
from tests.zones.desk.test_reversal import LIMIT, much_drafts, undone
from zones.dataset.table_registry import table_named
from zones.desk.effect import effect_of, effect_of_revision
from zones.desk.judgement import judge
from zones.desk.proposals import repropose
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit, withdraw
from zones.models import ChangeSet, ProposedRow, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def page_of_set(client: Client, change_set: ChangeSet, language: str = "en") -> Any:
    return client.get(reverse("admin:desk-set", args=[change_set.pk]), {"lang": language})


def page_of_revision(client: Client, revision: Revision, language: str = "en") -> Any:
    asked = {"revision": revision.number, "lang": language}
    return client.get(reverse("admin:desk-history"), asked)


@pytest.fixture
def client(analyst: Any) -> Client:
    """The analyst, logged in."""
    own = Client()
    log_in_staff(own, analyst)
    return own


def test_it_is_what_was_foreseen_whatever_is_published_later(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, *much_drafts())
    foreseen = effect_of(judge(own))
    assert foreseen.groups
    revision = publish_set(own, reviewer)
    assert effect_of_revision(revision).groups == foreseen.groups
    published(analyst, reviewer, taken_out("policies", local()))
    undo = undone(revision, analyst, reviewer)
    assert effect_of_revision(revision).groups == foreseen.groups
    back = {(one.city, one.topic, one.first, one.last) for one in effect_of_revision(undo).answers}
    assert {(one.city, one.topic, one.first, one.last) for one in foreseen.answers} <= back


def test_pages_show_it_when_others_wrote_there_since(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    key = local()
    own = submitted(analyst, taken_out("policies", key))
    before = page_of_set(client, own).context
    revision = publish_set(own, reviewer)
    published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    for answered in (page_of_set(client, own), page_of_revision(client, revision)):
        assert answered.context["effect"].words == before["effect"].words
        assert answered.context["effect"].lines.groups == before["effect"].lines.groups
        assert answered.context["effect"].picture["rows"] == before["effect"].picture["rows"]
        told = answered.content.decode()
        assert before["effect"].words in told
        assert "What it changed" in told
        assert "Answer before" in told
        assert "Answer now" not in told


def test_a_set_that_changed_no_answer_says_so_afterwards(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    own = submitted(analyst, written("policies", local(), note="Seen"))
    publish_set(own, reviewer)
    told = page_of_set(client, own).content.decode()
    assert "Changes no answer; what becomes another: note" in told


def test_a_set_that_was_undone_keeps_its_effect_and_says_by_what(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    own = submitted(analyst, taken_out("policies", local()))
    before = page_of_set(client, own).context["effect"].words
    revision = publish_set(own, reviewer)
    undo = undone(revision, analyst, reviewer)
    for answered in (page_of_set(client, own), page_of_revision(client, revision)):
        assert answered.context["effect"].words == before
        told = answered.content.decode()
        assert f"undone by revision {undo.number}" in told
        assert reverse("admin:desk-set", args=[undo.change_set.pk]) in told


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_was_undone_in_part_says_in_which_and_the_rest_says_it_too(
    analyst: Any, reviewer: Any, client: Client, language: str
) -> None:
    """Whatever became of a row: written, changed, ended, called otherwise, or taken out."""
    own = submitted(analyst, *much_drafts())
    revision = publish_set(own, reviewer)
    undo = propose_undo(revision, analyst)
    say_why_all(undo, analyst)
    submit(undo, analyst)
    count = undo.rows.count()
    # What nothing else of the set rests on goes back alone.
    row = row_of(undo, LIMIT)
    rest = send_back(undo, reviewer, "Look again", [row])
    first = publish_set(undo, reviewer)

    def told() -> list[str]:
        pages = (page_of_set(client, own, language), page_of_revision(client, revision, language))
        return [" ".join(page.content.decode().split()) for page in pages]

    words = {
        "en": (
            f"undone in part by revision {first.number}: {count - 1} of {count} rows",
            f"undone by revision {first.number}<",
        ),
        "zh-hans": (
            f"已由数据版本{first.number}部分撤销：{count}行中的{count - 1}行",
            f"已由数据版本{first.number}撤销<",
        ),
    }[language]
    for page in told():
        assert words[0] in page
        assert words[1] not in page
    edit = ProposedRow.objects.get(pk=row.pk)
    repropose(edit, analyst, RowDraft(table_named("policies"), LIMIT, dict(edit.cells)))
    say_why_all(rest, analyst)
    second = publish_set(submit(rest, analyst), reviewer)
    for page in told():
        assert f"{first.number}" in page
        assert {"en": f"revision {second.number}: 1 of", "zh-hans": f"{count}行中的1行"}[
            language
        ] in page


def test_a_row_of_an_undo_that_says_less_is_not_undone(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    revision = published(analyst, reviewer, written("policies", LIMIT, value="6000", note="Seen"))
    undo = propose_undo(revision, analyst)
    row = row_of(undo)
    row.cells = {"note": row.cells["note"]}
    row.save()
    say_why_all(undo, analyst)
    second = publish_set(submit(undo, analyst), reviewer)
    told = " ".join(page_of_revision(client, revision).content.decode().split())
    assert f"undone in part by revision {second.number}: 0 of 1 row" in told


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "It was withdrawn and changed nothing."), ("zh-hans", "没有改变任何内容")],
)
def test_a_set_that_was_withdrawn_says_that_it_changed_nothing(
    analyst: Any, client: Client, language: str, words: str
) -> None:
    own = proposed(analyst, taken_out("policies", local()))
    before = page_of_set(client, own, language).context["effect"].words
    withdraw(own, analyst)
    answered = page_of_set(client, own, language)
    assert words in answered.content.decode()
    assert answered.context["effect"].words == before


def test_a_city_that_came_is_told_as_new_for_ever(
    analyst: Any, reviewer: Any, client: Client
) -> None:
    revision = founded(analyst, reviewer)
    new = page_of_revision(client, revision).context["effect"].picture["new"]
    assert [city for city, _count in new] == ["Of tomorrow"]
    undone(revision, analyst, reviewer)  # the city is taken back
    again = page_of_revision(client, revision).context["effect"].picture["new"]
    assert [count for _city, count in again] == [count for _city, count in new]
