"""The forms of the admin, as a browser would send them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


def typed_in(context: Mapping[str, Any]) -> dict[str, Any]:
    """What an opened form holds."""
    found: list[forms.BaseForm] = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        found += [formset.formset.management_form, *formset.formset.forms]
    sent: dict[str, Any] = {}
    for form in found:
        for field in form:
            value = field.value()
            value = value() if callable(value) else value
            if isinstance(value, list | tuple):
                sent[field.html_name] = [getattr(v, "pk", v) for v in value]
            elif value is not None and value is not False:
                sent[field.html_name] = str(value)
    return sent
