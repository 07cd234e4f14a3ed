"""Pages of the rules."""

from __future__ import annotations

from django.urls import path

from zones import pages

app_name = "zones"
urlpatterns = [
    path("", pages.HomePage.as_view(), name="home"),
    path("cities/", pages.CityListPage.as_view(), name="city-list"),
    path("cities/<slug:slug>/", pages.CityPage.as_view(), name="city"),
    path("cities/<slug:slug>/changes/", pages.CityChangesPage.as_view(), name="city-changes"),
    path("cities/<slug:slug>/<slug:topic_slug>/", pages.CityAnswerPage.as_view(), name="answer"),
    path(
        "cities/<slug:slug>/<slug:topic_slug>/report/",
        pages.CityReportPage.as_view(),
        name="report",
    ),
    path("places/", pages.PlaceFormPage.as_view(), name="places"),
    path("places/<str:key>/", pages.PlacePage.as_view(), name="place"),
    path("places/<str:key>/changes/", pages.PlaceChangesPage.as_view(), name="place-changes"),
    path(
        "places/<str:key>/<slug:topic_slug>/",
        pages.PlaceAnswerPage.as_view(),
        name="place-answer",
    ),
    path(
        "places/<str:key>/<slug:topic_slug>/report/",
        pages.PlaceReportPage.as_view(),
        name="place-report",
    ),
    path("zones/", pages.ZoneListPage.as_view(), name="zone-list"),
    path("batches/", pages.BatchListPage.as_view(), name="batch-list"),
    path("statistics/", pages.StatisticsPage.as_view(), name="statistics"),
    path("topics/", pages.TopicListPage.as_view(), name="topic-list"),
    path("topics/spread/", pages.AdoptionPage.as_view(), name="spread"),
    path("topics/<slug:slug>/", pages.TopicPage.as_view(), name="topic"),
    path("changes/", pages.ChangesPage.as_view(), name="changes"),
    path("changes/feed/", pages.ChangesFeed(), name="changes-feed"),
    path("changes/calendar.ics", pages.changes_calendar, name="changes-calendar"),
    path("profiles/", pages.ProfilesPage.as_view(), name="profiles"),
    path("distances/", pages.DistancesPage.as_view(), name="distances"),
    path("research/", pages.ResearchPage.as_view(), name="research"),
    path("sources/", pages.SourceListPage.as_view(), name="source-list"),
    path("sources/<slug:slug>/", pages.SourcePage.as_view(), name="source"),
    path("search/", pages.SearchPage.as_view(), name="search"),
    path("about/", pages.AboutPage.as_view(), name="about"),
    path("about/parts/", pages.PartsPage.as_view(), name="parts"),
    path("compare/", pages.ComparePage.as_view(), name="compare"),
]
