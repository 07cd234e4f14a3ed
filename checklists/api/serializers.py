"""Templates as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cbec_portal.api.row_serializers import RowSerializer
from cbec_portal.languages import either, in_language
from checklists.api.representations import requirement_shape
from checklists.models import IntakeQuestion, Recurrence, Template
from checklists.models.templates import Severity
from checklists.rules.applicability import Gate, Why
from checklists.selectors.rendered_requirements import rendered_requirement
from zones.api.representations.cells import CellSerializer, CitedSerializer
from zones.models.labels import CERTAINTIES


class Localized(RowSerializer[Any]):
    """Gives texts in the reader's language."""

    def localized(self, row: Any, name: str) -> str:
        """Return a bilingual text in the reader's language."""
        return in_language(row, name, self.context["view"].language)


class IntakeChoiceSerializer(serializers.Serializer[Any]):
    """A possible answer of the company."""

    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # it hides an attribute of Field
    default = serializers.BooleanField(help_text="Counts where the question is not answered.")


class IntakeQuestionSerializer(Localized):
    """A question about the company, with its possible answers."""

    question = serializers.SerializerMethodField()
    why = serializers.SerializerMethodField()
    choices = serializers.SerializerMethodField()

    class Meta:
        model = IntakeQuestion
        fields = ["slug", "question", "multiple", "why", "choices"]

    def get_question(self, row: IntakeQuestion) -> str:
        """The question in the reader's language."""
        return self.localized(row, "question")

    def get_why(self, row: IntakeQuestion) -> str:
        """Why it is asked."""
        return self.localized(row, "why")

    @extend_schema_field(IntakeChoiceSerializer(many=True))
    def get_choices(self, row: IntakeQuestion) -> list[dict[str, Any]]:
        """The possible answers in order; the default counts where none is given."""
        return [
            {
                "slug": choice.slug,
                "label": self.localized(choice, "label"),
                "default": choice.is_default,
            }
            for choice in row.choices.all()
        ]


class RequirementSerializer(serializers.Serializer[Any]):
    """A requirement as it is answered."""

    number = serializers.CharField()
    title = serializers.CharField()
    guidance = serializers.CharField()
    evidence = serializers.CharField()
    responsible_role = serializers.CharField()
    focus_area = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    recurrence = serializers.ChoiceField(choices=Recurrence.choices)
    effective_from = serializers.CharField(allow_null=True)
    effective_to = serializers.CharField(allow_null=True)
    source = CitedSerializer()  # type: ignore[assignment]  # it hides an attribute of Field
    clause = serializers.CharField()
    verification = serializers.ChoiceField(choices=CERTAINTIES)
    caveat = serializers.CharField()


class RuledSerializer(RequirementSerializer):
    """A requirement with why it applies, does not, or is to be confirmed."""

    why = serializers.ChoiceField(choices=[why.value for why in Why])
    reason = serializers.CharField()
    policy = CellSerializer(allow_null=True)


class GateSerializer(serializers.Serializer[Any]):
    """Whether the trade mode is open in the place."""

    state = serializers.ChoiceField(choices=[(state.value, state.name) for state in Gate])
    why = serializers.ChoiceField(choices=[why.value for why in Why])
    topic = serializers.CharField(allow_null=True)
    display = serializers.CharField(help_text="What is known of the topic in the place")
    reason = serializers.CharField()
    how = serializers.CharField(
        help_text="Whom to ask where it is to be confirmed or depends on the place, else empty"
    )
    policy = CellSerializer(allow_null=True)
    law = CellSerializer(
        allow_null=True,
        help_text="The public answer, also where a team's own finding decides instead of it",
    )
    finding = serializers.CharField(
        help_text="The team's own answer that decides instead of the public one, else empty"
    )
    operation = CellSerializer(
        allow_null=True,
        help_text="What is recorded of its operation there: a hint, which opens no gate",
    )


class PreviewSerializer(serializers.Serializer[Any]):
    """Which requirements of a template apply in a place on a day."""

    template = serializers.CharField()
    city = serializers.CharField(allow_null=True)
    province = serializers.CharField(allow_null=True)
    customs_district = serializers.CharField(allow_null=True)
    as_of = serializers.DateField()
    known_at = serializers.IntegerField()
    answers = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    gate = GateSerializer()
    included = RuledSerializer(many=True)
    excluded = RuledSerializer(many=True)
    to_confirm = RuledSerializer(many=True)


class TemplateSerializer(Localized):
    """A template without its requirements."""

    name = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    audience = serializers.SerializerMethodField()
    gate_topic = serializers.CharField(source="gate_topic.slug", default=None, allow_null=True)

    class Meta:
        model = Template
        fields = [
            *("slug", "name", "name_en", "name_zh", "trade_mode", "audience"),
            *("description", "gate_topic"),
        ]

    def get_name(self, row: Template) -> str:
        """The name in the reader's language."""
        return self.localized(row, "name")

    def get_description(self, row: Template) -> str:
        """What the template is for."""
        return self.localized(row, "description")

    def get_audience(self, row: Template) -> str:
        """Who works with it."""
        return either(row.audience, row.audience_zh, self.context["view"].language)


class FullTemplateSerializer(TemplateSerializer):
    """A template with its requirements and the questions they ask."""

    questions = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()

    class Meta(TemplateSerializer.Meta):
        fields = [*TemplateSerializer.Meta.fields, "questions", "requirements"]

    @extend_schema_field(IntakeQuestionSerializer(many=True))
    def get_questions(self, _: Template) -> Any:
        """The intake questions that decide some of its requirements."""
        view = self.context["view"]
        asked = [view.every.questions[slug] for slug in view.kept_template.questions]
        return IntakeQuestionSerializer(asked, many=True, context=self.context).data

    @extend_schema_field(RequirementSerializer(many=True))
    def get_requirements(self, _: Template) -> list[dict[str, Any]]:
        """All requirements in order, in force or not."""
        view = self.context["view"]
        rows = view.kept_template.requirements
        return [requirement_shape(rendered_requirement(row, view.language)) for row in rows]
