"""How cities compare on a topic. Unknown is not no: only known answers can differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, assert_never

from zones.rules.vocabulary import KNOWN_STATES, Certainty, Only, Outcome, State

#: From 0 for the surest.
_DOUBT = {certainty: doubt for doubt, certainty in enumerate(Certainty)}


class Answer(NamedTuple):
    """An answer as far as comparing needs it.

    ``reading`` is equal for equal answers. It holds the value stated and, for an additive topic,
    all that is read together with it.
    """

    state: State
    reading: tuple[Any, ...] | None = None

    @property
    def value(self) -> Any:
        """Return the value stated, without what is read together with it; none if none is."""
        return self.reading[0] if self.reading else None

    @property
    def is_known(self) -> bool:
        """Return whether it is known what holds, be it that there is no such rule."""
        return self.state in KNOWN_STATES


_OUTCOMES = [(outcome, outcome.value) for outcome in Outcome]
_NOT_VERIFIED = Answer(State.NOT_VERIFIED)


def state_without_policy(day: date, begins_on: date | None) -> State:
    """Return the state of an answer without a policy.

    That is *no such rule yet* before the day on which the topic begins, else *not researched*.
    """
    if begins_on is not None and day < begins_on:
        return State.NO_SUCH_RULE_YET
    return State.NOT_RESEARCHED


def as_sure_as(answer: Answer, certainty: Certainty, wanted: Certainty) -> Answer:
    """Return the answer, or *not verified* where its record is less sure than wanted."""
    return answer if _DOUBT[certainty] <= _DOUBT[wanted] else _NOT_VERIFIED


def outcome(answers: Sequence[Answer], *, descriptive: bool = False) -> Outcome:
    """Return what comparing the answers of one row comes to.

    A value beside *no such rule yet* is a rule that began: they differ. A gap never does. A topic
    that is descriptive is shown and never compared.
    """
    if descriptive:
        return Outcome.DESCRIBED
    # Most cells of a row share one answer, which is looked at once.
    different = set({id(answer): answer for answer in answers}.values())
    known = [answer for answer in different if answer.state in KNOWN_STATES]
    if not known:
        return Outcome.UNKNOWN
    if len(known) > 1:
        return Outcome.DIFFERS
    return Outcome.SAME if len(known) == len(different) else Outcome.INCOMPLETE


class StandingApart(NamedTuple):
    """Which answers of a row stand apart, by their places, and from what: from what most others
    say, else from the first.
    """

    places: tuple[int, ...]
    from_most: bool


def standing_apart(answers: Sequence[Answer]) -> StandingApart:
    """Return which known answers stand apart from that of more than half of the known ones; where
    no answer is that of so many, from the first if that is known.

    Of two answers neither does: that they differ says it all. A gap never does.
    """
    known = [place for place, answer in enumerate(answers) if answer.is_known]
    if len(known) < 3 or len({id(answers[place]) for place in known}) == 1:
        return StandingApart((), from_most=True)
    common, count = Counter(answers[place] for place in known).most_common(1)[0]
    from_most = 2 * count > len(known)
    if not from_most:
        if not answers[0].is_known:
            return StandingApart((), from_most=False)
        common = answers[0]
    return StandingApart(tuple(place for place in known if answers[place] != common), from_most)


def fits(answers: Sequence[Answer], of: Outcome, *, varies: bool, only: Collection[Only]) -> bool:
    """Return whether a row is among those that somebody wants only; without a wish all are.

    Rows that differ and rows with a gap add up; that a topic be local narrows them down.
    """
    if Only.LOCAL in only and not varies:
        return False
    wanted = [wish for wish in only if wish is not Only.LOCAL]
    return not wanted or any(_fits(answers, of, wish) for wish in wanted)


def _fits(answers: Sequence[Answer], of: Outcome, wish: Only) -> bool:
    match wish:
        case Only.DIFFERENCES:
            return of is Outcome.DIFFERS
        case Only.GAPS:
            return not all(answer.is_known for answer in answers)
        case Only.LOCAL:
            return True
        case _:
            assert_never(wish)


def tally(counted: Mapping[Outcome, int]) -> dict[str, int]:
    """Return the number of topics, and of each outcome; those that are absent count 0."""
    topics = sum(counted.values())
    return {"topics": topics, **{name: counted.get(o, 0) for o, name in _OUTCOMES}}


class Profile(NamedTuple):
    """Cities with the same answers, and the topics that set them apart from the largest group."""

    cities: tuple[str, ...]
    differs_from_largest: tuple[str, ...]


class Profiles(NamedTuple):
    """All profiles, largest first, and the topics that could not be counted."""

    results: tuple[Profile, ...]
    topics_left_out: tuple[str, ...]


def profiles(
    answers: Mapping[str, Sequence[Answer]],
    topics: Sequence[str],
    *,
    every_topic: bool,
    descriptive: Collection[str] = (),
) -> Profiles:
    """Group cities by their answers.

    Args:
        answers: city to its answers, one for each topic.
        topics: the topics that may count, in order.
        every_topic: count every topic, a state then being an answer too. Otherwise only topics
            known for every city count and the others are left out.
        descriptive: the topics that only name things: they are always left out.
    """
    by_topic = zip(*answers.values(), strict=True) if answers else ((),) * len(topics)
    counted = [
        place
        for place, (topic, own) in enumerate(zip(topics, by_topic, strict=True))
        if topic not in descriptive and (every_topic or _all_known(own))
    ]
    groups: dict[tuple[Answer, ...], list[str]] = {}
    for city, own in answers.items():
        groups.setdefault(tuple([own[place] for place in counted]), []).append(city)
    left_out = set(range(len(topics))).difference(counted)
    ranked = sorted(groups.items(), key=lambda group: -len(group[1]))
    largest = ranked[0][0] if ranked else ()
    return Profiles(
        tuple(
            Profile(
                tuple(cities),
                tuple(
                    topics[place]
                    for place, ours, theirs in zip(counted, own, largest, strict=True)
                    if ours != theirs
                ),
            )
            for own, cities in ranked
        ),
        tuple(topic for place, topic in enumerate(topics) if place in left_out),
    )


def _all_known(answers: Sequence[Answer]) -> bool:
    """Whether all of many answers are known, of which few are different objects."""
    distinct = dict(zip(map(id, answers), answers, strict=True))
    return all(answer.is_known for answer in distinct.values())
