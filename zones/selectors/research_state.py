"""What is researched and what nobody knows yet, by topic, by city and by province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from zones.models import City, Province, Topic
from zones.rules.completeness import Completeness, completeness
from zones.rules.vocabulary import State
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.inquiry import Inquiry
from zones.selectors.placements import cities_on


@dataclass(frozen=True)
class ResearchState:
    """The states of all cells of a day, by topic id and in the order of the cities, and how
    complete they are.
    """

    cities: list[City]
    topics: list[Topic]
    states: Mapping[int, Sequence[State]]

    @cached_property
    def whole(self) -> Completeness:
        """Return how much is researched of all."""
        return sum(self.by_topic.values(), Completeness())

    @cached_property
    def by_topic(self) -> dict[int, Completeness]:
        """Return how much is researched of each topic, by id."""
        return {topic: completeness(row) for topic, row in self.states.items()}

    @cached_property
    def by_city(self) -> dict[int, Completeness]:
        """Return how much is researched of each city, by id."""
        columns = zip(*(self.states[topic.pk] for topic in self.topics), strict=True)
        found = dict.fromkeys((city.pk for city in self.cities), Completeness())
        return found | {
            city.pk: completeness(own) for city, own in zip(self.cities, columns, strict=False)
        }

    @cached_property
    def by_province(self) -> dict[Province, Completeness]:
        """Return how much is researched of each province, where it was on the day, in the order of
        the cities.
        """
        by_city = self.by_city
        found: dict[Province, Completeness] = defaultdict(Completeness)
        for city in self.cities:
            found[city.province] += by_city[city.pk]
        return dict(found)

    def gaps(self, topic: Topic) -> list[City]:
        """Return the cities of which nobody has looked what they answer."""
        states = zip(self.cities, self.states[topic.pk], strict=True)
        return [city for city, state in states if state is State.NOT_RESEARCHED]


def research_state(
    topics: Sequence[Topic], inquiry: Inquiry, cities: Sequence[City]
) -> ResearchState:
    """Return what is researched of topics in some cities on a day, however sure it is; nothing is
    said of a topic where there are no cities, nor of a city where there are no topics.

    Those of all cities are read, which are kept, and those asked for taken from them.
    """
    if not cities or not topics:
        return ResearchState([], [], {})
    everyone = list(cities_on(inquiry).values())
    asked = {city.pk for city in cities}
    places = [at for at, city in enumerate(everyone) if city.pk in asked]
    answers = answer_matrix(everyone, topics, inquiry.of_any_certainty).answers
    states = {topic.pk: [answers[topic.pk][at].state for at in places] for topic in topics}
    return ResearchState([everyone[at] for at in places], list(topics), states)
