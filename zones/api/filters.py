"""Filters of the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

import django_filters  # type: ignore[import-untyped]  # it has no types
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, DateField, F, Func, Q, QuerySet, When

from cbec_portal.api.filters import (
    AnyOfField,
    AnyOfFilter,
    DayFilter,
    ManyValues,
    StrictFilterSet,
    TextSearchFilter,
    with_ranges,
)
from cbec_portal.api.ordering import own_order
from cbec_portal.api.parameters import unknown_words
from cbec_portal.caches import Kept
from cbec_portal.refusals import shown
from zones.models import (
    Batch,
    City,
    CustomsDistrict,
    Direction,
    FocusArea,
    Indicator,
    Issuer,
    Level,
    Policy,
    Programme,
    Province,
    Region,
    Release,
    Series,
    Source,
    SourceKind,
    SourceStatus,
    Topic,
    ValueType,
)
from zones.models.fields import FirstDay, LastDay
from zones.models.labels import CERTAINTIES, CHANGES, RECORDED_STATE_CHOICES, SCOPE_KINDS
from zones.models.scopes import BODIES, Body
from zones.models.value_types import TEXTS, TYPES
from zones.selectors.search import documents_numbered, keys_found, keys_with_name
from zones.selectors.snapshot import Snapshot, current_snapshot

#: Of how many tables the keys are kept for an edition.
MOST_TABLES = 32


def names(path: str, model: type, key: str, kind: str) -> AnyOfFilter:
    """Return a filter by natural keys or names of another table."""
    return NamedFilter(field_name=path, queryset=model.objects, to_field=key, kind=kind)  # type: ignore[attr-defined]  # every model has objects


def keys(path: str, model: type, key: str) -> AnyOfFilter:
    """Return a filter by natural keys of another table."""
    return TableKeyFilter(field_name=path, queryset=model.objects, to_field=key)  # type: ignore[attr-defined]  # every model has objects


class TableKeyField(AnyOfField):
    """Natural keys of a table, which are read once for an edition."""

    def known(self, asked: list[str]) -> Mapping[str, Any]:
        """Return all keys by how they are written."""
        if not asked:
            return {}
        tables: Kept[str, dict[str, Any]] = current_snapshot().lately("keys", MOST_TABLES)
        name = f"{self.rows().model._meta.label}.{self.to_field}"
        return tables.made(name, lambda: {str(key): key for key in self.all_keys()})


class TableKeyFilter(AnyOfFilter):
    """Rows of any of the things that have the natural keys given."""

    field_class: type[TableKeyField] = TableKeyField


class NamedField(TableKeyField):
    """Natural keys, or names and document numbers as people write them."""

    def __init__(self, *, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def clean(self, value: list[str]) -> list[Any]:
        """Return the keys; of a name that several share, all are named.

        Raises:
            ValidationError: nothing has such a key or name, or more than one thing has the name.
        """
        known = self.known(value)
        return super().clean([text if text in known else self._named(text) for text in value])

    def _named(self, text: str) -> str:
        named = keys_with_name(text, current_snapshot(), self.kind)
        if len(named) > 1:
            several = ", ".join(named)
            raise ValidationError(f"“{shown(text)}” names several: {several}.")
        return named[0] if named else text


class NamedFilter(TableKeyFilter):
    """Rows of any of the things named, by key or name."""

    field_class = NamedField


class DocumentTextFilter(TextSearchFilter):
    """A search of which every word is in a field, or in the number of a document of the row.

    Args:
        documents: the paths to the keys of the documents that a row rests on.
    """

    def __init__(
        self, *, fields: Iterable[str], documents: Iterable[str] = (), **options: Any
    ) -> None:
        searched = list(fields)
        if documents:
            told = f"Every word is in one of: {', '.join(searched)}; or in the number of a document"
            options["help_text"] = f"{told} that the row rests on."
        super().__init__(fields=searched, **options)
        self.documents = tuple(documents)

    def filter(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Return rows that have the words or rest on such a document."""
        if not value:
            return queryset
        return queryset.filter(self.found(queryset, value, current_snapshot()))

    def found(self, queryset: QuerySet[Any], value: list[str], snapshot: Snapshot) -> Q:
        """Return the condition that a row has the words or rests on such a document."""
        holding = super().filter(queryset.model._base_manager.order_by(), value)
        found = Q(pk__in=holding.values("pk"))
        if self.documents and (numbered := documents_numbered(" ".join(value), snapshot)):
            for path in self.documents:
                found |= Q(**{f"{path}__in": numbered})
        return found


class NameFilter(DocumentTextFilter):
    """A search of which every word is in a field, or by which the portal's own search finds it.

    What has the name comes first, unless an order is asked for, which counts alone.
    """

    def __init__(self, *, kind: str, key: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.key = kind, key

    def filter(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Return rows that have the words or the name."""
        if not value:
            return queryset
        words, snapshot = " ".join(value), current_snapshot()
        named = keys_with_name(words, snapshot, self.kind)
        found = Q(**{f"{self.key}__in": keys_found(words, snapshot, self.kind)})
        queryset = queryset.filter(self.found(queryset, value, snapshot) | found)
        if not named:
            return queryset
        first = Case(When(**{f"{self.key}__in": named}, then=0), default=1)
        return queryset.order_by(first, *own_order(queryset))


class FirstDayFilter(DayFilter):
    """Compares the first day of a date that may be cut short."""

    reckoned: type[Func] = FirstDay

    def filter(self, queryset: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        """Return rows whose day lies on the asked side."""
        if value is None:
            return queryset
        column = f"{self.field_name}_day"
        days = queryset.alias(**{column: self.reckoned(F(self.field_name))})
        found: QuerySet[Any] = days.filter(**{f"{column}__{self.lookup_expr}": value.isoformat()})
        return found


class LastDayFilter(FirstDayFilter):
    """Compares the last day of a date that may be cut short."""

    reckoned = LastDay


class BatchesField(forms.Field):
    """Batches by number, or by programme and number."""

    widget = ManyValues

    def clean(self, value: list[str]) -> Q:
        """Return the condition that a zone's batch is one of these."""
        keys = [(b, str(b.number)) for b in Batch.objects.select_related("programme")]
        there = {name: b for b, number in keys for name in (f"{b.programme.slug}.{number}", number)}
        if unknown := [text for text in value if text not in there]:
            raise ValidationError(
                [unknown_words("batch", text, there, given=value) for text in unknown]
            )
        named = Q(batch__in=[there[text] for text in value if "." in text])
        numbered = Q(batch__number__in=[int(text) for text in value if "." not in text])
        return named | numbered if value else Q()


class BatchFilter(django_filters.Filter):  # type: ignore[misc]  # its base has no types
    """Zones of any of the batches: ``5`` of every programme, or ``comprehensive.5``."""

    field_class = BatchesField
    takes_many = True

    def filter(self, queryset: QuerySet[Any], value: Q | None) -> QuerySet[Any]:
        """Return zones of these batches; all where none is asked for."""
        return queryset.filter(value) if value else queryset


class _OfCities:
    """Keeps rows of cities that lay in a place, as the view asks: at a revision, on a day."""

    def __init__(self, path: str, of_city: str, **options: Any) -> None:
        super().__init__(field_name=path, **options)  # type: ignore[call-arg]  # a filter's own
        self.of_city = attrgetter(of_city)

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Return rows whose city lay there; all where no place is asked for."""
        if not value:
            return queryset
        asked: Any = self
        cities = asked.parent.request.parser_context["view"].cities
        there = [pk for pk, city in cities.items() if self.of_city(city) in value]
        return queryset.filter(**{f"{asked.field_name}__in": there})


class PlaceFilter(_OfCities, NamedFilter):
    """Rows of cities in provinces or customs districts, by key or name."""


class OptionOfCityFilter(_OfCities, AnyOfFilter):
    """Rows of cities in regions, or of ranks."""


def province_of(path: str) -> PlaceFilter:
    """Return a filter by provinces, for rows with a city."""
    rows = Province.objects.all()
    key, kind = "iso_3166_2", "province"
    return PlaceFilter(path, f"province.{key}", queryset=rows, to_field=key, kind=kind)


def region_of(path: str) -> OptionOfCityFilter:
    """Return a filter by regions, for rows with a city."""
    return OptionOfCityFilter(path, "province.region", choices=Region.choices)


def district_of(path: str) -> PlaceFilter:
    """Return a filter by customs districts, for rows with a city."""
    rows, kind = CustomsDistrict.objects.all(), "customs_district"
    return PlaceFilter(path, f"{kind}.code", queryset=rows, to_field="code", kind=kind)


class MemberFilter(TableKeyFilter):
    """Cities that are members of bodies, by their keys."""

    def __init__(self, body: Body) -> None:
        rows = body.model._default_manager.all()
        super().__init__(field_name="pk", queryset=rows, to_field=body.key)
        self.body = body

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Return the members; all cities where no body is asked for."""
        if not value:
            return queryset
        asked = {f"{self.body.key}__in": list(value)}
        return queryset.filter(pk__in=[city for city, *_ in self.body.memberships(**asked)])


def with_members(filterset: type[StrictFilterSet]) -> type[StrictFilterSet]:
    """Let cities be filtered by the bodies of which they are members, before their ranks."""
    own_filters = list(filterset.base_filters.items())
    at = list(filterset.base_filters).index("level")
    members = [(own.column, MemberFilter(own)) for own in BODIES.values() if own.members]
    ordered = (*own_filters[:at], *members, *own_filters[at:])
    filterset.base_filters = type(filterset.base_filters)(ordered)
    return filterset


class ProvinceFilters(StrictFilterSet):
    """Filters of provinces."""

    region = AnyOfFilter(field_name="region", choices=Region.choices)
    q = NameFilter(fields=["name_en", "name_zh"], kind="province", key="iso_3166_2")


class CustomsDistrictFilters(StrictFilterSet):
    """Filters of customs districts."""

    q = NameFilter(fields=["name_en", "name_zh", "code"], kind="customs_district", key="code")


@with_members
class CityFilters(StrictFilterSet):
    """Filters of cities; ``programme``, ``policy`` and the times are the view's own."""

    province = province_of("pk")
    region = region_of("pk")
    customs_district = district_of("pk")
    level = OptionOfCityFilter("pk", "level", choices=Level.choices)
    q = NameFilter(fields=["name_en", "name_zh", "slug"], kind="city", key="slug")


@with_ranges(approved_on=(FirstDayFilter, "approved_on"))
class BatchFilters(StrictFilterSet):
    """Filters of batches."""

    programme = keys("programme__slug", Programme, "slug")
    verification = AnyOfFilter(field_name="verification", choices=CERTAINTIES)


@with_ranges(designated_on=(DayFilter, "designated_day"), ended_on=(DayFilter, "ended_day"))
class ZoneFilters(StrictFilterSet):
    """Filters of zones."""

    programme = keys("batch__programme__slug", Programme, "slug")
    batch = BatchFilter(field_name="batch")
    city = names("city__slug", City, "slug", "city")
    region = region_of("city")
    province = province_of("city")
    customs_district = district_of("city")
    verification = AnyOfFilter(field_name="verification", choices=CERTAINTIES)
    q = NameFilter(
        fields=["name_en", "name_zh", "city__name_en", "city__name_zh"],
        documents=["batch__source__slug", "ended_by__slug"],
        kind="city",
        key="city__slug",
    )


class TopicFilters(StrictFilterSet):
    """Filters of topics."""

    focus_area = keys("focus_area__slug", FocusArea, "slug")
    value_type = AnyOfFilter(field_name="value_type", choices=ValueType.choices)
    direction = AnyOfFilter(field_name="direction", choices=Direction.choices)
    additive = django_filters.BooleanFilter(field_name="additive")
    descriptive = django_filters.BooleanFilter(field_name="descriptive")
    q = TextSearchFilter(fields=["label_en", "label_zh", "question_en", "question_zh", "slug"])


def _range_of(column: str) -> tuple[type[django_filters.Filter], str]:
    """The filter of a policy's column of values."""
    is_day = isinstance(Policy._meta.get_field(column), DateField)
    return DayFilter if is_day else django_filters.NumberFilter, column


def _with_bodies(filterset: type[StrictFilterSet]) -> type[StrictFilterSet]:
    """Let policies be filtered by the body that they bind, behind the kind of scope."""
    bodies = {
        own.column: names(own.path, own.model, own.key, own.column)
        if own.is_place
        else keys(own.path, own.model, own.key)
        for own in BODIES.values()
    }
    own_filters = list(filterset.base_filters.items())
    after = 1 + list(filterset.base_filters).index("scope_kind")
    ordered = (*own_filters[:after], *bodies.items(), *own_filters[after:])
    filterset.base_filters = type(filterset.base_filters)(ordered)
    return filterset


@with_ranges(
    **{own.range_name: _range_of(own.column) for own in TYPES if own.range_name},
    effective_from=(DayFilter, "effective_from_day"),
    effective_to=(DayFilter, "effective_to_day"),
    verified_on=(DayFilter, "verified_on"),
)
@_with_bodies
class PolicyFilters(StrictFilterSet):
    """Filters of policies."""

    topic = keys("topic__slug", Topic, "slug")
    focus_area = keys("topic__focus_area__slug", FocusArea, "slug")
    scope_kind = AnyOfFilter(field_name="scope_kind", choices=SCOPE_KINDS)
    source = names("source__slug", Source, "slug", "source")
    state = AnyOfFilter(field_name="state", choices=RECORDED_STATE_CHOICES)
    change = AnyOfFilter(field_name="change", choices=CHANGES)
    verification = AnyOfFilter(field_name="verification", choices=CERTAINTIES)
    q = DocumentTextFilter(
        fields=["summary_en", "summary_zh", *TEXTS],
        documents=["source__slug"],
    )


@with_ranges(
    issued_on=(FirstDayFilter, "issued_on"),
    effective_on=(FirstDayFilter, "effective_on"),
    repealed_on=(LastDayFilter, "repealed_on"),
)
class SourceFilters(StrictFilterSet):
    """Filters of documents."""

    kind = AnyOfFilter(field_name="kind", choices=SourceKind.choices)
    status = AnyOfFilter(field_name="status", choices=SourceStatus.choices)
    issuer = keys("issuers__slug", Issuer, "slug")
    q = NameFilter(fields=["document_number", "title_en", "title_zh"], kind="source", key="slug")


@with_ranges(year=(django_filters.NumberFilter, "year"))
class StatisticFilters(StrictFilterSet):
    """Filters of figures."""

    indicator = keys("indicator__slug", Indicator, "slug")
    series = AnyOfFilter(field_name="indicator__series", choices=Series.choices)
    city = names("city__slug", City, "slug", "city")
    release = AnyOfFilter(field_name="release", choices=Release.choices)
    year = django_filters.NumberFilter(field_name="year")
