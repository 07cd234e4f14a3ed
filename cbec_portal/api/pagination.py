"""Pages of a list by `limit` and `offset`, with an exact count kept per edition."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import QuerySet
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cbec_portal.api.parameters import Parameters
from cbec_portal.api.whole_lists import asks_for_all
from cbec_portal.china_time import today_in_china

ONE_DAY = 24 * 60 * 60
FURTHEST_OFFSET = 1_000_000_000

# These change how an answer looks, never how many rows it has.
COUNT_NEUTRAL = frozenset({"limit", "offset", "format", "lang", "fields", "omit", "ordering"})


class Pagination(LimitOffsetPagination):
    """Pages of a list by `limit` and `offset`, of which neither is quietly put right."""

    default_limit = 50
    max_limit = 1000
    template = None
    view: APIView | None = None
    #: Where the page begins that is made of a whole list; none where one page is asked for.
    whole_from: int | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Return the rows of a page, and keep the view, which knows the edition."""
        self.view = view
        self.request = request
        return super().paginate_queryset(queryset, request, view)

    def get_limit(self, request: Request) -> int:
        """Return how many rows a page has at most.

        Raises:
            ParameterError: it is no whole number from 1 to the most that a page may have.
        """
        if self.whole_from is not None:
            return self.max_limit or 1
        parameters = Parameters(request.query_params, request.query_params)
        most = self.max_limit or 1
        # A table has no count beside its rows that could say that some are missing.
        default = most if asks_for_all(request) else self.default_limit or 1
        return parameters.whole_number("limit", 1, most, default)

    def get_offset(self, request: Request) -> int:
        """Return after how many rows the page begins.

        Raises:
            ParameterError: it is no whole number, or a negative or an endless one.
        """
        if self.whole_from is not None:
            return self.whole_from
        parameters = Parameters(request.query_params, request.query_params)
        return parameters.whole_number("offset", 0, FURTHEST_OFFSET, 0)

    def get_count(self, queryset: QuerySet[Any] | Sequence[Any]) -> int:
        """Return the exact number of rows.

        It is counted once per edition and question where the view has an `edition()`.
        """
        edition = getattr(self.view, "edition", None)
        if not isinstance(queryset, QuerySet):
            return len(queryset)
        if edition is None or self.request is None:
            return queryset.count()
        key = f"count:{edition()}:{question_digest(self.request)}"
        kept = cache.get(key)
        # A cache that others write to may hold anything.
        if type(kept) is not int or not 0 <= kept <= FURTHEST_OFFSET:
            kept = queryset.count()
            cache.set(key, kept, ONE_DAY)
        return kept

    def get_paginated_response(self, data: Any) -> Response:
        """Return the answer that holds a page.

        The next page is also a Link header, the only place a CSV can tell of it.
        """
        following, previous = self.get_next_link(), self.get_previous_link()
        response = Response(
            {"count": self.count, "next": following, "previous": previous, "results": data}
        )
        links = [(following, "next"), (previous, "prev")]
        if named := ", ".join(f'<{url}>; rel="{name}"' for url, name in links if url):
            response["Link"] = named
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page: its rows, its neighbours, and the number of all rows."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer"},
                "next": address,
                "previous": address,
                "results": schema,
            },
        }


def question_digest(request: Request) -> str:
    """Return a digest of a list's address and filters, whatever their order.

    Today is part of it, since a question without a day is about today.
    """
    asked = sorted(
        (name, value)
        for name, values in request.query_params.lists()
        if name not in COUNT_NEUTRAL
        for value in values
    )
    question = f"{today_in_china()} {request.path}?{urlencode(asked)}"
    return sha256(question.encode()).hexdigest()
