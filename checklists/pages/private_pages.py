"""What private pages share: someone logged in, a checklist they may see, acts, and no caching."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from cbec_portal.api.errors import lost_race_words
from cbec_portal.asked_days import parse_calendar_day, parse_day
from cbec_portal.availability import BusyError, logged_race, logged_wait
from cbec_portal.posted_texts import boxes_of_no_text, without_no_text
from cbec_portal.refusals import ParameterError
from checklists.models import Checklist
from checklists.models.versions import is_tag
from checklists.permissions import READ_ONLY, Action, ClosedError, UnseenError, checklist_policy
from checklists.services.conflicts import GoneError, StaleError
from zones.pages.page_base import Page
from zones.pages.refused_questions import RefusedQuestion, describing_place

Act = Callable[[], str | None]


class PrivatePage(Page):
    """A page for people who are logged in.

    A form names its act in ``do``. An act that succeeds leads to a page; one that is refused shows
    this page again with what was wrong and what was typed. A page without acts is only read.
    """

    public = False
    acts: Mapping[str, str] = {}
    errors: list[str]
    #: Names in a form that no city has, and so may be those of places without pilot status.
    unknown: Sequence[str] = ()
    conflict: StaleError | None = None
    #: What was wrong with single boxes of a form, by name.
    wrong: Mapping[str, Sequence[str]]

    def __init_subclass__(cls) -> None:
        """Take forms where there are acts."""
        super().__init_subclass__()
        cls.http_method_names = [
            name for name in Page.http_method_names if name != "post" or cls.acts
        ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask strangers to log in, and keep the page out of every cache."""
        self.errors, self.wrong = [], {}
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @property
    def user(self) -> User:
        """Return the user who is logged in."""
        user: Any = self.request.user
        return user  # type: ignore[no-any-return]  # request.user is Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do the act that a form names, and lead on; show the page again where it is refused."""
        self.refused = RefusedQuestion(request.GET, named=self.naming)
        try:
            self.read_question()
        except ParameterError:
            return self.get(request, *args, **kwargs)
        name = self.acts.get(self.posted("do"))
        if name is None:
            return self._again([_("The form does not say what is to be done. Open it anew.")], 400)
        if boxes := boxes_of_no_text(request.POST):
            request.POST = without_no_text(request.POST, boxes)  # type: ignore[assignment]
            words = _("It holds characters that no text has.")
            self.wrong = {box: [words] for box in boxes}
            return self._again([words], 400)
        act: Act = getattr(self, name)
        try:
            elsewhere = act()
        except UnseenError:
            raise Http404("There is nothing here that you may see.") from None
        except ClosedError as closed:
            return self._again(closed.messages, 409)
        except (ValidationError, ParameterError) as refused:
            wrong = refused.refusals if isinstance(refused, ParameterError) else []
            self.unknown = [one.unknown for one in wrong if one.unknown]
            if isinstance(refused, ValidationError) and hasattr(refused, "error_dict"):
                self.wrong = refused.message_dict
            return self._again(words_of(refused), 400)
        except StaleError as stale:
            self.conflict = stale
            return self._outdated([str(stale)])
        except GoneError as gone:
            return self._outdated([str(gone)])
        except (DatabaseError, BusyError) as failed:
            if (wait := logged_wait(failed)) is not None:
                return self._busy(wait)
            if logged_race(failed):
                return self._outdated([lost_race_words()])
            raise
        return self.done(elsewhere or request.get_full_path())

    def done(self, address: str) -> HttpResponse:
        """Lead on after an act, so that reloading does not repeat it."""
        return HttpResponseRedirect(address, status=303)

    def _busy(self, wait: int) -> HttpResponse:
        told = _("The portal is busy. Nothing was changed; send it again in %d seconds.") % wait
        response = self._again([told], 503)
        response.headers["Retry-After"] = str(wait)
        return response

    def _outdated(self, errors: list[str]) -> HttpResponse:
        """This page again after a conflict, of what is known now."""
        self.forget()
        return self._again(errors, 409)

    def _again(self, errors: list[str], status: int) -> HttpResponse:
        self.errors = errors
        return self.render_to_response(self.get_context_data(**self.kwargs), status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what was wrong and what was typed, beside what the page itself gives."""
        return super().get_context_data(
            errors=self.errors,
            wrong=self.wrong,
            unknown=[(name, describing_place(name)) for name in self.unknown],
            conflict=self.conflict,
            posted=defaultdict(str, self.request.POST.items()),
            **kwargs,
        )

    def posted(self, name: str) -> str:
        """Return what a form says under a name; an empty text where it says nothing."""
        return self.request.POST.get(name, "").strip()

    def posted_values(self, name: str) -> list[str]:
        """Return everything a form says under a name, without blanks."""
        return [text for value in self.request.POST.getlist(name) if (text := value.strip())]

    def posted_day(self, name: str) -> Any:
        """Return the day of law that a form gives, or none.

        Raises:
            ParameterError: it is no day that the portal answers about.
        """
        return parse_day(name, self.posted(name)) if self.posted(name) else None

    def posted_calendar_day(self, name: str) -> date | None:
        """Return the day of the calendar that a form gives, or none.

        Raises:
            ParameterError: it is no day of the calendar.
        """
        return parse_calendar_day(name, self.posted(name)) if self.posted(name) else None

    def posted_tag(self) -> str | None:
        """Return the tag of what the form was made from, or none where it does not say.

        Raises:
            ParameterError: what it says is no tag.
        """
        if "seen" not in self.request.POST:
            return None
        tag = self.posted("seen")
        if not is_tag(tag):
            raise ParameterError("seen", _("The form does not say what you saw. Open it anew."))
        return tag


class ChecklistPage(PrivatePage):
    """A page of one checklist; to whoever does not share it, it does not exist."""

    #: What a form sent to the page does with the checklist, and what single acts do instead.
    needed = Action.WORK
    needed_for: Mapping[str, Action] = {}

    @cached_property
    def checklist(self) -> Checklist:
        """Return the checklist asked for; one that is not shared is not found."""
        rows = checklist_policy.rows(Action.SEE, self.user).select_related("template", "owner")
        return get_object_or_404(rows, key=self.kwargs["key"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the checklist before anything else, and refuse acts of those who only view."""
        if request.user.is_authenticated and request.method == "POST":
            self.ask_at_the_door()
        return super().dispatch(request, *args, **kwargs)

    def ask_at_the_door(self) -> None:
        """Ask whether the act may be done, before the form is read; services ask again.

        Raises:
            Http404: whoever asks sees the checklist no more.
            PermissionDenied: they may not do this, or nobody may, since it is closed.
        """
        action = self.needed_for.get(self.posted("do"), self.needed)
        try:
            checklist_policy.require(action, self.checklist, self.user)
        except UnseenError:
            raise Http404("There is nothing here that you may see.") from None
        except ClosedError:
            raise PermissionDenied(str(READ_ONLY)) from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the checklist and what may be done with it."""
        allowed = checklist_policy.allowed(self.checklist, self.user)
        return super().get_context_data(
            checklist=self.checklist,
            may_work=Action.WORK in allowed,
            may_rename=Action.RENAME in allowed,
            may_manage=Action.MANAGE in allowed,
            **{name: value for name, value in kwargs.items() if name != "key"},
        )


def words_of(refused: ValidationError | ParameterError) -> list[str]:
    """Return what was wrong, in sentences."""
    if isinstance(refused, ParameterError):
        return [one.words or one.detail for one in refused.refusals]
    return list(refused.messages)


def whole(text: str) -> int:
    """Return a whole number written in a form; 0, which no row has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
