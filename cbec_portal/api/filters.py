"""Filters that refuse what they do not understand, and never answer unfiltered instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, cast

import django_filters  # type: ignore[import-untyped]  # it has no types
from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db.models import Field, Manager, Q, QuerySet
from django.http import QueryDict
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from cbec_portal.api.filter_lookups import can_be_asked, fits, where
from cbec_portal.api.ordering import ordered
from cbec_portal.api.parameters import MOST_NAMED, Parameters, split_values, unknown_words
from cbec_portal.asked_days import parse_calendar_day
from cbec_portal.refusals import ParameterError, shown
from cbec_portal.simplified import simplified

MANNERS_OF_ANSWERS = frozenset({"format", "lang"})
MANNERS_OF_LISTS = MANNERS_OF_ANSWERS | {"limit", "offset", "fields", "omit"}

MOST_WORDS = 10
LOOKUPS = {"gte": "at least", "lte": "at most", "gt": "more than", "lt": "less than"}

Keys = QuerySet[Any] | Manager[Any] | Callable[[], QuerySet[Any]]


def known_to(view: Any) -> set[str]:
    """Return every parameter that a view understands."""
    if getattr(view, "detail", False):
        return {*MANNERS_OF_ANSWERS, *getattr(view, "detail_parameters", ())}
    known = {*MANNERS_OF_LISTS, *getattr(view, "question_parameters", ())}
    known |= set(getattr(filterset_of(view), "base_filters", ()))
    if getattr(view, "ordering_fields", None):
        known.add("ordering")
    return known


def filterset_of(view: Any) -> type[StrictFilterSet] | None:
    """Return the filter set that a view names, if it does."""
    return getattr(view, "filterset_class", None)


class StrictFilterBackend(BaseFilterBackend):
    """Filters and orders a list by the view's `filterset_class` and `ordering_fields`."""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        """Return the rows that the question asks for, in the order asked.

        A question for one row has no filters, yet its parameters are checked as well.

        Raises:
            ParameterError: a parameter is unknown, or its value cannot be understood.
        """
        parameters = Parameters(request.query_params, known_to(view))
        if getattr(view, "detail", False):
            return queryset
        if filterset_class := filterset_of(view):
            filterset = filterset_class(request.query_params, queryset=queryset, request=request)
            filterset.refuse_misunderstood()
            queryset = filterset.qs
        offered = getattr(view, "ordering_fields", None) or ()
        return ordered(queryset, parameters, offered, getattr(view, "natural_key", None) or ("pk",))

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Return the filters and the ordering of a view's list, as the schema describes them."""
        base_filters = getattr(filterset_of(view), "base_filters", {})
        described = [query_parameter(name, filter_) for name, filter_ in base_filters.items()]
        if fields := list(getattr(view, "ordering_fields", None) or ()):
            described.append(
                {
                    "name": "ordering",
                    "in": "query",
                    "required": False,
                    "description": "Comma-separated, - for descending: " + ", ".join(fields),
                    "schema": {"type": "string"},
                }
            )
        return described


class StrictFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # its base has no types
    """A filter set whose every given value is understood or refused.

    Only filters that are asked for are built: each is copied anew for every request.
    """

    base_filters: dict[str, Any]

    def __init__(self, data: Any = None, queryset: Any = None, **options: Any) -> None:
        asked = data or {}
        self.base_filters = {
            name: filter_ for name, filter_ in self.base_filters.items() if name in asked
        }
        super().__init__(data, queryset, **options)

    def refuse_misunderstood(self) -> None:
        """Refuse values that are wrong, and those that django-filter would drop unsaid.

        Raises:
            ParameterError: some value is not understood; it names every one.
        """
        if errors := list(self._misunderstood()):
            raise ParameterError.several(errors)

    @classmethod
    def filter_for_lookup(cls, field: Field[Any, Any], lookup_type: str) -> Any:
        """Return the filter for a column and its options, as django-filter asks for it.

        Days are read as everywhere in the API, not by the formats of a language.
        """
        filter_class, options = super().filter_for_lookup(field, lookup_type)
        if filter_class is django_filters.DateFilter:
            return DayFilter, options
        return filter_class, options

    def _misunderstood(self) -> Iterator[tuple[str, str]]:
        for name, errors in self.errors.items():
            yield from ((name, str(error)) for error in errors)
        for name in self.filters:
            if name not in self.errors:
                yield from self._quietly_dropped(name)
                yield from self._out_of_range(name)

    def _quietly_dropped(self, name: str) -> Iterator[tuple[str, str]]:
        """What django-filter would let pass: a second value, or one it read as nothing."""
        given = [value for value in values_of(self.data, name) if value.strip()]
        if len(given) > 1 and not takes_many(self.filters[name]):
            yield name, f"“{name}” can be given only once."
        elif given and self.form.cleaned_data.get(name) in (None, ""):
            yield name, unknown_words("value", given[0], options_of(self.filters[name]))

    def _out_of_range(self, name: str) -> Iterator[tuple[str, str]]:
        filter_, value = self.filters[name], self.form.cleaned_data.get(name)
        if value is None or filter_.method or not isinstance(filter_, django_filters.NumberFilter):
            return
        if not can_be_asked(self.queryset, f"{filter_.field_name}__{filter_.lookup_expr}", value):
            yield name, f"“{shown(values_of(self.data, name)[0])}” is out of range."


class DayFormField(forms.Field):
    """A day written YYYY-MM-DD, of any year."""

    def to_python(self, value: Any) -> date | None:
        """Read the day; a blank is none.

        Raises:
            ValidationError: it is no real date.
        """
        if not value or not str(value).strip():
            return None
        try:
            return parse_calendar_day("", str(value).strip())
        except ParameterError as error:
            raise ValidationError(error.errors[0][1]) from error


class DayFilter(django_filters.Filter):  # type: ignore[misc]  # its base has no types
    """A day written YYYY-MM-DD, and no other way."""

    field_class = DayFormField


def with_ranges(
    **columns: tuple[type[django_filters.Filter], str],
) -> Callable[[type[StrictFilterSet]], type[StrictFilterSet]]:
    """Give a filter set `name__gte`, `__lte`, `__gt` and `__lt` for columns of the model."""

    def add(filterset: type[StrictFilterSet]) -> type[StrictFilterSet]:
        for name, (filter_class, column) in columns.items():
            for lookup in ("gte", "lte", "gt", "lt"):
                filterset.base_filters[f"{name}__{lookup}"] = filter_class(
                    field_name=column, lookup_expr=lookup
                )
        return filterset

    return add


class ManyValues(forms.TextInput):
    """Reads a repeated or comma-separated parameter."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return every value given, repeated or comma-separated, each once."""
        return split_values(values_of(data, name))


class AnyOfField(forms.Field):
    """Values of which each is one of the known keys."""

    widget = ManyValues

    def __init__(
        self,
        *,
        choices: Iterable[Any] | None = None,
        queryset: Keys | None = None,
        to_field: str = "pk",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.keys = None if choices is None else choice_keys(choices)
        if (choices is None) == (queryset is None):
            raise ImproperlyConfigured("AnyOfFilter takes either choices or a queryset.")
        self.queryset = queryset
        self.to_field = to_field

    def clean(self, value: list[str]) -> list[Any]:
        """Return the keys given as their column or choice has them.

        Raises:
            ValidationError: some key is unknown; the nearest known one is suggested.
        """
        known = self.known(value)
        if unknown := [key for key in value if key not in known]:
            valid = [str(key) for key in self.all_keys()]
            raise ValidationError(
                [unknown_words("value", key, valid, given=value) for key in unknown[:MOST_NAMED]]
            )
        return [known[key] for key in value]

    def known(self, asked: list[str]) -> Mapping[str, Any]:
        """Return those of the keys asked for that there are, or more, by how they are written."""
        if self.keys is not None or not asked:
            return self.keys or {}
        rows = self.rows()
        field = rows.model._meta.get_field(self.to_field)
        possible = [key for key in asked if fits(field, key)]
        found = rows.filter(**{f"{self.to_field}__in": possible}).order_by()
        return {str(key): key for key in found.values_list(self.to_field, flat=True)}

    def all_keys(self) -> Iterable[Any]:
        """Return every key there is."""
        if self.keys is not None:
            return self.keys.values()
        return self.rows().order_by(self.to_field).values_list(self.to_field, flat=True).distinct()

    def rows(self) -> QuerySet[Any]:
        """Return the rows that have the keys."""
        return rows_behind(cast("Keys", self.queryset))


class AnyOfFilter(django_filters.Filter):  # type: ignore[misc]  # its base has no types
    """Rows whose `field_name` is any of the natural keys given.

    `programme = AnyOfFilter(field_name="batch__programme__code", queryset=Programme.objects,
    to_field="code")`, or `choices=Kind.choices`. An unknown key is refused by name.
    """

    field_class: type[AnyOfField] = AnyOfField
    takes_many = True

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        """Return the rows whose column is one of the keys, or none of them if it excludes.

        Every row fits where no key is given, and none is repeated.
        """
        if not value:
            return queryset
        found = Q(**{f"{self.field_name}__in": value})
        return where(queryset, ~found if self.exclude else found, [self.field_name])


class WordsField(forms.Field):
    """The words of a search, each once."""

    def to_python(self, value: Any) -> list[str]:
        """Return the words of a text, each once, in their order.

        Raises:
            ValidationError: there are more words than a search takes.
        """
        words = list(dict.fromkeys(str(value or "").split()))
        if len(words) > MOST_WORDS:
            raise ValidationError(f"A search takes at most {MOST_WORDS} words.")
        return words


class TextSearchFilter(django_filters.Filter):  # type: ignore[misc]  # its base has no types
    """A search in which every word is in one of the fields.

    A word counts as it is given or in simplified characters: `q =
    TextSearchFilter(fields=["name_en", "name_zh"])`.
    """

    field_class = WordsField

    def __init__(self, *, fields: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.searched = list(fields)

    def filter(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Return the rows that have every word in one of the fields."""
        for word in value:
            found = Q()
            for field in self.searched:
                for written in dict.fromkeys((word, simplified(word))):
                    found |= Q(**{f"{field}__icontains": written})
            queryset = where(queryset, found, self.searched)
        return queryset


def values_of(data: Any, name: str) -> list[str]:
    """Return every value given under a name, from a query or from a plain mapping."""
    if isinstance(data, QueryDict):
        return [str(value) for value in data.getlist(name)]
    value = data.get(name)
    return [] if value is None else [str(value)]


def takes_many(filter_: Any) -> bool:
    """Return whether a filter takes several values."""
    return getattr(filter_, "takes_many", False) or isinstance(
        filter_, django_filters.MultipleChoiceFilter
    )


def options_of(filter_: Any) -> list[str]:
    """Return the words that a filter understands, where it is a yes or no; else none."""
    if isinstance(filter_, django_filters.BooleanFilter):
        return ["true", "false"]
    return []


def choice_keys(choices: Iterable[Any]) -> dict[str, Any]:
    """Return choices by the text that asks for them, from values or from pairs of Django's."""
    values = [choice[0] if isinstance(choice, tuple | list) else choice for choice in choices]
    return {str(value): value for value in values}


def rows_behind(queryset: Keys) -> QuerySet[Any]:
    """Return the rows whose keys are valid, read anew for each question."""
    if isinstance(queryset, QuerySet | Manager):
        return queryset.all()
    return queryset()


def query_parameter(name: str, filter_: Any) -> dict[str, Any]:
    """Return the description of one filter as OpenAPI has it."""
    schema = value_schema(filter_)
    described: dict[str, Any] = {"name": name, "in": "query", "required": False}
    described["description"] = str(filter_.extra.get("help_text") or words_for(name, filter_))
    if takes_many(filter_):
        return {**described, "schema": {"type": "array", "items": schema}, "explode": True}
    return {**described, "schema": schema}


def words_for(name: str, filter_: Any) -> str:
    """Return what a filter keeps, in words, where it does not say so itself."""
    if isinstance(filter_, TextSearchFilter):
        return f"Every word is in one of: {', '.join(filter_.searched)}."
    column, _, lookup = name.rpartition("__")
    if lookup in LOOKUPS:
        return f"Rows whose {column} is {LOOKUPS[lookup]} this."
    if takes_many(filter_):
        return f"Rows whose {name} is any of these, repeated or comma-separated."
    return f"Rows whose {name} is this."


def value_schema(filter_: Any) -> dict[str, Any]:
    """Return the schema of one value of a filter."""
    match filter_:
        case DayFilter() | django_filters.DateFilter():
            return {"type": "string", "format": "date"}
        case django_filters.BooleanFilter():
            return {"type": "boolean"}
        case django_filters.NumberFilter():
            return {"type": "number"}
        case AnyOfFilter() if filter_.extra.get("choices"):
            return {"type": "string", "enum": list(choice_keys(filter_.extra["choices"]))}
    return {"type": "string"}
