"""Pages: the same questions as the API's, answered by the same code."""

from zones.pages.about import AboutView
from zones.pages.batches import BatchListView
from zones.pages.changes import ChangesView
from zones.pages.cities import CityAnswerView, CityChangesView, CityView
from zones.pages.city_list import CityListView
from zones.pages.compare import CompareView
from zones.pages.feeds import ChangesFeed, changes_calendar
from zones.pages.home import HomeView
from zones.pages.parts import PartsView
from zones.pages.places import PlaceAnswerView, PlaceChangesView, PlaceFormView, PlaceView
from zones.pages.profiles import ProfilesView
from zones.pages.search import SearchView
from zones.pages.sources import SourceListView, SourceView
from zones.pages.spread import SpreadView
from zones.pages.statistics import StatisticsView
from zones.pages.topics import TopicListView, TopicView
from zones.pages.zone_list import ZoneListView

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
