"""Starting a checklist, working on it, and what stays as it was signed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from checklists.models import Act, Checklist, Item, LogEntry, SignedPeriod, Status
from checklists.models.items import COMING_BACK
from checklists.models.templates import Recurrence
from checklists.permissions import Action, checklist_policy
from checklists.rules.recurrence import later, next_due
from checklists.selectors.template_snapshot import templates
from checklists.services import checklist_status, item_updates, sharing
from checklists.services.checklist_creation import start
from checklists.services.conflicts import StaleItemError
from tests.checklists import oracle
from tests.checklists.cast import shared, someone, started
from zones.models import CustomsDistrict, Province
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def item_of(checklist: Checklist, number: str) -> Item:
    return checklist.items.get(number=number)


def some_item(checklist: Checklist, recurrence: str) -> Item:
    found = checklist.items.filter(recurrence=recurrence).first()
    assert found is not None
    return found


def test_every_duty_that_applies_or_may_apply_becomes_an_item() -> None:
    checklist = started("shijiazhuang", goods_kinds=["food"])
    given_answers = {"goods-kinds": ["food"]}
    wanted = {
        row["number"]: verdict.replace("_", "-")
        for row in oracle.REQUIREMENTS
        if row["template"] == "import-1210-seller"
        and (verdict := oracle.verdict(row, "shijiazhuang", "2026-11-23", given_answers))
        != "excluded"
    }
    found = {item.number: item.bases.get().verdict for item in checklist.items.all()}
    assert found == wanted


def test_national_duties_stand_once_and_local_ones_say_where() -> None:
    checklist = started("hangzhou", "urumqi", template="export-9610-seller", as_of=date(2021, 6, 1))
    assert checklist.items.count() == len(set(checklist.items.values_list("number", flat=True)))
    for item in checklist.items.all():
        verdicts = {basis.place.city.slug: basis.verdict for basis in item.bases.all()}
        (row,) = [
            row
            for row in oracle.REQUIREMENTS
            if (row["template"], row["number"]) == ("export-9610-seller", item.number)
        ]
        for city, verdict in verdicts.items():
            assert verdict == oracle.verdict(row, city, "2021-06-01", {}).replace("_", "-")


def test_a_place_without_pilot_status_is_answered_by_nation_province_and_district() -> None:
    kept = current_snapshot()
    checklist = start(
        owner=someone("alice"),
        title="A new place",
        template=templates(kept).templates["zone-readiness"],
        places=[
            HypotheticalPlace(
                "Newtown",
                Province.objects.get(iso_3166_2="CN-ZJ"),
                CustomsDistrict.objects.get(code="2900"),
            )
        ],
        as_of=date(2026, 11, 23),
        answers={},
    )
    assert checklist.items.exists()
    assert str(checklist.places.get()) == "Newtown"


@pytest.mark.parametrize("places", [[], ["hangzhou", "hangzhou"]])
def test_a_checklist_is_for_places_each_named_once(places: list[str]) -> None:
    kept = current_snapshot()
    with pytest.raises(ValidationError):
        start(
            owner=someone("alice"),
            title="None",
            template=templates(kept).templates["import-1210-seller"],
            places=[kept.cities_by_slug[slug] for slug in places],
            as_of=date(2026, 11, 23),
            answers={},
        )
    assert not Checklist.objects.exists()


def test_settling_a_duty_once_signs_it_and_it_stays_done() -> None:
    alice, item = someone("alice"), some_item(started(), "once")
    item = item_updates.set_status(item, "done", actor=alice)
    assert (item.status, item.period) == (Status.DONE, 1)
    (signed,) = item.signed_periods.all()
    assert signed.closed_by == alice
    assert signed.signed["title_en"] == item.title_en
    assert signed.signed["grounds"][0]["place"] == "hangzhou"
    again = item_updates.set_status(item, "open", actor=alice)
    assert (again.status, again.period) == (Status.OPEN, 2)
    assert item.signed_periods.count() == 1


def test_settling_a_recurring_duty_opens_the_next_round_with_the_history_kept() -> None:
    alice, item = someone("alice"), some_item(started(), "per shipment")
    for count in (1, 2, 3):
        item = item_updates.set_status(item, "done", actor=alice)
        assert (item.status, item.period, item.due_on) == (Status.OPEN, count + 1, None)
    assert [r.number for r in item.signed_periods.all()] == [1, 2, 3]


def test_a_round_by_the_calendar_is_due_one_period_later() -> None:
    alice = someone("alice")
    checklist = started(
        template="export-9610-seller", as_of=date(2026, 11, 23), tax_route=["refund"]
    )
    item = some_item(checklist, "monthly")
    due = timezone.localdate() + timedelta(days=5)
    item = item_updates.set_due(item, due, actor=alice)
    item = item_updates.set_status(item, "done", actor=alice)
    assert item.due_on == later(due, 1)


def test_not_applicable_needs_a_reason() -> None:
    alice, item = someone("alice"), some_item(started(), "once")
    with pytest.raises(ValidationError, match="why"):
        item_updates.set_status(item, "not-applicable", actor=alice)
    item.refresh_from_db()
    assert item.status == Status.OPEN
    item = item_updates.set_status(item, "not-applicable", reason="We sell no food.", actor=alice)
    assert item.signed_periods.get().reason == "We sell no food."


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x85"])
def test_what_people_write_holds_nothing_that_nobody_can_read(letter: str) -> None:
    alice, checklist = someone("alice"), started()
    item = some_item(checklist, "once")
    with pytest.raises(ValidationError, match="control character"):
        item_updates.set_status(item, "blocked", actor=alice, reason=f"a{letter}b")
    with pytest.raises(ValidationError, match="control character"):
        item_updates.comment(item, f"a{letter}b", actor=alice)
    with pytest.raises(ValidationError, match="control character"):
        checklist_status.rename(checklist, f"a{letter}b", actor=alice)
    item_updates.comment(item, "one\r\n\ttwo", actor=alice)


def test_what_is_due_on_the_last_of_a_month_stays_so() -> None:
    due = date(2027, 1, 31)
    found = []
    for _round in range(4):
        following = next_due(1, due, due, day=31)
        assert following is not None
        found.append(following.isoformat())
        due = following
    assert found == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]


def test_the_day_of_the_month_that_was_chosen_is_kept_from_round_to_round() -> None:
    item = some_item(started(), "monthly")
    alice = someone("alice")
    last = date(timezone.localdate().year + 1, 1, 31)
    item_updates.set_due(item, last, actor=alice)
    for month in (2, 3, 4):
        item = item_updates.set_status(item, "done", actor=alice)
        assert item.due_on == date(last.year, month, monthrange(last.year, month)[1])


def test_a_checklist_that_was_closed_meanwhile_takes_no_more_work() -> None:
    checklist = started()
    item = some_item(checklist, "once")
    checklist_status.close(Checklist.objects.get(pk=checklist.pk), actor=someone("alice"))
    with pytest.raises(ValidationError, match="closed"):
        item_updates.set_status(item, "done", actor=someone("alice"))
    item.refresh_from_db()
    assert (item.status, item.signed_periods.count()) == ("open", 0)


def test_someone_who_may_only_view_has_nothing_to_do_any_more() -> None:
    checklist = shared(started())
    item = some_item(checklist, "once")
    item_updates.assign(item, someone("bob"), actor=someone("alice"))
    sharing.share(checklist, someone("bob"), "viewer", actor=someone("alice"))
    item.refresh_from_db()
    assert item.assignee is None


def test_nobody_overwrites_what_they_have_not_seen() -> None:
    checklist = shared(started())
    item = some_item(checklist, "once")
    seen = item.tag
    item_updates.set_status(item, "in-progress", actor=someone("bob"), seen=seen)
    with pytest.raises(StaleItemError) as stale:
        item_updates.set_status(item, "blocked", actor=someone("alice"), seen=seen)
    assert stale.value.item.status == Status.IN_PROGRESS
    item.refresh_from_db()
    assert item.status == Status.IN_PROGRESS


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1800, 1, 1)])
def test_a_due_day_lies_within_the_years_answered_about(day: date) -> None:
    item = some_item(started(), "once")
    with pytest.raises(ValidationError, match="between"):
        item_updates.set_due(item, day, actor=someone("alice"))


def test_only_those_who_edit_can_be_given_a_duty() -> None:
    checklist = shared(started())
    item = some_item(checklist, "once")
    assert item_updates.assign(item, someone("bob"), actor=someone("alice")).assignee == someone(
        "bob"
    )
    for name in ("vera", "charlie"):
        with pytest.raises(ValidationError):
            item_updates.assign(item, someone(name), actor=someone("alice"))


def test_the_log_says_who_did_what_and_never_changes() -> None:
    checklist = started()
    item = some_item(checklist, "once")
    item_updates.set_status(item, "blocked", actor=someone("alice"))
    item_updates.comment(item, "Waiting for the bank.", actor=someone("alice"))
    acts = [entry.act for entry in checklist.log.all()]
    assert acts == [Act.COMMENTED, Act.SET_STATUS, Act.STARTED]
    entry = checklist.log.first()
    assert entry is not None
    for write in (
        lambda: LogEntry.objects.filter(pk=entry.pk).update(detail={}),
        lambda: entry.delete(),
    ):
        with (
            pytest.raises(IntegrityError, match="never changes"),
            transaction.atomic(),
        ):
            write()


def test_what_was_signed_never_changes() -> None:
    item = item_updates.set_status(some_item(started(), "once"), "done", actor=someone("alice"))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        item.signed_periods.update(reason="changed my mind")
    with (
        pytest.raises(IntegrityError, match="never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM checklists_signedperiod")
    assert SignedPeriod.objects.get().reason == ""


def test_handing_over_leaves_the_former_owner_an_editor() -> None:
    checklist = shared(started())
    sharing.hand_over(checklist, someone("vera"), actor=someone("alice"))
    checklist.refresh_from_db()
    assert checklist.owner == someone("vera")
    assert checklist_policy.may(Action.WORK, checklist, someone("alice"))
    with pytest.raises(ValidationError):
        sharing.hand_over(checklist, someone("charlie"), actor=someone("vera"))


def test_whoever_it_is_shared_with_no_more_does_nothing_there() -> None:
    checklist = shared(started())
    item = item_updates.assign(some_item(checklist, "once"), someone("bob"), actor=someone("alice"))
    sharing.unshare(checklist, someone("bob"), actor=someone("alice"))
    item.refresh_from_db()
    assert item.assignee is None
    assert not checklist_policy.rows(Action.SEE, someone("bob")).exists()


DAYS = st.dates(date(2012, 1, 1), date(2030, 12, 31))


BY_CALENDAR = {own: own.months for own in Recurrence if own.months}


@given(months=st.sampled_from([*BY_CALENDAR.values()]), due=st.none() | DAYS, settled=DAYS)
def test_the_next_round_is_due_after_the_last_was_settled(
    months: int, due: date | None, settled: date
) -> None:
    following = next_due(months, due, settled)
    assert following is not None
    assert following > settled
    assert following <= max(later(due or settled, months), later(settled, months))


def test_every_recurrence_is_by_the_calendar_or_by_event_or_once() -> None:
    by_event = [own for own in Recurrence if own.comes_back and own not in BY_CALENDAR]
    assert by_event == [Recurrence.PER_SHIPMENT, Recurrence.EVENT_DRIVEN]
    assert {own for own in Recurrence if not own.comes_back} == {Recurrence.ONCE}
    assert list(BY_CALENDAR.values()) == [1, 3, 6, 12]
    assert set(COMING_BACK) == {*by_event, *BY_CALENDAR}


@given(
    due=st.none() | DAYS,
    settled=DAYS,
    recurrence=st.sampled_from([own for own in Recurrence if own not in BY_CALENDAR]),
)
def test_nothing_else_is_ever_due_by_itself(
    due: date | None, settled: date, recurrence: Recurrence
) -> None:
    assert next_due(recurrence.months, due, settled) is None


def test_an_item_is_overdue_by_itself_as_among_many() -> None:
    day = date(2026, 11, 28)
    item = some_item(started(), "once")
    for status in Status.values:
        for due in (None, day - timedelta(days=1), day, day + timedelta(days=1)):
            Item.objects.filter(pk=item.pk).update(status=status, due_on=due, reason="Why")
            item.refresh_from_db()
            among_many = Item.objects.filter(pk=item.pk).overdue(on=day).exists()
            assert item.is_overdue_on(day) is among_many, (status, due)
