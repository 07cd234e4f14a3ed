"""Who is logged in, kept in the database: in one transaction with the act that changes it.

A session is saved after the view, by its middleware. Where that fails an act would stand though
the portal said that nothing was changed: a recovery code is used up, a password is another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cbec_portal.availability import logged_wait, seconds_to_wait
from cbec_portal.unavailable import busy_answer, logged_out_answer

SAFE = {"GET", "HEAD", "OPTIONS"}


class SessionStore(db.SessionStore):
    """A session of which only that is written which was changed since it was read.

    Requests of one browser overlap: one that takes long would put back what it read at first, and
    with it undo what another tab kept meanwhile. It is not written again where it says what was
    written already.
    """

    #: The key of the row and what it said, by name, when it was read or written last.
    _known: tuple[str | None, dict[str, str]] = (None, {})
    _is_written = False

    def load(self) -> dict[str, Any]:
        """Return what the session says, and remember it."""
        said: dict[str, Any] = super().load()
        self._known = (self.session_key, _texts(said))
        return said

    def save(self, must_create: bool = False) -> None:
        """Save what was changed, unless this is what was saved last."""
        says = (self.session_key, _texts(self._get_session(no_load=must_create)))  # type: ignore[attr-defined]
        if not must_create and self._is_written and says == self._known:
            return
        # The row is held while it is read and written; within an act it is so already.
        within = nullcontext() if connection.in_atomic_block else transaction.atomic()
        with within:
            if not must_create and self.session_key and says[0] == self._known[0]:
                self._merge(says[1], self._known[1])
            self._write(must_create)
        self._known, self._is_written = (self.session_key, _texts(self._session)), True  # type: ignore[attr-defined]

    def _merge(self, says: Mapping[str, str], known: Mapping[str, str]) -> None:
        """Take over what others wrote since it was read; what is changed here comes last."""
        row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
        if row is None:  # who is logged out stays so: that it is gone is told by writing it
            return
        own: dict[str, Any] = self._session  # type: ignore[attr-defined]
        changed = {name for name, text in says.items() if known.get(name) != text}
        gone = known.keys() - own.keys()
        kept = {
            name: said
            for name, said in self.decode(row.session_data).items()
            if name not in changed and name not in gone
        }
        self._session_cache = kept | {name: own[name] for name in own if name in changed}

    def _write(self, must_create: bool) -> None:
        """Write it; a database that is busy is told from a session that is there no more."""
        try:
            super().save(must_create)
        except UpdateError as gone:
            why = gone.__context__
            if isinstance(why, DatabaseError) and seconds_to_wait(why) is not None:
                raise why from why.__cause__
            raise


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in said.items()}


class Sessions(SessionMiddleware):
    """Tells it where a session could not be saved after something else was done."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; if it cannot be saved now, or somebody was logged out meanwhile, the
        act before it may stand.
        """
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return logged_out_answer(request)
        except DatabaseError as wrong:
            wait = logged_wait(wrong)
            if wait is None or request.method in SAFE:
                raise
            return busy_answer(request, wait, may_stand=True)


def with_its_session(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Make a view's act and what it changes of the session one: both are kept, or neither."""

    @wraps(view)
    def act(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if request.session.modified and not request.session.is_empty():
                request.session.save()
            return response

    return act
