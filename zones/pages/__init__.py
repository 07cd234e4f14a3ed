"""Pages: the same questions as the API's, answered by the same code."""

from zones.pages.about_page import AboutPage
from zones.pages.adoption_page import AdoptionPage
from zones.pages.as_if_page import AsIfPage
from zones.pages.atlas_page import AtlasPage
from zones.pages.batch_page import BatchListPage
from zones.pages.change_feeds import ChangesFeed, changes_calendar
from zones.pages.change_pages import ChangesPage
from zones.pages.city_list_page import CityListPage
from zones.pages.city_pages import CityAnswerPage, CityChangesPage, CityPage, CityReportPage
from zones.pages.compare_page import ComparePage
from zones.pages.distances_page import DistancesPage
from zones.pages.home_page import HomePage
from zones.pages.page_parts import PartsPage
from zones.pages.place_pages import (
    PlaceAnswerPage,
    PlaceChangesPage,
    PlaceFormPage,
    PlacePage,
    PlaceReportPage,
)
from zones.pages.profile_page import ProfilesPage
from zones.pages.research_page import ResearchPage
from zones.pages.search_page import SearchPage
from zones.pages.source_pages import SourceListPage, SourcePage
from zones.pages.statistic_page import StatisticsPage
from zones.pages.topic_list_page import TopicListPage
from zones.pages.topic_page import TopicPage
from zones.pages.zone_list_page import ZoneListPage

__all__ = [
    "AboutPage",
    "AdoptionPage",
    "AsIfPage",
    "AtlasPage",
    "BatchListPage",
    "ChangesFeed",
    "ChangesPage",
    "CityAnswerPage",
    "CityChangesPage",
    "CityListPage",
    "CityPage",
    "CityReportPage",
    "ComparePage",
    "DistancesPage",
    "HomePage",
    "PartsPage",
    "PlaceAnswerPage",
    "PlaceChangesPage",
    "PlaceFormPage",
    "PlacePage",
    "PlaceReportPage",
    "ProfilesPage",
    "ResearchPage",
    "SearchPage",
    "SourceListPage",
    "SourcePage",
    "StatisticsPage",
    "TopicListPage",
    "TopicPage",
    "ZoneListPage",
    "changes_calendar",
]
