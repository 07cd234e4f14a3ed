"""Answers are drawn, answered again by somebody who sees none, and settled by a third."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.threads import at_once
from tests.zones import oracle
from tests.zones.desk.acts import (
    DOCUMENT,
    again,
    known,
    person,
    proposed,
    published,
    said,
    say_why_all,
    written,
)
from zones.dataset.table_registry import table_named
from zones.desk.blind_readings import (
    SaidAgain,
    divergence_rates,
    draw_readings,
    read_again,
    waiting_for,
)
from zones.desk.history import of_object
from zones.desk.proposals import open_set, propose
from zones.desk.reading_settlements import settle_reading
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import City, Policy, ReadingDraw, SecondReading, Topic
from zones.models.value_types import TESTABLE, plain_value, value_cell
from zones.rules.vocabulary import State
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def drawn(reviewer: Any, topic: str = LIMIT[0]) -> SecondReading:
    """A reading of the policy in force of a topic."""
    (reading,) = draw_readings(reviewer, 100, topic=topic).readings.all()
    return reading


def same(policy: Policy) -> SaidAgain:
    """What the first answer says, and by which document."""
    value = value_cell(policy) if policy.state == State.STATED else ""
    return again(policy.state, value, policy.source.slug)


def nothing_waits() -> None:
    """Take back every reading that nobody has answered."""
    SecondReading.objects.filter(read_at=None).delete()


def drawn_by(draw: ReadingDraw) -> set[int]:
    return set(draw.readings.values_list("policy", flat=True))


def test_what_waits_to_be_read_again_is_not_drawn_once_more(reviewer: Any, analyst: Any) -> None:
    """Whoever reads it then knows it, and the other would wait for a third."""
    first = drawn_by(draw_readings(reviewer, 10))
    others = drawn_by(draw_readings(reviewer, 100))
    assert first
    assert others
    assert not first & others
    with pytest.raises(ValidationError, match="waits already"):
        draw_readings(reviewer, 100)
    limit = SecondReading.objects.get(policy__identity=".".join(LIMIT))
    read_again(limit, analyst, again("stated", "5000"))
    assert drawn_by(draw_readings(reviewer, 100)) == {limit.policy_id}


def test_a_share_is_drawn_at_random_and_can_be_drawn_again(reviewer: Any) -> None:
    whole = draw_readings(reviewer, 100)
    words = {own.word.value for own in TESTABLE}
    policies = [reading.policy for reading in whole.readings.select_related("policy__topic")]
    assert {policy.topic.value_type for policy in policies} <= words
    assert len(policies) > 100
    numbers = []
    for seed in (7, 7, 8):
        nothing_waits()
        numbers.append(drawn_by(draw_readings(reviewer, 10, seed=seed)))
    assert numbers[0] == numbers[1] != numbers[2]
    assert len(numbers[0]) == -(-len(policies) // 10)
    nothing_waits()
    area = draw_readings(reviewer, 100, focus_area="payment")
    assert {r.policy.topic.focus_area.slug for r in area.readings.all()} == {"payment"}


def test_a_draw_is_narrowed_to_a_city_or_a_programme(reviewer: Any) -> None:
    day = today_in_china().isoformat()
    expected = set()
    types = {row["slug"]: row for row in oracle.read("topics")}
    for topic, row in types.items():
        state, _value, keys = oracle.answer("hangzhou", topic, day)
        readable = row["value_type"] in {own.word.value for own in TESTABLE}
        if state in ("stated", "none-found", "not-applicable") and readable:
            expected |= {keys[0]} if row["descriptive"] == "false" else set()
    in_city = draw_readings(reviewer, 100, city="hangzhou").readings.select_related("policy")
    assert {".".join(row.policy.key_parts) for row in in_city} == expected
    nothing_waits()
    bound = draw_readings(reviewer, 100, programme="comprehensive").readings.all()
    assert {row.policy.scope_code for row in bound} == {"comprehensive"}
    nothing_waits()
    both = draw_readings(reviewer, 100, programme="retail-import", city="hangzhou").readings.all()
    assert {row.policy.scope_code for row in both} == {"retail-import"}
    with pytest.raises(ValidationError):
        draw_readings(reviewer, 100, city="nowhere")


@pytest.mark.parametrize("share", [0, -1, 101])
def test_what_cannot_be_drawn_is_told(reviewer: Any, analyst: Any, share: int) -> None:
    with pytest.raises(ValidationError):
        draw_readings(reviewer, share)
    for nasty in ("no-such-topic", "a\x00b", "\ud800", "x" * 70):
        with pytest.raises(ValidationError):
            draw_readings(reviewer, 5, topic=nasty)
        with pytest.raises(ValidationError):
            draw_readings(reviewer, 5, focus_area=nasty)
        with pytest.raises(ValidationError):
            draw_readings(reviewer, 5, city=nasty)
        with pytest.raises(ValidationError):
            draw_readings(reviewer, 5, programme=nasty)
    with pytest.raises(PermissionDenied):
        draw_readings(analyst, 5)
    assert SecondReading.objects.count() == 0


def test_every_drawn_answer_agrees_with_itself_and_with_nothing_else(
    reviewer: Any, analyst: Any
) -> None:
    readings = draw_readings(reviewer, 100).readings.select_related("policy__topic")
    seen: set[str] = set()
    for reading in readings:
        policy = reading.policy
        kind = f"{policy.topic.value_type} {policy.state}"
        if kind in seen:
            continue
        seen.add(kind)
        assert read_again(reading, analyst, same(policy)).agrees, kind
    nothing_waits()
    assert {own.word.value for own in TESTABLE} <= {kind.split()[0] for kind in seen}
    limit = drawn(reviewer)
    assert plain_value(limit.policy) == 5000
    assert not read_again(limit, person("eva", "analyst"), again("stated", "2000")).agrees
    for name, spelled in (("cleo", "5000.00"), ("dan", "５０００")):
        said = again("stated", spelled)
        assert read_again(drawn(reviewer), person(name, "analyst"), said).agrees, spelled
    finn = person("finn", "analyst")
    assert not read_again(drawn(reviewer), finn, again("none-found")).agrees


WRONG = {
    "no state": again(""),
    "another state": again("not-researched"),
    "no value": again("stated", " "),
    "no number": again("stated", "six"),
    "a value of nothing": again("none-found", "5000"),
    "a long document": again("stated", "5000", "x" * 301),
    "a document of two lines": again("stated", "5000", "a\nb"),
    "a long quote": again("stated", "5000", "", "x" * 5001),
    "a quote with what nobody sees": again("stated", "5000", "", "a\u202eb"),
    "a long answer": again("stated", "5" * 5001),
    "no document": again("stated", "5000", ""),
    "no such document": again("stated", "5000", "nonsense"),
    "a document that is not found": again("none-found", "", "nonsense"),
    "figures alone": again("stated", "5000", quote="12"),
    "marks alone": again("stated", "5000", quote="…", unquoted="12"),
    "not applicable by nothing": again("not-applicable", "", "", ""),
}


def test_a_reading_rests_on_a_document_that_is_known_and_on_its_words(
    reviewer: Any, analyst: Any
) -> None:
    """An unknown document is refused beside its box, which keeps what was typed."""
    reading = drawn(reviewer)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[reading.pk])
    sent = {"do": "read", "state": "stated", "value": "5000", "source": "nonsense"}
    answered = client.post(page, sent)
    assert answered.status_code == 400
    assert {n for n, own in answered.context["wrong"].items() if own} == {"source", "quote"}
    text = answered.content.decode()
    assert 'value="nonsense"' in text
    assert f'data-pick="{reverse("admin:desk-pick", args=["sources"])}"' in text
    number = known("sources")[DOCUMENT,]["document_number"]
    because = "The attachment is a picture."
    done = client.post(page, {**sent, "source": number, "unquoted": because})
    assert done.status_code == 303
    reading.refresh_from_db()
    assert reading.said["source"] == DOCUMENT
    shown = client.get(page).content.decode()
    assert because in shown
    assert known("sources")[DOCUMENT,]["title_en"] in shown


def test_all_that_is_wrong_with_a_reading_is_marked_at_its_boxes_at_once(
    reviewer: Any, analyst: Any
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[drawn(reviewer).pk])
    sent = {"do": "read", "state": "stated", "value": "six", "source": "nonsense"}
    for sending, boxes in (
        (sent, ("value", "source", "quote")),
        ({"do": "read", "state": "", "source": "x" * 301}, ("state", "source", "quote")),
    ):
        shown = client.post(page, sending).content.decode()
        for box in boxes:
            (control,) = re.findall(rf'<(?:input|select|textarea) id="{box}"[^>]*>', shown)
            assert f'aria-invalid="true" aria-describedby="{box}-error"' in control
            assert f'id="{box}-error"' in shown
        assert shown.count('aria-invalid="true"') == len(boxes)


def test_a_document_that_is_not_found_leads_to_none_that_was_not_typed(
    reviewer: Any, analyst: Any
) -> None:
    """What nearly is the number that the first reader named says nothing of that."""
    reading = drawn(reviewer)
    number = reading.policy.source.document_number
    for typed in (f"{number[:-1]}x", f"{reading.policy.source.title_en[:-1]}x"):
        with pytest.raises(ValidationError) as refused:
            read_again(reading, analyst, again("stated", "5000", typed))
        (words,) = refused.value.message_dict["source"]
        assert number not in words
        assert reading.policy.source.title_en not in words.replace(typed, "")
        assert "set" not in words.replace(typed, "").split()
    with pytest.raises(ValidationError) as refused:
        read_again(reading, analyst, again("stated", "5000", "2020年第75"))
    assert "2020年第75号" in refused.value.message_dict["source"][0]


LACKING = "海关总署公告2026年第200号"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_document_that_the_portal_lacks_is_named_as_it_was_typed(
    reviewer: Any, analyst: Any, language: str
) -> None:
    reading = drawn(reviewer)
    client = Client()
    log_in_staff(client, analyst)
    client.cookies["django_language"] = language
    page = reverse("admin:desk-reading", args=[reading.pk])
    assert 'name="lacking"' not in client.get(page).content.decode()
    sent = {"do": "read", "state": "stated", "value": "5000", "quote": "原文如此。"}
    refused = client.post(page, {**sent, "source": LACKING})
    assert refused.status_code == 400
    text = refused.content.decode()
    assert 'name="lacking"' in text
    assert "原文如此。" in text
    assert reading.policy.source.document_number not in text, "it stays blind"
    form = client.get(refused.context["propose_document"])
    boxes = {box.column.name: box.cell for box in form.context["boxes"]}
    assert boxes["document_number"] == LACKING
    done = client.post(page, {**sent, "source": LACKING, "lacking": "yes"})
    assert done.status_code == 303
    reading.refresh_from_db()
    assert (reading.said["source"], reading.said["lacking"]) == (LACKING, "yes")
    assert reading.agrees is False
    shown = client.get(page).content.decode()
    assert LACKING in shown
    assert {"en": "not in the portal when", "zh-hans": "复核时本站尚无"}[language] in shown


def test_a_document_that_is_known_or_meant_by_several_is_not_lacking(
    reviewer: Any, analyst: Any
) -> None:
    reading = drawn(reviewer)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[reading.pk])
    sent = {"do": "read", "state": "stated", "value": "5000", "quote": "原文如此。"}
    number = known("sources")["gacc-2018-194",]["document_number"]
    for typed in ("", "No such document", "公告2018年第194号"):
        refused = client.post(page, {**sent, "state": "", "source": typed})
        assert refused.status_code == 400
        assert refused.context["lacks"] is (typed == "No such document"), typed
    done = client.post(page, {**sent, "source": number, "lacking": "yes"})
    assert done.status_code == 303
    reading.refresh_from_db()
    assert (reading.said["source"], reading.said["lacking"]) == ("gacc-2018-194", "")


def test_that_nothing_is_found_rests_on_nothing(reviewer: Any, analyst: Any) -> None:
    assert not read_again(drawn(reviewer), analyst, again("none-found", "", "", "")).agrees


@pytest.mark.parametrize("kind", WRONG)
def test_what_its_topic_does_not_take_is_refused(reviewer: Any, analyst: Any, kind: str) -> None:
    reading = drawn(reviewer)
    with pytest.raises(ValidationError):
        read_again(reading, analyst, WRONG[kind])
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[reading.pk])
    said = WRONG[kind]._asdict()
    sent = {"do": "read", **said, "quote": said["quote"] or "第三条"}
    answered = client.post(page, sent)
    assert answered.status_code == 400
    assert sent["quote"] in answered.content.decode()
    reading.refresh_from_db()
    assert reading.read_at is None


def test_whoever_took_part_reads_nothing_again(
    analyst: Any, other_analyst: Any, reviewer: Any, both: Any
) -> None:
    published(analyst, both, written("policies", LIMIT, value="6000"))
    reading = drawn(reviewer)
    for who in (analyst, both):
        assert reading not in waiting_for(who)
        with pytest.raises(PermissionDenied):
            read_again(reading, who, again("stated", "6000"))
    namesake = person("ANA", "analyst")
    with pytest.raises(PermissionDenied):
        read_again(reading, namesake, again("stated", "6000"))
    with pytest.raises(PermissionDenied):
        read_again(reading, reviewer, again("stated", "6000"))
    assert reading in waiting_for(other_analyst)
    assert read_again(reading, other_analyst, again("stated", "6000")).agrees
    with pytest.raises(ValidationError):
        read_again(reading, other_analyst, again("stated", "5000"))


def test_another_name_of_the_same_account_opens_nothing(
    analyst: Any, other_analyst: Any, both: Any, reviewer: Any
) -> None:
    published(analyst, both, written("policies", LIMIT, value="6000"))
    reading = drawn(reviewer)

    def renamed(who: Any) -> Any:
        who.username = f"{who.username}-married"
        who.save()
        return type(who).objects.get(pk=who.pk)

    for who in (renamed(analyst), renamed(both)):
        assert reading not in waiting_for(who)
        with pytest.raises(PermissionDenied):
            read_again(reading, who, again("stated", "6000"))
    reader = person("rita", "analyst", "reviewer")
    assert not read_again(reading, reader, again("stated", "5000")).agrees
    reading.refresh_from_db()
    for who in (renamed(reader), renamed(analyst), renamed(both)):
        with pytest.raises(PermissionDenied):
            settle_reading(reading, who, "kept", "Because.")
    twice = drawn(reviewer)
    with pytest.raises(PermissionDenied):
        read_again(twice, type(reader).objects.get(pk=reader.pk), again("stated", "6000"))


def test_the_first_answer_is_nowhere_on_the_page_of_a_reading(analyst: Any, reviewer: Any) -> None:
    published(
        person("zoe", "analyst"),
        reviewer,
        written("policies", LIMIT, value="7123", summary_en="Seven thousand and so.", note="zz9"),
    )
    client = Client()
    log_in_staff(client, analyst)
    reading = drawn(reviewer)
    for page in ("desk-readings", "desk-reading"):
        arguments = [reading.pk] if page == "desk-reading" else []
        shown = client.get(reverse(f"admin:{page}", args=arguments)).content.decode()
        for told in ("7123", "7,123", "Seven thousand", reading.policy.source.slug, "zz9"):
            assert told not in shown, (page, told)
    read_again(reading, analyst, again("stated", "7123"))
    after = client.get(reverse("admin:desk-reading", args=[reading.pk])).content.decode()
    assert "7,123" in after


def test_a_correction_meanwhile_does_not_change_what_is_compared(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    reading = drawn(reviewer)
    published(other_analyst, reviewer, written("policies", LIMIT, value="6000"))
    assert read_again(reading, analyst, again("stated", "5000")).agrees
    assert reading.policy.version == 1
    client = Client()
    log_in_staff(client, analyst)
    for row, changed in ((reading, True), (_read(drawn(reviewer), "cleo"), False)):
        page = client.get(f"{reverse('admin:desk-reading', args=[row.pk])}?lang=en")
        assert ("published anew after it was drawn" in page.content.decode()) is changed


def _read(reading: SecondReading, name: str) -> SecondReading:
    return read_again(reading, person(name, "analyst"), again("stated", "6000"))


def test_whoever_knows_an_answer_from_another_reading_reads_it_not_again(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    done = drawn(reviewer)
    # Earlier draws may have had one answer twice.
    earlier = ReadingDraw.objects.get(pk=done.draw_id)
    earlier.pk = None
    earlier.save()
    waits = SecondReading.objects.create(draw=earlier, policy=done.policy)
    read_again(done, other_analyst, again("stated", "1"))
    assert waits not in waiting_for(other_analyst)
    with pytest.raises(PermissionDenied):
        read_again(waits, other_analyst, again("stated", "5000"))
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[done.pk])
    queue = f"{reverse('admin:desk-queue')}?kind=diverged"
    assert waits in waiting_for(analyst)
    for address in (page, queue):
        shown = client.get(address).content.decode()
        assert "5,000" not in shown, address
        assert done.policy.source.title_en not in shown, address
    read_again(waits, analyst, again("stated", "5000"))
    assert "5,000" in client.get(page).content.decode()


def test_whoever_wrote_a_policy_under_an_earlier_start_reads_it_not_again(
    analyst: Any, other_analyst: Any, reviewer: Any, both: Any
) -> None:
    published(analyst, both, written("policies", LIMIT, value="6000"))
    published(other_analyst, reviewer, written("policies", LIMIT, effective_from="2019-01-02"))
    reading = drawn(reviewer)
    assert reading.policy.key_parts != LIMIT
    for who in (analyst, other_analyst, both):
        assert reading not in waiting_for(who)
        with pytest.raises(PermissionDenied):
            read_again(reading, who, again("stated", "6000"))
    assert reading in waiting_for(person("cleo", "analyst"))


@pytest.mark.parametrize("renamed", ["topic", "scope", "both"])
def test_whoever_wrote_a_policy_under_a_former_key_reads_it_not_again(
    analyst: Any, other_analyst: Any, reviewer: Any, both: Any, renamed: str
) -> None:
    local = ("bonded-import-1210", "city", "hangzhou", "2024-01-01")
    cells = next(own for key, own in known("policies").items() if key[0] == local[0])
    names = dict(zip(("topic", "scope_kind", "scope_code", "effective_from"), local, strict=True))
    published(analyst, both, said("policies", {**cells, **names, "effective_to": ""}))
    waits = proposed(other_analyst, written("policies", local, note="Looked at."))
    published(person("gil", "analyst"), both, written("policies", local, effective_from="2024-02"))
    if renamed != "scope":
        rename(Topic.objects.get(slug=local[0]), "bonded-import")
    if renamed != "topic":
        rename(City.objects.get(slug="hangzhou"), "hangzhou-shi")
    topic = local[0] if renamed == "scope" else "bonded-import"
    readings = draw_readings(reviewer, 100, topic=topic).readings.select_related("policy")
    (reading,) = [row for row in readings if row.policy.scope_code.startswith("hangzhou")]
    assert waits.is_open
    for who in (analyst, other_analyst, both, person("GIL", "analyst")):
        assert reading not in waiting_for(who)
        with pytest.raises(PermissionDenied):
            read_again(reading, who, again("stated", "listed"))
    assert reading in waiting_for(person("cleo", "analyst"))
    key = reading.policy.key_parts
    assert key != (*local[:3], "2024-02")
    changed = of_object(table_named("policies"), key).rows
    assert [own.change for own in changed] == ["corrected", "researched"]


def test_rates_of_a_renamed_topic_stay_together(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    read_again(drawn(reviewer), analyst, again("stated", "5000"))
    rename(Topic.objects.get(slug=LIMIT[0]), "single-limit")
    read_again(drawn(reviewer, "single-limit"), other_analyst, again("stated", "1"))
    rates = divergence_rates()
    assert {slug: (own.read, own.diverging) for slug, own in rates.by_topic.items()} == {
        "single-limit": (2, 1)
    }
    assert [*rates.by_reader] == ["ana", "ben"]


def test_whoever_opened_the_set_of_an_answer_reads_it_not_again(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = open_set(analyst, "Limits")
    propose(own, other_analyst, [written("policies", LIMIT, value="6000")])
    say_why_all(own, other_analyst)
    publish_set(submit(own, analyst), reviewer)
    assert drawn(reviewer) not in waiting_for(analyst)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_readings_that_agree_are_listed_too(
    analyst: Any, other_analyst: Any, reviewer: Any, language: str
) -> None:
    reading = drawn(reviewer)
    read_again(reading, other_analyst, again("stated", "5000"))
    client = Client()
    log_in_staff(client, reviewer)
    page = client.get(f"{reverse('admin:desk-readings')}?lang={language}")
    address = reverse("admin:desk-reading", args=[reading.pk])
    assert [row[0] for row in page.context["agreeing"]] == [address]
    told = {"en": "Readings that agree", "zh-hans": "作答一致"}[language]
    assert told in page.content.decode()
    assert client.get(address).status_code == 200


def test_rates_are_counted_by_topic_and_reader(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    assert divergence_rates().whole.percent == 0
    cleo = person("cleo", "analyst")
    for who, value in ((analyst, "5000"), (cleo, "1"), (other_analyst, "5000")):
        read_again(drawn(reviewer), who, again("stated", value))
    rates = divergence_rates()
    assert (rates.whole.read, rates.whole.diverging, rates.whole.percent) == (3, 1, 33)
    assert list(rates.by_topic) == [LIMIT[0]]
    told = {name: (own.read, own.diverging) for name, own in rates.by_reader.items()}
    assert told == {"ana": (1, 0), "ben": (1, 0), "cleo": (1, 1)}


@pytest.mark.parametrize("column", ["said", "agrees", "read_at"])
def test_what_was_read_stays(analyst: Any, reviewer: Any, column: str) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "5000"))
    other = {"said": {}, "agrees": False, "read_at": None}
    with pytest.raises(DatabaseError), transaction.atomic():
        SecondReading.objects.filter(pk=reading.pk).update(**{column: other[column]})


def test_more_readings_take_no_more_queries(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    counts = []
    read: set[int] = set()
    for share in (5, 20):
        rows = draw_readings(reviewer, share).readings.exclude(policy__in=read)
        for row in rows[:share]:
            read.add(row.policy_id)  # a later draw may take it again, and then he knows it
            said = again("none-found") if row.pk % 2 else same(row.policy)
            read_again(row, other_analyst, said)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("admin:desk-readings")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_at_once_one_is_told(
    analyst: Any,
    other_analyst: Any,
    reviewer: Any,
) -> None:
    reading = drawn(reviewer)

    def act(who: Any) -> Callable[[], bool]:
        def read() -> bool:
            try:
                read_again(reading, who, again("stated", "5000"))
            except ValidationError:
                return False
            return True

        return read

    outcomes = at_once([act(analyst), act(other_analyst)])
    assert sorted(map(bool, outcomes)) == [False, True], outcomes
    reading.refresh_from_db()
    assert reading.name in ("ana", "ben")
    assert reading.policy.key_parts == LIMIT


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_draw_says_how_many_were_drawn_now_beside_how_many_wait(
    reviewer: Any, language: str
) -> None:
    client = Client()
    log_in_staff(client, reviewer)
    address = reverse("admin:desk-readings")
    in_language = {"headers": {"accept-language": language}}
    for share in ("1", "2"):
        before = SecondReading.objects.count()
        client.post(address, {"do": "draw", "share": share}, **in_language)
        drawn = SecondReading.objects.count() - before
        assert drawn
        page = client.get(address, **in_language).content.decode()
        told = {"en": f"{drawn} reading{'s were' if drawn > 1 else ' was'} drawn now."}
        assert told.get(language, f"本次抽取了{drawn}项复核。") in page


def test_both_answers_are_shown_as_answers_are(analyst: Any, reviewer: Any) -> None:
    reading = drawn(reviewer)
    read_again(reading, analyst, again("stated", "6000"))
    client = Client()
    log_in_staff(client, analyst)
    for language, told in (("en", "6,000 CNY"), ("zh-hans", "6,000")):
        page = client.get(f"{reverse('admin:desk-reading', args=[reading.pk])}?lang={language}")
        assert told in page.context["second"]
        assert page.context["second"] != "6000"


SEND = {"do": "read", "state": "stated", "source": DOCUMENT, "quote": "原文如此。"}


@pytest.mark.parametrize(("written", "read"), [("2万元", "20,000 CNY"), ("５０００", "5,000 CNY")])
def test_how_an_answer_is_read_is_asked_before_it_is_sent_for_good(
    reviewer: Any, analyst: Any, written: str, read: str
) -> None:
    reading, client = drawn(reviewer), Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-reading", args=[reading.pk])
    asked = client.post(page, {**SEND, "value": written})
    reading.refresh_from_db()
    assert (asked.status_code, reading.read_at) == (200, None)
    assert written in asked.context["asked"].words
    assert read in asked.context["asked"].words
    assert client.post(page, dict(asked.context["asked_fields"], sure="1")).status_code == 303
    reading.refresh_from_db()
    assert reading.said["value"] in ("20000", "5000")


def test_an_answer_that_is_read_as_written_or_refused_is_asked_nothing_of(
    reviewer: Any, analyst: Any
) -> None:
    reading, client, stranger = drawn(reviewer), Client(), Client()
    log_in_staff(client, analyst)
    log_in_staff(stranger, reviewer)
    page = reverse("admin:desk-reading", args=[reading.pk])
    assert stranger.post(page, {**SEND, "value": "2万元"}).status_code == 403
    assert client.post(page, {**SEND, "value": "2万元", "source": "none"}).status_code == 400
    assert client.post(page, {**SEND, "value": "5000"}).status_code == 303


def listed(someone: Any, language: str = "en") -> str:
    client = Client()
    log_in_staff(client, someone)
    page = client.get(reverse("admin:desk-readings"), {"lang": language}).content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_why_nothing_waits_for_somebody_is_told(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    assert "Nothing waits: reviewers draw readings." in listed(analyst)
    assert "Nothing waits; draw readings below." in listed(reviewer)
    published(analyst, reviewer, written("policies", LIMIT, value="6000"))
    drawn(reviewer)
    assert "You took part in these answers, or know them by now" in listed(analyst)
    assert "Analysts answer again, and you are not one of them." in listed(reviewer)
    told = listed(other_analyst)
    assert "1 reading waits in all. <" not in told
    assert "know them by now" not in told
    assert "The others are" not in told
    drawn(reviewer, "import-annual-transaction-limit")
    assert "The others are of answers in which you took part" in listed(analyst)
    assert "其余各项涉及您参与过或已知晓的结论" in listed(analyst, "zh-hans")


@pytest.mark.parametrize(
    ("values", "english", "chinese"),
    [
        (["6000"], "1 of 1 reading diverges (100%).", "1项复核中有1项不一致（100%）。"),
        (["5000"], "0 of 1 reading diverge (0%).", "1项复核中有0项不一致（0%）。"),
        (["5000", "6000"], "1 of 2 readings diverges (50%).", "2项复核中有1项不一致（50%）。"),
        (["6000", "6000"], "2 of 2 readings diverge (100%).", "2项复核中有2项不一致（100%）。"),
    ],
)
def test_how_often_readings_diverge_is_told_in_the_right_number(
    reviewer: Any, values: list[str], english: str, chinese: str
) -> None:
    for place, value in enumerate(values):
        reader = person(f"reader-{place}", "analyst")
        read_again(drawn(reviewer), reader, again("stated", value))
    assert english in listed(reviewer)
    assert chinese in listed(reviewer, "zh-hans")


@pytest.mark.parametrize("source", [DOCUMENT, "mof-gacc-sta-2016-18"])
def test_a_settled_reading_opens_with_what_it_was_settled_as(
    reviewer: Any, analyst: Any, source: str
) -> None:
    reading, third = drawn(reviewer), person("tess", "reviewer")
    value = "6000" if source == DOCUMENT else "5000"
    read_again(reading, analyst, again("stated", value, source))
    client = Client()
    log_in_staff(client, third)
    page = reverse("admin:desk-reading", args=[reading.pk])
    assert "Settled" not in client.get(page, {"lang": "en"}).content.decode()
    settle_reading(reading, third, "kept", "Article 3 says so.")
    told = " ".join(client.get(page, {"lang": "en"}).content.decode().split())
    first, *others = re.findall(r"<strong>\s*(.*?)\s*</strong>", told.partition("<h1>")[2])
    assert first == "Settled: the first answer holds"
    assert not [one for one in others if "diverge" in one or "settles" in one]
    assert "Reason: Article 3 says so." in told
    assert "tess, " in told
    assert "已裁定：以首次结论为准" in client.get(page, {"lang": "zh-hans"}).content.decode()
