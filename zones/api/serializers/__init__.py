"""Rows of the lists as they are answered. Staff columns are nowhere here."""

from zones.api.serializers.place_serializers import (
    BatchSerializer,
    CitySerializer,
    CustomsDistrictSerializer,
    ProgrammeSerializer,
    ProvinceSerializer,
    ZoneSerializer,
)
from zones.api.serializers.policy_serializers import (
    FocusAreaSerializer,
    PolicySerializer,
    TopicSerializer,
)
from zones.api.serializers.source_serializers import (
    IndicatorSerializer,
    RevisionSerializer,
    SourceSerializer,
    StatisticSerializer,
)

__all__ = [
    "BatchSerializer",
    "CitySerializer",
    "CustomsDistrictSerializer",
    "FocusAreaSerializer",
    "IndicatorSerializer",
    "PolicySerializer",
    "ProgrammeSerializer",
    "ProvinceSerializer",
    "RevisionSerializer",
    "SourceSerializer",
    "StatisticSerializer",
    "TopicSerializer",
    "ZoneSerializer",
]
