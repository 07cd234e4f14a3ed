"""The daily mail against a server of mail that refuses, hangs, and drops the line."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import BadHeaderError
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cbec_portal import china_time
from checklists.models import Notification, Subject
from checklists.services import digests
from checklists.services.digests import send_digests
from checklists.services.recorded_notifications import notify
from tests.checklists.cast import shared, someone, started

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 11, 23)
PEOPLE = ("alice", "bob", "vera")


class Post:
    """A server of mail. What it does to an address is said in ``ways``; others are delivered."""

    def __init__(self) -> None:
        self.ways: dict[str, str] = {}
        self.delivered: list[str] = []
        self.was_free: list[bool] = []

    async def handle_MAIL(  # noqa: N802 (the server calls it so)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.ways.get("sender") == "refuse":
            return "550 We take nothing from there"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 (the server calls it so)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.ways.get(address) == "refuse":
            return "550 No such person here"
        if self.ways.get(address) == "later":
            return "450 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        way = self.ways.get(address, "")
        loop = asyncio.get_running_loop()
        self.was_free.append(await loop.run_in_executor(None, rows_are_free))
        if way == "hang":
            await asyncio.sleep(30)
        if way == "drop" and server.transport is not None:
            server.transport.abort()
        if way == "refuse-the-text":
            return "554 Not with such a text"
        if way in ("hang", "drop"):
            return "451 Too late"
        self.delivered.append(address)
        return "250 Taken"


def rows_are_free() -> bool:
    """Whether someone else may write notices just now, without waiting."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 200")
        with transaction.atomic():
            list(Notification.objects.select_for_update(nowait=True))
        return True
    except Exception:
        return False
    finally:
        connection.close()


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A real server of mail in a thread, to which the portal mails."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "cbec_portal.mail_server.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 1
    yield handler
    controller.stop(no_assert=True)


def told_everybody() -> None:
    """A notice to mail for each person."""
    checklist = shared(started(template="import-9610-seller", as_of=DAY))
    for name in PEOPLE:
        notify(someone(name), checklist, Subject.SHARED, "test", by="alice")


def address(name: str) -> str:
    return f"{name}@example.org"


@pytest.mark.parametrize("way", ["refuse", "refuse-the-text", "hang", "drop", "later"])
def test_what_goes_wrong_with_one_address_stops_nobody_elses_mail(post: Post, way: str) -> None:
    told_everybody()
    post.ways[address("alice")] = way
    failed: list[str] = []
    assert send_digests(failed.append) == 2
    assert post.delivered == [address("bob"), address("vera")]
    (told,) = failed
    assert told.startswith("alice was not mailed: ")
    unmailed = Notification.objects.filter(mailed_at=None, user__in=map(someone, PEOPLE))
    assert {one.user.username for one in unmailed} == {"alice"}


def test_no_lock_is_held_while_a_server_thinks(post: Post) -> None:
    told_everybody()
    assert send_digests() == 3
    assert post.was_free == [True] * 3


def test_an_address_that_is_refused_is_tried_again_after_a_day_then_two_then_four(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_everybody()
    post.ways[address("alice")] = "refuse"
    start, tried = china_time.now(), []
    for day in range(9):
        monkeypatch.setattr(digests, "now", lambda: start + timedelta(days=day))  # noqa: B023
        failed: list[str] = []
        send_digests(failed.append)
        tried += [day] * len(failed)
    assert tried == [0, 1, 3, 7]
    post.ways.clear()
    monkeypatch.setattr(digests, "now", lambda: start + timedelta(days=20))
    assert send_digests() == 1
    assert post.delivered[-1] == address("alice")


def test_a_server_that_takes_nothing_from_the_portal_is_no_refusal_of_anybody(post: Post) -> None:
    told_everybody()
    post.ways["sender"] = "refuse"
    failed: list[str] = []
    assert send_digests(failed.append) == 0
    assert len(failed) == 3
    post.ways.clear()
    assert send_digests() == 3


@pytest.mark.parametrize(
    ("failed", "of_the_mail"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"nobody")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"later")}), False),
        (smtplib.SMTPDataError(554, b"no such text"), True),
        (smtplib.SMTPDataError(451, b"later"), False),
        (BadHeaderError("a line break"), True),
        (UnicodeEncodeError("idna", "a", 0, 1, "too long"), True),
        (smtplib.SMTPSenderRefused(550, b"not you", "portal@localhost"), False),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), False),
        (smtplib.SMTPConnectError(554, b"not from there"), False),
        (smtplib.SMTPHeloError(501, b"who"), False),
        (smtplib.SMTPNotSupportedError("no such extension"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (ssl.SSLCertVerificationError("certificate has expired"), False),
        (TimeoutError(), False),
    ],
)
def test_what_is_a_refusal_of_one_mail(failed: Exception, of_the_mail: bool) -> None:
    assert digests._is_refusal(failed) is of_the_mail


def test_what_may_pass_is_tried_again_by_the_next_run(post: Post) -> None:
    told_everybody()
    post.ways[address("bob")] = "later"
    assert send_digests() == 2
    post.ways.clear()
    assert send_digests() == 1


def test_a_run_that_dies_before_the_mark_is_made_good_once_its_claim_has_run_out(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_everybody()

    class Killed(BaseException):
        pass

    def die(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(digests, "_send", die)
        with pytest.raises(Killed):
            send_digests()
    assert send_digests() == 2  # hers is still claimed
    later = china_time.now() + digests.CLAIM_HOLDS + timedelta(minutes=1)
    monkeypatch.setattr(digests, "now", lambda: later)
    assert send_digests() == 1
    assert sorted(post.delivered) == [address(name) for name in PEOPLE]


def test_a_mail_that_takes_too_long_is_given_up(
    post: Post, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_everybody()
    settings.EMAIL_TIMEOUT = 5
    monkeypatch.setattr(digests, "LONGEST_MAIL", 0.5)
    post.ways[address("alice")] = "hang"
    failed: list[str] = []
    assert send_digests(failed.append) == 2
    assert "TimeoutError" in failed[0]


def test_a_run_ends_in_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    told_everybody()
    monkeypatch.setattr(digests, "LONGEST_RUN", -1)
    failed: list[str] = []
    assert send_digests(failed.append) == 0
    assert "the next run goes on" in failed[0]


def test_two_runs_at_once_mail_each_digest_once(post: Post) -> None:
    told_everybody()
    barrier = Barrier(2)

    def run() -> int:
        barrier.wait(30)
        try:
            return send_digests()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = [future.result(60) for future in [pool.submit(run), pool.submit(run)]]
    assert sum(counts) == 3
    assert sorted(post.delivered) == [address(name) for name in PEOPLE]


def test_what_failed_is_named_by_the_command_and_its_exit_code(
    post: Post, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from checklists.management.commands import notify

    told_everybody()
    bad, good = started("zhengzhou", as_of=DAY), started("ningbo", as_of=DAY)
    looked: list[int] = []
    real = notify.notify_all

    def notify_all(checklist: Any, *args: Any, **kwargs: Any) -> None:
        if checklist.pk == bad.pk:
            raise RuntimeError("torn")
        looked.append(checklist.pk)
        real(checklist, *args, **kwargs)

    monkeypatch.setattr(notify, "notify_all", notify_all)
    post.ways[address("alice")] = "refuse"
    with pytest.raises(CommandError, match="2 failed"):
        call_command("notify")
    told = capsys.readouterr().err
    assert f"Checklist {bad.key}: RuntimeError torn" in told
    assert "alice was not mailed: 550 No such person here" in told
    assert good.pk in looked
    assert post.delivered == [address("bob"), address("vera")]
