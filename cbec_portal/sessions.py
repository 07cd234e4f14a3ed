"""Who is logged in, kept in the database: in one transaction with the act that changes it.

A session is saved after the view, by its middleware. Where that fails an act would stand though
the portal said that nothing was changed: a recovery code is used up, a password is another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cbec_portal.availability import logged_wait, seconds_to_wait
from cbec_portal.unavailable import busy_answer

SAFE = {"GET", "HEAD", "OPTIONS"}


class SessionStore(db.SessionStore):
    """A session that is not written again where it says what was written already."""

    _written: tuple[str | None, str] | None = None

    def save(self, must_create: bool = False) -> None:
        """Save it, unless this is what was saved last."""
        says = (self.session_key, repr(self._get_session(no_load=must_create)))  # type: ignore[attr-defined]
        if must_create or says != self._written:
            self._write(must_create)
            self._written = (self.session_key, says[1])

    def _write(self, must_create: bool) -> None:
        """Write it; a database that is busy is told from a session that is there no more."""
        try:
            super().save(must_create)
        except UpdateError as gone:
            why = gone.__context__
            if isinstance(why, DatabaseError) and seconds_to_wait(why) is not None:
                raise why from why.__cause__
            raise


class Sessions(SessionMiddleware):
    """Tells it where a session could not be saved after something else was done."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session; if it cannot be saved now, the act before it may stand."""
        try:
            return super().process_response(request, response)
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
