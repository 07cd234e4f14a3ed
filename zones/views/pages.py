"""What every page shares: strict parameters, one catalogue, and links to neighbouring questions."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.generic import TemplateView

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.parameters import Parameters
from cbec_portal.clock import today_in_china
from zones.models import City
from zones.queries import asking
from zones.queries.catalogue import Catalogue, catalogue
from zones.queries.shapes import in_language
from zones.rules.comparison import Certainty


class Page(TemplateView):
    """A page with strict parameters: a wrong one is a 400 that says what would be right."""

    known_parameters: tuple[str, ...] = ()
    #: Whether search engines should keep the page as it is without parameters.
    indexed = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, or explain what was wrong with the question."""
        try:
            self.parameters = Parameters(request.GET, (*self.known_parameters, "lang"))
            if elsewhere := self.elsewhere():
                return HttpResponseRedirect(elsewhere)
            return super().get(request, *args, **kwargs)
        except ParameterError as wrong:
            return render(request, "400.html", {"errors": wrong.errors}, status=400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Today in China and the page's lasting address, beside what the page itself gives."""
        return super().get_context_data(
            today=today_in_china(),
            canonical=self.canonical(),
            indexable=self.indexable(),
            known_then=self.known_then(),
            other_language="en" if self.language.startswith("zh") else "zh-Hans",
            **kwargs,
        )

    def canonical(self) -> str:
        """The page's address whatever the language and the order of its parameters."""
        asked = sorted(
            (name, value)
            for name, values in self.request.GET.lists()
            if name != "lang"
            for value in values
            if value.strip()
        )
        query = f"?{urlencode(asked, safe='@,:.')}" if asked else ""
        return self.request.build_absolute_uri(self.request.path) + query

    def indexable(self) -> bool:
        """Whether search engines should keep the page: they need not keep every question."""
        return self.indexed and not set(self.request.GET) - {"lang"}

    def known_then(self) -> int | None:
        """The revision asked for, if it is not the newest."""
        if "known_at" not in self.parameters or self.known_at == self.kept.newest:
            return None
        return self.known_at

    def elsewhere(self) -> str | None:
        """The address that asks the same in the portal's words, if this one does not."""
        return None

    @cached_property
    def kept(self) -> Catalogue:
        """The catalogue, read once for a page."""
        return catalogue()

    @cached_property
    def known_at(self) -> int:
        """The revision asked for."""
        return asking.known_at(self.parameters, self.kept)

    @property
    def certainty(self) -> Certainty:
        """How sure answers must at least be."""
        return Certainty(self.parameters.choice("certainty", list(Certainty), Certainty.UNVERIFIED))

    @cached_property
    def language(self) -> str:
        """The reader's language."""
        return get_language() or "en"

    def named(self, city: City) -> tuple[str, str]:
        """A city's key and its name in the reader's language."""
        return city.slug, in_language(city, "name", self.language)

    def with_known_at(self, asked: list[tuple[str, Any]]) -> str:
        """A question as a query string, of the revision asked for if one was."""
        past = [("known_at", self.known_at)] if "known_at" in self.parameters else []
        return urlencode([*asked, *past], safe="@,:")


def by_focus_area(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a comparison under their focus areas, empty ones left out."""
    groups = []
    for tally in answer["summary"]["by_focus_area"]:
        rows = [row for row in answer["rows"] if row["topic"]["focus_area"] == tally["focus_area"]]
        if rows:
            groups.append({"tally": tally, "rows": rows})
    return groups
