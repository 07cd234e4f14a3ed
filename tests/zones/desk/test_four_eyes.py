"""Whoever wrote any part of a set does not publish it, by whatever way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from tests.zones.desk.acts import person, proposed, row_of, say_why_all, submitted, written
from zones.desk.permissions import is_own
from zones.desk.proposals import drop, propose, repropose, settle
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit
from zones.models import AppliedRow, ChangeSet, Revision

pytestmark = pytest.mark.django_db

HANGZHOU, NINGBO = ("hangzhou",), ("ningbo",)
DRAFT = written("cities", HANGZHOU, name_en="Hang")
OTHER = written("cities", NINGBO, name_en="Ning")


def opened(one: Any, other: Any) -> ChangeSet:
    own = proposed(one)
    propose(own, other, [DRAFT])
    return own


def wrote(one: Any, other: Any) -> ChangeSet:
    own = proposed(other, OTHER)
    propose(own, one, [DRAFT])
    return own


def edited(one: Any, other: Any) -> ChangeSet:
    own = proposed(other, DRAFT)
    repropose(row_of(own), one, written("cities", HANGZHOU, name_en="Hangchow"))
    repropose(row_of(own), other, DRAFT)
    return own


def settled(one: Any, other: Any) -> ChangeSet:
    own = proposed(other, DRAFT)
    settle(row_of(own), one, "name_en", mine=True)
    return own


def dropped(one: Any, other: Any) -> ChangeSet:
    own = wrote(one, other)
    drop(row_of(own, HANGZHOU), other)
    return own


def took_out(one: Any, other: Any) -> ChangeSet:
    own = proposed(other, DRAFT, OTHER)
    drop(row_of(own, NINGBO), one)
    return own


def moved(one: Any, other: Any) -> ChangeSet:
    own = wrote(one, other)
    submit(own, other)
    part = send_back(own, person("rex", "reviewer"), "No", [row_of(own, HANGZHOU)])
    repropose(row_of(part), other, DRAFT)
    return part


def left(one: Any, other: Any) -> ChangeSet:
    own = opened(one, other)
    propose(own, other, [OTHER])
    submit(own, other)
    part = send_back(own, person("rex", "reviewer"), "No", [row_of(own, HANGZHOU)])
    repropose(row_of(part), other, DRAFT)
    return part


WAYS = [opened, wrote, edited, settled, dropped, took_out, moved, left]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["both", "superuser"])
def test_nobody_publishes_what_they_had_a_part_in(
    request: Any, other_analyst: Any, way: Callable[[Any, Any], ChangeSet], who: str
) -> None:
    one = request.getfixturevalue(who)
    own = way(one, other_analyst)
    say_why_all(own, other_analyst)
    submit(own, other_analyst)
    assert is_own(one, own)
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, one)
    one.username = "somebody-else"
    one.save()
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, User.objects.get(pk=one.pk))
    assert Revision.objects.count() == 1
    stranger = person("tom", "reviewer")
    assert not is_own(stranger, own)
    assert publish_set(own, stranger).publisher == "tom"


@pytest.mark.parametrize("name", ["bo", "BO", "Bo"])
def test_a_set_that_knows_names_alone_is_told_by_them(
    both: Any, other_analyst: Any, name: str
) -> None:
    """What was restored from a dump refers to no account."""
    own = wrote(both, other_analyst)
    submit(own, other_analyst)
    own.edits.update(person=None)
    ChangeSet.objects.filter(pk=own.pk).update(author=None)
    both.username = "bo2"
    both.save()
    impostor = person(name, "reviewer")
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, impostor)


def test_who_sent_it_back_or_remarked_may_publish(analyst: Any, reviewer: Any) -> None:
    own = submitted(analyst, DRAFT)
    send_back(own, reviewer, "No")
    submit(own, analyst)
    assert publish_set(own, reviewer).number == 2


def test_an_analyst_publishes_nothing_of_anybody(analyst: Any, other_analyst: Any) -> None:
    own = submitted(analyst, DRAFT)
    with pytest.raises(PermissionDenied, match="not in that group"):
        publish_set(own, other_analyst)


def test_an_office_of_one_publishes_and_the_revision_says_so(settings: Any, both: Any) -> None:
    settings.CBEC_OFFICE_OF_ONE = True
    revision = publish_set(submitted(both, DRAFT), both)
    assert (revision.author, revision.publisher) == ("bo", "bo")


def test_the_revision_names_everybody_who_wrote_it(
    settings: Any, other_analyst: Any, both: Any
) -> None:
    settings.CBEC_OFFICE_OF_ONE = True
    own = proposed(other_analyst, OTHER)
    propose(own, both, [DRAFT])
    submit(own, other_analyst)
    revision = publish_set(own, both)
    assert (revision.author, revision.publisher) == ("ben, bo", "bo")
    rows = {row.key: (row.authors, row.reviewer) for row in AppliedRow.objects.all()}
    assert rows == {'["hangzhou"]': ("bo", "bo"), '["ningbo"]': ("ben", "bo")}


def test_more_names_than_fit_leave_out_none_that_published(settings: Any, both: Any) -> None:
    settings.CBEC_OFFICE_OF_ONE = True
    own = proposed(person("a" * 100, "analyst"), OTHER)
    for name in ("b" * 100, "c" * 100):
        propose(own, person(name, "analyst"), [OTHER])
    propose(own, both, [DRAFT])
    say_why_all(own, both)
    submit(own, both)
    revision = publish_set(own, both)
    assert len(revision.author) <= 150
    assert "bo" in revision.author.split(", ")
    assert revision.author.endswith("…")
