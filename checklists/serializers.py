"""Templates as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from checklists.models import IntakeQuestion, Template
from checklists.queries.previewing import requirement_shape
from zones.queries.shapes import in_language


class Localized(serializers.ModelSerializer[Any]):
    """Gives texts in the reader's language."""

    def said(self, row: Any, name: str) -> str:
        """A bilingual text in the reader's language."""
        return in_language(row, name, self.context["view"].language)


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
        return self.said(row, "question")

    def get_why(self, row: IntakeQuestion) -> str:
        """Why it is asked."""
        return self.said(row, "why")

    def get_choices(self, row: IntakeQuestion) -> list[dict[str, Any]]:
        """The possible answers in order; the default counts where none is given."""
        return [
            {"slug": choice.slug, "label": self.said(choice, "label"), "default": choice.is_default}
            for choice in row.choices.all()
        ]


class TemplateSerializer(Localized):
    """A template without its requirements."""

    name = serializers.SerializerMethodField()
    description = serializers.SerializerMethodField()
    audience = serializers.SerializerMethodField()
    gate_topic = serializers.CharField(source="gate_topic.slug", default=None)

    class Meta:
        model = Template
        fields = [
            *("slug", "name", "name_en", "name_zh", "trade_mode", "audience"),
            *("description", "gate_topic"),
        ]

    def get_name(self, row: Template) -> str:
        """The name in the reader's language."""
        return self.said(row, "name")

    def get_description(self, row: Template) -> str:
        """What the template is for."""
        return self.said(row, "description")

    def get_audience(self, row: Template) -> str:
        """Who works with it."""
        chinese = self.context["view"].language.startswith("zh")
        return row.audience_zh if chinese else row.audience


class FullTemplateSerializer(TemplateSerializer):
    """A template with its requirements and the questions they ask."""

    questions = serializers.SerializerMethodField()
    requirements = serializers.SerializerMethodField()

    class Meta(TemplateSerializer.Meta):
        fields = [*TemplateSerializer.Meta.fields, "questions", "requirements"]

    def get_questions(self, _: Template) -> Any:
        """The intake questions that decide some of its requirements."""
        view = self.context["view"]
        asked = [view.every.questions[slug] for slug in view.kept_template.questions]
        return IntakeQuestionSerializer(asked, many=True, context=self.context).data

    def get_requirements(self, _: Template) -> list[dict[str, Any]]:
        """All requirements in order, in force or not."""
        view = self.context["view"]
        return [requirement_shape(row, view.language) for row in view.kept_template.requirements]
