"""The intake questions as a form shows them, and answers in words."""

from __future__ import annotations

from typing import NamedTuple

from checklists.queries.catalogue import KeptTemplate, Templates
from checklists.queries.previewing import Answers
from zones.queries.shapes import in_language


class Option(NamedTuple):
    """A possible answer; ``value`` is how a form says it."""

    value: str
    label: str
    given: bool


class Question(NamedTuple):
    """An intake question with its possible answers."""

    slug: str
    words: str
    why: str
    multiple: bool
    options: list[Option]


def questions_of(
    template: KeptTemplate,
    every: Templates,
    answers: Answers,
    language: str,
    *,
    preselect: bool = False,
) -> list[Question]:
    """The questions that decide some duty of a template, with the answers given.

    Args:
        preselect: take the default of a question that is not answered.
    """
    found = []
    for slug in template.questions:
        question = every.questions[slug]
        given = answers.get(slug, ())
        options = [
            Option(
                f"{slug}:{choice.slug}",
                in_language(choice, "label", language),
                choice.slug in given or (preselect and not given and choice.is_default),
            )
            for choice in question.choices.all()
        ]
        words = in_language(question, "question", language)
        why = in_language(question, "why", language)
        found.append(Question(slug, words, why, question.multiple, options))
    return found


def answers_in_words(questions: list[Question]) -> list[tuple[str, str]]:
    """Each question with the answers given to it; an empty text where none is."""
    return [
        (question.words, "; ".join(option.label for option in question.options if option.given))
        for question in questions
    ]
