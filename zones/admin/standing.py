"""Where a row stands in the lists of the admin: known now, withdrawn, replaced, or a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.dataset.table import Table, model_of
from zones.models import Placement
from zones.models.querysets.version_querysets import NOT_WITHDRAWN, known
from zones.models.revisions import Recorded, Version

#: What each standing is called, that which a list shows at first before the others.
STANDING_WORDS: Mapping[str, Any] = {
    "current": pgettext_lazy("standing", "current"),
    "withdrawn": pgettext_lazy("standing", "withdrawn"),
    "replaced": pgettext_lazy("standing", "replaced"),
    "draft": pgettext_lazy("standing", "draft"),
}


def conditions_of(table: Table) -> Mapping[str, Q]:
    """Return when a row of a table has which standing; whoever meets none of them is current.

    A table whose rows are gone once they are taken out has no standings.
    """
    model = model_of(table)
    if not issubclass(model, Recorded):
        if not table.is_set_aside:
            return {}
        present: Any = table
        return {"withdrawn": ~Q(pk__in=present.present().order_by().values("pk"))}
    replaced, draft = Q(replaced_in__isnull=False), Q(recorded_in__isnull=True)
    if issubclass(model, Version):
        # A version says of itself that its record was withdrawn, and nothing takes its place.
        gone: Any = known(None) & ~NOT_WITHDRAWN
    else:
        placed = Placement.objects.current().filter(city=OuterRef("city"))
        gone = replaced & ~Exists(placed.order_by())
    return {"withdrawn": gone, "replaced": replaced, "draft": draft}


def with_standing(rows: QuerySet[Any], table: Table) -> QuerySet[Any]:
    """Return the rows, each with its standing as ``standing_word``, where their table has any."""
    conditions = conditions_of(table)
    if not conditions:
        return rows
    cases = (When(condition, then=Value(word)) for word, condition in conditions.items())
    word = Case(*cases, default=Value("current"), output_field=CharField())
    told: QuerySet[Any] = rows.annotate(standing_word=word)
    return told


class StandingFilter(admin.SimpleListFilter):
    """Rows by whether they are known today, were withdrawn or replaced, or never published."""

    title = _("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return what may be chosen beside what is current."""
        own = [(word, STANDING_WORDS[word]) for word in conditions_of(model_admin.table)]
        return [*own, ("all", pgettext_lazy("standing", "all"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the choices; without one, the list is of what is current."""
        current, *others = super().choices(changelist)
        yield {**current, "display": STANDING_WORDS["current"]}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the standing that is chosen."""
        word = self.value() or "current"
        return queryset if word == "all" else queryset.filter(standing_word=word)
