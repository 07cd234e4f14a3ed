"""Pages of the rules."""

from __future__ import annotations

from django.urls import path

from zones import pages
from zones.pages.cards import with_card
from zones.pages.cited_pages import with_citation
from zones.pages.embedded_pages import EmbeddedComparison, EmbeddedTopic
from zones.pages.pictures import with_pictures
from zones.pages.table_pages import with_table

app_name = "zones"
urlpatterns = [
    path("", pages.HomePage.as_view(), name="home"),
    *with_pictures("", pages.HomePage, "home"),
    *with_table("cities/", pages.CityListPage, "city-list"),
    *with_citation("cities/", pages.CityListPage, "city-list"),
    *with_table("cities/<slug:slug>/", pages.CityPage, "city"),
    *with_citation("cities/<slug:slug>/", pages.CityPage, "city"),
    *with_pictures("cities/<slug:slug>/", pages.CityPage, "city"),
    *with_table("cities/<slug:slug>/changes/", pages.CityChangesPage, "city-changes"),
    *with_citation("cities/<slug:slug>/changes/", pages.CityChangesPage, "city-changes"),
    *with_table("cities/<slug:slug>/<slug:topic_slug>/", pages.CityAnswerPage, "answer"),
    *with_citation("cities/<slug:slug>/<slug:topic_slug>/", pages.CityAnswerPage, "answer"),
    path(
        "cities/<slug:slug>/<slug:topic_slug>/report/",
        pages.CityReportPage.as_view(),
        name="report",
    ),
    path("places/", pages.PlaceFormPage.as_view(), name="places"),
    *with_card("places/", pages.PlaceFormPage, "places"),
    *with_table("places/<str:key>/", pages.PlacePage, "place"),
    *with_citation("places/<str:key>/", pages.PlacePage, "place"),
    *with_pictures("places/<str:key>/", pages.PlacePage, "place"),
    *with_table("places/<str:key>/changes/", pages.PlaceChangesPage, "place-changes"),
    *with_citation("places/<str:key>/changes/", pages.PlaceChangesPage, "place-changes"),
    *with_table("places/<str:key>/<slug:topic_slug>/", pages.PlaceAnswerPage, "place-answer"),
    *with_citation("places/<str:key>/<slug:topic_slug>/", pages.PlaceAnswerPage, "place-answer"),
    path(
        "places/<str:key>/<slug:topic_slug>/report/",
        pages.PlaceReportPage.as_view(),
        name="place-report",
    ),
    *with_table("zones/", pages.ZoneListPage, "zone-list"),
    *with_citation("zones/", pages.ZoneListPage, "zone-list"),
    *with_table("batches/", pages.BatchListPage, "batch-list"),
    *with_citation("batches/", pages.BatchListPage, "batch-list"),
    *with_table("statistics/", pages.StatisticsPage, "statistics"),
    *with_citation("statistics/", pages.StatisticsPage, "statistics"),
    *with_pictures("statistics/", pages.StatisticsPage, "statistics"),
    *with_table("topics/", pages.TopicListPage, "topic-list"),
    *with_table("topics/spread/", pages.AdoptionPage, "spread"),
    *with_citation("topics/spread/", pages.AdoptionPage, "spread"),
    *with_pictures("topics/spread/", pages.AdoptionPage, "spread"),
    *with_table("topics/<slug:slug>/", pages.TopicPage, "topic"),
    *with_pictures("topics/<slug:slug>/", pages.TopicPage, "topic"),
    *with_citation("topics/<slug:slug>/", pages.TopicPage, "topic"),
    *with_table("changes/", pages.ChangesPage, "changes"),
    *with_citation("changes/", pages.ChangesPage, "changes"),
    path("changes/feed/", pages.ChangesFeed(), name="changes-feed"),
    path("changes/calendar.ics", pages.changes_calendar, name="changes-calendar"),
    *with_table("atlas/", pages.AtlasPage, "atlas"),
    *with_citation("atlas/", pages.AtlasPage, "atlas"),
    *with_pictures("atlas/", pages.AtlasPage, "atlas"),
    *with_table("profiles/", pages.ProfilesPage, "profiles"),
    *with_citation("profiles/", pages.ProfilesPage, "profiles"),
    *with_table("distances/", pages.DistancesPage, "distances"),
    *with_citation("distances/", pages.DistancesPage, "distances"),
    *with_table("research/", pages.ResearchPage, "research"),
    *with_citation("research/", pages.ResearchPage, "research"),
    *with_table("sources/", pages.SourceListPage, "source-list"),
    *with_table("sources/<slug:slug>/", pages.SourcePage, "source"),
    *with_citation("sources/<slug:slug>/", pages.SourcePage, "source"),
    path("embed/compare/", EmbeddedComparison.as_view(), name="embedded-comparison"),
    path("embed/topics/<slug:slug>/", EmbeddedTopic.as_view(), name="embedded-topic"),
    path("search/", pages.SearchPage.as_view(), name="search"),
    *with_card("search/", pages.SearchPage, "search"),
    path("about/", pages.AboutPage.as_view(), name="about"),
    *with_card("about/", pages.AboutPage, "about"),
    path("about/parts/", pages.PartsPage.as_view(), name="parts"),
    *with_table("compare/as-if/", pages.AsIfPage, "as-if"),
    *with_citation("compare/as-if/", pages.AsIfPage, "as-if"),
    *with_table("compare/", pages.ComparePage, "compare"),
    *with_citation("compare/", pages.ComparePage, "compare"),
]
