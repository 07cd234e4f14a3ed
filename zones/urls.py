"""Pages of the rules."""

from __future__ import annotations

from django.urls import path

from zones import views

app_name = "zones"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("cities/", views.CityListView.as_view(), name="city-list"),
    path("cities/<slug:slug>/", views.CityView.as_view(), name="city"),
    path("cities/<slug:slug>/changes/", views.CityChangesView.as_view(), name="city-changes"),
    path("cities/<slug:slug>/<slug:topic_slug>/", views.CityAnswerView.as_view(), name="answer"),
    path("places/", views.PlaceFormView.as_view(), name="places"),
    path("places/<str:key>/", views.PlaceView.as_view(), name="place"),
    path("places/<str:key>/changes/", views.PlaceChangesView.as_view(), name="place-changes"),
    path(
        "places/<str:key>/<slug:topic_slug>/",
        views.PlaceAnswerView.as_view(),
        name="place-answer",
    ),
    path("zones/", views.ZoneListView.as_view(), name="zone-list"),
    path("batches/", views.BatchListView.as_view(), name="batch-list"),
    path("statistics/", views.StatisticsView.as_view(), name="statistics"),
    path("topics/", views.TopicListView.as_view(), name="topic-list"),
    path("topics/spread/", views.SpreadView.as_view(), name="spread"),
    path("topics/<slug:slug>/", views.TopicView.as_view(), name="topic"),
    path("changes/", views.ChangesView.as_view(), name="changes"),
    path("changes/feed/", views.ChangesFeed(), name="changes-feed"),
    path("changes/calendar.ics", views.changes_calendar, name="changes-calendar"),
    path("profiles/", views.ProfilesView.as_view(), name="profiles"),
    path("sources/", views.SourceListView.as_view(), name="source-list"),
    path("sources/<slug:slug>/", views.SourceView.as_view(), name="source"),
    path("search/", views.SearchView.as_view(), name="search"),
    path("about/", views.AboutView.as_view(), name="about"),
    path("about/parts/", views.PartsView.as_view(), name="parts"),
    path("compare/", views.CompareView.as_view(), name="compare"),
]
