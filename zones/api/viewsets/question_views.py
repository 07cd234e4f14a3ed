"""The API of the rules: the questions compare, profiles and changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cbec_portal.api.parameters import Parameters
from cbec_portal.api.views import QuestionView
from zones.api import serializers
from zones.api.parameters import (
    CHANGE_PARAMETERS,
    change_question,
    columns_of,
    inquiry_of,
    topics_of,
)
from zones.api.viewsets.list_viewsets import TIMES, Edited
from zones.models import Policy
from zones.selectors.change_events import Event
from zones.selectors.change_feed import changes
from zones.selectors.change_representation import told
from zones.selectors.city_comparison import compare
from zones.selectors.profiles import profile_answer
from zones.selectors.snapshot import current_snapshot


class CompareView(QuestionView):
    """How cities compare, topic by topic."""

    answer_serializer = serializers.ComparisonSerializer

    known_parameters = {
        **TIMES,
        "cities": "1 to 20 cities, the first being the baseline; city@day gives one its own day. "
        "A place without pilot status is written NAME:PROVINCE:DISTRICT, as in Suihua:CN-HL:1900, "
        "and answered by what binds the nation, the province and the customs district, "
        "which may be left out where all cities of the province lie in one.",
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "only": "`differences` leaves out rows that do not differ.",
        "certainty": "Answers less sure than this count as not verified.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """The comparison."""
        inquiry = inquiry_of(parameters, current_snapshot(), self.language)
        return compare(
            columns_of(parameters, inquiry),
            topics_of(parameters, inquiry),
            inquiry,
            only_differences=parameters.choice("only", ["differences"]) is not None,
        )

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """One line for each cell."""
        return [
            {
                "focus_area": row["topic"]["focus_area"],
                "topic": row["topic"]["slug"],
                "question": row["topic"]["question"],
                "outcome": row["outcome"],
                "city": column["city"]["slug"],
                "as_of": column["as_of"],
                **{name: value for name, value in cell.items() if name != "also"},
                "also": [other["policy"] for other in cell["also"]],
            }
            for row in data["rows"]
            for column, cell in zip(data["columns"], row["cells"], strict=True)
        ]


class ProfilesView(QuestionView):
    """Cities that have the same answers on a day."""

    answer_serializer = serializers.ProfilesSerializer

    known_parameters = {
        **TIMES,
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "topics": "`all` counts every topic, a state then being an answer too.",
        "certainty": "Answers less sure than this count as not verified.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """The profiles."""
        inquiry = inquiry_of(parameters, current_snapshot(), self.language)
        every_topic = parameters.choice("topics", ["all"]) is not None
        return profile_answer(topics_of(parameters, inquiry), inquiry, every_topic=every_topic)


class ChangeViewSet(Edited):
    """What changed, latest first: by day of law, or by publication."""

    # A queryset only names the list; changes are worked out for an edition and kept.
    queryset = Policy.objects.none()
    serializer_class = serializers.ChangeSerializer
    basename = "changes"
    question_parameters = CHANGE_PARAMETERS

    def get_queryset(self) -> Any:
        """The changes that fit."""
        return changes(change_question(self.parameters, self.inquiry), self.inquiry)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Tell of a page of changes together."""
        if args and kwargs.get("many"):
            events: Iterable[Event] = args[0]
            args = (told(list(events), self.inquiry), *args[1:])
        return super().get_serializer(*args, **kwargs)
