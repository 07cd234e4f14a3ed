"""Finding places, topics, policies and documents, and the answers where they meet, by one box."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext

from zones.pages.cards import CardPage
from zones.pages.hit_words import KINDS, address_of, kind_words, period_of, said_of
from zones.pages.place_pages import place_choices
from zones.rules.search_words import words_asked
from zones.rules.vocabulary import HitKind
from zones.selectors.search import SearchResult, search
from zones.selectors.search_hits import Hit, hits
from zones.selectors.search_places import WORDS_OF_A_NAME

PER_PAGE = 20


class SearchPage(CardPage):
    """What was found, the best first, with what holds of each on the day."""

    template_name = "zones/search.html"
    known_parameters = ("q", "kind", "page", "as_of", "known_at")
    indexed = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return hits with their addresses, as many as a page has."""
        words = self.parameters.one("q", "")
        day = self.parameters.day()
        kind = self.parameters.choice("kind", list(KINDS))
        searched = search(words, self.inquiry)
        self.said_day = searched.day
        day = searched.day or day
        counts = Counter(one.kind for one in searched.found)
        found = [one for one in searched.found if not kind or one.kind == kind]
        pages = Paginator(found, PER_PAGE)
        page = pages.get_page(self.parameters.whole_number("page", 1, 1_000_000, 1))
        shown = hits(list(page.object_list), self.inquiry.on(day))
        return super().get_context_data(
            words=words,
            day=day,
            **(place_choices(self, words) if self._may_be_a_place(searched) else {}),
            count=len(found),
            every=sum(counts.values()),
            kinds=[(own, KINDS[own][1], counts[own]) for own in KINDS if counts[own]],
            kind=kind,
            searched=searched,
            page=page,
            found=[
                (
                    hit,
                    kind_words(hit),
                    self.address(hit),
                    said_of(hit, self.snapshot),
                    period_of(hit),
                )
                for hit in shown
            ],
            **kwargs,
        )

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return the first of what was found, each with what holds of it."""
        return [
            gettext(": ").join(filter(None, [hit.label, said]))
            for hit, _kind, _address, said, _period in context["found"]
        ]

    def has_card(self, context: dict[str, Any]) -> bool:
        """Return whether anything is searched for."""
        return bool(context["words"])

    def _may_be_a_place(self, searched: SearchResult) -> bool:
        """Whether nothing here is called what was typed, which may be a place without status."""
        words = words_asked(self.parameters.one("q", ""))
        if not words or len(words) > WORDS_OF_A_NAME:
            return False
        first = next((one.kind for one in searched.found), "")
        return not first or searched.partly or bool(searched.instead and first == HitKind.CITY)

    def address(self, hit: Hit) -> str:
        """Return where something found is shown, on the day and at the revision asked for."""
        day = self.said_day or ("as_of" in self.parameters and self.parameters.day())
        dated = [("as_of", day)] if day else []
        asked = self.with_known_at(dated)
        address, *place = address_of(hit).split("#")
        if asked:
            address += f"{'&' if '?' in address else '?'}{asked}"
        return "#".join((address, *place))
