"""Comparisons and answers to a topic as they stand on pages of other sites, in a frame."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt

from cbec_portal.embedding import PREFIX
from zones.pages.cited_pages import CitedPage
from zones.pages.compare_page import ComparePage
from zones.pages.topic_page import TopicPage


@method_decorator(csp_replace({"frame-ancestors": ["*"], "script-src": [NONE]}), name="dispatch")
@method_decorator(xframe_options_exempt, name="dispatch")
class EmbeddedPage(CitedPage):
    """A page that may stand in a frame of any site: it has no form and no cookie."""

    indexed = False
    answers_the_rest = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page is called, beside what it shows."""
        context = super().get_context_data(**kwargs)
        return {"embedded_title": self.cited_title(context), "known_at": self.known_at, **context}

    def refuse(self) -> HttpResponse:
        """Return what was wrong with the question, what may have been meant, and the way to the
        page, which has a form.
        """
        asked = self.refused.asked.urlencode(safe="@,:.")
        address = self.request.build_absolute_uri(self.own_path("", asked))
        context = {
            "embedded_title": gettext("This question could not be understood"),
            "told": self.refused.others(),
            "canonical": address,
            "lasting_address": address,
        }
        return render(self.request, "zones/embed/refused.html", context, status=400)

    def page_path(self) -> str:
        """Return the path of the page that this one shows, to which it leads back."""
        return super().page_path().replace(PREFIX, "/", 1)


@method_decorator(csp_replace({"frame-ancestors": ["*"], "script-src": [SELF]}), name="dispatch")
class EmbeddedComparison(EmbeddedPage, ComparePage):
    """Cities side by side, with the one script that tells the history of a cell in place."""

    template_name = "zones/embed/compare.html"


class EmbeddedTopic(EmbeddedPage, TopicPage):
    """What all cities answer to a topic."""

    template_name = "zones/embed/topic.html"
