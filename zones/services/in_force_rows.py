"""Keeping the rows in force equal to what the published policies and zones say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from zones.models import Policy, Revision
from zones.models.bindings import BindingFacts, CityBindings, rules_of
from zones.models.querysets.in_force_sql import Ref, Row, insert, replace, stored
from zones.rules.intervals import Interval, last_day
from zones.rules.resolution import Rule, Scope, resolve, timelines
from zones.services.editions import new_edition
from zones.services.locks import lock_publication

BATCH = 2000


class Difference(NamedTuple):
    """Rows that resolution gives and the table lacks, and the other way round."""

    missing: list[Row]
    surplus: list[tuple[int, Row]]


def rows_in_force(
    topic: Ref, cities: Iterable[Ref], bindings: CityBindings, rules: Sequence[Rule]
) -> Iterator[Row]:
    """Resolve one topic for some cities from its rules."""
    lines = timelines(rules)
    resolved: dict[tuple[tuple[Scope, tuple[Interval, ...]], ...], list[tuple[Any, ...]]] = {}
    for city in cities:
        own: Mapping[Scope, Sequence[Interval]] = bindings.get(city, {})
        binding = tuple((scope, tuple(own[scope])) for scope in lines if scope in own)
        if binding not in resolved:
            resolved[binding] = [
                (
                    row.policy,
                    row.span.start.isoformat(),
                    _iso(last_day(row.span)),
                    row.answers.start.isoformat(),
                    _iso(last_day(row.answers)),
                    ",".join(map(str, row.also)),
                )
                for row in resolve(lines, own)
            ]
        for values in resolved[binding]:
            yield Row._make((city, topic, *values))


def difference(
    topic: Ref, cities: Collection[Ref], bindings: CityBindings, rules: Sequence[Rule]
) -> Difference:
    """Compare the current rows of a topic with a fresh resolution of its rules."""
    there = [city for city in cities if isinstance(city, int)]
    known = stored(topic, there) if isinstance(topic, int) else {}
    missing: list[Row] = []
    for row in rows_in_force(topic, cities, bindings, rules):
        if known.pop(row, None) is None:
            missing.append(row)
    return Difference(missing, [(pk, row) for row, pk in known.items()])


def write(found: Difference, revision: Revision) -> None:
    """Make the table agree from a revision on; what older revisions knew stays."""
    replace((pk for pk, _ in found.surplus), revision.pk)
    insert(found.missing, revision.pk)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def rebuild(*, check: bool) -> list[str]:
    """Resolve every topic anew and say which current rows differ.

    Without ``check`` the table is mended for the newest revision: what was stored was not what that
    revision said. Nothing is deleted: a row that it recorded and replaces was known at no time.
    """
    told: list[str] = []
    with transaction.atomic():
        lock_publication()
        bindings = BindingFacts.known().bindings()
        newest = Revision.objects.order_by("-number").first()
        rules = rules_of(Policy.objects.current().not_withdrawn())
        for topic in (
            Policy.objects.published().order_by().values_list("topic", flat=True).distinct()
        ):
            found = difference(topic, list(bindings), bindings, rules.get(topic, []))
            told += [f"missing: {row}" for row in found.missing]
            told += [f"surplus: {row}" for _, row in found.surplus]
            if newest is not None and not check:
                write(found, newest)
        if told and not check:
            new_edition()
    return told


def resolve_cut_short() -> None:
    """Resolve anew what is known now, if the last day of some policy is written cut short.

    Those ended a month or a year too early once. What an earlier revision said stays said.
    """
    cut_short = Policy.objects.current().not_withdrawn().exclude(effective_to=F("effective_to_day"))
    with transaction.atomic():
        if cut_short.exclude(effective_to=None).exists():
            rebuild(check=False)
