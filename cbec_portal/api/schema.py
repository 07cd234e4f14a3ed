"""What the OpenAPI description says of every view that shares the manners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import camel_case_to_spaces
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from cbec_portal.api.filters import query_parameter
from cbec_portal.languages import CODES

LANGUAGE = OpenApiParameter(
    "lang", str, enum=list(CODES), description="Language of names; else Accept-Language."
)
SPARSE = {
    "fields": "Only these columns, comma-separated.",
    "omit": "All but these columns, comma-separated.",
}
PAGING = {
    "limit": "At most so many rows, 1 to 1000, else 50; `all` for the whole list, as CSV and "
    "XLSX are without `limit` and `offset`.",
    "offset": "Skip so many rows.",
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the state that was seen, as it was given; * writes whatever there is.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of an answer that was kept; 304 says that it still stands.",
)
DAY_PARAMETERS = frozenset({"as_of", "from", "to"})
PROBLEM: dict[str, Any] = {
    "description": "Problem details (RFC 9457)",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "parameter": {"type": "string"},
                                "detail": {"type": "string"},
                            },
                        },
                    },
                },
            }
        }
    },
}
KNOWN = {"description": "The answer that If-None-Match names still stands."}


class ManneredSchema(AutoSchema):
    """The description of a view from what the view says of itself."""

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of a view: the language, and what it reads itself.

        Where its answers have tags, ``If-None-Match`` is one too. A write has ``If-Match`` alone,
        where it needs what was seen.
        """
        if self.method != "GET":
            return [IF_MATCH] if self.method in getattr(self.view, "matched", ()) else []
        return [
            *([IF_NONE_MATCH] if hasattr(self.view, "edition") else []),
            *(LANGUAGE, *described(self._own_parameters()), *self._of_unrouted_lists()),
        ]

    def get_response_serializers(self) -> Any:
        """Return what describes the answer, which is any object where the view does not say."""
        if declared := getattr(self.view, "answer_serializer", None):
            return declared
        if hasattr(self.view, "known_parameters") or not hasattr(self.view, "get_serializer"):
            return OpenApiTypes.OBJECT
        return super().get_response_serializers()

    def get_operation_id(self) -> str:
        """Return the name of an operation; views that are no viewset are named by their class."""
        if hasattr(self.view, "get_serializer") or hasattr(self.view, "known_parameters"):
            return str(super().get_operation_id())
        name = type(self.view).__name__.removesuffix("View")
        return f"{camel_case_to_spaces(name).replace(' ', '_')}_{self.method.lower()}"

    def get_request_serializer(self) -> Any:
        """Return the serializer that reads the body, if the view takes one."""
        if hasattr(self.view, "get_serializer"):
            return super().get_request_serializer()
        body = getattr(self.view, "takes", {}).get(self.method)
        return body if body and body().fields else None

    def map_parsers(self) -> Any:
        """Return the media types of a body: JSON, or also a form where it has a file."""
        if hasattr(self.view, "get_serializer"):
            return super().map_parsers()
        body = getattr(self.view, "takes", {}).get(self.method)
        form = body is not None and "file" in body().fields
        return ["application/json", *(["multipart/form-data"] if form else [])]

    def _of_unrouted_lists(self) -> list[OpenApiParameter]:
        """Paging and filters of a list whose view is no viewset."""
        if hasattr(self.view, "get_serializer") or getattr(self.view, "detail", True):
            return []
        filters = getattr(getattr(self.view, "filterset_class", None), "base_filters", {})
        own = getattr(self.view, "question_parameters", {})
        told = [query_parameter(name, filter_) for name, filter_ in filters.items()]
        return [
            *described({**PAGING, **own}),
            *(
                OpenApiParameter(one["name"], one["schema"], description=one.get("description", ""))
                for one in told
            ),
        ]

    def _own_parameters(self) -> Iterable[str]:
        if hasattr(self.view, "known_parameters"):
            return self.view.known_parameters  # type: ignore[no-any-return]  # the view is Any
        if self._is_list_view():
            own = getattr(self.view, "question_parameters", ())
            return {**SPARSE, **(own if isinstance(own, Mapping) else dict.fromkeys(own, ""))}
        return getattr(self.view, "detail_parameters", ())

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        known = {"304": KNOWN} if hasattr(self.view, "edition") else {}
        return {**super()._get_response_bodies(direction), **known, "default": PROBLEM}


def described(parameters: Iterable[str]) -> list[OpenApiParameter]:
    """Return parameters as OpenAPI has them, with the words that a mapping gives of each."""
    words = parameters if isinstance(parameters, Mapping) else {}
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.DATE if name in DAY_PARAMETERS else OpenApiTypes.STR,
            description=words.get(name) or SPARSE.get(name, ""),
        )
        for name in sorted(parameters)
    ]
