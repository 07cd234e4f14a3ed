"""How a topic is answered: what counts as which answer, examples and pitfalls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cbec_portal.languages import in_language
from zones.models import Choice, Topic


class Codebook(NamedTuple):
    """What is written down of how a topic is answered, in one language.

    ``meanings`` are the possible answers of a topic of choices, each by its label.
    """

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
    return Codebook(
        in_language(topic, "counts_as", language),
        in_language(topic, "examples", language),
        in_language(topic, "pitfalls", language),
        [
            (in_language(choice, "label", language), in_language(choice, "meaning", language))
            for choice in choices
        ],
    )
