"""Public pages of templates: the list, one in full, and what it comes to in a place."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy, pgettext_lazy

from cbec_portal.choice_labels import chosen_label
from cbec_portal.day_words import day_in_words as day
from cbec_portal.languages import either, in_language
from cbec_portal.refusals import ParameterError
from checklists.api.parameters import answers_asked, city_asked, place_asked
from checklists.rules.applicability import Verdict
from checklists.selectors.condition_text import conditions_of
from checklists.selectors.intake_form import questions_of
from checklists.selectors.preview import RuledRequirement, preview
from checklists.selectors.rendered_requirements import rendered_requirement
from checklists.selectors.template_snapshot import KeptTemplate, TemplateSnapshot, templates
from zones.pages.cards import CardPage
from zones.rules.written_keys import WrittenKey
from zones.selectors.placements import districts_by_province
from zones.selectors.snapshot import Snapshot

READINESS = WrittenKey("template", "zone-readiness")

#: The lists of a preview: the sign of each, its heading, and how it is counted.
LISTS = {
    Verdict.INCLUDED: (
        "✓",
        pgettext_lazy("verdict", "Applies"),
        ngettext_lazy("%(count)s requirement applies", "%(count)s requirements apply", "count"),
    ),
    Verdict.TO_CONFIRM: (
        "?",
        gettext_lazy("To be confirmed"),
        ngettext_lazy("%(count)s to be confirmed", "%(count)s to be confirmed", "count"),
    ),
    Verdict.EXCLUDED: (
        "–",
        gettext_lazy("Does not apply"),
        ngettext_lazy("%(count)s does not apply", "%(count)s do not apply", "count"),
    ),
}


class TemplateListPage(CardPage):
    """Every template, by trade mode."""

    template_name = "checklists/template_list.html"
    known_parameters = ("known_at",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the templates with the number of their duties."""
        return super().get_context_data(
            rows=[
                {
                    **template_words(own, self.snapshot, self.language),
                    "duties": len(own.requirements),
                    "mode": own.template.trade_mode,
                }
                for own in templates(self.snapshot, self.known_at).templates.values()
            ],
            past=self.with_known_at([]),
            **kwargs,
        )


class OneTemplatePage(CardPage):
    """A page about one template."""

    @property
    def every(self) -> TemplateSnapshot:
        """Return the templates as the revision asked for knew them."""
        return templates(self.snapshot, self.known_at)

    @property
    def chosen(self) -> KeptTemplate:
        """Return the template that the address names.

        Raises:
            Http404: there is none.
        """
        found = self.every.templates.get(self.kwargs["slug"])
        if found is None:
            raise Http404(f"There is no template {self.kwargs['slug']!r}.")
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the template in words."""
        return super().get_context_data(
            template=template_words(self.chosen, self.snapshot, self.language),
            cities=[self.named(city) for city in self.cities.values()],
            past=self.with_known_at([]),
            **kwargs,
        )

    def by_area(self, duties: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return duties under their focus areas, in the template's order."""
        names = {
            slug: in_language(area, "name", self.language)
            for slug, area in self.snapshot.focus_areas.items()
        }
        return [
            (names.get(slug, slug), list(own))
            for slug, own in groupby(duties, key=lambda duty: str(duty["focus_area"]))
        ]


class TemplatePage(OneTemplatePage):
    """A template in full: its duties, when they hold, and what they depend on."""

    template_name = "checklists/template.html"
    known_parameters = ("known_at",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return all duties, in force or not."""
        duties = [
            {
                **rendered_requirement(row, self.language)._asdict(),
                "severity_words": chosen_label(row, "severity"),
                "recurrence_words": chosen_label(row, "recurrence"),
                "conditions": conditions_of(row, self.snapshot, self.language),
            }
            for row in self.chosen.requirements
        ]
        return super().get_context_data(areas=self.by_area(duties), count=len(duties), **kwargs)


class PreviewPage(OneTemplatePage):
    """What a template comes to in a place on a day, for a company: every ruling with its reason."""

    template_name = "checklists/preview.html"
    known_parameters = ("city", "province", "customs_district", "as_of", "known_at", "answer")
    narrowing = ("city", "province", "customs_district", "as_of", "answer")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, and the preview once a place is named."""
        template, every = self.chosen, self.every
        answers = answers_asked(self.parameters, every)
        asked = any(name in self.parameters for name in ("city", "province", "customs_district"))
        found = self._preview_or_refusal(answers) if asked else None
        return super().get_context_data(
            title=self._title(found),
            questions=questions_of(template, every, answers, self.language),
            day=self.parameters.day(),
            city=self._city_typed(),
            province=self.parameters.one("province", ""),
            district=self.parameters.one("customs_district", ""),
            provinces=self._bodies("province", "iso_3166_2"),
            districts=self._bodies("customs_district", "code"),
            asked=self.request.GET.urlencode(),
            found=found,
            **kwargs,
        )

    def _title(self, found: dict[str, Any] | None) -> str:
        name = in_language(self.chosen.template, "name", self.language)
        if found is None:
            return gettext("Preview: %(name)s") % {"name": name}
        where = {"name": name, "place": found["place"], "day": day(self.parameters.day())}
        return gettext("%(name)s: %(place)s, %(day)s") % where

    def _preview_or_refusal(self, answers: dict[str, list[str]]) -> dict[str, Any] | None:
        """The preview; none where something is missing, which is told beside its field."""
        try:
            return self._preview(answers)
        except ParameterError as wrong:
            if any(name in self.request.GET for name, _detail in wrong.errors):
                raise
            self.refused.add(wrong)
            return None

    def _preview(self, answers: dict[str, list[str]]) -> dict[str, Any]:
        place = place_asked(self.parameters, self.chosen.told(self.snapshot), self.inquiry)
        found = preview(self.chosen, place, answers, self.every, self.inquiry)
        lists = {verdict: [_shown(one) for one in found.requirements[verdict]] for verdict in LISTS}
        return {
            "gate": found.gate,
            "place": self._place_name(),
            "lists": [
                (verdict, f"{sign} {heading}", self.by_area(lists[verdict]), len(lists[verdict]))
                for verdict, (sign, heading, _counted) in LISTS.items()
            ],
            "summary": gettext(", ").join(
                f"{sign} {counted % {'count': len(lists[verdict])}}"
                for verdict, (sign, _heading, counted) in LISTS.items()
            ),
        }

    def _city_typed(self) -> str:
        """What stands in the box of the city: its name where it was asked for by its key."""
        typed = self.parameters.one("city", "")
        city = self.snapshot.cities_by_slug.get(typed)
        return self.named(city)[1] if city else typed

    def _place_name(self) -> str:
        if self.parameters.one("city"):
            return self.named(city_asked(self.parameters, self.inquiry))[1]
        names = dict(self._bodies("province", "iso_3166_2")) | dict(
            self._bodies("customs_district", "code")
        )
        asked = (self.parameters.one("province", ""), self.parameters.one("customs_district", ""))
        return gettext(", ").join(names[key] for key in asked if key in names)

    def _bodies(self, kind: str, key: str) -> list[tuple[str, str]]:
        """Provinces or customs districts; of an older revision those where it knew cities, and what
        is asked for.
        """
        offered = {getattr(row, key): row for row in self.snapshot.related[kind].values()}
        if self.known_then() is not None:
            known = districts_by_province(self.inquiry)
            there = known.keys() if kind == "province" else frozenset().union(*known.values())
            asked = self.parameters.one(kind)
            offered = {k: row for k, row in offered.items() if row.pk in there or k == asked}
        rows = [offered[own] for own in sorted(offered)]
        return [(getattr(row, key), in_language(row, "name", self.language)) for row in rows]


def template_words(own: KeptTemplate, snapshot: Snapshot, language: str) -> dict[str, Any]:
    """Return a template in words."""
    row = own.template
    audience = either(row.audience, row.audience_zh, language)
    ready = gettext("Is a city ready?") if row.slug == snapshot.key_today(READINESS) else ""
    return {
        "slug": row.slug,
        "name": in_language(row, "name", language),
        "description": in_language(row, "description", language),
        "audience": audience,
        "invitation": ready or gettext("Preview it for a city"),
        "heading": ready or gettext("What applies there?"),
    }


def _shown(one: RuledRequirement) -> dict[str, Any]:
    """A requirement with its reason, as the page shows it."""
    return {**one.requirement._asdict(), "reason": one.reason, "policy": one.policy}
