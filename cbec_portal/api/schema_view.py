"""The OpenAPI description as it is sent: made once for each language and form."""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.parameters import Parameters
from cbec_portal.kept_pages import public_answer

#: The views of a process have one inspector each, so two descriptions at once would be made of each
#: other's views.
_at_work = Lock()


class SchemaView(SpectacularAPIView):
    """The description of the API."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Return the description in the form that is asked for, as it was sent before if it was."""
        Parameters(request.query_params, ("format", "lang"))  # others are refused

        def make() -> HttpResponseBase:
            with _at_work:
                described: Response = super(SchemaView, self).get(request)  # type: ignore[no-untyped-call]  # it has no types
            return self.finalize_response(request, described, *args, **kwargs).render()  # type: ignore[no-any-return]

        form = request.accepted_renderer.media_type
        return public_answer(request._request, lambda: form, make)
