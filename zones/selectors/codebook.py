"""How a topic is answered: what counts as which answer, examples and pitfalls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from zones.models import Choice, Topic
from zones.models.topics import Direction
from zones.models.value_types import ValueType


class Codebook(NamedTuple):
    """What is written down of how a topic is answered, in one language.

    ``meanings`` are the possible answers of a topic of choices, each by its label. ``facts`` are
    what follows from the topic itself, whatever anybody wrote: what it is answered by, from when
    there are such rules, in which direction, and how often it is read again.
    """

    facts: list[tuple[str, str]]
    counts_as: str
    examples: str
    pitfalls: str
    meanings: list[tuple[str, str]]

    @property
    def is_written(self) -> bool:
        """Return whether anybody has written down more than what each choice means."""
        return bool(self.counts_as or self.examples or self.pitfalls)


def codebook_of(topic: Topic, choices: Iterable[Choice], language: str) -> Codebook:
    """Return how a topic is answered, given its choices in order."""
    own = list(choices)
    return Codebook(
        _facts(topic, own, language),
        in_language(topic, "counts_as", language),
        in_language(topic, "examples", language),
        in_language(topic, "pitfalls", language),
        [
            (in_language(choice, "label", language), in_language(choice, "meaning", language))
            for choice in own
        ],
    )


def _facts(topic: Topic, choices: Iterable[Choice], language: str) -> list[tuple[str, str]]:
    """What follows from the topic, each by what its column is called."""
    answered = [str(ValueType(topic.value_type).label)]
    answered += filter(None, [topic.unit_in(language)])
    answered += (in_language(choice, "label", language) for choice in choices)
    told = {
        "value_type": " · ".join(answered),
        "begins_on": day_in_words(topic.begins_on),
        "direction": str(Direction(topic.direction).label) if topic.direction else "",
        "additive": _("Yes") if topic.additive else "",
        "descriptive": _("Yes") if topic.descriptive else "",
        "review_months": str(topic.review_months or ""),
    }
    called = {field.name: str(field.verbose_name) for field in Topic._meta.fields}
    return [(called[name], cell) for name, cell in told.items() if cell]
