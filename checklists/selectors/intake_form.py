"""The intake questions as a form shows them."""

from __future__ import annotations

from typing import NamedTuple

from cbec_portal.languages import in_language
from checklists.selectors.preview import Answers
from checklists.selectors.template_snapshot import KeptTemplate, TemplateSnapshot


class IntakeOption(NamedTuple):
    """A possible answer; ``value`` is how a form says it.

    ``chosen`` are the answers given, or the default of a question that was not answered.
    """

    value: str
    label: str
    chosen: bool


class IntakeFormQuestion(NamedTuple):
    """An intake question with its possible answers; ``optional`` ones have no default."""

    slug: str
    words: str
    why: str
    multiple: bool
    optional: bool
    options: list[IntakeOption]


def questions_of(
    template: KeptTemplate, every: TemplateSnapshot, answers: Answers, language: str
) -> list[IntakeFormQuestion]:
    """Return the questions that decide some duty of a template, with what counts as answered."""
    found = []
    for slug in template.questions:
        question = every.questions[slug]
        choices = list(question.choices.all())
        given = answers.get(slug)
        options = [
            IntakeOption(
                f"{slug}:{choice.slug}",
                in_language(choice, "label", language),
                choice.slug in given if given else choice.is_default,
            )
            for choice in choices
        ]
        words = in_language(question, "question", language)
        why = in_language(question, "why", language)
        optional = not any(choice.is_default for choice in choices)
        found.append(IntakeFormQuestion(slug, words, why, question.multiple, optional, options))
    return found
