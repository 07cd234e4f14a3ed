"""Answers for a place without pilot status: what binds the nation, its province and its district.

Any city with customs and port supervision may one day become a pilot, so one may ask ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q

from zones.models import CustomsDistrict, Policy, Province, Topic
from zones.queries.catalogue import Catalogue
from zones.queries.comparing import Cell
from zones.querysets.in_force import Found
from zones.querysets.policies import PolicyQuerySet
from zones.rules.resolution import Rule, Scope, ScopeKind, State, decide, later_start_wins
from zones.rules.spans import span_of_days

ONE_DAY = timedelta(days=1)


def described_cells(
    province: Province,
    district: CustomsDistrict,
    day: date,
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int,
    language: str,
) -> dict[int, Cell]:
    """The cells of each topic, by its id, as they would stand in such a place on a day."""
    policies = list(_about(province, district, topics, known_at).holding_on(day))
    found = {
        topic.pk: row
        for topic in topics
        if (row := _decided([p for p in policies if p.topic_id == topic.pk], day))
    }
    kept.tell({policy.pk for policy in policies}, language)
    answers = kept.answers({row.policy for row in found.values()})
    return {
        topic.pk: Cell(kept.known(found[topic.pk], answers).answer, found[topic.pk])
        if topic.pk in found
        else Cell(kept.without_policy(topic.pk, day), None)
        for topic in topics
    }


def described_days(
    province: Province, district: CustomsDistrict, topics: Sequence[Topic], *, known_at: int
) -> set[date]:
    """The days on which some answer may change in such a place."""
    days = set()
    for policy in _about(province, district, topics, known_at):
        days.add(policy.effective_from.first_day)
        if policy.effective_to:
            days.add(policy.effective_to.first_day + ONE_DAY)
    return days


def _about(
    province: Province, district: CustomsDistrict, topics: Sequence[Topic], known_at: int
) -> PolicyQuerySet[Policy]:
    scopes = (
        Q(scope_kind=ScopeKind.NATION.value)
        | Q(scope_kind=ScopeKind.PROVINCE.value, province=province)
        | Q(scope_kind=ScopeKind.CUSTOMS_DISTRICT.value, customs_district=district)
    )
    about = Policy.objects.known_at(known_at).standing().filter(topic__in=[t.pk for t in topics])
    found: PolicyQuerySet[Policy] = about.filter(scopes).order_by("pk")
    return found


def _decided(policies: Sequence[Policy], day: date) -> Found | None:
    """What answers on a day among the policies of one topic."""
    by_kind: dict[ScopeKind, list[Rule]] = {}
    for policy in policies:
        last = policy.effective_to.first_day if policy.effective_to else None
        span = span_of_days(policy.effective_from.first_day, last)
        kind = ScopeKind(policy.scope_kind)
        rule = Rule(policy.pk, Scope(kind, ""), span, State(policy.state))
        by_kind.setdefault(kind, []).append(rule)
    holding = [
        held.what
        for kind in ScopeKind
        for held in later_start_wins(by_kind.get(kind, []))
        if held.span.start <= day < held.span.stop
    ]
    if not holding:
        return None
    answer, also = decide(holding)
    policy = next(policy for policy in policies if policy.pk == answer)
    through = policy.effective_to.first_day.isoformat() if policy.effective_to else None
    since = policy.effective_from.first_day.isoformat()
    return Found(0, policy.topic_id, answer, ",".join(map(str, also)), since, through)
