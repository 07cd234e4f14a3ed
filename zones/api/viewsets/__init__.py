"""The API of the rules."""

from zones.api.viewsets.lists import (
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
from zones.api.viewsets.questions import ChangeViewSet, CompareView, ProfilesView

__all__ = [
    "BatchViewSet",
    "ChangeViewSet",
    "CityViewSet",
    "CompareView",
    "CustomsDistrictViewSet",
    "FocusAreaViewSet",
    "PolicyViewSet",
    "ProfilesView",
    "ProgrammeViewSet",
    "ProvinceViewSet",
    "RevisionViewSet",
    "SourceViewSet",
    "StatisticViewSet",
    "TopicViewSet",
    "ZoneViewSet",
]
