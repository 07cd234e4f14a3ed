"""What the OpenAPI description says of every view that shares the manners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import camel_case_to_spaces
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

LANGUAGE = OpenApiParameter(
    "lang", str, enum=["en", "zh-hans"], description="Language of names; else Accept-Language."
)
SPARSE = {
    "fields": "Only these columns, comma-separated.",
    "omit": "All but these columns, comma-separated.",
}
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


class ManneredSchema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        if self.method != "GET":
            return []
        return [LANGUAGE, *described(self._own_parameters())]

    def get_response_serializers(self) -> Any:
        """An answer that is not declared is an object."""
        if hasattr(self.view, "known_parameters") or not hasattr(self.view, "get_serializer"):
            return OpenApiTypes.OBJECT
        return super().get_response_serializers()

    def get_operation_id(self) -> str:
        """Views that are no viewset are named by their class."""
        if hasattr(self.view, "get_serializer") or hasattr(self.view, "known_parameters"):
            return str(super().get_operation_id())
        name = type(self.view).__name__.removesuffix("View")
        return f"{camel_case_to_spaces(name).replace(' ', '_')}_{self.method.lower()}"

    def get_request_serializer(self) -> Any:
        """So is what is written."""
        if not hasattr(self.view, "get_serializer"):
            return OpenApiTypes.OBJECT if self.method in ("POST", "PUT", "PATCH") else None
        return super().get_request_serializer()

    def _own_parameters(self) -> Iterable[str]:
        if hasattr(self.view, "known_parameters"):
            return self.view.known_parameters  # type: ignore[no-any-return]
        if self._is_list_view():
            own = getattr(self.view, "question_parameters", ())
            return {**SPARSE, **(own if isinstance(own, Mapping) else dict.fromkeys(own, ""))}
        return getattr(self.view, "detail_parameters", ())

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        return {**super()._get_response_bodies(direction), "default": PROBLEM}


def described(parameters: Iterable[str]) -> list[OpenApiParameter]:
    words = parameters if isinstance(parameters, Mapping) else {}
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.DATE if name in DAY_PARAMETERS else OpenApiTypes.STR,
            description=words.get(name) or SPARSE.get(name, ""),
        )
        for name in sorted(parameters)
    ]
