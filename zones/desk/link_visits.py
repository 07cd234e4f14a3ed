"""Asking addresses of the web politely, and no address within the portal's own network.

A host is asked at most once a second, what its robots.txt forbids is not asked, and nothing takes
long or brings much. What a name resolves to is looked at first, and that very number is connected
to, so that a name which leads elsewhere a moment later leads nowhere. No transaction is open.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Timer
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.utils.translation import gettext_noop

from zones.rules.vocabulary import LinkState

#: The portal's name in robots.txt.
NAME = "cbec-portal"
#: A host is asked once in so many seconds at most, or more seldom if it says so.
INTERVAL = 1.0
#: A host that wishes longer pauses is not asked.
LONGEST_INTERVAL = 60.0
#: The seconds that a step, and one answer as a whole, may take.
STEP_SECONDS = 10.0
WHOLE_SECONDS = 20.0
MOST_REDIRECTS = 5
#: So many numbers of a host are tried, as one kind may not be reached from here.
MOST_NUMBERS = 3
MOST_ROBOTS_BYTES = 500_000
LONGEST_TROUBLE = 200
#: Answers that say that there is nothing; others of the client's side are said to a stranger.
GONE = frozenset({404, 410})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
#: Many offices run servers that know no newer way to renew a session: Python names it from 3.12 on.
_LEGACY_SERVER_CONNECT = 0x4

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: Blocks of IANA's registries of special addresses that some Python takes for public ones: what
#: answers there may stand in one's own network, or at the end of a tunnel into it.
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
)


class Visit(NamedTuple):
    """What became of asking an address: where it led, if elsewhere, and what was answered."""

    state: LinkState
    status: int | None = None
    trouble: str = ""
    final_address: str = ""


class NotPublicError(OSError):
    """A name leads to no address of the public internet."""


class _Answer(NamedTuple):
    status: int
    location: str
    body: bytes


class Visitor:
    """Somebody who asks addresses one after the other, and remembers when and what hosts wish.

    Args:
        public_only: addresses outside the public internet are refused, as they must be but in
            tests that ask a server of their own.
        clock: tells the seconds.
        pause: waits for some.
    """

    def __init__(
        self,
        *,
        public_only: bool = True,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.public_only = public_only
        self._clock, self._pause = clock, pause
        self._asked: dict[str, float] = {}
        self._robots: dict[str, RobotFileParser] = {}
        self._context = ssl.create_default_context()
        self._context.options |= _LEGACY_SERVER_CONNECT

    def visit(self, address: str) -> Visit:
        """Ask for an address: for its head, and for the page itself where that does not answer."""
        try:
            return self._visit(address)
        except (OSError, http.client.HTTPException, ValueError) as wrong:
            return Visit(LinkState.FAILS, trouble=_words(wrong))

    def _visit(self, address: str) -> Visit:
        own = address
        for _hop in range(MOST_REDIRECTS + 1):
            parts = _parts(own)
            if not self._may_ask(parts):
                return Visit(LinkState.NOT_ASKED, None, "robots.txt", _other(own, address))
            answer = self._head_or_page(parts)
            if answer.status not in _REDIRECTS or not answer.location:
                return Visit(_state(answer.status), answer.status, "", _other(own, address))
            own = _whole(urljoin(own, answer.location))
        return Visit(
            LinkState.FAILS, answer.status, gettext_noop("too many redirects"), _other(own, address)
        )

    def _head_or_page(self, parts: SplitResult) -> _Answer:
        try:
            answer = self._ask(parts, "HEAD")
        except NotPublicError:
            raise
        except (OSError, http.client.HTTPException):
            return self._ask(parts, "GET")
        return answer if answer.status < 400 else self._ask(parts, "GET")

    def _may_ask(self, parts: SplitResult) -> bool:
        """Whether a host lets the portal ask for an address, and how often."""
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = self._read_robots(origin)
        robots = self._robots[origin]
        if self._interval(origin) > LONGEST_INTERVAL:
            return False
        return robots.can_fetch(NAME, parts.geturl())

    def _read_robots(self, origin: str) -> RobotFileParser:
        robots = RobotFileParser()
        own = f"{origin}/robots.txt"
        for _hop in range(MOST_REDIRECTS + 1):
            answer = self._ask(_parts(own), "GET", most=MOST_ROBOTS_BYTES)
            if answer.status not in _REDIRECTS or not answer.location:
                break
            own = urljoin(own, answer.location)
        said = answer.body.decode("utf-8", "replace").splitlines()
        # Who has no such file wishes nothing; who cannot say may wish not to be asked.
        if answer.status >= 500 or answer.status == 429:
            said = ["User-agent: *", "Disallow: /"]
        elif answer.status != 200:
            said = []
        robots.parse(said)
        return robots

    def _interval(self, origin: str) -> float:
        robots = self._robots.get(origin)
        wished = robots.crawl_delay(NAME) if robots else None
        return max(INTERVAL, float(wished or 0))

    def _wait_for(self, parts: SplitResult) -> None:
        """Wait until a host may be asked again."""
        host = (parts.hostname or "").lower()
        since = self._clock() - self._asked.get(host, float("-inf"))
        wanted = self._interval(f"{parts.scheme}://{parts.netloc}")
        if since < wanted:
            self._pause(wanted - since)
        self._asked[host] = self._clock()

    def _ask(self, parts: SplitResult, method: str, *, most: int = 0) -> _Answer:
        """Ask once, and read no more of the answer than is wanted."""
        host = parts.hostname or ""
        port = parts.port or _PORTS[parts.scheme]
        reached = self._resolved(host, port)
        self._wait_for(parts)
        connection = _Pinned(
            host, port, reached, self._context if parts.scheme == "https" else None
        )
        # A server that sends a letter now and then would hold a time limit of steps for ever.
        end = Timer(WHOLE_SECONDS, connection.cut)
        end.daemon = True
        end.start()
        try:
            path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            connection.request(method, path, headers=_headers())
            answer = connection.getresponse()
            location = answer.headers.get("Location", "").encode("latin-1", "replace")
            body = answer.read(most) if most else b""
            if len(body) < most and answer.length:
                raise http.client.IncompleteRead(body, answer.length)
            return _Answer(answer.status, location.decode("utf-8", "replace"), body)
        except (OSError, http.client.HTTPException) as wrong:
            if connection.is_over:
                raise TimeoutError(gettext_noop("no answer in time")) from wrong
            raise
        finally:
            end.cancel()
            connection.close()

    def _resolved(self, host: str, port: int) -> list[tuple[str, int]]:
        """The numbers of a host that may be connected to."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numbers = dict.fromkeys(str(reached[0]) for *_, reached in found)
        own = [n for n in numbers if not self.public_only or is_public(n)][:MOST_NUMBERS]
        if not own:
            raise NotPublicError(gettext_noop("not an address of the public internet"))
        return [(number, port) for number in own]


class _WholeLines:
    """Reads the lines of a head, none of which may be cut off, nor be missing."""

    def __init__(self, read: Any) -> None:
        self._read = read

    def readline(self, most: int) -> bytes:
        """Read a line, or as much of it as is wanted.

        Raises:
            ConnectionResetError: the connection ended within it, or before it.
        """
        line: bytes = self._read.readline(most)
        if not line.endswith(b"\n") and len(line) < most:
            raise ConnectionResetError
        return line

    def close(self) -> None:
        """Read no more."""
        self._read.close()


class _WholeHead(http.client.HTTPResponse):
    """An answer whose head is whole: Python takes one that breaks off for one that ends."""

    def begin(self) -> None:
        """Read the head."""
        read = self.fp
        self.fp = _WholeLines(read)  # type: ignore[assignment]  # lines are all that is read here
        try:
            super().begin()
        finally:
            self.fp = read


class _Pinned(http.client.HTTPConnection):
    """A connection to numbers that were looked at, whatever their name leads to by now."""

    response_class = _WholeHead

    def __init__(
        self, host: str, port: int, numbers: list[tuple[str, int]], context: ssl.SSLContext | None
    ) -> None:
        super().__init__(host, port, timeout=STEP_SECONDS)
        if context is not None:
            self.default_port = 443  # left out of what is said of the host
        self._numbers, self._context = numbers, context
        self._is_over = Event()

    @property
    def is_over(self) -> bool:
        """Return whether its time ran out."""
        return self._is_over.is_set()

    def connect(self) -> None:
        """Connect to the first that answers, and let it prove the name."""
        *others, last = self._numbers
        for number in others:
            with suppress(OSError):
                self.sock = socket.create_connection(number, STEP_SECONDS)
                break
        else:
            self.sock = socket.create_connection(last, STEP_SECONDS)
        # The time may have run out while there was nothing to be cut.
        if self.is_over:
            raise TimeoutError(gettext_noop("no answer in time"))
        if self._context is not None:
            wrapped = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        """End whatever is going on, the proof of a name too, and what would begin later."""
        self._is_over.set()
        with suppress(OSError, AttributeError, TypeError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def is_public(number: str) -> bool:
    """Return whether an IP address is one of the public internet."""
    try:
        own = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(own, ipaddress.IPv6Address):
        if own.ipv4_mapped or own in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(own) & 0xFFFFFFFF)))
        if own.is_site_local:
            return False
    if any(own in block for block in _SPECIAL):
        return False
    return own.is_global and not (own.is_multicast or own.is_reserved or own.is_unspecified)


def _parts(address: str) -> SplitResult:
    """An address of the web in the letters that may be sent, taken apart.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(_whole(address))
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(gettext_noop("leads to no address of the web"))
    parts.port  # noqa: B018 (raises what is none)
    host = parts.hostname
    if not host.isascii():
        named = host.encode("idna").decode("ascii")
        parts = parts._replace(netloc=f"{named}:{parts.port}" if parts.port else named)
    return parts._replace(fragment="")


def _whole(address: str) -> str:
    """A whole address whose path is written in plain letters; its host keeps its own."""
    parts = urlsplit(address)
    path, query = (quote(own, safe="%/:=&?~+!$,;'@()*[]") for own in (parts.path, parts.query))
    return parts._replace(path=path, query=query).geturl()


def _headers() -> dict[str, str]:
    told = "; ".join(filter(None, (f"+{settings.CBEC_ADDRESS}", settings.CBEC_CONTACT)))
    agent = f"{NAME} ({told})".encode("ascii", "replace").decode("ascii")
    return {"User-Agent": agent, "Accept": "*/*", "Connection": "close"}


def _state(status: int) -> LinkState:
    if status < 400:
        return LinkState.ANSWERS
    return LinkState.FAILS if status in GONE or status >= 500 else LinkState.REFUSES


def _other(own: str, asked: str) -> str:
    return "".join(filter(str.isprintable, own)) if own != asked else ""


def _words(wrong: Exception) -> str:
    """Why an address did not answer, in few words that may be kept, to be translated when read."""
    match wrong:
        case ssl.SSLError():
            return f"TLS: {wrong.reason or 'failed'}"[:LONGEST_TROUBLE]
        case socket.gaierror():
            return gettext_noop("its name is not known")
        case TimeoutError():
            return gettext_noop("no answer in time")
        case ConnectionRefusedError():
            return gettext_noop("nobody answers there")
        case NotPublicError():
            return str(wrong)
        case ValueError():
            return gettext_noop("leads to no address of the web")
        case _:
            return gettext_noop("the connection broke")
