"""The API of the rules."""

from zones.api.viewsets.list_viewsets import (
    BatchViewSet,
    CityViewSet,
    CustomsDistrictViewSet,
    FocusAreaViewSet,
    PolicyViewSet,
    ProgrammeViewSet,
    ProvinceViewSet,
    RevisionViewSet,
    SourceViewSet,
    StatisticViewSet,
    TopicViewSet,
    ZoneViewSet,
)
from zones.api.viewsets.question_views import (
    ChangeViewSet,
    CompareView,
    DistancesView,
    NearestView,
    ProfilesView,
    ResearchView,
    SearchViewSet,
)

__all__ = [
    "BatchViewSet",
    "ChangeViewSet",
    "CityViewSet",
    "CompareView",
    "CustomsDistrictViewSet",
    "DistancesView",
    "FocusAreaViewSet",
    "NearestView",
    "PolicyViewSet",
    "ProfilesView",
    "ProgrammeViewSet",
    "ProvinceViewSet",
    "ResearchView",
    "RevisionViewSet",
    "SearchViewSet",
    "SourceViewSet",
    "StatisticViewSet",
    "TopicViewSet",
    "ZoneViewSet",
]
