"""Keys that something published rests on are shown to be read.

Whoever sends another one all the same is told so beside the field, by the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from zones.models.keys import Keyed, keys_of, used_among


class KeysStay(admin.ModelAdmin):
    """An admin in which the keys of a used row can only be read."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form; that of a used row shows its keys, and why they stay."""
        form = super().get_form(request, obj, change=change, **kwargs)
        is_used = isinstance(obj, Keyed) and obj.is_used()
        return _showing(form, _staying(obj)) if is_used else form


class KeysStayFormSet(BaseInlineFormSet):
    """Rows within the form of another: the keys of used ones can only be read."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add the fields of a row; the keys of a used one can only be read."""
        super().add_fields(form, index)
        if form.instance.pk in self._used():
            _show(form, _staying(form.instance))

    def _used(self) -> set[int]:
        if not hasattr(self, "_used_keys"):
            self._used_keys = used_among(list(self.get_queryset()))
        return self._used_keys


def _staying(row: Keyed) -> list[str]:
    keys = keys_of(type(row))
    if keys is None:
        return []
    return [n for n in keys.fields if getattr(row, n) or n not in keys.fillable]


def _showing(form: type[forms.ModelForm], names: Iterable[str]) -> type[forms.ModelForm]:
    class Showing(form):  # type: ignore[valid-type, misc]  # made for this request alone
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            _show(self, names)

    return Showing


def _show(form: forms.ModelForm, names: Iterable[str]) -> None:
    model: Any = type(form.instance)
    keys = keys_of(model)
    for name in names:
        if name in form.fields:
            field = form.fields[name]
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs["readonly"] = True
            field.help_text = keys.why if keys else ""
