"""Narrowing a list by facets, each value with the number of rows that choosing it would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R", bound=Hashable)


class FacetResult(NamedTuple, Generic[R]):
    """The rows that fit every facet, in order, and each facet's count of rows by value."""

    rows: list[R]
    counts: dict[str, Counter[str]]


def facets(
    rows: Mapping[R, Mapping[str, Collection[str]]], chosen: Mapping[str, Collection[str]]
) -> FacetResult[R]:
    """Return the rows that hold, in every facet with a choice, one of the chosen values.

    A facet counts the rows that fit all *other* facets: so a count says what one gets by choosing
    that value instead of, or beside, the present choice.

    Args:
        rows: row to the values it holds in each facet.
        chosen: facet to the values chosen in it; none means no choice.
    """
    asked = {facet: set(values) for facet, values in chosen.items() if values}
    fitting: list[R] = []
    counts: dict[str, Counter[str]] = {}
    for row, held in rows.items():
        missed = [facet for facet, values in asked.items() if values.isdisjoint(held[facet])]
        if not missed:
            fitting.append(row)
        for facet in held if not missed else missed if len(missed) == 1 else ():
            counted = counts.get(facet)
            if counted is None:
                counted = counts[facet] = Counter()
            # One by one: a counter's own update costs more than the few values of a row.
            for value in set(held[facet]):
                counted[value] += 1
    return FacetResult(fitting, counts)
