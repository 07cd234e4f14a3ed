"""Forms that answer every mistake beside what was typed, and never with an error page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from zones.admin.key_fields import KeysStay
from zones.dataset.former_rows import cells_of, remember
from zones.models.fields import PlainMixin, refused
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


class KeysAloneMixin:
    """A widget that looks up what was sent only as far as it can be the key of a row."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        """Return the chosen rows, of what was sent only what can be the key of one."""
        return super().optgroups(name, [*filter(is_key, value)], attr)  # type: ignore[misc]


class RowSelect(KeysAloneMixin, AutocompleteSelect):
    """A box that finds a row by its name."""


class RowsSelect(KeysAloneMixin, AutocompleteSelectMultiple):
    """A box that finds several rows by their names."""


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
    """Refuse what holds bytes that were no text, in boxes of columns that know no such rule.

    Raises:
        ValidationError: it does.
    """
    try:
        refuse_lost(text)
    except WrongValueError as wrong:
        raise refused(wrong) from None


class CarefulFieldsMixin:
    """Boxes for rows that bear whatever is sent for them: of an admin and of its inlines."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the box of a column."""
        box = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin
        if isinstance(box, forms.CharField) and not isinstance(db_field, PlainMixin):
            box.validators.append(read_whole)
        return box

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the box for a row."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            kwargs.setdefault("widget", RowSelect(db_field, site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the box for several rows."""
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            site = self.admin_site  # type: ignore[attr-defined]
            kwargs.setdefault("widget", RowsSelect(db_field, site, using=kwargs.get("using")))
        kwargs.setdefault("form_class", RowsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


class CarefulInline(CarefulFieldsMixin, admin.TabularInline):
    """Rows that hang on another, in its form."""


class CarefulAdmin(CarefulFieldsMixin, KeysStay):
    """An admin whose forms show again what was typed when the database refuses it."""

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

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a row, and note what it said before."""
        request.cells_before = cells_of(obj)  # type: ignore[attr-defined]  # for save_related
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save what hangs on the row, and remember what is another than before."""
        super().save_related(request, form, formsets, change)
        before, after = request.cells_before, cells_of(form.instance)  # type: ignore[attr-defined]
        changed = {key: cells for key, cells in before.items() if after.get(key) != cells}
        remember(changed, (key for key in after if key not in before))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a row, and note what it said before."""
        before = cells_of(obj)
        super().delete_model(request, obj)
        remember(before, ())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete several, and remember what was."""
        for row in queryset:
            self.delete_model(request, row)

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


class VersionForm(forms.ModelForm):
    """The form of a draft, whose identity follows from its key. There is one draft of each."""

    #: The field beside which a second draft is refused.
    refused_beside: str

    def identity_typed(self) -> str | None:
        """Return the identity that the typed key makes, if all of it was typed."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """Give the draft its identity and version.

        An identity that was published stays with its drafts, whatever they correct.
        """
        super()._post_clean()  # type: ignore[misc]  # missing from the stubs
        versions = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
        kept = versions.filter(identity=self.instance.identity).published().exists()
        identity = self.instance.identity if kept else self.identity_typed()
        if identity is None:
            return
        # Of drafts that came twice by another way each can still be changed.
        if self.instance.pk is None or identity != self.instance.identity:
            own = versions.filter(identity=identity)
            if draft := own.drafts().first():
                said = _("There is a draft of this already: %s. Change that one.") % draft
                self.add_error(self.refused_beside, said)
            self.instance.identity = identity
            # A draft follows the newest version that was published.
            newest = own.published().aggregate(newest=models.Max("version"))["newest"]
            self.instance.version = (newest or 0) + 1
