"""Rows of the dataset in the admin: they are read here, and changed by the form of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.languages import active_language, in_language
from zones.admin.read_only import ReadOnly
from zones.admin.standing import STANDING_WORDS, StandingFilter, conditions_of, with_standing
from zones.dataset.alias_table import Aliases, kind_of_table
from zones.dataset.table import Key, Table, model_of
from zones.dataset.table_registry import registry
from zones.desk.addresses import address_of_history, address_of_new, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.permissions import SetAction, may
from zones.models.former_keys import keys_of_kind
from zones.models.labels import label
from zones.models.revisions import Recorded, Version
from zones.rules.vocabulary import Change

#: What can be done with a row that is known, as a link says it.
WAY_WORDS = {
    "version": _("New version"),
    "end": pgettext_lazy("act", "End"),
    "withdraw": pgettext_lazy("act", "Withdraw"),
    "copy": _("Copy as basis"),
}


def ways_of(table: Table, key: Key) -> Iterator[tuple[str, Any]]:
    """Yield the addresses by which something of a row that is known is proposed, and what each is
    called.
    """
    for way, words in WAY_WORDS.items():
        if way != "end" or table.ends_by:
            yield address_of_row(table.name, key, way), words


#: What rows without versions are headed by, in both languages.
_HEADED = ("title", "name", "question")


class DatasetAdmin(ReadOnly):
    """The rows of a table of the dataset. Nothing is written but through change sets."""

    change_list_template = "zones/desk/admin_list.html"
    none_yet = _(
        "There is no row yet. Propose one, or load a folder of data by the command "
        "“manage.py load_dataset”."
    )

    @cached_property
    def table(self) -> Table:
        """Return the table that writes these rows."""
        return next(table for table in registry if model_of(table) is self.model)

    def key_of(self, row: Any) -> Key:
        """Return the natural key of a row."""
        table: Any = self.table
        key: Key = table.key_of(table.cells(row))
        return key

    def told_of(self, row: Any) -> tuple[str, Key]:
        """Return the table and key under which it is told what became of a row."""
        return self.table.name, self.key_of(row)

    def history_of(self, row: Any) -> str:
        """Return where the desk tells what became of the row."""
        return address_of_history(*self.told_of(row))

    def public_address(self, row: Any) -> str:
        """Return where readers see the row."""
        raise NotImplementedError

    def view_on_site(self, row: Any) -> str:
        """Return where readers see the row, for the link on its page."""
        return self.public_address(row)

    @admin.display(description=_("public page"))
    def public(self, row: Any) -> str:
        """Return a link to where readers see the row."""
        return format_html('<a href="{}">{}</a>', self.public_address(row), _("look"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns, the last a link to where readers see the row."""
        own = super().get_list_display(request)
        return [*own, *(["standing"] if conditions_of(self.table) else []), "public"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Return the filters, that by standing first where rows have one."""
        own = list(super().get_list_filter(request))
        return [StandingFilter, *own] if conditions_of(self.table) else own

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows, each with its standing."""
        return with_standing(super().get_queryset(request), self.table)

    @admin.display(description=_("standing"))
    def standing(self, row: Any) -> str:
        """Return where the row stands, in words."""
        return str(STANDING_WORDS[row.standing_word])

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is shown of a row; of one that was withdrawn no revisions that only its
        last words had, since its page says above them when it went.
        """
        fields = list(super().get_fields(request, obj))
        if not self._is_withdrawn(obj):
            return fields
        return [name for name in fields if name not in ("recorded_in", "replaced_in")]

    @staticmethod
    def _is_withdrawn(row: Any) -> bool:
        return getattr(row, "standing_word", "") == "withdrawn"

    def withdrawn_in(self, row: Any) -> int | None:
        """Return the number of the revision by which a row went that was withdrawn."""
        if isinstance(row, Version):
            return row.recorded_in_id
        return row.replaced_in_id if isinstance(row, Recorded) else None

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with where a new row is proposed."""
        proposed = self._proposed() if may(request.user, SetAction.PROPOSE) else ""
        own = {**(extra_context or {}), "propose": proposed}
        listed: HttpResponse = super().changelist_view(request, own)
        return listed

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Lead to the form of the desk.

        Raises:
            PermissionDenied: whoever asks is no analyst, or sends a form.
        """
        if request.method == "POST" or not may(request.user, SetAction.PROPOSE):
            raise PermissionDenied
        return HttpResponseRedirect(self._proposed())

    def _proposed(self) -> str:
        return address_of_new(self.table.name)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Show the page of a row, with what may be proposed of it."""
        row = kwargs.get("obj")
        is_offered = row is not None and may(request.user, SetAction.PROPOSE)
        context["ways"] = list(self.ways(row)) if is_offered else []
        if row is not None and (name := self.name_of(row)):
            context["subtitle"] = name
        if self._is_withdrawn(row):
            context["gone_in"] = self.withdrawn_in(row)
        if isinstance(row, Version) and row.replaced_in_id is not None:
            context["known_now"] = self._known_now(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def _known_now(self, row: Any) -> tuple[str, str] | None:
        """Where the version is shown that took the place of this one in the end, and its name."""
        now = type(row).objects.current().filter(identity=row.identity).first()
        if now is None:
            return None
        told = {"version": now.version, "change": label(Change(now.change))}
        name = gettext("Known now: version %(version)s (%(change)s)") % told
        return reverse(f"admin:zones_{now._meta.model_name}_change", args=[now.pk]), name

    def name_of(self, row: Any) -> str:
        """Return what the desk calls a version of a row, and what other rows are headed in the
        reader's language; nothing of rows that are not.
        """
        if not isinstance(row, Version):
            headed = (one for one in _HEADED if getattr(row, f"{one}_en", ""))
            return next((in_language(row, one, active_language()) for one in headed), "")
        name = CellWords(active_language()).row(self.table, self.key_of(row))
        told = gettext("%(identity)s (version %(version)s)")
        return told % {"identity": name, "version": row.version}

    def ways(self, row: Any) -> Iterable[tuple[str, Any]]:
        """Return the addresses by which something of a row is proposed, and what each is called.

        A row that is not known any more can only be the basis of another.
        """
        key = self.key_of(row)
        known = key in self.table.known([key])
        if known:
            yield from ways_of(self.table, key)
        kind = kind_of_table(self.table.name)
        if known and kind:
            name = keys_of_kind(kind).joint.join(key)
            yield address_of_row(Aliases.name, (kind, name)), gettext("Another key")
