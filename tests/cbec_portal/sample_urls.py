"""A small API over users and groups, in which the manners can be watched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
import orjson
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from cbec_portal.api import errors
from cbec_portal.api.base_views import QuestionView, ReadOnlyViewSet
from cbec_portal.api.filters import AnyOfFilter, DayFilter, StrictFilterSet, TextSearchFilter
from cbec_portal.api.parameters import Parameters


class GroupSerializer(serializers.ModelSerializer):
    class Meta:
        model = Group
        fields = ["name"]


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["username", "first_name", "is_staff", "date_joined"]


class UserFilters(StrictFilterSet):
    group = AnyOfFilter(field_name="groups__name", queryset=Group.objects, to_field="name")
    name = AnyOfFilter(field_name="username", choices=["ann", "bob", "cyd"])
    joined = django_filters.NumberFilter(field_name="date_joined", lookup_expr="year")
    id__gte = django_filters.NumberFilter(field_name="id", lookup_expr="gte")
    id__lte = django_filters.NumberFilter(field_name="id", lookup_expr="lte")
    joined_from = DayFilter(field_name="date_joined", lookup_expr="date__gte")
    q = TextSearchFilter(fields=["username", "first_name", "groups__name"])

    class Meta:
        model = User
        fields = ["is_staff"]


class UserViewSet(ReadOnlyViewSet[User]):
    queryset = User.objects.order_by("username")
    serializer_class = UserSerializer
    filterset_class = UserFilters
    lookup_field = "username"
    ordering_fields = {"username": "username", "name": "first_name"}


class GroupViewSet(ReadOnlyViewSet[Group]):
    queryset = Group.objects.order_by("name")
    serializer_class = GroupSerializer
    lookup_field = "name"
    editions = [1]

    def edition(self) -> int:
        return self.editions[-1]


class FixedListViewSet(ReadOnlyViewSet[Any]):
    """A list that is no queryset."""

    queryset = User.objects.none()
    basename = "days"

    def get_queryset(self) -> Any:
        return [{"day": number, "text": f"day {number}"} for number in range(1, 8)]

    def get_serializer(self, rows: Any = None, **options: Any) -> Any:
        class Given:
            data = rows

        return Given()


class LimitView(QuestionView):
    """How high is the limit on a day?"""

    known_parameters = {"as_of": "The day asked about.", "cities": "", "fields": "", "omit": ""}
    csv_name = "limits"

    def answer(self, parameters: Parameters) -> dict[str, Any]:
        day = parameters.day()
        rows: list[Any] = [
            {
                "city": {"slug": slug, "tags": ["a", "b"]},
                "whole": Decimal("5000.00"),
                "part": Decimal("9.10"),
                "day": date(2019, 1, 1),
                "label": _("English"),
                "risky": "=1+1",
                "number": -5,
                "flag": True,
                "nothing": None,
            }
            for slug in parameters.many("cities")
        ]
        rows.append(orjson.Fragment(b'{"city":null,"extra":"-text"}'))
        return {"as_of": day, "language": self.language, "results": rows}


class BrokenView(QuestionView):
    def answer(self, parameters: Parameters) -> dict[str, Any]:
        raise RuntimeError("secret cause")


def page(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret cause")


router = SimpleRouter()
router.register("users", UserViewSet, basename="users")
router.register("groups", GroupViewSet, basename="groups")
router.register("days", FixedListViewSet, basename="days")

api = [
    path("", include(router.urls)),
    path("limits/", LimitView.as_view()),
    path("broken/", BrokenView.as_view()),
    re_path("", errors.not_found),
]
urlpatterns = [path("api/v1/", include(api))]

handler404 = errors.not_found
handler500 = errors.server_error
