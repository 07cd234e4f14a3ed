"""Filters of the lists."""

from __future__ import annotations

import django_filters  # type: ignore[import-untyped]

from cbec_portal.api.filters import AnyOfFilter, StrictFilterSet, TextSearchFilter
from zones.models import (
    Change,
    City,
    CustomsDistrict,
    Direction,
    FocusArea,
    Indicator,
    Issuer,
    Level,
    Programme,
    Province,
    RecordedState,
    Region,
    Release,
    ScopeKind,
    Series,
    Source,
    SourceKind,
    SourceStatus,
    Topic,
    ValueType,
    Verification,
)


def keys(path: str, model: type, key: str) -> AnyOfFilter:
    """A filter by natural keys of another table."""
    return AnyOfFilter(field_name=path, queryset=model.objects, to_field=key)  # type: ignore[attr-defined]


class ProvinceFilters(StrictFilterSet):
    """Filters of provinces."""

    region = AnyOfFilter(field_name="region", choices=Region.choices)
    q = TextSearchFilter(fields=["name_en", "name_zh"])


class CustomsDistrictFilters(StrictFilterSet):
    """Filters of customs districts."""

    q = TextSearchFilter(fields=["name_en", "name_zh", "code"])


class CityFilters(StrictFilterSet):
    """Filters of cities; ``programme``, ``policy`` and the times are the view's own."""

    province = keys("province__iso_3166_2", Province, "iso_3166_2")
    region = AnyOfFilter(field_name="province__region", choices=Region.choices)
    customs_district = keys("customs_district__code", CustomsDistrict, "code")
    level = AnyOfFilter(field_name="level", choices=Level.choices)
    q = TextSearchFilter(fields=["name_en", "name_zh", "slug"])


class BatchFilters(StrictFilterSet):
    """Filters of batches."""

    programme = keys("programme__slug", Programme, "slug")
    verification = AnyOfFilter(field_name="verification", choices=Verification.choices)


class ZoneFilters(StrictFilterSet):
    """Filters of zones."""

    programme = keys("batch__programme__slug", Programme, "slug")
    batch = django_filters.NumberFilter(field_name="batch__number")
    city = keys("city__slug", City, "slug")
    province = keys("city__province__iso_3166_2", Province, "iso_3166_2")
    verification = AnyOfFilter(field_name="verification", choices=Verification.choices)
    designated_on__gte = django_filters.CharFilter(field_name="designated_day", lookup_expr="gte")
    designated_on__lte = django_filters.CharFilter(field_name="designated_day", lookup_expr="lte")
    q = TextSearchFilter(fields=["name_en", "name_zh", "city__name_en", "city__name_zh"])


class TopicFilters(StrictFilterSet):
    """Filters of topics."""

    focus_area = keys("focus_area__slug", FocusArea, "slug")
    value_type = AnyOfFilter(field_name="value_type", choices=ValueType.choices)
    direction = AnyOfFilter(field_name="direction", choices=Direction.choices)
    additive = django_filters.BooleanFilter(field_name="additive")
    q = TextSearchFilter(fields=["question_en", "question_zh", "slug"])


class PolicyFilters(StrictFilterSet):
    """Filters of policies."""

    topic = keys("topic__slug", Topic, "slug")
    focus_area = keys("topic__focus_area__slug", FocusArea, "slug")
    scope_kind = AnyOfFilter(field_name="scope_kind", choices=ScopeKind.choices)
    programme = keys("programme__slug", Programme, "slug")
    province = keys("province__iso_3166_2", Province, "iso_3166_2")
    customs_district = keys("customs_district__code", CustomsDistrict, "code")
    city = keys("city__slug", City, "slug")
    source = keys("source__slug", Source, "slug")
    state = AnyOfFilter(field_name="state", choices=RecordedState.choices)
    change = AnyOfFilter(field_name="change", choices=Change.choices)
    verification = AnyOfFilter(field_name="verification", choices=Verification.choices)
    value__gte = django_filters.NumberFilter(field_name="value_number", lookup_expr="gte")
    value__lte = django_filters.NumberFilter(field_name="value_number", lookup_expr="lte")
    value__gt = django_filters.NumberFilter(field_name="value_number", lookup_expr="gt")
    value__lt = django_filters.NumberFilter(field_name="value_number", lookup_expr="lt")
    q = TextSearchFilter(fields=["summary_en", "summary_zh", "value_text_en", "value_text_zh"])


class SourceFilters(StrictFilterSet):
    """Filters of documents."""

    kind = AnyOfFilter(field_name="kind", choices=SourceKind.choices)
    status = AnyOfFilter(field_name="status", choices=SourceStatus.choices)
    issuer = keys("issuers__slug", Issuer, "slug")
    q = TextSearchFilter(fields=["document_number", "title_en", "title_zh"])


class StatisticFilters(StrictFilterSet):
    """Filters of figures."""

    indicator = keys("indicator__slug", Indicator, "slug")
    series = AnyOfFilter(field_name="indicator__series", choices=Series.choices)
    city = keys("city__slug", City, "slug")
    release = AnyOfFilter(field_name="release", choices=Release.choices)
    year = django_filters.NumberFilter(field_name="year")
    year__gte = django_filters.NumberFilter(field_name="year", lookup_expr="gte")
    year__lte = django_filters.NumberFilter(field_name="year", lookup_expr="lte")
