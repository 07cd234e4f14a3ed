"""The API of the rules."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from zones.api import viewsets
from zones.api.viewsets import desk_views as desk

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

OF_SET = [
    path("", desk.ChangeSetView.as_view(), name="api-change-set"),
    path("rows/", desk.SetRowsView.as_view(), name="api-change-set-rows"),
    path("rows/check/", desk.RowsCheckView.as_view(), name="api-change-set-check"),
    path("rows/<int:row>/", desk.SetRowView.as_view(), name="api-change-set-row"),
    path("reasons/", desk.SetReasonsView.as_view(), name="api-change-set-reasons"),
    path("submit/", desk.SetSubmissionView.as_view(), name="api-change-set-submit"),
    path("take-back/", desk.SetTakingBackView.as_view(), name="api-change-set-take-back"),
    path("withdraw/", desk.SetWithdrawalView.as_view(), name="api-change-set-withdraw"),
    path("send-back/", desk.SetSendingBackView.as_view(), name="api-change-set-send-back"),
    path("publish/", desk.SetPublicationView.as_view(), name="api-change-set-publish"),
]

urlpatterns = [
    path("change-sets/", desk.ChangeSetsView.as_view(), name="api-change-sets"),
    path("change-sets/<int:number>/", include(OF_SET)),
    path("changes/", viewsets.ChangeViewSet.as_view({"get": "list"}), name="change-list"),
    path("search/", viewsets.SearchViewSet.as_view({"get": "list"}), name="api-search"),
    path("compare/", viewsets.CompareView.as_view(), name="api-compare"),
    path("profiles/", viewsets.ProfilesView.as_view(), name="api-profiles"),
    path("research/", viewsets.ResearchView.as_view(), name="api-research"),
    path("distances/", viewsets.DistancesView.as_view(), name="api-distances"),
    path("cities/<str:slug>/nearest/", viewsets.NearestView.as_view(), name="api-nearest"),
    path("", include(router.urls)),
]
