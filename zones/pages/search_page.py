"""Finding cities, zones, topics and documents by one box."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zones.pages.page_base import Page
from zones.pages.place_pages import place_choices
from zones.selectors.search import Hit, search

NAMES = {
    "city": _("Cities"),
    "province": _("Provinces"),
    "customs_district": _("Customs districts"),
    "batch": _("Batches"),
    "zone": _("Zones"),
    "topic": _("Topics"),
    "source": _("Sources"),
}


class SearchPage(Page):
    """What was found, by kind."""

    template_name = "zones/search.html"
    known_parameters = ("q",)
    indexed = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return hits with their addresses."""
        words = self.parameters.one("q", "")
        found = search(words, self.snapshot, self.language)
        return super().get_context_data(
            words=words,
            **(place_choices(self, words) if words and not found else {"place_name": ""}),
            count=sum(map(len, found.values())),
            found=[
                (NAMES[kind], [(hit, address_of(hit)) for hit in hits])
                for kind, hits in found.items()
            ],
            **kwargs,
        )


def address_of(hit: Hit) -> str:
    """Return where something found is shown."""
    match hit.kind:
        case "province" | "customs_district":
            return f"{reverse('zones:city-list')}?{hit.kind}={hit.key}"
        case "batch":
            return f"{reverse('zones:batch-list')}#{hit.key}"
        case "topic":
            return reverse("zones:topic", args=[hit.key])
        case "source":
            return reverse("zones:source", args=[hit.key])
    return reverse("zones:city", args=[hit.key])
