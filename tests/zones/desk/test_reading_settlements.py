"""Where two readings diverge, a third settles which holds, or a set corrects the first."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    again,
    person,
    proposed,
    published,
    row_of,
    say_why_all,
    submitted,
    written,
)
from tests.zones.desk.test_second_readings import LIMIT, drawn
from zones.desk.blind_readings import read_again
from zones.desk.proposals import repropose
from zones.desk.reading_settlements import corrections_of, settle_reading
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, submit, withdraw
from zones.models import SecondReading
from zones.rules.vocabulary import Settlement

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_a_divergence_waits_until_a_third_settles_it(
    analyst: Any, other_analyst: Any, reviewer: Any, both: Any
) -> None:
    published(other_analyst, reviewer, written("policies", LIMIT, value="6000"))
    reading = drawn(reviewer)
    read_again(reading, both, again("stated", "5000", quote="五千元"))
    client = Client()
    log_in_staff(client, analyst)
    queue = f"{reverse('admin:desk-queue')}?kind=diverged&lang=en"
    assert "two readings diverge" in client.get(queue).content.decode()
    for who in (both, reviewer):
        with pytest.raises(PermissionDenied):
            settle_reading(reading, who, "kept", "Because.")
    third = person("tess", "reviewer")
    for wrong in (("perhaps", "Because."), ("kept", " ")):
        with pytest.raises(ValidationError):
            settle_reading(reading, third, *wrong)
    judge = Client()
    log_in_staff(judge, third)
    page = reverse("admin:desk-reading", args=[reading.pk])
    assert "五千元" in judge.get(page).content.decode()
    sent = {"do": "settle", "settlement": Settlement.KEPT.value, "note": "Article 3 says so."}
    assert judge.post(page, sent).status_code == 303
    assert "Article 3 says so." in judge.get(page).content.decode()
    assert [e["entry"].kind for e in client.get(queue).context["entries"]] == []
    with pytest.raises(ValidationError):
        settle_reading(reading, third, "kept", "Again.")


def settled(reading: SecondReading) -> tuple[str, int | None, bool]:
    reading.refresh_from_db()
    return reading.settlement, reading.correction_id, reading.settled_at is not None


def test_an_answer_is_corrected_by_a_set_alone(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    other = proposed(analyst, written("policies", LIMIT, note="Nothing of the answer."))
    before = published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    reading = drawn(reviewer)
    read_again(reading, other_analyst, again("stated", "5000"))
    third = person("tess", "reviewer")
    elsewhere = proposed(
        analyst,
        written(
            "policies",
            ("export-deemed-profit-rate", "programme", "comprehensive", "2020-01-01"),
            value="5",
        ),
    )
    given_up = withdraw(proposed(analyst, written("policies", LIMIT, value="5000")), analyst)
    wrong = (None, 999_999, other.pk, elsewhere.pk, given_up.pk, before.change_set.pk)
    for number in wrong:
        with pytest.raises(ValidationError, match="Name the change set"):
            settle_reading(reading, third, "corrected", "Article 3.", number)
    own = submitted(other_analyst, written("policies", LIMIT, value="5000"))
    assert corrections_of(reading) == [own]
    settle_reading(reading, third, "corrected", "Article 3.", own.pk)
    assert settled(reading) == ("", own.pk, False)
    client = Client()
    log_in_staff(client, third)
    queue = client.get(f"{reverse('admin:desk-queue')}?kind=diverged").context["entries"]
    assert [one["address"] for one in queue] == [reverse("admin:desk-set", args=[own.pk])]
    page = client.get(reverse("admin:desk-reading", args=[reading.pk])).content.decode()
    assert f'href="{reverse("admin:desk-set", args=[own.pk])}"' in page
    publish_set(own, reviewer)
    assert settled(reading) == ("corrected", own.pk, True)
    assert client.get(f"{reverse('admin:desk-queue')}?kind=diverged").context["count"] == 0


def test_a_correction_that_is_given_up_leaves_the_reading_waiting(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    third = person("tess", "reviewer")
    own = proposed(other_analyst, written("policies", LIMIT, value="6000"))
    settle_reading(reading, third, "corrected", "Article 3.", own.pk)
    withdraw(own, other_analyst)
    client = Client()
    log_in_staff(client, third)
    (one,) = client.get(f"{reverse('admin:desk-queue')}?kind=diverged").context["entries"]
    assert one["address"] != reverse("admin:desk-set", args=[own.pk])
    settle_reading(reading, third, "kept", "The document says so after all.")
    assert settled(reading) == ("kept", None, True)


def test_a_correction_of_which_rows_went_back_is_settled_by_their_own_set(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    rate = ("export-deemed-profit-rate", "programme", "comprehensive", "2020-01-01")
    own = submitted(
        other_analyst,
        written("policies", LIMIT, value="6000"),
        written("policies", rate, note="Looked at."),
    )
    settle_reading(reading, person("tess", "reviewer"), "corrected", "Article 3.", own.pk)
    part = send_back(own, reviewer, "Quote it.", [row_of(own, LIMIT)])
    publish_set(own, reviewer)
    assert settled(reading) == ("", own.pk, False)
    repropose(row_of(part), other_analyst, written("policies", LIMIT, value="6000", note="x"))
    say_why_all(part, other_analyst)
    publish_set(submit(part, other_analyst), reviewer)
    assert settled(reading) == ("corrected", part.pk, True)


def test_one_that_was_published_after_the_draw_corrects_too(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    done = published(other_analyst, reviewer, written("policies", LIMIT, value="6000"))
    client = Client()
    third = person("tess", "reviewer")
    log_in_staff(client, third)
    page = reverse("admin:desk-reading", args=[reading.pk])
    sent = {"do": "settle", "settlement": "corrected", "note": "第三条"}
    refused = client.post(page, sent)
    assert refused.status_code == 400
    assert "第三条" in refused.content.decode()
    assert client.post(page, {**sent, "correction": str(done.change_set.pk)}).status_code == 303
    assert settled(reading) == ("corrected", done.change_set.pk, True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_same_answer_by_another_document_is_looked_at_by_a_reviewer(
    analyst: Any, other_analyst: Any, language: str
) -> None:
    third = person("tess", "reviewer")
    reading = drawn(third)
    read_again(reading, analyst, again("stated", "5000", "gacc-2020-75"))
    reading.refresh_from_db()
    assert reading.policy.source.slug != "gacc-2020-75"
    assert (reading.agrees, reading.diverges_in_document) == (False, True)
    client = Client()
    log_in_staff(client, third)
    told = {"en": "ame answer, other document", "zh-hans": "适用结论相同，文件不同"}[language]
    page = reverse("admin:desk-reading", args=[reading.pk])
    for address in (page, reverse("admin:desk-readings")):
        assert told in client.get(f"{address}?lang={language}").content.decode(), address
    (one,) = client.get(f"{reverse('admin:desk-queue')}?kind=diverged").context["entries"]
    assert one["entry"].subject == str(reading.pk)
    # Another answer is not what was found wrong, and another document is.
    proposed(other_analyst, written("policies", LIMIT, note="Nothing of the document."))
    own = submitted(other_analyst, written("policies", LIMIT, source_id="gacc-2020-75"))
    assert corrections_of(reading) == [own]
    settle_reading(reading, third, "corrected", "Article 3.", own.pk)
    publish_set(own, person("rob", "reviewer"))
    assert settled(reading) == ("corrected", own.pk, True)


def test_another_answer_is_not_corrected_by_another_document(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    assert not reading.diverges_in_document
    submitted(other_analyst, written("policies", LIMIT, source_id="gacc-2020-75"))
    assert corrections_of(reading) == []


def test_what_was_settled_stays(analyst: Any, reviewer: Any) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "1"))
    settle_reading(reading, person("tess", "reviewer"), "kept", "Article 3.")
    for other in ({"settlement": "corrected"}, {"note": "x"}, {"settlement": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SecondReading.objects.filter(pk=reading.pk).update(**other)


def test_a_row_that_came_to_say_what_is_known_corrects_nothing(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    rate = ("export-deemed-profit-rate", "programme", "comprehensive", "2020-01-01")
    own, first = (
        submitted(who, written("policies", LIMIT, value="6000"), *beside)
        for who, beside in (
            (other_analyst, [written("policies", rate, note="Looked at.")]),
            (person("cleo", "analyst"), []),
        )
    )
    third = person("tess", "reviewer")
    assert corrections_of(reading) == [first, own]
    publish_set(first, reviewer)
    settle_reading(reading, third, "corrected", "Article 3.", own.pk)
    publish_set(own, reviewer)
    assert settled(reading) == ("", own.pk, False), "its row said what was known by then"
    assert corrections_of(reading) == [first]
    client = Client()
    log_in_staff(client, third)
    (one,) = client.get(f"{reverse('admin:desk-queue')}?kind=diverged").context["entries"]
    assert one["address"] != reverse("admin:desk-set", args=[own.pk])
    with pytest.raises(ValidationError, match="Name the change set"):
        settle_reading(reading, third, "corrected", "Article 3.", own.pk)
    settle_reading(reading, third, "corrected", "Article 3.", first.pk)
    assert settled(reading) == ("corrected", first.pk, True)
