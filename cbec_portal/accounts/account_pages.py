"""Pages of one's account: the overview, the second factor, tokens."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from knox.models import AuthToken

from cbec_portal.accounts import second_factor
from cbec_portal.posted_texts import boxes_of_no_text, without_no_text

#: Days for which a token may be made.
TERMS = (30, 90, 365)
MOST_TOKENS = 20
#: Seconds from which on a rest is told in minutes.
A_WHILE = 120


def locked(request: HttpRequest, *_args: object) -> HttpResponse:
    """Answer a log-in after too many wrong passwords; each one more begins the rest anew."""
    response = render(request, "accounts/locked.html", status=429)
    response.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME.total_seconds()))
    return response


@method_decorator(never_cache, name="dispatch")
class AccountPage(LoginRequiredMixin, TemplateView):
    """A page of one's account."""

    error = ""

    @property
    def user(self) -> User:
        """Return the user who is logged in."""
        user: Any = self.request.user
        return user  # type: ignore[no-any-return]  # request.user is Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what was wrong, beside what the page itself gives."""
        return super().get_context_data(error=self.error, next=self.wanted(), **kwargs)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request; where a code comes too soon after a wrong one, say how long to wait."""
        boxes = boxes_of_no_text(request.POST) if request.user.is_authenticated else []
        if boxes:
            request.POST = without_no_text(request.POST, boxes)  # type: ignore[assignment]
            return self.again(_("It holds characters that no text has."))
        try:
            return super().dispatch(request, *args, **kwargs)
        except second_factor.TooSoonError as wrong:
            answer = self.again(_rest_in_words(wrong.seconds), status=429)
            answer.headers["Retry-After"] = str(wrong.seconds)
            return answer

    def again(self, error: str, *, status: int = 400) -> HttpResponse:
        """Return the page with what was wrong."""
        self.error = error
        return self.render_to_response(self.get_context_data(), status=status)

    def wanted(self) -> str:
        """Return where one was going, if that is a page of the portal, else an empty text."""
        asked = self.request.POST.get("next") or self.request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(asked, {self.request.get_host()})
        return asked if safe else ""


def _rest_in_words(seconds: int) -> str:
    """How long to wait before a code is looked at."""
    if seconds < A_WHILE:
        rest = ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    else:
        minutes = ceil(seconds / 60)
        rest = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    told = _("No code is looked at just after a wrong one. Wait %s, then try again.")
    return told % rest


class AccountView(AccountPage):
    """Who one is here, and what can be changed."""

    template_name = "accounts/overview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return whether there is a second factor, and how many tokens."""
        return super().get_context_data(
            second_factor=second_factor.is_set_up(self.user),
            tokens=AuthToken.objects.filter(user=self.user).count(),
            **kwargs,
        )


class VerifyView(AccountPage):
    """Where the second factor is given after the password."""

    template_name = "accounts/verify.html"

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Look at a code, and lead on where it is right."""
        if second_factor.give(request, self.user, request.POST.get("code", "").replace(" ", "")):
            return redirect(self.wanted() or "checklists:dashboard")
        return self.again(_("This code is wrong or was used. Wait for the next one."))


class SecondFactorView(AccountPage):
    """Setting up the second factor, renewing recovery codes, turning it off."""

    template_name = "accounts/second_factor.html"
    codes: tuple[str, ...] = ()

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Confirm the second factor, renew its codes, or turn it off; each needs a code."""
        code = request.POST.get("code", "").replace(" ", "")
        act = request.POST.get("do", "confirm")
        if second_factor.is_set_up(self.user):
            if not second_factor.give(request, self.user, code):
                return self.again(_("This code is wrong or was used. Wait for the next one."))
            if act == "turn-off" and self.user.is_staff:
                return self.again(_("Staff need a second factor; it cannot be turned off."))
            if act == "turn-off":
                second_factor.turn_off(self.user)
                return redirect("account:second-factor")
            self.codes = tuple(second_factor.new_codes(self.user))
        else:
            self.codes = tuple(second_factor.confirm(request, self.user, code))
            if not self.codes:
                return self.again(_("This code is wrong. Is the clock of your device right?"))
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the secret while it is set up, and the recovery codes once they are made."""
        ready = second_factor.is_set_up(self.user)
        device = None if ready else second_factor.pending_device(self.user)
        return super().get_context_data(
            ready=ready,
            codes=self.codes,
            secret=second_factor.secret_of(device) if device else "",
            picture=second_factor.picture_of(device) if device else "",
            **kwargs,
        )


class TokensView(AccountPage):
    """Tokens for the API: made, shown once, revoked."""

    template_name = "accounts/tokens.html"
    made = ""

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Make a token, or revoke one."""
        mine = AuthToken.objects.filter(user=self.user)
        if request.POST.get("do") == "revoke":
            mine.filter(token_key=request.POST.get("token", "")).delete()
            return redirect("account:tokens")
        days = request.POST.get("days", "")
        if days not in map(str, TERMS):
            return self.again(_("Choose for how long it is good."))
        if mine.count() >= MOST_TOKENS:
            return self.again(_("There are too many tokens; revoke one first."))
        _row, self.made = AuthToken.objects.create(self.user, expiry=timedelta(days=int(days)))
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one's tokens, of which only what was just made is shown whole."""
        tokens = AuthToken.objects.filter(user=self.user).order_by("-created")
        return super().get_context_data(tokens=tokens, made=self.made, terms=TERMS, **kwargs)
