"""Rows of a table as they are answered."""

from __future__ import annotations

from copy import copy, deepcopy
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import override
from rest_framework import serializers

from cbec_portal.languages import active_language

M = TypeVar("M", bound=Model)


class RowSerializer(serializers.ModelSerializer[M]):
    """A row of a table, read.

    Which fields it has follows from the class and the model. That is worked out once for each
    language, since titles of fields are words, and copied for each answer: working it out takes
    longer than asking for a row and writing it.
    """

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, of this serializer alone."""
        kept = _fields(type(self), active_language())
        return {name: _copied(field) for name, field in kept.items()}


def _copied(field: serializers.Field[Any, Any, Any, Any]) -> serializers.Field[Any, Any, Any, Any]:
    """Another of a field that belongs to no serializer yet.

    Only what a field is told by its serializer is its own, as none of them reads what is written.
    One that holds others, which are told who holds them, is made anew with those.
    """
    holds_others = isinstance(field, serializers.BaseSerializer) or hasattr(field, "child")
    return deepcopy(field) if holds_others else copy(field)


@cache
def _fields(kind: type[RowSerializer[Any]], language: str) -> dict[str, Any]:
    """The fields of a class of serializers with their titles in a language."""
    with override(language):
        return super(RowSerializer, kind()).get_fields()
