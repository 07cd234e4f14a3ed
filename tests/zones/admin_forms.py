"""The forms of the admin, opened and sent without a browser and without drawing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import models
from django.test import RequestFactory

#: What a form sends, by the names of its boxes.
Sent = dict[str, Any]


def typed_in(context: Mapping[str, Any]) -> Sent:
    """What an opened form holds, as a browser would send it back."""
    found: list[forms.BaseForm] = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        found += [formset.formset.management_form, *formset.formset.forms]
    sent: Sent = {}
    for form in found:
        for field in form:
            value = field.value()
            value = value() if callable(value) else value
            if isinstance(value, list | tuple):
                sent[field.html_name] = [getattr(v, "pk", v) for v in value]
            elif value is not None and value is not False:
                sent[field.html_name] = str(value)
    return sent


def boxes(context: Mapping[str, Any]) -> dict[str, forms.Field]:
    """The boxes of an opened form, those of new rows of its inlines too, by name."""
    own = {field.html_name: field.field for field in context["adminform"].form}
    for formset in context["inline_admin_formsets"]:
        for form in formset.formset.forms:
            own |= {field.html_name: field.field for field in form}
    return own


class Door:
    """The admin as one of staff meets it."""

    def __init__(self, user: Any) -> None:
        self._user = user
        # What only the middleware adds: he gave the second factor.
        user.is_verified = lambda: True
        self._factory = RequestFactory()

    def writable(self) -> list[type[models.Model]]:
        """The models of which something can be written in the admin, by name."""
        request = self._request("get")
        registered = sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label)
        return [
            model
            for model, own in registered
            if own.has_add_permission(request) or own.has_change_permission(request)
            if model._meta.app_label in {"zones", "checklists"}
        ]

    def can_add(self, model: type[models.Model]) -> bool:
        """Whether there is a form for a new row."""
        return self._of(model).has_add_permission(self._request("get"))

    def opened(self, model: type[models.Model], row: Any = None) -> Mapping[str, Any]:
        """What the form of a row, or of a new one, is drawn from."""
        shown = self._view(model)(self._request("get"), row and str(row.pk))
        context: Mapping[str, Any] = shown.context_data
        return context

    def send(self, model: type[models.Model], sent: Sent, row: Any = None) -> Mapping[str, Any]:
        """Send a form: what it is drawn from once more where something is refused, else nothing.

        Halves of surrogate pairs arrive as bytes that are no UTF-8.
        """
        body = urlencode(sent, doseq=True, errors="surrogatepass")
        answered = self._view(model)(self._request("post", body), row and str(row.pk))
        if answered.status_code == 302:
            return {}
        context: Mapping[str, Any] = answered.context_data
        return context

    def _view(self, model: type[models.Model]) -> Callable[..., Any]:
        return self._of(model).changeform_view

    @staticmethod
    def _of(model: type[models.Model]) -> ModelAdmin[Any]:
        return admin.site._registry[model]

    def _request(self, method: str, body: str = "") -> Any:
        form = "application/x-www-form-urlencoded"
        request: Any = self._factory.generic(method.upper(), "/admin/", body, content_type=form)
        request.user = self._user
        request._dont_enforce_csrf_checks = True
        request._messages = CookieStorage(request)
        return request
