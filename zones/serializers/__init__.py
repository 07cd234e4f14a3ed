"""Rows of the lists as they are answered. Staff columns are nowhere here."""

from zones.serializers.places import (
    BatchSerializer,
    CitySerializer,
    CustomsDistrictSerializer,
    ProgrammeSerializer,
    ProvinceSerializer,
    ZoneSerializer,
)
from zones.serializers.policies import (
    ChangeSerializer,
    FocusAreaSerializer,
    PolicySerializer,
    TopicSerializer,
)
from zones.serializers.sources import (
    IndicatorSerializer,
    RevisionSerializer,
    SourceSerializer,
    StatisticSerializer,
)

__all__ = [
    "BatchSerializer",
    "ChangeSerializer",
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
