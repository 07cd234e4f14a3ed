"""Published rows that contradict one another, as entries of the research queue.

They are known to contradict whatever the day: what was answered in the past may be wrong too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed
from zones.models import InForce, Policy, Release, Statistic
from zones.models.bindings import rules_of
from zones.models.scopes import NATION_CODE
from zones.models.value_types import plain_value
from zones.rules.contradictions import Claim, clashes, same_figure
from zones.rules.intervals import Interval, interval_of_days, last_day
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import State, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.rendered_values import display_of, topic_label
from zones.selectors.snapshot import Snapshot

#: Releases of a figure that somebody published, the newest last.
PUBLISHED = (Release.FIRST, Release.REVISED)


class Contradiction(NamedTuple):
    """A policy that answers by its later start alone, and one of its scope that says otherwise."""

    later: Policy
    earlier: Policy
    days: Interval


def contradictions(inquiry: Inquiry) -> list[QueueEntry]:
    """Return the published rows that contradict one another; a fixed number of queries."""
    found = contested_policies(inquiry.snapshot)
    return [*_answers(found, inquiry.language), *_figures(inquiry.language)]


def contested_policies(snapshot: Snapshot) -> list[Contradiction]:
    """Return the policies that say something else than an earlier one of their scope claims.

    A topic that only names things contradicts nothing.
    """
    current = Policy.objects.current().not_withdrawn().filter(topic__descriptive=False)
    # Nothing else is contested: an earlier one has an end, or a later one found nothing.
    doubtful = Q(effective_to__isnull=False) | Q(state=State.NONE_FOUND)
    topics = current.filter(doubtful).order_by().values("topic")
    clashing = [
        clash
        for rules in rules_of(current.filter(topic__in=topics)).values()
        for clash in _clashing(rules)
    ]
    policies = current.in_bulk({pk for earlier, later, _ in clashing for pk in (earlier, later)})
    for policy in policies.values():
        snapshot.with_related(policy)
    found = (Contradiction(policies[later], policies[earlier], d) for earlier, later, d in clashing)
    return [one for one in found if _said(one.earlier) != _said(one.later)]


def _clashing(rules: Iterable[Rule]) -> Iterator[tuple[int, int, Interval]]:
    """The ids of an earlier and a later policy of one scope, and the days that both claim."""
    scopes: dict[Scope, list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.span.start):
        scopes[rule.scope].append(rule)
    for own in scopes.values():
        for clash in clashes([Claim(rule.span, rule.state) for rule in own]):
            yield own[clash.earlier].policy, own[clash.later].policy, clash.days


def _said(policy: Policy) -> tuple[str, Any]:
    return policy.state, plain_value(policy) if policy.state == State.STATED else None


def _answers(found: Iterable[Contradiction], language: str) -> Iterator[QueueEntry]:
    by_later: dict[int, list[Contradiction]] = defaultdict(list)
    for one in found:
        by_later[one.later.pk].append(one)
    cities = _cities_touched(by_later)
    for own in by_later.values():
        later = own[0].later
        yield QueueEntry(
            ToResearch.CONTRADICTION,
            later.identity,
            topic_label(later.topic, language),
            "policies",
            later.key_parts,
            later.topic.slug,
            cities.get(later.pk, 0),
            detail=" · ".join(_in_words(one, language) for one in own),
        )


def _cities_touched(found: Mapping[int, list[Contradiction]]) -> dict[int, int]:
    """In how many cities each policy answers on a day on which another contradicts it."""
    cities: dict[int, set[int]] = defaultdict(set)
    rows = InForce.objects.current().filter(policy__in=found).order_by()
    for policy, city, first, last in rows.values_list("policy", "city", "from_day", "until_day"):
        span = interval_of_days(first, last)
        if any(one.days.meet(span) for one in found[policy]):
            cities[policy].add(city)
    return {policy: len(own) for policy, own in cities.items()}


def _in_words(one: Contradiction, language: str) -> str:
    """From when to when, what answers, and what an earlier policy says instead."""
    last = last_day(one.days)
    answers = (
        bracketed(display_of(own, own.topic, language), str(own.effective_from), language)
        for own in (one.later, one.earlier)
    )
    return f"{one.days.start} – {last or ''}".strip() + _(": ") + " / ".join(answers)


def _figures(language: str) -> Iterator[QueueEntry]:
    """Figures that are reckoned otherwise than they were published, last: no answer rests on them.

    A revised figure is another than the first by its nature.
    """
    by_figure: dict[tuple[int, int, int | None], dict[str, Statistic]] = defaultdict(dict)
    for row in Statistic.objects.select_related("indicator", "city").order_by("pk"):
        by_figure[row.indicator_id, row.year, row.city_id][row.release] = row
    for rows in by_figure.values():
        derived = rows.get(Release.DERIVED)
        newest = next((rows[own] for own in reversed(PUBLISHED) if own in rows), None)
        if derived is None or newest is None:
            continue
        if same_figure((derived.value, derived.decimals), (newest.value, newest.decimals)):
            continue
        place = derived.city.slug if derived.city else NATION_CODE
        indicator = derived.indicator
        key = (indicator.slug, str(derived.year), place, derived.release)
        yield QueueEntry(
            ToResearch.CONTRADICTION,
            " ".join(key),
            in_language(indicator, "name", language),
            "statistics",
            key,
            detail=" / ".join(
                bracketed(row.value_text, in_language(row, "source_title", language), language)
                for row in (derived, newest)
            ),
        )
