"""Pages of the rules."""

from __future__ import annotations

from django.urls import path

from zones import pages

app_name = "zones"
urlpatterns = [
    path("", pages.HomeView.as_view(), name="home"),
    path("cities/", pages.CityListView.as_view(), name="city-list"),
    path("cities/<slug:slug>/", pages.CityView.as_view(), name="city"),
    path("cities/<slug:slug>/changes/", pages.CityChangesView.as_view(), name="city-changes"),
    path("cities/<slug:slug>/<slug:topic_slug>/", pages.CityAnswerView.as_view(), name="answer"),
    path("places/", pages.PlaceFormView.as_view(), name="places"),
    path("places/<str:key>/", pages.PlaceView.as_view(), name="place"),
    path("places/<str:key>/changes/", pages.PlaceChangesView.as_view(), name="place-changes"),
    path(
        "places/<str:key>/<slug:topic_slug>/",
        pages.PlaceAnswerView.as_view(),
        name="place-answer",
    ),
    path("zones/", pages.ZoneListView.as_view(), name="zone-list"),
    path("batches/", pages.BatchListView.as_view(), name="batch-list"),
    path("statistics/", pages.StatisticsView.as_view(), name="statistics"),
    path("topics/", pages.TopicListView.as_view(), name="topic-list"),
    path("topics/spread/", pages.SpreadView.as_view(), name="spread"),
    path("topics/<slug:slug>/", pages.TopicView.as_view(), name="topic"),
    path("changes/", pages.ChangesView.as_view(), name="changes"),
    path("changes/feed/", pages.ChangesFeed(), name="changes-feed"),
    path("changes/calendar.ics", pages.changes_calendar, name="changes-calendar"),
    path("profiles/", pages.ProfilesView.as_view(), name="profiles"),
    path("sources/", pages.SourceListView.as_view(), name="source-list"),
    path("sources/<slug:slug>/", pages.SourceView.as_view(), name="source"),
    path("search/", pages.SearchView.as_view(), name="search"),
    path("about/", pages.AboutView.as_view(), name="about"),
    path("about/parts/", pages.PartsView.as_view(), name="parts"),
    path("compare/", pages.CompareView.as_view(), name="compare"),
]
