"""Official addresses are asked politely, never within one's own network; the dead are told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from cbec_portal.china_time import china_day, now
from tests.conftest import log_in_staff
from tests.zones.desk.queues import waiting
from zones.desk import link_visits
from zones.desk.entry_assignments import assign
from zones.desk.link_schedule import check_links, due, forget_unused, note
from zones.desk.link_visits import Visit, Visitor
from zones.management.commands import check_links as command
from zones.models import LinkCheck, Source
from zones.rules.vocabulary import LinkState, ToResearch

Answer = tuple[int, dict[str, str], bytes]


class Office:
    """A web server on this machine: what it answers by path, and what it was asked and when."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str, float, str]] = []
        office = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None:
                """Be quiet."""

            def do_GET(self) -> None:
                told = (self.command, self.path, time.monotonic(), self.headers["User-Agent"])
                office.asked.append(told)
                status, headers, body = office.answers.get(
                    f"{self.command} {self.path}",
                    office.answers.get(self.path, (404, {}, b"")),
                )
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815 (the server looks for that name)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, *_ in self.asked]


@pytest.fixture
def office() -> Iterator[Office]:
    own = Office()
    yield own
    own.server.shutdown()
    own.server.server_close()


class Clock:
    """Seconds that pass by waiting alone."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visitor(clock: Clock) -> Visitor:
    return Visitor(public_only=False, clock=clock, pause=clock.pause)


def test_an_address_that_answers_is_asked_for_its_head_alone(
    office: Office, visitor: Visitor, settings: Any
) -> None:
    settings.CBEC_ADDRESS = "https://portal.example"
    office.answers["/a"] = (200, {}, b"")
    assert visitor.visit(f"{office.origin}/a") == Visit(LinkState.ANSWERS, 200)
    assert office.paths == ["GET /robots.txt", "HEAD /a"]
    agents = {agent for *_, agent in office.asked}
    assert len(agents) == 1
    assert "cbec-portal" in (agent := agents.pop())
    assert "https://portal.example" in agent


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (404, LinkState.FAILS),
        (410, LinkState.FAILS),
        (500, LinkState.FAILS),
        (403, LinkState.REFUSES),
        (412, LinkState.REFUSES),
        (204, LinkState.ANSWERS),
    ],
)
def test_what_an_answer_says_of_an_address(
    office: Office, visitor: Visitor, status: int, state: LinkState
) -> None:
    office.answers["/a"] = (status, {}, b"")
    assert visitor.visit(f"{office.origin}/a") == Visit(state, status)


@pytest.mark.parametrize("head", [405, 404, 500, 0])
def test_who_answers_no_head_is_asked_for_the_page(
    office: Office, visitor: Visitor, head: int
) -> None:
    office.answers |= {"HEAD /a": (head, {}, b""), "GET /a": (200, {}, b"x" * 1000)}
    assert visitor.visit(f"{office.origin}/a").state == LinkState.ANSWERS
    assert office.paths[1:] == ["HEAD /a", "GET /a"]


def test_robots_are_obeyed_and_read_once(office: Office, visitor: Visitor) -> None:
    rules = b"User-agent: cbec-portal\nDisallow: /secret\n\nUser-agent: *\nDisallow: /\n"
    office.answers |= {"/robots.txt": (200, {}, rules), "/open": (200, {}, b"")}
    assert visitor.visit(f"{office.origin}/secret/a").state == LinkState.NOT_ASKED
    assert visitor.visit(f"{office.origin}/open").state == LinkState.ANSWERS
    assert office.paths == ["GET /robots.txt", "HEAD /open"]


def test_who_cannot_say_what_he_wishes_is_not_asked(office: Office, visitor: Visitor) -> None:
    office.answers |= {"/robots.txt": (503, {}, b""), "/a": (200, {}, b"")}
    assert visitor.visit(f"{office.origin}/a").state == LinkState.NOT_ASKED
    assert office.paths == ["GET /robots.txt"]


def test_robots_are_asked_where_a_redirect_leads(office: Office, visitor: Visitor) -> None:
    other = Office()
    other.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /\n")
    office.answers["/a"] = (302, {"Location": f"{other.origin}/b"}, b"")
    found = visitor.visit(f"{office.origin}/a")
    assert (found.state, found.final_address) == (LinkState.NOT_ASKED, f"{other.origin}/b")
    assert other.paths == ["GET /robots.txt"]
    other.server.shutdown()
    other.server.server_close()


def test_a_host_is_asked_once_a_second_or_as_seldom_as_it_wishes(
    office: Office, visitor: Visitor, clock: Clock
) -> None:
    for path in ("/a", "/b"):
        office.answers[path] = (200, {}, b"")
        visitor.visit(f"{office.origin}{path}")
    assert clock.pauses == [1.0, 1.0]
    slow = Office()
    slow.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 7\nAllow: /\n")
    visitor.visit(f"{slow.origin}/a")
    assert 7.0 in clock.pauses
    slow.server.shutdown()
    slow.server.server_close()


def test_seconds_really_pass(office: Office) -> None:
    office.answers["/a"] = (200, {}, b"")
    Visitor(public_only=False).visit(f"{office.origin}/a")
    first, second = (at for _method, _path, at, _agent in office.asked)
    assert second - first >= 0.9


def test_redirects_are_followed_some_steps(office: Office, visitor: Visitor) -> None:
    office.answers |= {
        "/a": (301, {"Location": "/通知 1"}, b""),
        "/%E9%80%9A%E7%9F%A5%201": (200, {}, b""),
        "/round": (302, {"Location": "/round"}, b""),
        "/out": (302, {"Location": "ftp://127.0.0.1/x"}, b""),
    }
    # A header is written in Latin letters; whoever writes others sends their bytes.
    office.answers["/a"][1]["Location"] = "/通知 1".encode().decode("latin-1")
    found = visitor.visit(f"{office.origin}/a")
    assert found.state == LinkState.ANSWERS
    assert found.final_address == f"{office.origin}/%E9%80%9A%E7%9F%A5%201"
    assert visitor.visit(f"{office.origin}/round").trouble == "too many redirects"
    assert visitor.visit(f"{office.origin}/out").state == LinkState.FAILS


def test_ones_own_network_is_not_asked(office: Office) -> None:
    port = office.server.server_port
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        found = Visitor().visit(f"http://{host}:{port}/a")
        assert found.state == LinkState.FAILS
    assert "public" in Visitor().visit(f"{office.origin}/a").trouble
    assert office.asked == []


def test_no_redirect_leads_into_ones_own_network(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.answers["/a"] = (302, {"Location": "http://inside.example/secret"}, b"")
    visitor = Visitor(clock=clock, pause=clock.pause)
    # This office passes for a public one; whatever else its redirect names does not.
    monkeypatch.setattr(link_visits, "is_public", lambda number: number == "127.0.0.1")
    named = {"inside.example": "10.0.0.7", "127.0.0.1": "127.0.0.1"}

    def resolved(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (named[host], port))]

    monkeypatch.setattr(link_visits.socket, "getaddrinfo", resolved)
    found = visitor.visit(f"{office.origin}/a")
    assert (found.state, "public" in found.trouble) == (LinkState.FAILS, True)
    assert office.paths == ["GET /robots.txt", "HEAD /a"]


def test_what_was_looked_at_is_connected_to(
    office: Office, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere a moment later leads nowhere: it is asked for once."""
    office.answers["/a"] = (200, {}, b"")
    real, names = socket.getaddrinfo, []

    def resolved(host: str, *rest: Any, **more: Any) -> Any:
        names.append(host)
        return real("127.0.0.1" if host == "office.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    found = visitor.visit(f"http://office.example:{office.server.server_port}/a")
    assert found.state == LinkState.ANSWERS
    asked = len(office.asked)
    assert names.count("office.example") == asked
    assert set(names) == {"office.example", "127.0.0.1"}


def test_nobody_holds_the_visitor_for_long(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_visits, "WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            taken, _ = listening.accept()
            with taken:
                for _ in range(100):
                    try:
                        taken.sendall(b"H")
                    except OSError:
                        return
                    time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        found = visitor.visit(f"http://127.0.0.1:{listening.getsockname()[1]}/a")
    assert found.state == LinkState.FAILS
    assert time.monotonic() - began < 5


def test_who_is_not_there_fails(visitor: Visitor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert visitor.visit(f"http://127.0.0.1:{port}/").state == LinkState.FAILS
    assert visitor.visit("http://no-such-host.invalid/").trouble == "its name is not known"
    assert visitor.visit("http://127.0.0.1:99999/").state == LinkState.FAILS


FAILED = Visit(LinkState.FAILS, 404)


@pytest.fixture
def source() -> Source:
    """A document that answers rest on, with an address; no other has one."""
    entry = waiting(ToResearch.NO_ADDRESS)[0]
    Source.objects.update(official_url="")
    Source.objects.filter(slug=entry.subject).update(official_url="https://www.gov.cn/gone")
    return Source.objects.get(slug=entry.subject)


@pytest.mark.django_db
def test_an_address_is_dead_after_two_failures_a_day_apart(source: Source) -> None:
    first = now() - timedelta(days=3)
    for later, dead in ((0, 0), (1, 0), (23, 0), (24, 1), (72, 1)):
        note(source.official_url, FAILED, first + timedelta(hours=later))
        assert LinkCheck.dead().count() == dead, later
    (entry,) = waiting(ToResearch.DEAD_LINK)
    assert (entry.subject, entry.table, entry.key) == (source.slug, "sources", (source.slug,))
    assert entry.cities > 0
    since = china_day(first).isoformat()
    assert entry.detail == f"404 {since} https://www.gov.cn/gone"
    note(source.official_url, Visit(LinkState.REFUSES, 403), now())
    assert waiting(ToResearch.DEAD_LINK) == []
    note(source.official_url, FAILED, now())
    assert waiting(ToResearch.DEAD_LINK) == [], "it fails anew"
    assert LinkCheck.objects.count() == 1


@pytest.mark.django_db
def test_a_document_with_another_address_waits_no_more(source: Source) -> None:
    note(source.official_url, FAILED, now() - timedelta(days=2))
    note(source.official_url, FAILED, now())
    assert len(waiting(ToResearch.DEAD_LINK)) == 1
    Source.objects.filter(pk=source.pk).update(official_url="https://www.gov.cn/there")
    assert waiting(ToResearch.DEAD_LINK) == []
    assert due(now()) == ["https://www.gov.cn/there"]
    forget_unused()
    assert LinkCheck.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_queue_leads_to_the_form_of_the_document(
    source: Source, analyst: Any, language: str
) -> None:
    note(source.official_url, FAILED, now() - timedelta(days=2))
    note(source.official_url, FAILED, now())
    assign(ToResearch.DEAD_LINK, source.slug, analyst, to=analyst)
    client = Client()
    log_in_staff(client, analyst)
    asked = f"{reverse('admin:desk-queue')}?kind=dead-link&mine=1&lang={language}"
    page = client.get(asked).content.decode()
    assert source.official_url in page
    assert reverse("admin:desk-propose", args=["sources"]) in page
    assert ("dead link" in page) == (language == "en")


@pytest.mark.django_db
def test_what_waited_longest_is_asked_first_and_hosts_take_turns(source: Source) -> None:
    slugs = Source.objects.order_by("slug").values_list("slug", flat=True)[:4]
    names = ["https://a.gov.cn/1", "https://a.gov.cn/2", "https://b.gov.cn/1", "https://b.gov.cn/2"]
    Source.objects.update(official_url="")
    for slug, address in zip(slugs, names, strict=True):
        Source.objects.filter(slug=slug).update(official_url=address)
    moment = now()
    note(names[0], Visit(LinkState.ANSWERS, 200), moment - timedelta(days=8))
    note(names[3], Visit(LinkState.ANSWERS, 200), moment - timedelta(days=6))
    assert due(moment) == [names[1], names[2], names[0]]
    note(names[3], FAILED, moment - timedelta(days=2))
    assert due(moment) == [names[1], names[2], names[0], names[3]]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_while_asking_and_each_is_noted_by_itself(
    source: Source, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    other = Source.objects.exclude(pk=source.pk)[0]
    Source.objects.filter(pk=other.pk).update(official_url="https://other.gov.cn/")
    held: list[bool] = []

    class Watching(Visitor):
        def visit(self, address: str) -> Visit:
            held.append(connection.in_atomic_block)
            if len(held) == 2:
                raise KeyboardInterrupt
            return FAILED

    with pytest.raises(KeyboardInterrupt):
        check_links(Watching())
    assert held == [False, False]
    assert LinkCheck.objects.count() == 1, "what was asked is kept"
    assert len(due(now())) == 1, "and is not asked again"


@pytest.mark.django_db
def test_the_command_asks_what_is_due(
    source: Source, office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    Source.objects.filter(pk=source.pk).update(official_url=f"{office.origin}/gone")
    call_command("check_links", stdout=StringIO())
    check = LinkCheck.objects.get()
    assert "public" in check.trouble, "this machine is not asked but in tests"
    assert office.asked == []
    past = now() - timedelta(days=2)
    LinkCheck.objects.update(checked_at=past, failing_since=past)
    own = partial(Visitor, public_only=False, clock=clock, pause=clock.pause)
    monkeypatch.setattr(command, "Visitor", own)
    told = StringIO()
    call_command("check_links", stdout=told)
    assert "1 addresses asked; 1 are dead." in told.getvalue()
    assert LinkCheck.objects.get().status == 404
    office.asked.clear()
    call_command("check_links", stdout=StringIO())
    assert office.asked == [], "nothing is due"
    LinkCheck.objects.all().delete()
    call_command("check_links", "--most", "0", stdout=StringIO())
    assert office.asked == []
    with pytest.raises(CommandError):
        call_command("check_links", "--most", "-1")


@pytest.mark.django_db
def test_two_do_not_ask_at_once(source: Source) -> None:
    class Second(Visitor):
        def visit(self, address: str) -> Visit:
            with pytest.raises(CommandError, match="already"):
                call_command("check_links")
            return FAILED

    assert check_links(Second()) == 1


def test_time_that_ran_out_before_anybody_answered_is_over(office: Office) -> None:
    number = ("127.0.0.1", office.server.server_port)
    connection = link_visits._Pinned("localhost", number[1], [number], None)
    connection.cut()
    with pytest.raises(TimeoutError):
        connection.connect()
    connection.close()
