"""A box that names a row of the dataset: typed text, resolved when it is saved.

A script offers rows while one types (``picker.js``); nothing is left to it, so a box does as much
without one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.generic import View

from cbec_portal.punctuation import enumerated
from zones.admin.desk_page import whole_number
from zones.dataset.naming import scope_tables
from zones.dataset.table_registry import table_named
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, require
from zones.desk.pickers import (
    NAMED,
    NotPickedError,
    Pick,
    candidates,
    entry_of,
    label_of,
    near,
    picked,
)
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import ScopeKind

#: In the place of a table: whatever a scope names, of which kind the text alone says.
ALL_SCOPES = "places"
MOST_OF_ALL = 20


class PickInput(forms.TextInput):
    """A line of text, for which rows are offered that it may mean."""

    class Media:
        js = (Script("cbec_portal/picker.js", defer=True),)

    def __init__(self, table: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.table, self.within, self.within_box = table, "", ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows, with the address that offers rows."""
        context = super().get_context(name, value, attrs)
        own = context["widget"]["attrs"]
        own["data-pick"] = reverse("admin:desk-pick", args=[self.table])
        if self.within:
            own["data-within"] = self.within
        if self.within_box:
            own["data-within-box"] = self.within_box
        return context


class PickField(forms.Field):
    """The row of a table that a text names, as a `Pick`; none where it is empty.

    ``within`` is the key of the row in which it lies, such as the topic of a choice. A form that
    asks for that row too names its box in ``within_box`` and sets ``within`` once it is read.
    """

    widget: Any = PickInput

    def __init__(
        self, table: str, within: str | None = None, *, within_box: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", PickInput(table))
        super().__init__(**kwargs)
        self.table, self.within = table, within
        self.widget.within_box = within_box

    @property
    def within(self) -> str | None:
        """Return the key of the row in which the rows lie, if they lie in one."""
        return self._within

    @within.setter
    def within(self, key: str | None) -> None:
        """Let the rows be those that lie in one, for the box too."""
        self._within = key
        self.widget.within = key or ""

    def to_python(self, value: Any) -> Pick | None:
        """Return the row that was typed.

        Raises:
            ValidationError: it names none or several; says which it may mean.
        """
        if not (typed := str(value or "").strip()):
            return None
        try:
            return picked(self.table, typed, within=self.within)
        except NotPickedError as wrong:
            raise ValidationError(str(wrong), code="not-picked") from None

    def prepare_value(self, value: Any) -> Any:
        """Return what the box shows: the label of a row, or what was typed."""
        if isinstance(value, Pick):
            return value.label
        return label_of(self.table, value) if isinstance(value, tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another row was typed, or what names none."""
        before = self.prepare_value(initial) or ""
        try:
            then, now = self.to_python(before), self.to_python(data)
        except ValidationError:
            return True
        return (then and then.key) != (now and now.key)


class OfferedPick(NamedTuple):
    """A row that is offered, what is said beside its label to tell it from others, and whether it
    only comes near what was typed.
    """

    pick: Pick
    beside: str = ""
    is_near: bool = False


def places_meant(typed: str, brought: NewRows) -> list[OfferedPick]:
    """Return whatever a scope names that a text may mean, the best first, of those that fit alike
    cities first; else what comes near. Beside each stand its kind, and its Chinese name where the
    label is English.
    """
    kinds = {table: kind for kind, table in scope_tables().items()}
    order = sorted(kinds, key=lambda table: table != "cities")
    found = [(table, pick) for table in order for pick in candidates(table, typed, brought=brought)]
    is_near = not found
    if is_near:
        found = [*near(order, typed, brought=brought).picks]
    found.sort(key=lambda own: own[1].rank)
    told = []
    for table, pick in found[:MOST_OF_ALL]:
        entry = entry_of(table, pick.key, brought)
        chinese = entry.parts[0][1] if entry and entry.parts else ""
        says = [label(ScopeKind(kinds[table])), chinese if chinese not in pick.label else ""]
        told.append(OfferedPick(pick, enumerated(filter(None, says)), is_near))
    return told


class Picks(View):
    """Offers rows for what is typed in a box, as JSON."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, table: str) -> JsonResponse:
        """Return the rows that the text may mean, the best first; the one that it names says so.

        ``within`` is what was typed for the row in which they lie, ``set`` the number of the set
        in which it is typed, whose new rows are offered too.

        Raises:
            PermissionDenied: whoever asks is neither analyst nor reviewer.
            Http404: there is no such table.
        """
        require(request.user, SetAction.SEE)
        typed, within = request.GET.get("q", ""), request.GET.get("within", "").strip()
        number = whole_number(request.GET.get("set", "")) or 0
        brought = NewRows(ChangeSet.objects.filter(pk=number).first() if number else None)
        try:
            if table == ALL_SCOPES:
                found = places_meant(typed, brought)
            else:
                whole = self._key(table, within, brought) if within else None
                fitting = candidates(table, typed, within=whole, brought=brought)
                found = [OfferedPick(pick) for pick in fitting]
                if not fitting and whole is None:
                    like = near([table], typed, brought=brought).picks
                    found = [OfferedPick(pick, is_near=True) for _table, pick in like]
        except KeyError:
            raise Http404("There is no such table.") from None
        except NotPickedError:
            found = []
        named = [own for own in found if own.pick.rank == NAMED and not own.is_near]
        told_picks = [
            {"label": own.pick.label, "beside": own.beside}
            | {"key": own.pick.key, "rank": own.pick.rank, "named": named == [own]}
            for own in found
        ]
        if any(own.is_near for own in found):
            words = ngettext(
                "None is called so; %d row comes near.",
                "None is called so; %d rows come near.",
                len(told_picks),
            )
        else:
            words = ngettext("%d row fits.", "%d rows fit.", len(told_picks))
        told = words % len(told_picks)
        answer = JsonResponse(
            {"picks": told_picks, "told": told}, json_dumps_params={"ensure_ascii": False}
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    @staticmethod
    def _key(table: str, within: str, brought: NewRows) -> str | None:
        """The key of the row in which the rows of a table lie, if they lie in one."""
        if not (whole := table_named(table).lies_in):
            return None
        return picked(whole, within, brought=brought).key[0]
