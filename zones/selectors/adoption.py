"""One topic across all cities: what they answer on a day, and how the rule spread."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, F, Min, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import Exact

from cbec_portal.caches import Kept
from zones.models import Choice, City, InForce, Topic
from zones.models.value_types import LISTED, TYPES
from zones.rules.comparison import Answer
from zones.rules.partial_dates import day_of
from zones.rules.vocabulary import ScopeKind, State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.rendered_values import state_words

MOST_TOPICS = 256
_TEXT, _APART = CharField(), "|"
#: How the first day of a row is known: as that of its policy, if it begins with that.
_START = Case(
    When(
        # Policies keep their first day as text.
        Exact(Cast("from_day", _TEXT), F("policy__effective_from_day")),
        then=F("policy__start_qualifier"),
    ),
    default=Value(""),
    output_field=_TEXT,
)
MOST_REVISIONS = 3


class Group(NamedTuple):
    """Cities that answer the same on a day; ``state`` says what kind of answer that is.

    ``key`` names the group among those of its topic: the value as it is asked for, or the state.
    """

    key: str
    state: str
    display: str
    cities: list[City]


class Adoption(NamedTuple):
    """How a rule came to hold in more and more cities.

    ``holding`` are days with the number of cities in which it held from then on, ``ever`` with that
    of the cities in which it had held by then; ``first`` the cities of the first day;
    ``national_on`` the day from which a rule of the nation said so, if any. Of ``known_by`` cities
    the first day is only one by which, or about which, the rule is known to have held; ``start`` is
    how that of the very first is known, as `StartQualifier` has it.
    """

    holding: list[tuple[date, int]]
    ever: list[tuple[date, int]]
    first: list[City]
    national_on: date | None
    known_by: int = 0
    start: str = ""

    @property
    def began(self) -> date | None:
        """Return the first day on which some city had it."""
        return self.ever[0][0] if self.ever else None

    @property
    def days_to_national(self) -> int | None:
        """Return the days from the first city to the rule of the nation; none without one."""
        return (self.national_on - self.ever[0][0]).days if self.national_on else None


class AnswerAdoption(NamedTuple):
    """The spread of an answer: of a choice, or of having the rule at all."""

    choice: Choice | None
    spread: Adoption


#: Of a rule that no city is recorded to have had.
NOWHERE = AnswerAdoption(None, Adoption([], [], [], None))


def groups_of(topic: Topic, inquiry: Inquiry) -> list[Group]:
    """Return the answers of a day with the cities that give them, the most frequent first."""
    cities = list(cities_on(inquiry).values())
    known = answer_matrix(cities, [topic], inquiry)
    policies = known.policies[topic.pk]
    rendered = inquiry.snapshot.rendered(filter(None, policies), inquiry.language)
    groups: dict[Answer, Group] = {}
    for city, answer, policy in zip(cities, known.answers[topic.pk], policies, strict=True):
        if answer not in groups:
            shown = state_words(answer.state, inquiry.language)
            if policy and answer.state is State.STATED:
                shown = rendered[policy].display
            groups[answer] = Group(_key(topic, answer), answer.state.value, shown, [])
        groups[answer].cities.append(city)
    return sorted(
        groups.values(), key=lambda group: (group.state != State.STATED, -len(group.cities))
    )


def _key(topic: Topic, answer: Answer) -> str:
    return topic.answer_type.text(answer.value) if answer.reading else answer.state.value


def adoption_of(topic: Topic, inquiry: Inquiry) -> list[AnswerAdoption]:
    """Return since when cities have had the rule.

    Of a yes or no, *yes* is having it; of a choice each answer spreads by itself, in the order of
    the choices; of anything else every stated answer counts. Two queries for a topic not asked for
    lately.
    """
    read: Kept[tuple[int, int], list[AnswerAdoption]] = inquiry.snapshot.lately(
        "spread of topics", MOST_TOPICS
    )

    def make() -> list[AnswerAdoption]:
        rows = _having(inquiry.known_at).filter(topic=topic.pk)
        return _spreads(rows, inquiry).get(topic.pk, [])

    return read.made((topic.pk, inquiry.known_at), make)


def every_adoption(inquiry: Inquiry) -> dict[int, list[AnswerAdoption]]:
    """Return the spread of every topic that some city has had, by id.

    Two queries for an edition.
    """
    read: Kept[int, dict[int, list[AnswerAdoption]]] = inquiry.snapshot.lately(
        "every spread", MOST_REVISIONS
    )
    return read.made(inquiry.known_at, lambda: _spreads(_having(inquiry.known_at), inquiry))


def _having(known_at: int) -> Any:
    """The rows in force by which a city has a rule."""
    rows: Any = InForce.objects.known_at(known_at).filter(policy__state=State.STATED.value)
    for own in TYPES:
        if own.denial is not None:
            rows = rows.exclude(**{f"policy__{own.column}": own.denial})
    return rows.order_by()


def _spreads(rows: Any, inquiry: Inquiry) -> dict[int, list[AnswerAdoption]]:
    # Days stay texts until all are read: there is one of each city, and few that differ.
    # The first row of an answer begins with it, and the index that answers has that day.
    first = Min(Concat(Cast("from_day", CharField()), Value(_APART), _START, output_field=_TEXT))
    national = Cast(Min("from_day", filter=Q(policy__scope_kind=ScopeKind.NATION)), CharField())
    grouped = rows.values_list("topic", f"policy__{LISTED.column}", "city")
    since: dict[tuple[int, int | None], dict[int, str]] = {}
    starts: dict[tuple[int, int | None], dict[int, str]] = {}
    national_on: dict[tuple[int, int | None], str] = {}
    for topic, choice, city, begun, by_nation in grouped.annotate(first=first, by=national):
        day, _apart, start = begun.partition(_APART)
        since.setdefault((topic, choice), {})[city] = day
        starts.setdefault((topic, choice), {})[city] = start
        if by_nation:
            earliest = national_on.get((topic, choice), by_nation)
            national_on[topic, choice] = min(earliest, by_nation)
    moved = _moved(rows)
    choices: dict[int, Choice] = inquiry.snapshot.related[LISTED.column]
    found: dict[int, list[AnswerAdoption]] = {}
    for (topic, choice), own in since.items():
        answer = choices[choice] if choice else None
        national_day = national_on.get((topic, choice))
        spread = _spread(own, starts[topic, choice], moved[topic, choice], national_day, inquiry)
        found.setdefault(topic, []).append(AnswerAdoption(answer, spread))
    for answers in found.values():
        answers.sort(key=lambda one: one.choice.position if one.choice else 0)
    return found


def _moved(rows: Any) -> dict[tuple[int, int | None], Counter[date]]:
    """How many cities more, or fewer, have a rule from a day on. Rows of a city never overlap, and
    where one follows another the days cancel out.
    """
    moved: dict[tuple[int, int | None], Counter[date]] = {}
    spans = rows.values_list("topic", f"policy__{LISTED.column}", "from_day", "until_day")
    for topic, choice, begins, ends, count in spans.annotate(cities=Count("pk")):
        counted = moved.setdefault((topic, choice), Counter())
        counted[begins] += count
        if ends:
            counted[ends + timedelta(1)] -= count
    return moved


def _steps(moved: Counter[date]) -> list[tuple[date, int]]:
    days = sorted(day for day, count in moved.items() if count)
    return list(zip(days, accumulate(moved[day] for day in days), strict=True))


def _spread(
    since: dict[int, str],
    starts: dict[int, str],
    moved: Counter[date],
    national_on: str | None,
    inquiry: Inquiry,
) -> Adoption:
    ever = _steps(Counter({day_of(day): count for day, count in Counter(since.values()).items()}))
    began = ever[0][0]
    there, first_day = cities_on(inquiry.on(began)), began.isoformat()
    first = [city for pk, city in there.items() if since.get(pk) == first_day]
    of_first = {starts[pk] for pk, day in since.items() if day == first_day}
    return Adoption(
        _steps(moved),
        ever,
        first,
        day_of(national_on) if national_on else None,
        sum(map(bool, starts.values())),
        # Where one of the first is known to have had it on that day, it is no later than that.
        min(of_first) if of_first else "",
    )
