"""Forms that answer every mistake beside what was typed, and never with an error page.

They are those of other packages' tables: users and groups, devices, tokens, attempts to log in.
What a dataset holds has no such forms: see `proposed_rows`.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from zones.admin.read_only import BoundedList
from zones.models.fields import refused
from zones.rules.values import WrongValueError, refuse_lost

#: What the database or a model may still refuse when a form was found right: what somebody else
#: wrote in between, and what only triggers know.
REFUSALS = (IntegrityError, DataError, OverflowError, ValidationError, models.ProtectedError)


def refusal_words(refusal: Exception) -> str:
    """Return in words what was refused."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    if isinstance(refusal, models.ProtectedError):
        return _("Others refer to this, so it stays.")
    return _("The database refuses this: %s") % refusal


def is_key(value: object) -> bool:
    """Return whether a number could be the key of a row: others no database can look for."""
    text = str(value)
    return text.isascii() and text.isdigit() and int(text) < 2**63


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. What can be the key of none is refused as any other that is none."""

    def clean(self, value: Any) -> Any:
        """Return the rows.

        Raises:
            ValidationError: one is none.
        """
        wrong = [v for v in value or () if not is_key(v)] if isinstance(value, list | tuple) else []
        if wrong:
            told = self.error_messages["invalid_pk_value"]
            raise ValidationError(told, code="invalid_pk_value", params={"pk": wrong[0][:80]})
        return super().clean(value)


def read_whole(text: str) -> None:
    """Refuse what holds bytes that were no text.

    Raises:
        ValidationError: it does.
    """
    try:
        refuse_lost(text)
    except WrongValueError as wrong:
        raise refused(wrong) from None


class CarefulAdmin(BoundedList):
    """An admin whose forms show again what was typed when the database refuses it."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the box of a column."""
        box = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(box, forms.CharField):
            box.validators.append(read_whole)
        return box

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the box for several rows."""
        kwargs.setdefault("form_class", RowsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form, or save what was typed; what is refused is shown with the form."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as refusal:
            request.refusal = refusal_words(refusal)  # type: ignore[attr-defined]  # for get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form; where saving was refused before, one that says so."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Delete a row, or say why it cannot be."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as refusal:
            return self._back(request, refusal)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show the list, or act on some rows of it; what is refused is said."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except REFUSALS as refusal:
            return self._back(request, refusal)

    def _back(self, request: HttpRequest, refusal: Exception) -> HttpResponse:
        self.message_user(request, refusal_words(refusal), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path_info())


def _refused(form: type[forms.ModelForm], refusal: str) -> type[forms.ModelForm]:
    class RefusedForm(form):  # type: ignore[valid-type, misc]  # made for this request alone
        def _post_clean(self) -> None:
            super()._post_clean()
            self.add_error(None, refusal)

    return RefusedForm
