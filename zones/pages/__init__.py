"""Pages: the same questions as the API's, answered by the same code."""

from zones.pages.about_page import AboutView
from zones.pages.adoption_page import SpreadView
from zones.pages.batch_page import BatchListView
from zones.pages.change_feeds import ChangesFeed, changes_calendar
from zones.pages.change_pages import ChangesView
from zones.pages.city_list_page import CityListView
from zones.pages.city_pages import CityAnswerView, CityChangesView, CityView
from zones.pages.compare_page import CompareView
from zones.pages.home_page import HomeView
from zones.pages.page_parts import PartsView
from zones.pages.place_pages import PlaceAnswerView, PlaceChangesView, PlaceFormView, PlaceView
from zones.pages.profile_page import ProfilesView
from zones.pages.search_page import SearchView
from zones.pages.source_pages import SourceListView, SourceView
from zones.pages.statistic_page import StatisticsView
from zones.pages.topic_pages import TopicListView, TopicView
from zones.pages.zone_list_page import ZoneListView

__all__ = [
    "AboutView",
    "BatchListView",
    "ChangesFeed",
    "ChangesView",
    "CityAnswerView",
    "CityChangesView",
    "CityListView",
    "CityView",
    "CompareView",
    "HomeView",
    "PartsView",
    "PlaceAnswerView",
    "PlaceChangesView",
    "PlaceFormView",
    "PlaceView",
    "ProfilesView",
    "SearchView",
    "SourceListView",
    "SourceView",
    "SpreadView",
    "StatisticsView",
    "TopicListView",
    "TopicView",
    "ZoneListView",
    "changes_calendar",
]
