"""Rows that are read in the admin and written elsewhere: by services, or through change sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ERROR_FLAG
from django.db import DataError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseRedirect

from zones.desk.permissions import SetAction, may
from zones.models.fields import YesNoField
from zones.selectors.search import keys_found
from zones.selectors.snapshot import current_snapshot

#: A search is of so many words and characters at most: each word is asked of each column.
MOST_WORDS = 12
LONGEST_SEARCH = 200


class YesNoFilter(admin.BooleanFieldListFilter):
    """A filter by yes or no, whose columns read no 1 and 0, by which Django's own asks."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that say what is chosen."""
        chosen = {"1": True, "0": False}.get(str(self.lookup_val))
        return queryset if chosen is None else queryset.filter(**{self.field_path: chosen})


admin.FieldListFilter.register(
    lambda field: isinstance(field, YesNoField), YesNoFilter, take_priority=True
)


class BoundedList(admin.ModelAdmin):
    """An admin whose list bears whatever is asked of it, and its search whatever is typed."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the list; a value that no column holds is told as any other that is wrong."""
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except (OverflowError, DataError):
            if request.method == "POST":
                raise
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows by the first words that are typed."""
        words = search_term[:LONGEST_SEARCH].split()[:MOST_WORDS]
        return super().get_search_results(request, queryset, " ".join(words))


class Seen:
    """What analysts and reviewers may look at, and nobody writes by hand."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether whoever asks works with change sets, or was given this very table."""
        given: bool = super().has_view_permission(request, obj)  # type: ignore[misc]  # a mixin
        return may(request.user, SetAction.SEE) or given

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to add rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to change rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete rows by hand."""
        return False


class ReadOnly(Seen, BoundedList):
    """Rows to look at: a list with filters, and a page each.

    ``found_by`` are paths to keys of what the portal's own search finds by any of its names, in
    Chinese, English or pinyin, and the kind of each.
    """

    actions = None
    found_by: ClassVar[Mapping[str, str]] = {}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks works with change sets, or was given some table."""
        return may(request.user, SetAction.SEE) or super().has_module_permission(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find rows that hold what is typed, and those of what has that name."""
        found, doubled = super().get_search_results(request, queryset, search_term)
        typed = search_term[:LONGEST_SEARCH].strip()
        named = Q()
        if typed and self.found_by:
            snapshot = current_snapshot()
            for path, kind in self.found_by.items():
                if keys := keys_found(typed, snapshot, kind):
                    named |= Q(**{f"{path}__in": keys})
        if not named:
            return found, doubled
        return queryset.filter(Q(pk__in=found.order_by().values("pk")) | named), doubled


class ReadOnlyInline(Seen, admin.TabularInline):
    """Parts of a row, to look at on its page."""

    extra = 0
    can_delete = False
