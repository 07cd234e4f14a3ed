"""Templates, their requirements and the intake questions: kept in the process for one edition."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from checklists.models import (
    IntakeChoice,
    IntakeQuestion,
    Requirement,
    RequirementVersion,
    Template,
)
from checklists.models.templates import Operator
from checklists.rules.applicability import Ask, Duty, ProgrammeTest, TopicTest
from zones.models.value_types import REFERRING, plain_value
from zones.selectors.snapshot import Snapshot

#: What decides where a requirement applies.
RELATED = ("tested_topic", "tested_programme", *REFERRING, "asked_choice__question")
MOST_REVISIONS = 8


@dataclass
class KeptTemplate:
    """A template with its requirements in order, each as a duty too."""

    template: Template
    requirements: list[Requirement]
    gate_values: list[Hashable]
    duties: dict[int, Duty] = field(default_factory=dict)

    @cached_property
    def topics(self) -> list[int]:
        """Return the ids of the topics that decide something: the gate's and those tested."""
        tested = {r.tested_topic_id for r in self.requirements if r.tested_topic_id}
        gate = self.template.gate_topic_id
        return sorted({*tested, gate} if gate else tested)

    def told(self, snapshot: Snapshot) -> list[int]:
        """Return the ids of the topics that a preview tells of: those that decide something, and
        what records the operation of the gate's, which decides nothing.
        """
        return sorted({*self.topics, *self.gate_topics(snapshot)})

    def gate_topics(self, snapshot: Snapshot) -> list[int]:
        """Return the id of the gate's topic and of what records its operation."""
        gate = self.template.gate_topic_id
        operation = snapshot.operations.get(gate) if gate else None
        return [pk for pk in (gate, operation and operation.pk) if pk]

    @cached_property
    def questions(self) -> list[str]:
        """Return the intake questions that some requirement asks."""
        asked = (duty.company.question for duty in self.duties.values() if duty.company)
        return list(dict.fromkeys(asked))


@dataclass
class TemplateSnapshot:
    """All templates and intake questions of one edition, by natural key."""

    templates: dict[str, KeptTemplate]
    questions: dict[str, IntakeQuestion]


def templates(snapshot: Snapshot, known_at: int | None = None) -> TemplateSnapshot:
    """Return the templates of an edition, as known now or with the requirements of a revision: a
    few queries where it is new, else none. A template of which a revision knows no requirement was
    none then; its own words, its gate and the questions are those of now.
    """
    if known_at is None or known_at == snapshot.newest:
        return snapshot.remembered(
            "templates", lambda: TemplateSnapshot(_templates(_now()), _questions())
        )
    kept: TemplateSnapshot = snapshot.lately("templates of a revision", MOST_REVISIONS).made(
        known_at, lambda: _as_known(known_at)
    )
    return kept


def _as_known(known_at: int) -> TemplateSnapshot:
    found = _templates(_then(known_at))
    known = {slug: kept for slug, kept in found.items() if kept.requirements}
    return TemplateSnapshot(known, _questions())


def _now() -> Iterable[Requirement]:
    rows = Requirement.objects.not_withdrawn()
    yield from rows.select_related(*RELATED, "focus_area", "source")


def _then(known_at: int) -> Iterable[Requirement]:
    versions = RequirementVersion.objects.known_at(known_at)
    order = ("requirement__template__position", "requirement__position")
    related = (*RELATED, "focus_area", "source", "requirement__template")
    for version in versions.select_related(*related).order_by(*order):
        yield version.as_requirement()


def _templates(requirements: Iterable[Requirement]) -> dict[str, KeptTemplate]:
    found = {
        template.pk: KeptTemplate(
            template, [], [plain_value(value) for value in template.gate_values.all()]
        )
        for template in Template.objects.select_related("gate_topic").prefetch_related(
            *(f"gate_values__{name}" for name in REFERRING)
        )
    }
    defaults = dict(
        IntakeChoice.objects.filter(is_default=True).values_list("question__slug", "slug")
    )
    for row in requirements:
        kept = found[row.template_id]
        kept.requirements.append(row)
        kept.duties[row.pk] = duty_of(row, defaults)
    return {kept.template.slug: kept for kept in found.values()}


def _questions() -> dict[str, IntakeQuestion]:
    rows = IntakeQuestion.objects.prefetch_related("choices")
    return {question.slug: question for question in rows}


def duty_of(row: Requirement, defaults: Mapping[str, str]) -> Duty:
    """Return a requirement as applicability sees it.

    ``defaults`` are the usual answers by question.
    """
    return Duty(
        row.effective_from.first_day if row.effective_from else None,
        row.effective_to.last_day if row.effective_to else None,
        _place_test(row),
        _ask(row, defaults),
    )


def _place_test(row: Requirement) -> TopicTest | ProgrammeTest | None:
    negated = row.test_operator == Operator.IS_NOT
    if row.tested_programme:
        return ProgrammeTest(row.tested_programme.slug, negated)
    if row.tested_topic_id:
        return TopicTest(row.tested_topic_id, plain_value(row), negated)
    return None


def _ask(row: Requirement, defaults: Mapping[str, str]) -> Ask | None:
    choice = row.asked_choice
    if choice is None:
        return None
    question = choice.question.slug
    negated = row.ask_operator == Operator.IS_NOT
    return Ask(question, choice.slug, negated, defaults.get(question))
