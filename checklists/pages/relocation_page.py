"""What changes if we move from one city to another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from checklists.api.parameters import city_of
from checklists.models import Place
from checklists.pages.law_change_display import stands
from checklists.pages.private_pages import ChecklistPage
from checklists.rules.change_detection import Move
from checklists.selectors.relocation import RelocatedDuty, relocation


class RelocationPage(ChecklistPage):
    """Duties that fall away, change, come new and stay, with evidence that can be used again."""

    template_name = "checklists/relocation.html"
    known_parameters = ("to", "from")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the two places, and the duties by what becomes of them."""
        places = list(self.checklist.places.select_related("city", "province", "customs_district"))
        here = next((p for p in places if _key(p) == self.parameters.one("from")), places[0])
        name = self.parameters.one("to")
        there = city_of("to", name, self.snapshot) if name else None
        found = relocation(self.checklist, here, there, self.inquiry) if there else None
        duties = self._shown_duties(found.duties) if found else []
        return super().get_context_data(
            here=self._name(here),
            chosen=_key(here),
            places=[(_key(place), self._name(place)) for place in places],
            there=self.named(there)[1] if there else "",
            gate=found.there if found else None,
            to=there.slug if there else "",
            city_names=[self.named(city)[1] for city in self.cities.values()],
            groups=[
                (heading, [row for row in duties if row["move"] == kind])
                for kind, heading in self._headings()
            ],
            reusable=sum(len(row["evidence"]) for row in duties if row["move"] != Move.FALLS_AWAY),
            **kwargs,
        )

    def _headings(self) -> list[tuple[Move | None, str]]:
        return [
            (Move.NEW, _("Come new")),
            (Move.CHANGED, _("Change")),
            (Move.FALLS_AWAY, _("Fall away")),
            (None, _("Stay as they are")),
        ]

    def _shown_duties(self, found: list[RelocatedDuty]) -> list[dict[str, Any]]:
        policies = {s.policy for one in found for s in (one.here, one.there) if s.policy}
        rendered = self.snapshot.rendered(policies, self.language)
        return [
            {
                "move": one.move,
                "number": one.requirement.number,
                "title": in_language(one.requirement, "title", self.language),
                "item": one.item,
                "evidence": [a.evidence for a in one.item.attachments.all()] if one.item else [],
                "here": stands(
                    one.here.ruling.verdict,
                    one.here.ruling.why,
                    one.here.policy,
                    one.here.finding,
                    rendered,
                    self.snapshot,
                ),
                "there": stands(
                    one.there.ruling.verdict,
                    one.there.ruling.why,
                    one.there.policy,
                    one.there.finding,
                    rendered,
                    self.snapshot,
                ),
            }
            for one in found
        ]

    def _name(self, place: Place) -> str:
        return place.called(self.language)


def _key(place: Place) -> str:
    return place.city.slug if place.city else place.name
