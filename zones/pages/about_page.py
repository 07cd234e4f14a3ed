"""How the portal works and how sure it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings

from zones.models import Policy, Zone
from zones.models.labels import label
from zones.pages.cards import CardPage
from zones.rules.vocabulary import Certainty


class AboutPage(CardPage):
    """Method, certainty and disclaimer, with the present numbers."""

    template_name = "zones/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return how many policies are how sure."""
        sure = (
            Policy.objects.known_at(self.snapshot.newest)
            .not_withdrawn()
            .values_list("verification", flat=True)
        )
        counted = Counter(sure)
        return super().get_context_data(
            certainties=[
                (sure.value, label(sure), f"{counted[sure.value]:,}") for sure in Certainty
            ],
            policies=f"{counted.total():,}",
            revision=self.snapshot.newest,
            cities=len(self.snapshot.cities_now),
            topics=len(self.snapshot.topics),
            sources=len(self.snapshot.related["source"]),
            zones=Zone.objects.known_at(self.snapshot.newest).not_withdrawn().count(),
            contact=settings.CBEC_CONTACT,
            **kwargs,
        )
