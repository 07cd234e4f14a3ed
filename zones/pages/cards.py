"""The frame of the picture that other sites show with a link: its question, what the page says in
its ``facts``, and its day.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext

from cbec_portal.drawings import can_draw, few_lines, png_of
from zones.pages.lasting_pages import LastingPage

#: How large a card is, as those who show it ask for.
WIDTH, HEIGHT = 1200, 630
#: How many letters wide the title and the facts are, and in how many lines they stand at most.
TITLE, FACT = (38, 3), (66, 4)
#: Where the first line of each stands, and how high a line is.
TITLE_TOP, TITLE_LINE, FACT_LINE = 190, 66, 44
#: Above what stands at the foot.
LOWEST = 540
#: So many facts are told.
MOST_FACTS = 3


class CardPage(LastingPage):
    """A page that answers its own card at its address and ``card.png``; all others have the one of
    the portal, as has every page where no picture can be drawn.
    """

    #: Whether this is answered as the card.
    as_card = False

    def setup(self, *args: Any, **kwargs: Any) -> None:
        """Begin an answer; a card answers no question that is wrong in part."""
        super().setup(*args, **kwargs)
        if self.as_card:
            self.answers_the_rest = False

    def facts(self, context: dict[str, Any]) -> Sequence[str]:
        """Return the answer in short, the most telling first: to what a list is narrowed down."""
        return [one.words for one in context.get("chips", [])]

    def has_card(self, context: dict[str, Any]) -> bool:
        """Return whether the page answers anything that a card could tell."""
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the answer in short and the address of the card, beside what the page gives."""
        context = super().get_context_data(**kwargs)
        if not self.has_card(context):
            return context
        asked = self.request.GET.copy()
        asked["lang"] = self.language
        there = self.own_path("card.png", asked.urlencode(safe="@,:"))
        facts = list(self.facts(context))[:MOST_FACTS]
        return {
            "facts": facts,
            "facts_told": gettext("; ").join(facts),
            "card": self.request.build_absolute_uri(there) if can_draw() else "",
            "card_size": (WIDTH, HEIGHT),
            **context,
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Return the page, or its card.

        Raises:
            Http404: nothing is asked yet, or no picture can be drawn.
        """
        if not self.as_card:
            return super().render_to_response(context, **kwargs)
        if not context.get("card"):
            raise Http404(gettext("There is no such picture for what was asked."))
        title, description = self._says_of_itself(context)
        facts = list(context["facts"])
        # What a page tells of itself stands for its answer, unless it tells the answer already.
        if not facts or facts[0] not in description:
            facts.append(description)
        told = {
            "lines": _lines(title, facts),
            "state": capfirst(self.state_in_words()),
            "width": WIDTH,
            "height": HEIGHT,
        }
        drawing = render_to_string("zones/drawings/card.svg", told)
        return HttpResponse(png_of(drawing, WIDTH, HEIGHT, zoom=1), content_type="image/png")

    def _says_of_itself(self, context: dict[str, Any]) -> tuple[str, str]:
        """The title and the description that the page has, in words."""
        alone = {**context, "head_alone": True}
        text = render_to_string(self.get_template_names(), alone, self.request)
        title, description = (html.unescape(line.strip()) for line in text.strip().split("\n"))
        return title, description


def _lines(title: str, facts: Sequence[str]) -> list[tuple[int, str, str]]:
    """The lines of a card: where each stands, how it looks, and what it says."""
    y, lines = TITLE_TOP, []
    for line in few_lines(title, *TITLE):
        lines.append((y, "title", line))
        y += TITLE_LINE
    for fact in facts:
        for line in few_lines(fact, *FACT):
            lines.append((y, "fact", line))
            y += FACT_LINE
    return [line for line in lines if line[0] < LOWEST]


def with_card(route: str, page: type[CardPage], name: str) -> Sequence[URLPattern]:
    """Return the address of a page's card."""
    view: Callable[..., Any] = page.as_view
    return [path(f"{route}card.png", view(as_card=True), name=f"{name}-card")]
