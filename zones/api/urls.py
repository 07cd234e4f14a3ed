"""The API of the rules."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from zones.api import viewsets

router = SimpleRouter()
router.register("provinces", viewsets.ProvinceViewSet)
router.register("customs-districts", viewsets.CustomsDistrictViewSet)
router.register("cities", viewsets.CityViewSet)
router.register("programmes", viewsets.ProgrammeViewSet)
router.register("batches", viewsets.BatchViewSet)
router.register("zones", viewsets.ZoneViewSet)
router.register("focus-areas", viewsets.FocusAreaViewSet)
router.register("topics", viewsets.TopicViewSet)
router.register("policies", viewsets.PolicyViewSet)
router.register("sources", viewsets.SourceViewSet)
router.register("statistics", viewsets.StatisticViewSet)
router.register("revisions", viewsets.RevisionViewSet)

urlpatterns = [
    path("changes/", viewsets.ChangeViewSet.as_view({"get": "list"}), name="change-list"),
    path("search/", viewsets.SearchViewSet.as_view({"get": "list"}), name="api-search"),
    path("compare/", viewsets.CompareView.as_view(), name="api-compare"),
    path("profiles/", viewsets.ProfilesView.as_view(), name="api-profiles"),
    path("research/", viewsets.ResearchView.as_view(), name="api-research"),
    path("distances/", viewsets.DistancesView.as_view(), name="api-distances"),
    path("cities/<str:slug>/nearest/", viewsets.NearestView.as_view(), name="api-nearest"),
    path("", include(router.urls)),
]
