"""Reporting a problem with one answer, to the analysts' desk."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from cbec_portal.networks import network_of
from zones.desk.report_intake import ReportDraft, TooManyReportsError, take_report
from zones.pages.place_base import AnswerPage

#: The boxes of the form; the last one is for programs that fill in whatever there is.
BOXES = ("text", "source_url", "contact")
TRAP = "website"


class ReportPage(AnswerPage):
    """The form of a report, with the answer it is about. It asks for no account and no mail."""

    template_name = "zones/report.html"
    known_parameters = ("as_of", "known_at", "taken")
    indexed = False
    wrong: dict[str, list[str]]
    http_method_names = ["get", "head", "post", "options"]

    def has_card(self, context: dict[str, Any]) -> bool:
        """Return that it has none: the answer that it is about has."""
        return False

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take in the report and lead to its number; show what was wrong beside its box."""
        shown = self.get(request, *args, **kwargs)
        if shown.status_code != 200:
            return shown
        context: Any = shown.context_data  # type: ignore[attr-defined]  # of a template's answer
        said = {name: request.POST.get(name, "").strip() for name in BOXES}
        if request.POST.get(TRAP):
            return self._lead(0)
        draft = ReportDraft(
            context["topic"]["slug"],
            self.place().slug,
            context["day"],
            self.known_at,
            context["cell"]["display"],
            **said,
        )
        try:
            taken = take_report(draft, network_of(request))
        except ValidationError as refused:
            return self._again(context, refused.message_dict, 400)
        except TooManyReportsError:
            told = _("Many problems were reported lately. Your text is kept: try again in an hour.")
            return self._again(context, {"text": [told]}, 429)
        return self._lead(taken.pk)

    def _question(self) -> str:
        return f"as_of={self.parameters.day()}&known_at={self.known_at}"

    def _lead(self, number: int) -> HttpResponse:
        return HttpResponseRedirect(f"?{self._question()}&taken={number}", status=303)

    def _again(
        self, context: dict[str, Any], wrong: dict[str, list[str]], status: int
    ) -> HttpResponse:
        context["wrong"] = wrong
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the answer that the report is about, and what was typed."""
        taken = self.request.GET.get("taken", "")
        return super().get_context_data(
            said={name: self.request.POST.get(name, "") for name in BOXES},
            wrong={},
            back=f"{self.request.path.removesuffix('report/')}?{self._question()}",
            taken=taken if taken.isascii() and taken.isdigit() and len(taken) < 12 else "",
            **kwargs,
        )
