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
    ChangeSerializer,
    CitedSerializer,
    FocusAreaSerializer,
    PolicySerializer,
    TopicSerializer,
)
from zones.api.serializers.question_serializers import (
    CellSerializer,
    ComparisonSerializer,
    ProfilesSerializer,
)
from zones.api.serializers.source_serializers import (
    IndicatorSerializer,
    RevisionSerializer,
    SourceSerializer,
    StatisticSerializer,
)

__all__ = [
    "BatchSerializer",
    "CellSerializer",
    "ChangeSerializer",
    "CitedSerializer",
    "CitySerializer",
    "ComparisonSerializer",
    "CustomsDistrictSerializer",
    "FocusAreaSerializer",
    "IndicatorSerializer",
    "PolicySerializer",
    "ProfilesSerializer",
    "ProgrammeSerializer",
    "ProvinceSerializer",
    "RevisionSerializer",
    "SourceSerializer",
    "StatisticSerializer",
    "TopicSerializer",
    "ZoneSerializer",
]
