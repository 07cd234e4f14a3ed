"""Whoever wrote any part of a set does not publish it, by whatever way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    published,
    row_of,
    said,
    say_why_all,
    submitted,
    written,
)
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Key
from zones.desk.bulk_rows import drop_rows
from zones.desk.permissions import is_own
from zones.desk.proposals import drop, propose, repropose
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit, take_back
from zones.desk.settlement import settle
from zones.models import AppliedRow, ChangeSet, ProposedRow, Revision
from zones.services.publication import _check_four_eyes

pytestmark = pytest.mark.django_db

HANGZHOU, NINGBO = ("hangzhou",), ("ningbo",)
DRAFT = written("cities", HANGZHOU, name_en="Hang")
OTHER = written("cities", NINGBO, name_en="Ning")
THIRD_KEY = ("xiamen",)
LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
THIRD = written("cities", THIRD_KEY, name_en="Xia")


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
    theirs = written("cities", HANGZHOU, name_en="Hang-tcheou")
    published(person("cem", "analyst"), person("rex", "reviewer"), theirs)
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


def parted(own: ChangeSet, other: Any, *keys: Key) -> ChangeSet:
    """The set in which these rows of a set go on, said anew."""
    say_why_all(own, other)
    submit(own, other)
    rows = [row for row in own.rows.all() if key_of_text(row.key) in keys]
    part = send_back(own, reviewer_at_hand(), "No", rows)
    assert part.pk != own.pk
    for row in part.rows.all():
        cells = row.cells | {column_of(row): f"Again {part.pk}"}
        repropose(row, other, written(row.table, _known_key(row), **cells))
    return part


def column_of(row: ProposedRow) -> str:
    return "name_en" if row.table == "cities" else "note"


def _known_key(row: ProposedRow) -> Key | None:
    return key_of_text(row.key) if row.before is not None else None


def reviewer_at_hand() -> Any:
    return User.objects.filter(username="rex").first() or person("rex", "reviewer")


def took_out_and_again(one: Any, other: Any) -> ChangeSet:
    """Somebody's row is taken out by them, and another says the same beside a row of theirs."""
    own = proposed(other, OTHER, THIRD)
    propose(own, one, [DRAFT])
    drop(row_of(own, HANGZHOU), one)
    propose(own, other, [DRAFT])
    return own


def again_in_part(one: Any, other: Any) -> ChangeSet:
    return parted(took_out_and_again(one, other), other, HANGZHOU)


def again_in_part_of_part(one: Any, other: Any) -> ChangeSet:
    part = parted(took_out_and_again(one, other), other, HANGZHOU, NINGBO)
    return parted(part, other, HANGZHOU)


def bulk_out_and_again(one: Any, other: Any) -> ChangeSet:
    own = proposed(other, OTHER)
    propose(own, one, [DRAFT, THIRD])
    drop_rows(own, other, [row_of(own, HANGZHOU).pk, row_of(own, THIRD_KEY).pk])
    propose(own, other, [DRAFT])
    return parted(own, other, HANGZHOU)


def out_of_part_and_again(one: Any, other: Any) -> ChangeSet:
    """It is taken out of a part, written there again, and goes on in a part of that."""
    own = proposed(other, OTHER, THIRD)
    propose(own, one, [DRAFT])
    part = parted(own, other, HANGZHOU, NINGBO)
    drop(row_of(part, HANGZHOU), other)
    propose(part, other, [DRAFT])
    return parted(part, other, HANGZHOU)


def again_beside_part(one: Any, other: Any) -> ChangeSet:
    """The row went on elsewhere; what is written in its place goes on in a part of its own."""
    own = proposed(other, OTHER, THIRD)
    propose(own, one, [DRAFT])
    parted(own, other, HANGZHOU)
    take_back(own, other)
    propose(own, other, [DRAFT])
    return parted(own, other, HANGZHOU)


def spelled(day: str) -> RowDraft:
    return said("policies", {**known("policies")[LIMIT], "effective_from": day, "value": "6000"})


def keyed(day: str) -> Key:
    return (*LIMIT[:3], day)


def rekeyed(one: Any, other: Any) -> ChangeSet:
    """A row gets another key, and a second is written under the key that it had."""
    own = proposed(other, OTHER)
    propose(own, one, [spelled("2024-12-16")])
    repropose(row_of(own, keyed("2024-12-16")), other, spelled("2025-01-01"))
    propose(own, other, [spelled("2024-12-16")])
    return own


def key_left(one: Any, other: Any) -> ChangeSet:
    return parted(rekeyed(one, other), other, keyed("2024-12-16"))


def key_taken(one: Any, other: Any) -> ChangeSet:
    return parted(rekeyed(one, other), other, keyed("2025-01-01"))


def key_left_then_moved(one: Any, other: Any) -> ChangeSet:
    own = rekeyed(one, other)
    repropose(row_of(own, keyed("2024-12-16")), other, spelled("2025-02-01"))
    return parted(own, other, keyed("2025-02-01"))


def rekeyed_and_out(one: Any, other: Any) -> ChangeSet:
    """A row gets another key, is taken out, and is written again under that."""
    own = proposed(other, OTHER)
    propose(own, one, [spelled("2024-12-16")])
    repropose(row_of(own, keyed("2024-12-16")), other, spelled("2025-01-01"))
    drop(row_of(own, keyed("2025-01-01")), other)
    propose(own, other, [spelled("2025-01-01")])
    return parted(own, other, keyed("2025-01-01"))


def key_taken_beside_part(one: Any, other: Any) -> ChangeSet:
    """A row that got another key went on elsewhere; a second is written under that key."""
    own = proposed(other, OTHER)
    propose(own, one, [spelled("2024-12-16")])
    repropose(row_of(own, keyed("2024-12-16")), other, spelled("2025-01-01"))
    parted(own, other, keyed("2025-01-01"))
    take_back(own, other)
    propose(own, other, [spelled("2025-01-01")])
    return parted(own, other, keyed("2025-01-01"))


WAYS = [
    *(opened, wrote, edited, settled, dropped, took_out, moved, left),
    *(again_in_part, again_in_part_of_part, bulk_out_and_again, out_of_part_and_again),
    *(again_beside_part, key_left, key_taken, key_left_then_moved, rekeyed_and_out),
    key_taken_beside_part,
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", ["both", "superuser"])
def test_nobody_publishes_what_they_had_a_part_in(
    request: Any, other_analyst: Any, way: Callable[[Any, Any], ChangeSet], who: str
) -> None:
    one = request.getfixturevalue(who)
    own = way(one, other_analyst)
    say_why_all(own, other_analyst)
    submit(own, other_analyst)
    revisions = Revision.objects.count()
    assert is_own(one, own)
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, one)
    one.username = "somebody-else"
    one.save()
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(own, User.objects.get(pk=one.pk))
    assert Revision.objects.count() == revisions
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


def test_who_wrote_other_rows_alone_publishes_a_part_without_them(
    both: Any, other_analyst: Any
) -> None:
    own = proposed(other_analyst, OTHER, THIRD)
    propose(own, both, [DRAFT])
    part = parted(own, other_analyst, NINGBO)
    submit(part, other_analyst)
    assert not is_own(both, part)
    assert publish_set(part, both).author == "ben"


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


@pytest.mark.parametrize(
    ("language", "words"), [("en", "somebody else publishes it"), ("zh-hans", "须由他人发布")]
)
def test_a_setting_is_named_to_whoever_may_set_it_alone(
    language: str, words: str, both: Any
) -> None:
    administrator = person("sue", is_superuser=True)
    for someone, named in ((both, False), (administrator, True)):
        own = submitted(someone, DRAFT)
        with override(language), pytest.raises(PermissionDenied, match=words) as refused:
            publish_set(own, someone)
        assert ("CBEC_OFFICE_OF_ONE" in str(refused.value)) is named
    with override(language), pytest.raises(ValidationError, match=words) as by_names:
        _check_four_eyes("bo", "bo")
    assert "CBEC_" not in str(by_names.value)


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
