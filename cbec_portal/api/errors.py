"""Every error of the API in one shape: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    SuspiciousOperation,
    TooManyFieldsSent,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from rest_framework import exceptions

from cbec_portal.availability import AWAY, logged_race, logged_wait
from cbec_portal.refusals import Errors, ParameterError
from cbec_portal.request_headers import UnreadableHeaderError

PROBLEM_JSON = "application/problem+json"


class ProblemResponse(HttpResponse):
    """Problem details; a plain response, so that `format=csv` cannot change its shape.

    ``members`` are further members of the object, of this kind of problem alone.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Iterable[tuple[str, str]] = (),
        **members: Any,
    ) -> None:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            **members,
        }
        if named := [{"parameter": name, "detail": words} for name, words in errors]:
            body["errors"] = named
        super().__init__(orjson.dumps(body), content_type=PROBLEM_JSON, status=status)


def problem_response(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Return the problem that tells of a failure, as REST framework's exception handler.

    None leaves the unexpected to Django's handler500. What the request wrote is undone.
    """
    # REST framework's views import the settings' classes, and those import this module.
    from rest_framework.views import set_rollback

    problem = problem_for(exc)
    if problem is not None:
        set_rollback()
    return problem


def problem_for(exc: Exception) -> ProblemResponse | None:
    """Return the problem that tells of a failure; none where it is a fault of the portal.

    That the database is busy, or that another write came first, is logged and told as such.
    """
    match exc:
        case ParameterError():
            return _refused(exc.errors)
        case ValidationError():
            return _refused(list(_named(_messages(exc))))
        case exceptions.ValidationError():
            return _refused(list(_named(exc.detail)))
        case exceptions.APIException():
            return _api_problem(exc)
        case Http404():
            return ProblemResponse(404, "Nothing is published at this address.")
        case PermissionDenied():
            return ProblemResponse(403, "You may not do this.")
        case SuspiciousOperation():
            return ProblemResponse(400, "The request cannot be understood.")
    if (wait := logged_wait(exc)) is not None:
        return busy(wait)
    return lost_race() if logged_race(exc) else None


def busy(wait: int, *, may_stand: bool = False) -> ProblemResponse:
    """Return the problem of a portal that can be asked again after ``wait`` seconds.

    With ``may_stand`` what was sent may have been done.
    """
    told = _("The portal is busy. Nothing was changed; ask again in %d seconds.")
    if wait >= AWAY:
        told = _("The database cannot be used now. Nothing was changed; ask again in %d seconds.")
    if may_stand:
        told = _("The portal is busy. What was sent may have been done; look in %d seconds.")
    problem = ProblemResponse(503, told % wait)
    problem["Retry-After"] = str(wait)
    problem["Cache-Control"] = "no-store"
    log_no_more(problem, wait)
    return problem


def lost_race() -> ProblemResponse:
    """Return the problem of a write that somebody else's forbids, which came first."""
    problem = ProblemResponse(409, lost_race_words())
    problem["Cache-Control"] = "no-store"
    return problem


def lost_race_words() -> str:
    """Return what the API and pages say where another write came first."""
    return _(
        "What this refers to was removed or changed by someone else meanwhile. Nothing was "
        "written; look again."
    )


def logged_out() -> ProblemResponse:
    """Return the problem of a write by somebody who was logged out before it was done."""
    problem = ProblemResponse(409, logged_out_words())
    problem["Cache-Control"] = "no-store"
    return problem


def logged_out_words() -> str:
    """Return what the API and pages say to whoever was logged out while something was done."""
    return _("What you sent may have been done. Log in and look, before you send it once more.")


def log_no_more(response: HttpResponse, wait: int) -> None:
    """Let Django log no answer that says what was logged as such: that the database is away."""
    response._has_been_logged = wait >= AWAY  # type: ignore[attr-defined]  # private


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read, as Django's handler400 for the API."""
    if isinstance(exception, TooManyFieldsSent):
        return ProblemResponse(
            400, f"More than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} values are given."
        )
    if isinstance(exception, UnreadableHeaderError):
        return ProblemResponse(400, str(exception))
    return ProblemResponse(400, "The request cannot be understood.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address of the API where nothing is, as Django's handler404 and as a view."""
    hint = "" if request.path.endswith("/") else " Addresses of the API end in a slash."
    return ProblemResponse(404, f"Nothing is published at this address.{hint}")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a write without a valid CSRF token, as Django's CSRF_FAILURE_VIEW.

    The answer is a problem where the API was asked, else Django's page.
    """
    if request.path.startswith("/api/"):
        return ProblemResponse(403, f"The request may come from another site's page: {reason}")
    return csrf_failure(request, reason)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault, without a word of its cause, as Django's handler500 for the API."""
    return ProblemResponse(500, "The portal failed to answer. The failure has been logged.")


def _refused(errors: Errors) -> ProblemResponse:
    named = [(name, detail) for name, detail in errors if name]
    return ProblemResponse(400, " ".join(detail for _, detail in errors), named)


def _api_problem(exc: exceptions.APIException) -> ProblemResponse:
    problem = ProblemResponse(exc.status_code, " ".join(detail for _, detail in _named(exc.detail)))
    if challenge := getattr(exc, "auth_header", None):
        problem["WWW-Authenticate"] = challenge
    if etag := getattr(exc, "etag", None):
        problem["ETag"] = etag
    if wait := getattr(exc, "wait", None):
        problem["Retry-After"] = str(int(wait))
    return problem


def _messages(exc: ValidationError) -> Any:
    return exc.message_dict if hasattr(exc, "error_dict") else exc.messages


def _named(detail: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Flatten nested error details to (dotted name, words)."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            own = "" if key in (NON_FIELD_ERRORS, "non_field_errors") else str(key)
            yield from _named(inner, ".".join(filter(None, (name, own))))
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _named(inner, name)
    else:
        yield name, str(detail)
