"""Readers report a problem with one answer; analysts settle it and forget who it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cbec_portal.china_time import now
from tests.conftest import log_in_staff
from tests.threads import at_once
from zones.desk import report_intake
from zones.desk.report_intake import (
    A_NETWORK_AN_HOUR,
    ReportDraft,
    TooManyReportsError,
    settle_report,
    take_report,
)
from zones.models import ReaderReport
from zones.rules.vocabulary import ReportOutcome

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = "import-single-transaction-limit"
PAGES = {
    "city": f"/cities/hangzhou/{LIMIT}/",
    "place": f"/places/Suihua:CN-HL:1900/{LIMIT}/",
}
DRAFT = ReportDraft(LIMIT, "hangzhou", date(2020, 1, 1), 1, "5,000 CNY", "It is 6,000.")
NASTY = {
    "text": ("", "   ", "a\x0bb", "a\u202eb", "x" * 2001),
    "source_url": ("javascript:alert(1)", "not an address", "https://example.org/\u202e"),
    "contact": ("a\nb@example.org", "a\x00", "x" * 201),
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_reader_reports_and_an_analyst_finds_it(analyst: Any, kind: str, language: str) -> None:
    reader = Client(enforce_csrf_checks=True)
    page = PAGES[kind]
    shown = reader.get(f"{page}?as_of=2020-01-01&lang={language}")
    report = shown.context["report"]
    assert f'href="{report.replace("&", "&amp;")}"' in shown.content.decode()
    form = reader.get(report)
    assert form.status_code == 200
    assert "5,000" in form.content.decode()
    token = reader.cookies["csrftoken"].value
    sent = {"text": "限值不对。", "source_url": "https://www.gov.cn/a", "contact": "a@example.org"}
    assert reader.post(report, sent).status_code == 403, "nobody else's page sends it"
    answered = reader.post(report, {**sent, "csrfmiddlewaretoken": token})
    assert answered.status_code == 303
    row = ReaderReport.objects.get()
    assert (
        str(row.pk) in reader.get(f"{report.split('?')[0]}{answered['Location']}").content.decode()
    )
    assert (row.topic, row.day, row.known_at, row.text) == (
        LIMIT,
        date(2020, 1, 1),
        1,
        "限值不对。",
    )
    assert "sessionid" not in reader.cookies
    desk = Client()
    log_in_staff(desk, analyst)
    queue = desk.get(f"{reverse('admin:desk-queue')}?kind=reported&lang=en").content.decode()
    for told in ("限值不对。", "https://www.gov.cn/a", "a@example.org", "reported by a reader"):
        assert told in queue
    (entry,) = desk.get(f"{reverse('admin:desk-queue')}?kind=reported").context["entries"]
    answering = desk.get(entry["address"], follow=True).context
    assert answering["table"].name == "policies"
    assert tuple(
        box.cell
        for box in answering["boxes"]
        if box.column.name in ("scope_kind", "effective_from")
    ) == ("nation", "2019-01-01"), "the row that answered there on the day, whomever it binds"


@pytest.mark.parametrize(("box", "nasty"), [(b, n) for b, own in NASTY.items() for n in own])
def test_what_is_wrong_is_told_beside_its_box_and_kept(box: str, nasty: str) -> None:
    sent = {"text": "It is 6,000.", "source_url": "", "contact": "", box: nasty}
    answered = Client().post(f"{PAGES['city']}report/", sent)
    assert answered.status_code == 400
    assert list(answered.context["wrong"]) == [box]
    assert answered.context["said"] == sent
    assert ReaderReport.objects.count() == 0


def test_a_program_that_fills_in_everything_is_thanked_and_not_heard() -> None:
    sent = {"text": "Buy now", "website": "https://example.org/"}
    assert Client().post(f"{PAGES['city']}report/", sent).status_code == 303
    assert ReaderReport.objects.count() == 0


def test_addresses_that_name_nothing_take_in_nothing() -> None:
    for address in ("/cities/nowhere/x/report/", f"/cities/hangzhou/{'x' * 60}/report/"):
        assert Client().post(address, {"text": "x"}).status_code == 404
    wrong = Client().post(f"{PAGES['city']}report/?as_of=tomorrow", {"text": "x"})
    assert wrong.status_code == 400
    assert ReaderReport.objects.count() == 0


def test_a_flood_from_one_network_leaves_room_for_others() -> None:
    for number in range(A_NETWORK_AN_HOUR):
        take_report(DRAFT._replace(text=f"{number}"), "192.0.2.1")
    with pytest.raises(TooManyReportsError):
        take_report(DRAFT, "192.0.2.1")
    answered = Client().post(f"{PAGES['city']}report/", {"text": "Mine"}, REMOTE_ADDR="192.0.2.1")
    assert answered.status_code == 429
    assert "Mine" in answered.content.decode()
    assert take_report(DRAFT, "192.0.2.2").pk
    ReaderReport.objects.update(at=now() - timedelta(hours=1, seconds=1))
    assert take_report(DRAFT, "192.0.2.1").pk


@pytest.mark.parametrize("bound", ["A_DAY", "WAITING"])
def test_a_flood_from_everywhere_ends_too(bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_intake, bound, 3)
    for number in range(3):
        take_report(DRAFT._replace(text=f"{number}"), f"192.0.2.{number}")
    with pytest.raises(TooManyReportsError):
        take_report(DRAFT, "192.0.2.9")


def test_the_same_again_is_one() -> None:
    first = take_report(DRAFT, "192.0.2.1")
    assert take_report(DRAFT, "192.0.2.1") == first
    assert take_report(DRAFT, "192.0.2.2") != first, "somebody else says so too"


@pytest.mark.parametrize("outcome", ReportOutcome)
def test_settling_forgets_who_it_was(analyst: Any, outcome: ReportOutcome) -> None:
    row = take_report(DRAFT._replace(contact="a@example.org"), "192.0.2.1")
    desk = Client()
    log_in_staff(desk, analyst)
    page = reverse("admin:desk-queue")
    sent = {"do": "settle", "subject": row.pk, "outcome": outcome.value}
    if outcome == ReportOutcome.RIGHT:
        assert desk.post(page, sent).status_code == 400, "it takes a reason"
    assert desk.post(page, {**sent, "note": "As the document says."}).status_code == 303
    row.refresh_from_db()
    assert (row.contact, row.network, row.name) == ("", "", "ana")
    assert "reported" not in {e["entry"].kind for e in desk.get(page).context["entries"]}
    assert desk.post(page, {**sent, "note": "Again."}).status_code == 400
    with pytest.raises(IntegrityError), transaction.atomic():
        ReaderReport.objects.update(contact="a@example.org")


def test_nobody_else_settles(analyst: Any, reviewer: Any, outsiders: list[Any]) -> None:
    row = take_report(DRAFT, "192.0.2.1")
    for who in (reviewer, *outsiders):
        with pytest.raises(PermissionDenied):
            settle_report(row.pk, who, "right", "So it is.")
    for wrong in ((row.pk + 1, "right"), (row.pk, "perhaps")):
        with pytest.raises(ValidationError):
            settle_report(wrong[0], analyst, wrong[1], "So it is.")


def test_the_queue_takes_as_many_queries_for_any_number(analyst: Any) -> None:
    desk = Client()
    log_in_staff(desk, analyst)
    page = f"{reverse('admin:desk-queue')}?kind=reported"
    counts = []
    for number in (1, 12):
        for place in range(number):
            take_report(DRAFT._replace(text=f"{number} {place}"), f"192.0.{number}.{place}")
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_behind_a_proxy_one_reader_does_not_use_up_what_others_may(settings: Any) -> None:
    settings.BEHIND_PROXY = True
    page = f"{PAGES['city']}report/"

    def send(number: int, address: str) -> int:
        sent = {"text": f"No {number}"}
        return Client().post(page, sent, headers={"x-forwarded-for": address}).status_code

    told = [send(number, f"198.51.100.{number}, 192.0.2.1") for number in range(6)]
    assert told == [303] * A_NETWORK_AN_HOUR + [429]
    assert send(9, "192.0.2.2") == 303


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_one_after_the_other() -> None:
    def send(number: int) -> Callable[[], object]:
        return lambda: take_report(DRAFT._replace(text=f"No {number}"), "192.0.2.1")

    outcomes = at_once([send(number) for number in range(3 * A_NETWORK_AN_HOUR)])
    assert sum(isinstance(one, ReaderReport) for one in outcomes) == A_NETWORK_AN_HOUR, outcomes
    assert ReaderReport.objects.count() == A_NETWORK_AN_HOUR
    same = at_once([lambda: take_report(DRAFT, "192.0.2.2") for _ in range(4)])
    assert {getattr(one, "pk", one) for one in same} == {same[0].pk}  # type: ignore[attr-defined]
