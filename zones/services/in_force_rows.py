"""Keeping the rows in force equal to what the published policies and zones say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import starmap
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F

from zones.models import Policy, Revision
from zones.models.bindings import BindingFacts, CityBindings, rules_of
from zones.models.querysets.in_force_sql import Held, Ref, Row, insert, replace, stored
from zones.rules.intervals import Interval, Timed, last_day
from zones.rules.resolution import (
    Bindings,
    Rule,
    Scope,
    Timeline,
    answering,
    resolve,
    timelines,
)
from zones.services.editions import new_edition
from zones.services.locks import lock_publication

BATCH = 2000


class Difference(NamedTuple):
    """Rows that resolution gives and the table lacks, and the other way round."""

    missing: list[Row]
    surplus: list[tuple[int, Row]]


class HeldAnswer(NamedTuple):
    """A policy that answers in a city from a day to a day, inclusive, whatever stands beside it."""

    city: Ref
    policy: int
    first: str
    last: str | None


class TurnedAnswers(NamedTuple):
    """Policies that answer now and will not any more during the same days, and those that will."""

    before: list[HeldAnswer]
    after: list[HeldAnswer]


def rows_in_force(
    topic: Ref, cities: Iterable[Ref], bindings: CityBindings, rules: Sequence[Rule]
) -> Iterator[Row]:
    """Resolve one topic for some cities from its rules."""
    lines = timelines(rules)

    def resolved(own: Bindings) -> list[tuple[Any, ...]]:
        return [
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

    for city, rows in _bound_alike(cities, bindings, lines, resolved):
        for values in rows:
            yield Row._make((city, topic, *values))


def _bound_alike(
    cities: Iterable[Ref],
    bindings: CityBindings,
    lines: Mapping[Scope, Timeline],
    resolved: Callable[[Bindings], list[tuple[Any, ...]]],
) -> Iterator[tuple[Ref, list[tuple[Any, ...]]]]:
    """What comes of the bindings of each city, worked out once for those that are bound alike."""
    known: dict[tuple[tuple[Scope, tuple[Interval, ...]], ...], list[tuple[Any, ...]]] = {}
    for city in cities:
        own: Bindings = bindings.get(city, {})
        binding = tuple((scope, tuple(own[scope])) for scope in lines if scope in own)
        if binding not in known:
            known[binding] = resolved(own)
        yield city, known[binding]


def _told(row: Timed[int]) -> tuple[int, str, str | None]:
    return row.what, row.span.start.isoformat(), _iso(last_day(row.span))


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


def turned(
    held_now: Iterable[Held],
    cities: Collection[Ref],
    bindings: CityBindings,
    rules: Sequence[Rule],
) -> TurnedAnswers:
    """Compare the current answers to a topic with those of its rules, whatever stands beside them.

    It tells when which policy answers, as `difference` does, without a row for each change of what
    that hides.
    """
    was = set(starmap(HeldAnswer, held_now))
    lines = timelines(rules)
    will = {
        HeldAnswer(city, *values)
        for city, own in _bound_alike(
            cities, bindings, lines, lambda own: [_told(row) for row in answering(lines, own)]
        )
        for values in own
    }
    return TurnedAnswers(list(was - will), list(will - was))


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
