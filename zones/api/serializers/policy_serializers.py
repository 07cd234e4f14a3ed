"""Topics, policies and their changes as they are answered. Staff columns are nowhere here."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cbec_portal.api.row_serializers import RowSerializer
from cbec_portal.languages import in_language
from zones.api.representations.cells import CitedSerializer, ListedPolicy, ScopeSerializer
from zones.api.serializers.place_serializers import NamedSerializer
from zones.dataset.topic_tables import CODEBOOK
from zones.models import Choice, FocusArea, Policy, StartQualifier, Topic
from zones.models.labels import CERTAINTIES, CHANGES, RECORDED_STATE_CHOICES
from zones.selectors.rendered_values import topic_label


class FocusAreaSerializer(NamedSerializer):
    """A focus area."""

    class Meta:
        model = FocusArea
        fields = ["slug", "name", "name_en", "name_zh", "description_en", "description_zh"]


#: Under this name a topic has its choices read, as a list: a query put together for each topic,
#: which :attr:`Topic.choices` is, takes longer than writing it.
CHOICES = "choices_in_order"


class TopicSerializer(RowSerializer[Topic]):
    """A topic with its choices."""

    focus_area = serializers.CharField(source="focus_area.slug")
    label = serializers.SerializerMethodField()  # type: ignore[assignment]  # it hides an attribute of Field
    question = serializers.SerializerMethodField()
    trade_modes = serializers.ListField(source="modes", child=serializers.CharField())
    choices = serializers.SerializerMethodField()
    varies = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields = [
            "slug",
            "focus_area",
            "label",
            "label_en",
            "label_zh",
            "question",
            "question_en",
            "question_zh",
            "value_type",
            "unit",
            "unit_zh",
            "choices",
            "direction",
            "trade_modes",
            "why_it_matters_en",
            "why_it_matters_zh",
            *CODEBOOK,
            "begins_on",
            "additive",
            "descriptive",
            "varies",
            "review_months",
        ]

    def get_label(self, row: Topic) -> str:
        """The short head in the reader's language; the question where it has none."""
        return topic_label(row, self.context["view"].language)

    def get_question(self, row: Topic) -> str:
        """The question in the reader's language."""
        return in_language(row, "question", self.context["view"].language)

    def get_varies(self, row: Topic) -> bool | None:
        """Whether two of all cities are known to answer it differently on the day asked about; null
        where no day is.
        """
        varying = self.context["view"].varying
        return None if varying is None else row.pk in varying

    def get_choices(self, row: Topic) -> list[dict[str, str]]:
        """Possible answers, in order."""
        names = ("label_en", "label_zh", "meaning_en", "meaning_zh")
        choices: list[Choice] = getattr(row, CHOICES)
        return [
            {"choice": choice.slug, **{name: getattr(choice, name) for name in names}}
            for choice in choices
        ]


class PolicySerializer(serializers.Serializer[Policy]):
    """A policy: what a cell says of it, with its version."""

    identity = serializers.CharField()
    version = serializers.IntegerField()
    change = serializers.ChoiceField(choices=CHANGES)
    recorded_in = serializers.IntegerField()
    replaced_in = serializers.IntegerField(allow_null=True)
    topic = serializers.CharField()
    state = serializers.ChoiceField(choices=RECORDED_STATE_CHOICES)
    value = serializers.JSONField(help_text="true or false, a number, or a text, by the topic")
    display = serializers.CharField()
    summary = serializers.CharField()
    caveat = serializers.CharField()
    scope = ScopeSerializer()
    effective_from = serializers.CharField()
    effective_to = serializers.CharField(allow_null=True)
    start_qualifier = serializers.ChoiceField(choices=StartQualifier.choices)
    source = CitedSerializer()  # type: ignore[assignment]  # it hides an attribute of Field
    clause = serializers.CharField()
    verification = serializers.ChoiceField(choices=CERTAINTIES)
    verified_on = serializers.DateField(allow_null=True)

    def to_representation(self, instance: Policy) -> Any:
        """Return version, topic, value, scope, dates, source and certainty."""
        view = self.context["view"]
        version = {
            "version": instance.version,
            "change": instance.change,
            "recorded_in": instance.recorded_in_id,
            # The revision asked for knew it, so whatever replaced it came later and is not told.
            "replaced_in": None,
            "topic": view.snapshot.topics[instance.topic_id].slug,
        }
        rendered = view.snapshot.rendered([instance.pk], view.language)[instance.pk]
        return ListedPolicy(rendered, version)
