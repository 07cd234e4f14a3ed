"""Forms that answer every mistake beside what was typed, and never with an error page.

They are those of other packages' tables: users and groups, devices, tokens, attempts to log in.
What a dataset holds has no such forms: see `proposed_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from cbec_portal.templatetags.spoken import spoken
from zones.admin.read_only import BoundedList, yes_or_no_shown
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


#: What permissions allow that every table has, by how their keys begin.
ALLOWED = {
    "add": pgettext_lazy("permission", "can add: %(name)s"),
    "change": pgettext_lazy("permission", "can change: %(name)s"),
    "delete": pgettext_lazy("permission", "can delete: %(name)s"),
    "view": pgettext_lazy("permission", "can view: %(name)s"),
}


class PermissionsField(RowsField):
    """Several permissions, told in the reader's language: the database keeps them in English."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the package of a permission, its table, and what it allows."""
        kind = obj.content_type
        act, _mark, table = obj.codename.partition("_")
        said = _(obj.name)
        if act in ALLOWED and table == kind.model:
            said = str(ALLOWED[act]) % {"name": kind.name}
        return f"{kind.app_labeled_name} | {said}"


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
        own = PermissionsField if db_field.related_model is Permission else RowsField
        kwargs.setdefault("form_class", own)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """Return what would go along, what people wrote marked as of its language."""
        going, counts, lacking, staying = super().get_deleted_objects(objs, request)
        return _spoken_in(going), counts, lacking, _spoken_in(staying)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list; what is yes or no is said in the reader's language."""
        columns = super().get_list_display(request)
        model: Any = self.model
        return [yes_or_no_shown(model, name) or name for name in columns]

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


def _spoken_in(listed: Iterable[Any]) -> list[Any]:
    """Rows and those below them, each as it is told: its table, and what the row is called."""
    told: list[Any] = []
    for one in listed:
        if isinstance(one, list | tuple):
            told.append(_spoken_in(one))
        elif isinstance(one, SafeString):
            told.append(one)
        else:
            table, mark, called = str(one).partition(": ")
            told.append(format_html("{}{}{}", table, mark, spoken(called)))
    return told


def _refused(form: type[forms.ModelForm], refusal: str) -> type[forms.ModelForm]:
    class RefusedForm(form):  # type: ignore[valid-type, misc]  # made for this request alone
        def _post_clean(self) -> None:
            super()._post_clean()
            self.add_error(None, refusal)

    return RefusedForm
