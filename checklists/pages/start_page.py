"""Starting a checklist."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.asked_days import parse_day
from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from cbec_portal.refusals import ParameterError
from checklists.api.parameters import answers_in, city_of
from checklists.pages.private_pages import PrivatePage
from checklists.selectors.gate_states import PlaceGate, gates_in
from checklists.selectors.intake_form import IntakeFormQuestion, questions_of
from checklists.selectors.template_snapshot import KeptTemplate, TemplateSnapshot, templates
from checklists.services.checklist_creation import start
from zones.api.place_parameters import bodies_known, described_by
from zones.models import City
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry


class StartPage(PrivatePage):
    """A template, places, a day and the company's answers become a checklist."""

    template_name = "checklists/start.html"
    known_parameters = (
        *("template", "city", "province", "customs_district", "as_of", "known_at", "answer"),
    )
    acts = {"start": "start"}

    @property
    def every(self) -> TemplateSnapshot:
        """Return all templates of this edition."""
        return templates(self.snapshot)

    @property
    def chosen(self) -> KeptTemplate | None:
        """Return the template asked for, or none as long as none is chosen.

        Raises:
            Http404: there is no template of that name.
        """
        slug = self.posted("template") or self.parameters.one("template")
        found = self.every.templates.get(slug or "")
        if slug and found is None:
            raise Http404(f"There is no template {slug!r}.")
        return found

    def start(self) -> str:
        """Start the checklist, and return its address."""
        template = self.chosen
        if template is None:
            raise ParameterError("template", _("Choose a template."))
        made = start(
            owner=self.user,
            title=self.posted("title") or self._title(template),
            template=template,
            places=self._places(),
            as_of=parse_day("as_of", self.posted("as_of") or today_in_china().isoformat()),
            answers=answers_in(self.posted_values("answer"), self.every),
        )
        return reverse("checklists:checklist", args=[made.key])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, filled with what was asked or typed."""
        template = self.chosen
        posted = self.request.POST
        return super().get_context_data(
            templates=[
                (own.template.slug, in_language(own.template, "name", self.language))
                for own in self.every.templates.values()
            ],
            chosen=template.template.slug if template else "",
            title=posted.get("title", self._title(template) if template else ""),
            cities=posted.get("cities", ", ".join(self.parameters.many("city"))),
            as_of=posted.get("as_of", self.parameters.day().isoformat()),
            city_names=[self.named(city) for city in self.cities.values()],
            province=posted.get("province", self.parameters.one("province", "")),
            district=posted.get("district", self.parameters.one("customs_district", "")),
            provinces=self._names("province", "iso_3166_2"),
            districts=self._names("customs_district", "code"),
            questions=self._questions(template),
            gates=self._gates(template) if template else [],
            **kwargs,
        )

    def _gates(self, template: KeptTemplate) -> list[PlaceGate]:
        """The gate in each city that the address names; none where a name is not understood."""
        names = self.parameters.many("city")
        try:
            cities = [city_of("city", name, self.snapshot, given=names) for name in names]
        except ParameterError:  # told once the form is sent
            return []
        return gates_in(template, cities, Inquiry.of_now(self.snapshot, day=self.parameters.day()))

    def _places(self) -> list[City | HypotheticalPlace]:
        typed = typed_names(self.posted("cities"))
        places: list[City | HypotheticalPlace] = [
            city_of("cities", name, self.snapshot, given=typed) for name in typed
        ]
        if name := self.posted("place_name"):
            bodies = (self.posted("province"), self.posted("district"))
            if not bodies_known(*bodies, self.snapshot):
                told = _("Choose the province and the customs district of %s.") % name
                raise ParameterError("place_name", told)
            called = ("place_name", "province", "district")
            places.append(described_by(name, *bodies, Inquiry.of_now(self.snapshot), called=called))
        return places

    def _title(self, template: KeptTemplate) -> str:
        return in_language(template.template, "name", self.language)

    def _names(self, kind: str, key: str) -> list[tuple[str, str]]:
        rows = sorted(self.snapshot.related[kind].values(), key=lambda row: str(getattr(row, key)))
        return [(getattr(row, key), in_language(row, "name", self.language)) for row in rows]

    def _questions(self, template: KeptTemplate | None) -> list[IntakeFormQuestion]:
        if template is None:
            return []
        given = self.posted_values("answer") or self.parameters.repeated("answer")
        try:
            answers = answers_in(given, self.every)
        except ParameterError:  # told beside the form already
            answers = {}
        return questions_of(template, self.every, answers, self.language)


def typed_names(text: str) -> list[str]:
    """Return names typed one after another, with any comma or on lines of their own."""
    return [name for part in re.split(r"[,，、;；\n]", text) if (name := part.strip())]
