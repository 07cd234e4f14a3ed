"""Mail handed to a server within a time limit, whatever that server does meanwhile.

The limit of a socket is one of each answer: a server that says a letter at a time keeps within it
and would hold whoever mails for ever. So the mail goes out in a thread of its own, whose connection
is cut when the time is over.
"""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

#: Seconds for all that a page has to mail.
LONGEST = 15


class EmailBackend(smtp.EmailBackend):
    """Django's connection to a server of mail, cut when the time is over.

    Args:
        longest: seconds for all messages of one call; a page has fifteen.
    """

    def __init__(self, *args: Any, longest: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._longest = LONGEST if longest is None else longest
        self._sockets: list[socket.socket] = []

    @property
    def connection_class(self) -> Any:
        """Return what opens a connection and notes its socket."""
        return partial(_NotedTLS if self.use_ssl else _Noted, self._sockets)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send messages and return how many were sent.

        Raises:
            TimeoutError: the server did not take them within the time.
            OSError: it cannot be reached, or refuses them.
        """
        done: list[int] = []
        failed: list[Exception] = []

        def hand_over() -> None:
            try:
                done.append(super(EmailBackend, self).send_messages(email_messages) or 0)
            except Exception as error:
                failed.append(error)

        thread = Thread(target=hand_over, daemon=True)
        thread.start()
        thread.join(self._longest)
        if thread.is_alive():
            self._cut()
            failed = [TimeoutError(f"not done within {self._longest} s")]
        if failed and not self.fail_silently:
            raise failed[0]
        return sum(done)

    def _cut(self) -> None:
        # Once it is encrypted, a connection has another socket than the one it was opened with.
        opened = (self.connection, getattr(self, "_partial_connection", None))
        for one in (*self._sockets, *(getattr(one, "sock", None) for one in opened)):
            with suppress(OSError):
                if one:
                    one.shutdown(socket.SHUT_RDWR)


class _Noted(smtplib.SMTP):
    def __init__(self, sockets: list[socket.socket], *args: Any, **kwargs: Any) -> None:
        self._sockets = sockets
        super().__init__(*args, **kwargs)

    def _get_socket(self, *args: Any) -> socket.socket:
        # Noted before the server has said anything: the first it says may come slowly, too.
        found: socket.socket = super()._get_socket(*args)  # type: ignore[misc]
        self._sockets.append(found)
        return found


class _NotedTLS(_Noted, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""
