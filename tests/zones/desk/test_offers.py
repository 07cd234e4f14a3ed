"""The page of a set offers only what whoever reads may do, and says why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import proposed, published, submitted, written
from tests.zones.desk.test_four_eyes import WAYS
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet

pytestmark = pytest.mark.django_db

HANGZHOU = ("hangzhou",)
PUBLISH = '<button type="submit" name="do" value="publish">'


def page_of(change_set: ChangeSet, someone: Any, **asked: str) -> str:
    client = Client()
    log_in_staff(client, someone)
    address = reverse("admin:desk-set", args=[change_set.pk])
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_offered_to_publish_what_he_wrote_part_of(
    way: Any, both: Any, other_analyst: Any, reviewer: Any, settings: Any
) -> None:
    own = submit(way(both, other_analyst), other_analyst)
    shown = page_of(own, both)
    assert PUBLISH not in shown
    assert "You wrote part of this, so somebody else publishes it" in shown
    shown = page_of(own, reviewer)
    assert PUBLISH in shown
    assert "You wrote part" not in shown
    settings.CBEC_OFFICE_OF_ONE = True
    shown = page_of(own, both)
    assert PUBLISH in shown
    assert "You wrote part" not in shown


@pytest.mark.parametrize(
    ("language", "words"), [("en", "a reviewer publishes it"), ("zh-hans", "审核员")]
)
def test_who_is_no_reviewer_is_told_who_publishes(
    analyst: Any, other_analyst: Any, language: str, words: str
) -> None:
    own = submitted(analyst, written("cities", HANGZHOU, name_en="Hang"))
    for someone in (analyst, other_analyst):
        shown = page_of(own, someone, lang=language)
        assert PUBLISH not in shown
        assert words in shown
    with pytest.raises(PermissionDenied):
        publish_set(own, other_analyst)


def test_ones_own_set_is_taken_back_and_not_sent_back(both: Any, analyst: Any) -> None:
    own = submitted(both, written("cities", HANGZHOU, name_en="Hang"))
    shown = page_of(own, both)
    assert 'value="take_back"' in shown
    assert 'value="send_back"' not in shown
    assert 'form="review" name="rows"' not in shown
    others = submitted(analyst, written("cities", HANGZHOU, name_en="Heng"))
    assert 'value="send_back"' in page_of(others, both)


def test_what_is_not_ready_is_not_offered(analyst: Any, reviewer: Any, both: Any) -> None:
    own = submitted(analyst, written("cities", HANGZHOU, name_en="Hang"))
    published(both, reviewer, written("cities", HANGZHOU, name_en="Hong"))
    shown = page_of(own, reviewer)
    assert PUBLISH not in shown
    assert "was changed here meanwhile" in shown
    assert 'value="send_back"' in shown


def test_before_and_after_review_nothing_is_said_of_publishing(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, written("cities", HANGZHOU, name_en="Hang"))
    for someone in (analyst, reviewer):
        shown = page_of(own, someone)
        assert PUBLISH not in shown
        assert "Reviewers publish" not in shown
    submit(own, analyst)
    publish_set(own, reviewer)
    assert PUBLISH not in page_of(own, reviewer)
