"""The same answers as one would first write them: models, serializers and django-filter."""

from __future__ import annotations

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.urls import path  # noqa: E402
from django_filters.rest_framework import DjangoFilterBackend  # noqa: E402
from rest_framework import generics, serializers  # noqa: E402
from rest_framework.pagination import LimitOffsetPagination  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402

from zones.models import InForce, Policy, Source, Topic  # noqa: E402

BODIES = ("programme", "province", "customs_district", "city")


class SourceSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields = ["slug", "document_number", "title_en", "official_url", "status"]


class TopicSerializer(serializers.ModelSerializer[Topic]):
    focus_area = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Topic
        fields = ["slug", "question_en", "focus_area", "value_type", "unit"]


class PolicySerializer(serializers.ModelSerializer[Policy]):
    source = SourceSerializer()  # type: ignore[assignment]
    value_choice = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Policy
        fields = [
            "identity",
            "state",
            "value_boolean",
            "value_number",
            "value_choice",
            "value_text_en",
            "summary_en",
            "caveat_en",
            "scope_kind",
            "scope_code",
            "effective_from",
            "effective_to",
            "start_qualifier",
            "clause",
            "verification",
            "verified_on",
            "source",
        ]


class InForceSerializer(serializers.ModelSerializer[InForce]):
    city = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    topic = TopicSerializer()
    policy = PolicySerializer()

    class Meta:
        model = InForce
        fields = ["city", "topic", "since", "through", "also", "policy"]


class Policies(generics.ListAPIView[Policy]):
    queryset = Policy.objects.current().select_related("source", "value_choice", *BODIES)
    serializer_class = PolicySerializer
    renderer_classes = [JSONRenderer]
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["topic__slug", "scope_kind", "verification"]
    pagination_class = LimitOffsetPagination


class Compare(generics.ListAPIView[InForce]):
    serializer_class = InForceSerializer
    renderer_classes = [JSONRenderer]
    filter_backends: list[Any] = []
    pagination_class = None

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        related = [f"policy__{name}" for name in ("source", "value_choice", *BODIES)]
        return (
            InForce.objects.current()
            .filter(
                Q(until_day__isnull=True) | Q(until_day__gte=asked["as_of"]),
                city__slug__in=asked["cities"].split(","),
                from_day__lte=asked["as_of"],
            )
            .select_related("city", "topic__focus_area", *related)
        )


urlpatterns = [path("policies/", Policies.as_view()), path("compare/", Compare.as_view())]
settings.ROOT_URLCONF = "tests.benchmarks.plain_drf"
application = get_wsgi_application()
