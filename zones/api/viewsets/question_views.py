"""The API of the rules: the questions compare, profiles and changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cbec_portal.api.parameters import Parameters
from cbec_portal.api.views import QuestionView
from zones.api.parameters import (
    CHANGE_PARAMETERS,
    change_question,
    columns_of,
    inquiry_of,
    topics_of,
)
from zones.api.representations.changes import ChangeSerializer, changes_shape
from zones.api.representations.comparison import (
    ComparisonSerializer,
    comparison_rows,
    comparison_shape,
)
from zones.api.representations.profiles import ProfilesSerializer, profiles_shape
from zones.api.viewsets.list_viewsets import TIMES, Edited
from zones.models import Policy
from zones.selectors.change_events import Event
from zones.selectors.change_feed import changes
from zones.selectors.profiles import profiles_on
from zones.selectors.snapshot import current_snapshot


class CompareView(QuestionView):
    """How cities compare, topic by topic."""

    answer_serializer = ComparisonSerializer

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
        """Return the comparison."""
        inquiry = inquiry_of(parameters, current_snapshot(), self.language)
        return comparison_shape(
            columns_of(parameters, inquiry),
            topics_of(parameters, inquiry),
            inquiry,
            only_differences=parameters.choice("only", ["differences"]) is not None,
        )

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one line for each cell."""
        return comparison_rows(data)


class ProfilesView(QuestionView):
    """Cities that have the same answers on a day."""

    answer_serializer = ProfilesSerializer

    known_parameters = {
        **TIMES,
        "focus_area": "Only topics of these focus areas.",
        "topic": "Only these topics.",
        "topics": "`all` counts every topic, a state then being an answer too.",
        "certainty": "Answers less sure than this count as not verified.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the profiles."""
        inquiry = inquiry_of(parameters, current_snapshot(), self.language)
        every_topic = parameters.choice("topics", ["all"]) is not None
        found = profiles_on(topics_of(parameters, inquiry), inquiry, every_topic=every_topic)
        return profiles_shape(found, inquiry)


class ChangeViewSet(Edited):
    """What changed, latest first: by day of law, or by publication."""

    # A queryset only names the list; changes are worked out for an edition and kept.
    queryset = Policy.objects.none()
    serializer_class = ChangeSerializer
    basename = "changes"
    question_parameters = CHANGE_PARAMETERS

    def get_queryset(self) -> Any:
        """Return the changes that fit."""
        return changes(change_question(self.parameters, self.inquiry), self.inquiry)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Tell of a page of changes together."""
        if args and kwargs.get("many"):
            events: Iterable[Event] = args[0]
            args = (changes_shape(list(events), self.inquiry), *args[1:])
        return super().get_serializer(*args, **kwargs)
