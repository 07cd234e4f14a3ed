"""Which row a page of the desk is about: of a set or of the portal, of any table of the dataset."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from cbec_portal.punctuation import enumerated
from cbec_portal.quotation import quoted
from zones.admin.chosen_set import ChoosesSet
from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.current_keys import call_by_today, keys_now
from zones.desk.permissions import SetAction, require
from zones.desk.policy_forms import form_of_answer, form_of_policy
from zones.models import ChangeSet, ProposedRow

#: What a form does with a row that is known: a new version of it, its end, its withdrawal, or a new
#: row with its cells to begin with.
WAYS = ("version", "end", "withdraw", "copy")


def unknown_way(way: str, known: Sequence[str]) -> str:
    """Return that nothing is done in a way that an address asks for, and which ways there are."""
    words = _("%(asked)s is done with no row; what can be done: %(known)s.")
    return words % {"asked": quoted(way[:40]), "known": enumerated(known)}


class AddressedRow(ChoosesSet):
    """A page about one row: of a set, or of the portal, as its address and its form say."""

    needed = SetAction.PROPOSE

    @cached_property
    def change_set(self) -> ChangeSet | None:
        """Return the set that the address or the form names, if any."""
        if "number" in self.kwargs:
            return get_object_or_404(ChangeSet, pk=self.kwargs["number"])
        return self.posted_set()

    @cached_property
    def row(self) -> ProposedRow | None:
        """Return the row of the set that is edited, if any."""
        if "row" not in self.kwargs:
            return None
        rows = ProposedRow.objects.select_related("change_set", "copy__source")
        row = get_object_or_404(rows, pk=self.kwargs["row"], change_set=self.kwargs["number"])
        if row.change_set.is_open:
            call_by_today([row])
        return row

    @cached_property
    def table(self) -> Table:
        """Return the table of the row."""
        name = self.row.table if self.row else self.kwargs.get("table") or self._asked("table")
        try:
            return table_named(name or "policies")
        except KeyError:
            raise Http404("There is no such table.") from None

    @cached_property
    def key(self) -> Key | None:
        """Return the key of the row that is changed, or nothing for a new one."""
        if self.row:
            return keys_now(self.table, [self.row])[0] if self.row.before is not None else None
        if not (text := self._asked("key")) or self.way == "copy":
            return None
        return self._asked_key(text)

    def _asked_key(self, text: str) -> Key:
        """The key that an address says: a list of texts, or the one part that it has."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        key = tuple(map(str, said)) if isinstance(said, list) else (text,)
        if len(key) != len(self.table.key) or not all(part.isprintable() for part in key):
            raise Http404("There is no such row.")
        return key

    def _asked(self, name: str) -> str:
        return self.request.GET.get(name, "")

    @property
    def way(self) -> str:
        """Return what is done with the row."""
        way = self._asked("as")
        return way if way in WAYS else "version"

    @cached_property
    def known(self) -> Cells | None:
        """Return the row as the portal knows it now, if it does."""
        key = self.key
        if self.row is None and self._asked("key"):
            key = self._asked_key(self._asked("key"))
            known = self.table.known([key]).get(key)
            if known is None:
                raise Http404("There is no such row.")
            return known
        return self.table.known([key]).get(key) if key else None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead nowhere where the address names no row.

        Raises:
            Http404: there is no such table, set or row.
        """
        require(request.user, SetAction.PROPOSE)
        if self.table.name == Policies.name and (self._asked("identity") or self._asked("answer")):
            return HttpResponseRedirect(self._of_policy())
        if "number" in self.kwargs:
            self.change_set  # noqa: B018 (looked up, or refused)
        self.known  # noqa: B018
        if words := self._wrong_way():
            return render(request, "400.html", {"errors": [("as", words)]}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def _wrong_way(self) -> str:
        """Why nothing can be done with the row in the way that the address asks for, if so."""
        if not (way := self._asked("as")):
            return ""
        if way not in WAYS:
            return unknown_way(way, WAYS)
        if self.row is None and not self._asked("key"):
            return _("It names no row: give its key as well.")
        if way == "end" and not self.table.ends_by:
            return _("Rows of this table do not end: withdraw the row, or propose a new version.")
        return ""

    def _of_policy(self) -> str:
        """Where the policy is proposed anew that a public page names, or that answers there.

        Raises:
            Http404: no such policy was ever known, or there is no such city, topic or day.
        """
        if identity := self._asked("identity"):
            found = form_of_policy(identity)
        else:
            city, _slash, topic = self._asked("answer").partition("/")
            found = form_of_answer(city, topic, self._asked("as_of"))
        if found is None:
            raise Http404("There is no such row.")
        return found
