"""`ordering=a,-b`: only by what a view offers, and never leaving ties to chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy

from cbec_portal.api.filter_lookups import may_be_empty
from cbec_portal.api.parameters import Parameters, checked_options


def ordered(
    queryset: Any, parameters: Parameters, offered: Iterable[str], natural_key: Iterable[str]
) -> Any:
    """Return the rows in the order asked, else in their own.

    `offered` names the columns; as a mapping it gives each name its path in the model. Ties are
    broken by the natural key, which is the same in every database, as a `pk` is not. What is no
    queryset keeps its order.

    Raises:
        ParameterError: a column is asked for that is not offered.
    """
    paths = dict(offered) if isinstance(offered, Mapping) else {name: name for name in offered}
    asked = parameters.many("ordering")
    checked_options("ordering", [name.removeprefix("-") for name in asked], paths)
    if not isinstance(queryset, QuerySet):
        return queryset
    chosen = [_asked(queryset, paths, name) for name in asked] or own_order(queryset)
    ties = (empty_first(queryset.model, name) for name in natural_key if name not in chosen)
    return queryset.order_by(*chosen, *ties)


def _asked(queryset: QuerySet[Any], paths: dict[str, str], name: str) -> str | OrderBy:
    path, descending = paths[name.removeprefix("-")], name.startswith("-")
    if path in queryset.query.annotations:  # reckoned by the view, and never empty
        return f"-{path}" if descending else path
    return empty_last(queryset.model, path, descending=descending)


def empty_first(model: type[Model], path: str) -> str | OrderBy:
    """Return an order by a path in which rows without a value come first on every database."""
    return F(path).asc(nulls_first=True) if may_be_empty(model, path) else path


def empty_last(model: type[Model], path: str, *, descending: bool) -> str | OrderBy:
    """Return an order by a path in which rows without a value come last, in every database."""
    if not may_be_empty(model, path):
        return f"-{path}" if descending else path
    return F(path).desc(nulls_last=True) if descending else F(path).asc(nulls_last=True)


def own_order(queryset: QuerySet[Any]) -> list[Any]:
    """Return the order a queryset has by itself: its own, else its model's."""
    meta = queryset.model._meta
    return list(queryset.query.order_by or (meta.ordering or () if queryset.ordered else ()))
