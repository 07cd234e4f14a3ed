"""What private answers share: someone known, no cache, bodies read strictly, no lost writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied as DeniedError
from django.http import Http404
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.authentication import Session, Token
from cbec_portal.api.base_views import Manners
from cbec_portal.api.bodies import RequestBody
from cbec_portal.api.pagination import Pagination
from cbec_portal.api.parsers import StrictJSONParser
from cbec_portal.api.sparse_fields import chosen_columns
from cbec_portal.refusals import ParameterError, shown


class PreconditionRequired(exceptions.APIException):
    """A write that does not say which version it was made from."""

    status_code = 428
    default_code = "precondition_required"


class PreconditionFailed(exceptions.APIException):
    """A write made from a version that is no longer the present one; ``etag`` is that."""

    status_code = 412
    default_code = "precondition_failed"

    def __init__(self, detail: str, tag: str) -> None:
        super().__init__(detail)
        self.etag = etag_of(tag)


class Conflict(exceptions.APIException):
    """A write that the present state does not allow any more."""

    status_code = 409
    default_code = "conflict"


class PrivateAnswer(Manners):
    """An answer for one person alone."""

    authentication_classes = [Token, Session]
    permission_classes = [IsAuthenticated]
    #: What the tag of a state looks like here, as refusals tell it.
    etag_example = '"3-9f2c4e6a8b0d1f35"'
    parser_classes = [StrictJSONParser, MultiPartParser]
    detail = True
    #: What each method that writes takes: the serializer that reads and describes its body.
    takes: Mapping[str, type[RequestBody]] = {}
    #: The methods that write only what was seen, by ``If-Match``.
    matched: Collection[str] = ()
    #: What whoever asks for what is not there, or not theirs, is told.
    unseen: Any = gettext_lazy("There is no such thing here, or it is not yours to see.")

    @property
    def user(self) -> User:
        """Return the user who asks."""
        user: Any = self.request.user
        return user  # type: ignore[no-any-return]  # request.user is Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse a method that the address lacks before what whoever asks may do is looked up.

        Raises:
            MethodNotAllowed: the address lacks it.
        """
        super().initial(request, *args, **kwargs)
        if request.method not in self.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method or "")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer out of every cache."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("Cookie", "Authorization"))
        return response

    def body(self) -> dict[str, Any]:
        """Return the body as the method takes it.

        Raises:
            ParameterError: it is no object, names something else, or a member is wrong.
            PreconditionRequired: it should say which version was seen, and does not.
        """
        data = self.request.data
        given = {name: data[name] for name in data} if isinstance(data, Mapping) else data
        body = self.takes[self.request.method or ""](data=given, context={"view": self})
        body.refuse_strange()
        if self.matches():
            self.seen()
        return body.read()

    def page_answer(self, pages: Pagination, rows: Sequence[Any]) -> Response:
        """Return a page of a list, its rows cut to the columns asked for, as public lists are.

        Raises:
            ParameterError: a column is asked for, or to be left out, that no row has.
        """
        return pages.get_paginated_response(chosen_columns(rows, self.parameters))

    def matches(self) -> bool:
        """Return whether only what was seen is written, by ``If-Match``."""
        return self.request.method in self.matched

    def seen(self) -> str | None:
        """Return the tag of the state a write was made from, by ``If-Match``; none for ``*``.

        Raises:
            PreconditionRequired: nothing is said of it.
            ParameterError: what is said is no entity tag.
        """
        given = self.request.headers.get("If-Match", "").strip()
        if given == "*":
            return None
        if not given:
            raise self.unsaid_version()
        if not (found := re.fullmatch(r'"([0-9a-f-]{1,64})"', given)):
            raise ParameterError(
                "If-Match",
                _("“{given}” is no ETag of ours, such as {example}.").format(
                    given=shown(given), example=self.etag_example
                ),
            )
        return found[1]

    def unsaid_version(self) -> PreconditionRequired:
        """Return the refusal of a write that does not say which version was seen."""
        return PreconditionRequired(
            _("Say which version you saw, as its ETag gave it: If-Match: {example}.").format(
                example=self.etag_example
            )
        )

    def handle_exception(self, exc: Exception) -> Response:
        """Say why somebody may not do this, as what refused it said; what is not there, and what
        one may not see, is told alike.
        """
        match exc:
            case DeniedError():
                exc = exceptions.PermissionDenied(str(exc) or None)
            case Http404():
                exc = exceptions.NotFound(str(self.unseen))
        return super().handle_exception(exc)


def etag_of(tag: str) -> str:
    """Return the entity tag of a state, by the tag that names it."""
    return f'"{tag}"'
