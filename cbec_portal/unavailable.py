"""What is said when the portal cannot answer now: 503, when to ask again, and nothing is lost.

And when a write lost a race with another: 409, and what was typed is kept.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from cbec_portal.api import errors
from cbec_portal.availability import AWAY, logged_race, logged_wait

#: Fields of forms that are typed again rather than sent back.
SECRET = re.compile("password|passwd|secret", re.IGNORECASE)


class BusyAnswers:
    """Answers 503 where a view failed only because the portal is busy, 409 after a lost race.

    Here that is seen which comes only at the commit, after the view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, wrong: Exception) -> HttpResponse | None:
        """Return the answer to a failure, or None where it is a fault."""
        return answer_to(request, wrong)


def answer_to_failure(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to the failure being handled; None if it is a fault.

    It is for a handler or a middleware, which is not given the failure.
    """
    return answer_to(request, sys.exc_info()[1])


def answer_to(request: HttpRequest, wrong: BaseException | None) -> HttpResponse | None:
    """Return the answer to a failure that is no fault, else None."""
    if busy := answer_to_busy(request, wrong):
        return busy
    return lost_race_answer(request) if logged_race(wrong) else None


def answer_to_busy(request: HttpRequest, wrong: BaseException | None) -> HttpResponse | None:
    """Return the answer where a failure says only that the portal is busy, else None."""
    wait = logged_wait(wrong)
    return None if wait is None else busy_answer(request, wait)


def busy_answer(request: HttpRequest, wait: int, *, may_stand: bool = False) -> HttpResponse:
    """Return a problem where the API was asked, else a page that can send a form again.

    Where what was sent may stand already, both say so, and it is not sent again.
    """
    if request.path.startswith("/api/"):
        return errors.busy(wait, may_stand=may_stand)
    # Nothing here may ask the database: neither the session nor who is logged in.
    said = {"written": False, "said": []} if may_stand else kept(request)
    whose = {"user": AnonymousUser(), "canonical": ""}
    told = {"title": _title(wait), "explanation": _explanation(wait, may_stand=may_stand)}
    context = {**whose, **told, **said}
    response = render(request, "busy.html", context, status=503)
    response.headers["Retry-After"] = str(wait)
    add_never_cache_headers(response)
    errors.log_no_more(response, wait)
    return response


def lost_race_answer(request: HttpRequest) -> HttpResponse:
    """Return a problem where the API was asked, else a page that can send a form again."""
    if request.path.startswith("/api/"):
        return errors.lost_race()
    # As of a busy database nothing is asked: what the connection would answer is not known here.
    whose = {"user": AnonymousUser(), "canonical": ""}
    told = {"title": _("Changed meanwhile"), "explanation": errors.lost_race_words()}
    response = render(request, "busy.html", {**whose, **told, **kept(request)}, status=409)
    add_never_cache_headers(response)
    return response


def logged_out_answer(request: HttpRequest) -> HttpResponse:
    """Return that whoever asked was logged out before it was done, and that it may stand."""
    if request.path.startswith("/api/"):
        return errors.logged_out()
    whose = {"user": AnonymousUser(), "canonical": ""}
    told = {"title": _("You were logged out meanwhile"), "explanation": errors.logged_out_words()}
    context = {**whose, **told, "written": False, "said": []}
    response = render(request, "busy.html", context, status=409)
    add_never_cache_headers(response)
    return response


def _title(wait: int) -> str:
    if wait >= AWAY:
        return _("The database cannot be used now")
    return _("The portal is busy")


def _explanation(wait: int, *, may_stand: bool) -> str:
    """What became of what was sent, and when to ask again."""
    if may_stand:
        told = _(
            "What you sent may have been done; only who is logged in could not be kept. "
            "Look again in %(wait)s seconds, before you send it once more."
        )
    elif wait >= AWAY:
        told = _(
            "It cannot be reached, is full, is damaged or belongs to another version of the "
            "portal; whoever runs the portal finds the cause in its log. Nothing was changed. "
            "Try again in %(wait)s seconds."
        )
    else:
        told = _(
            "Too much is asked of it at once. Nothing was changed. Try again in %(wait)s seconds."
        )
    return told % {"wait": wait}


def kept(request: HttpRequest) -> dict[str, Any]:
    """Return what a form said, so that it can be sent again.

    Its secrets and files are named alone: only a person can give them again. The token against
    forged forms is the one that came: whoever forged a form does not get a good one here.
    """
    said: list[tuple[str, str]] = []
    files: list[str] = []
    if request.method == "POST":
        with suppress(Exception):  # what cannot be read cannot be kept, whatever the cause
            said = [(name, text) for name, texts in request.POST.lists() for text in texts]
            files = list(request.FILES)
    return {
        "written": request.method == "POST",
        "said": [(name, text) for name, text in said if not SECRET.search(name)],
        "secrets": list(dict.fromkeys(name for name, _text in said if SECRET.search(name))),
        "files": files,
    }
