"""The set that a form chooses for its rows: one that is there, or a new one with a title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from zones.admin.desk_page import DeskPage
from zones.models import ChangeSet
from zones.models.made_texts import is_of_one_row
from zones.rules.vocabulary import SetState

#: What of a session names the set in which work of a kind was done last.
_LAST = "last set of "
#: The pages of a set and of its rows.
_OF_SETS = ("desk-set", "desk-row", "desk-row-new", "desk-places", "desk-grid")


def note_work(request: HttpRequest, change_set: ChangeSet, kinds: Iterable[str]) -> None:
    """Remember with the session in which set rows were proposed last, by each kind of work: by the
    names of their tables.
    """
    for kind in kinds:
        request.session[f"{_LAST}{kind}"] = change_set.pk


class ChoosesSet(DeskPage):
    """A form of rows that go into a set that is chosen in it."""

    @property
    def title_of_new_set(self) -> str:
        """Return the title that is typed, which means a new set: whatever else is chosen was so
        before anybody chose.
        """
        return self.posted("new_set")

    @property
    def kind_of_work(self) -> str:
        """Return what tells work of this kind from other work: what a form is of."""
        raise NotImplementedError

    def note_set(self, change_set: ChangeSet) -> None:
        """Remember in which set work of this kind was done last."""
        note_work(self.request, change_set, [self.kind_of_work])

    def begins_with(self, sets: Sequence[tuple[str, str]]) -> str:
        """Return the number of the set that is chosen when a form is opened: that from whose page
        one comes, else a draft in which work of this kind was done last; else a new one. A set that
        was called after its row is of that alone, until whoever wants more in it says so.

        Args:
            sets: those that can be chosen.
        """
        if (came := self._set_before) and came in dict(sets):
            return came
        last = str(self.request.session.get(f"{_LAST}{self.kind_of_work}", ""))
        if last not in dict(sets):
            return ""
        draft = ChangeSet.objects.filter(state=SetState.DRAFT, pk=last).first()
        return last if draft and not is_of_one_row(draft.title) else ""

    @property
    def _set_before(self) -> str:
        """The number of the set on whose pages one was before; nothing if on no such page."""
        before = urlsplit(self.request.headers.get("Referer", ""))
        if before.netloc != self.request.get_host():
            return ""
        try:
            found = resolve(before.path)
        except Resolver404:
            return ""
        of_set = (found.url_name or "") in _OF_SETS
        return str(found.kwargs.get("number", "")) if of_set else ""

    def posted_set(self) -> ChangeSet | None:
        """Return the set that the form chooses; none where it is a new one."""
        if self.title_of_new_set:
            return None
        return ChangeSet.objects.filter(pk=self.posted_number("set") or 0).first()

    def refuse_no_set(self, chosen: Any) -> None:
        """Refuse a form that chooses a set which is none.

        Raises:
            ValidationError: it does.
        """
        if chosen is None and self.posted("set") and not self.title_of_new_set:
            raise ValidationError(_("There is no such change set: choose another."))
