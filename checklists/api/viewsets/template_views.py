"""The API of templates: public, and with previews."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from cbec_portal.api.base_views import ReadOnlyViewSet
from cbec_portal.api.parameters import Parameters
from checklists.api import serializers
from checklists.api.parameters import answers_asked, city_asked, place_asked
from checklists.api.representations import preview_rows, preview_shape
from checklists.models import Template
from checklists.selectors.preview import preview
from checklists.selectors.template_snapshot import KeptTemplate, TemplateSnapshot, templates
from zones.api.parameters import known_at_of
from zones.api.viewsets.public_views import Public, PublicQuestion
from zones.selectors.inquiry import Inquiry

KNOWN_AT = {"known_at": "The number of the revision whose requirements are asked for."}


def template_of(slug: str, every: TemplateSnapshot) -> KeptTemplate:
    """Return a template by natural key.

    Raises:
        Http404: there is none.
    """
    found = every.templates.get(slug)
    if found is None:
        raise Http404(f"There is no template {slug!r}.")
    return found


class TemplateViewSet(Public, ReadOnlyViewSet[Template]):
    """Templates of checklists; one of them comes with its requirements and questions."""

    queryset = Template.objects.select_related("gate_topic")
    serializer_class = serializers.TemplateSerializer
    lookup_field = "slug"
    question_parameters = detail_parameters = KNOWN_AT
    ordering_fields = {"position": "position", "slug": "slug", "trade_mode": "trade_mode"}

    @cached_property
    def every(self) -> TemplateSnapshot:
        """Return the templates of this edition, as the revision asked for knew them."""
        return templates(self.snapshot, known_at_of(self.parameters, self.snapshot))

    def get_queryset(self) -> QuerySet[Template]:
        """Return the templates of which the revision knew requirements."""
        rows: QuerySet[Template] = super().get_queryset()
        return rows.filter(slug__in=self.every.templates)

    @cached_property
    def kept_template(self) -> KeptTemplate:
        """Return the template asked for, with its requirements."""
        return template_of(self.kwargs["slug"], self.every)

    def get_serializer_class(self) -> Any:
        """Return the serializer of a list, or that of one template, which comes in full."""
        return serializers.FullTemplateSerializer if self.detail else self.serializer_class

    def get_object(self) -> Template:
        """Return the template asked for, as kept."""
        return self.kept_template.template


class PreviewView(PublicQuestion):
    """Which requirements of a template apply in a city on a day, which not, and why."""

    answer_serializer = serializers.PreviewSerializer

    known_parameters = {
        "city": "The city, by natural key or name.",
        "province": "Instead of a city: the province of a place without pilot status.",
        "customs_district": "Its customs district.",
        "as_of": "The day whose law is asked for, YYYY-MM-DD.",
        "known_at": KNOWN_AT["known_at"],
        "answer": "question:answer of the company; repeated for several.",
    }

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        """Return the preview of a template in the place asked for."""
        snapshot, known_at = self.snapshot, known_at_of(parameters, self.snapshot)
        every = templates(snapshot, known_at)
        template = template_of(self.kwargs["slug"], every)
        day, answers = parameters.day(), answers_asked(parameters, every)
        inquiry = Inquiry(snapshot, known_at, day, self.language)
        place = place_asked(parameters, template.told(snapshot), inquiry)
        return {
            "template": template.template.slug,
            "city": city_asked(parameters, inquiry).slug if "city" in parameters else None,
            "province": parameters.one("province"),
            "customs_district": parameters.one("customs_district"),
            "as_of": day,
            "known_at": inquiry.known_at,
            "answers": answers,
            **preview_shape(preview(template, place, answers, every, inquiry)),
        }

    def csv_rows(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        """Return a line for each requirement, those included first, those excluded last."""
        return preview_rows(data)
