"""What a publication will do to the rows in force, worked out before it is written.

Resolving takes far longer than writing what comes of it, and while one publishes nobody else
writes. So resolution goes by what will be known, and asks for no more than what is known now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from zones.models import City, Policy, Revision, Topic
from zones.models.bindings import BindingFacts, CityBindings, rules_of
from zones.models.querysets.in_force_sql import Ref, Row, held
from zones.rules.intervals import interval_of_days
from zones.rules.partial_dates import PartialDate
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import State
from zones.services.in_force_rows import Difference, TurnedAnswers, difference, turned, write

#: Told what has been done so far, in words.
Progress = Callable[[str], None]


@dataclass
class Expectation:
    """What will be known: where cities lie, which zones there are, and which policies come and go.

    Policies come and go by topic. One that has no id yet is known by a number below zero: -1 is the
    first of ``identities``.
    """

    #: As it is known now; whoever expects something changes it.
    facts: BindingFacts
    gone: dict[Ref, set[int]] = field(default_factory=lambda: defaultdict(set))
    new: dict[Ref, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    identities: list[str] = field(default_factory=list)
    #: What binds each city now.
    before: CityBindings = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.facts.bindings()

    def add(
        self,
        policy: int | str,
        topic: Ref,
        scope: Scope,
        first: PartialDate,
        last: PartialDate | None,
        state: State,
    ) -> None:
        """Expect a policy, known by its id or, if it has none yet, by its identity."""
        if isinstance(policy, str):
            self.identities.append(policy)
            policy = -len(self.identities)
        span = interval_of_days(first.first_day, last.last_day if last else None)
        self.new[topic].append(Rule(policy, scope, span, state))


@dataclass(frozen=True)
class Forecast:
    """The rows in force that will come and go, by topic."""

    differences: Mapping[Ref, Difference]
    identities: list[str]

    @property
    def changes_rows(self) -> bool:
        """Return whether any row in force will come or go."""
        return any(missing or surplus for missing, surplus in self.differences.values())

    def write(self, revision: Revision, published: Iterable[Policy]) -> None:
        """Bring the rows in force up to date, now that all they refer to is stored."""
        ids = {policy.identity: policy.pk for policy in published} if self.identities else {}
        policies = {-n: ids[name] for n, name in enumerate(self.identities, start=1)}
        cities: dict[Ref, int] = dict(City.objects.order_by().values_list("slug", "pk"))
        topics: dict[Ref, int] = dict(Topic.objects.order_by().values_list("slug", "pk"))

        def stored(row: Row) -> Row:
            return row._replace(
                city=cities.get(row.city, row.city),
                topic=topics.get(row.topic, row.topic),
                policy=policies.get(row.policy, row.policy),
                also=_with_ids(row.also, policies) if "-" in row.also else row.also,
            )

        for missing, surplus in self.differences.values():
            write(Difference([stored(row) for row in missing], surplus), revision)


def forecast(expected: Expectation, progress: Progress = lambda _: None) -> Forecast:
    """Resolve anew what will be another than it is known now."""
    return Forecast(dict(foreseen(expected, progress)), expected.identities)


def foreseen(
    expected: Expectation, progress: Progress = lambda _: None
) -> Iterator[tuple[Ref, Difference]]:
    """Resolve anew what will be another than it is known now, and yield it topic by topic."""
    for topic, to_resolve in _to_resolve(expected, progress):
        yield topic, difference(topic, *to_resolve)


def foreseen_answers(expected: Expectation) -> Iterator[tuple[Ref, TurnedAnswers]]:
    """Yield topic by topic which policies will answer instead of those that do now, and when.

    What answers now is asked for in one query, and let go of topic by topic.
    """
    to_resolve = dict(_to_resolve(expected, lambda _: None))
    known = {
        topic: [city for city in cities if isinstance(city, int)]
        for topic, (cities, *_rest) in to_resolve.items()
        if isinstance(topic, int)
    }
    for answered, now in held(known):
        yield answered, turned(now, *to_resolve.pop(answered))
    for topic, own in to_resolve.items():  # which nothing answers yet in these cities
        yield topic, turned((), *own)


def _to_resolve(
    expected: Expectation, progress: Progress
) -> Iterator[tuple[Ref, tuple[list[Ref], CityBindings, list[Rule]]]]:
    """The topics whose answers can become others: the cities, what binds them, and the rules."""
    after = expected.facts.bindings()
    rebound = _rebound(expected.before, after)
    policies = Policy.objects.current().not_withdrawn()
    if not rebound:
        topics = {topic for topic in (*expected.gone, *expected.new) if isinstance(topic, int)}
        policies = policies.filter(topic__in=topics)
    rules: dict[Ref, list[Rule]] = defaultdict(list)
    for known, own in rules_of(policies).items():
        rules[known] = own
    touched = sorted(_touched(expected, rules, after, rebound).items(), key=str)
    for count, (topic, cities) in enumerate(touched, start=1):
        gone = expected.gone[topic]
        kept = [rule for rule in rules[topic] if rule.policy not in gone]
        will = kept + expected.new[topic]
        yield topic, (sorted(cities, key=str), after, will)
        progress(f"resolved topic {count} of {len(touched)}")


def _rebound(before: CityBindings, after: CityBindings) -> dict[Scope, set[Ref]]:
    """The cities that a scope does not bind during the same spans as before, by scope."""
    found: dict[Scope, set[Ref]] = defaultdict(set)
    for city in before.keys() | after.keys():
        was, will = before.get(city, {}), after.get(city, {})
        for scope in was.keys() | will.keys():
            if was.get(scope) != will.get(scope):
                found[scope].add(city)
    return found


def _touched(
    expected: Expectation,
    rules: Mapping[Ref, list[Rule]],
    bindings: CityBindings,
    rebound: Mapping[Scope, set[Ref]],
) -> dict[Ref, set[Ref]]:
    """The cities, by topic, whose rows in force can become others."""
    bound: dict[Scope, set[Ref]] = defaultdict(set)
    for city, scopes in bindings.items():
        for scope in scopes:
            bound[scope].add(city)
    touched: dict[Ref, set[Ref]] = defaultdict(set)
    for topic in rules.keys() | expected.new.keys():
        new, gone = expected.new[topic], expected.gone[topic]
        moved = [rule for rule in rules.get(topic, ()) if rule.policy in gone] + new
        for rule in moved:
            touched[topic] |= bound[rule.scope]
        for rule in (*rules.get(topic, ()), *new) if rebound else ():
            touched[topic] |= rebound.get(rule.scope, set())
    return {topic: cities for topic, cities in touched.items() if cities}


def _with_ids(also: str, policies: Mapping[int, int]) -> str:
    numbers = (int(number) for number in also.split(","))
    return ",".join(str(policies.get(number, number)) for number in numbers)
