"""Lookups that neither repeat a row nor fail in the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet, ValidationError
from django.db.models import Model, Q, QuerySet


def where(queryset: QuerySet[Any], found: Q, paths: Iterable[str]) -> QuerySet[Any]:
    """Filter without ever repeating a row: a path to many rows goes through a subquery."""
    if any(leads_to_many(queryset.model, path) for path in paths):
        keys = queryset.model._base_manager.filter(found).values("pk")
        return queryset.filter(pk__in=keys)
    return queryset.filter(found)


def leads_to_many(model: type[Model], path: str) -> bool:
    """Return whether a path leads from one row to several.

    A filter by such a path would repeat rows.
    """
    for step in path.split("__"):
        if step == "pk":
            return False
        field = model._meta.get_field(step)
        if not field.is_relation:
            return False
        if field.many_to_many or field.one_to_many:
            return True
        model = field.related_model  # type: ignore[assignment]  # a relation names its model
    return False


def may_be_empty(model: type[Model], path: str) -> bool:
    """Return whether some step of a path can lead to NULL."""
    for step in path.split("__"):
        if step == "pk":
            return False
        field: Any = model._meta.get_field(step)
        if field.null or (field.generated and field.output_field.null):
            return True
        model = field.related_model
    return False


def fits(field: Any, key: str) -> bool:
    """Return whether a key can be compared with a column at all.

    Of any other key the database is not asked: it would fail at 10**99.
    """
    try:
        field.run_validators(field.to_python(key))
    except (ValidationError, ValueError, OverflowError):
        return False
    return True


def can_be_asked(queryset: QuerySet[Any], lookup: str, value: Any) -> bool:
    """Return whether the database can be asked this at all.

    It cannot for the year 99999, nor for 10**99.
    """
    try:
        queryset.model._base_manager.filter(**{lookup: value}).query.get_compiler(
            queryset.db
        ).as_sql()
    except (EmptyResultSet, FullResultSet):
        return True
    except (ValidationError, ValueError, TypeError, ArithmeticError):
        return False
    return True
