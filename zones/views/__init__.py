"""Pages: the same questions as the API's, answered by the same code."""

from zones.views.about import AboutView
from zones.views.batches import BatchListView
from zones.views.changes import ChangesView
from zones.views.cities import CityAnswerView, CityChangesView, CityView
from zones.views.city_list import CityListView
from zones.views.compare import CompareView
from zones.views.feeds import ChangesFeed, changes_calendar
from zones.views.home import HomeView
from zones.views.parts import PartsView
from zones.views.places import PlaceAnswerView, PlaceChangesView, PlaceFormView, PlaceView
from zones.views.profiles import ProfilesView
from zones.views.search import SearchView
from zones.views.sources import SourceListView, SourceView
from zones.views.spread import SpreadView
from zones.views.statistics import StatisticsView
from zones.views.topics import TopicListView, TopicView
from zones.views.zone_list import ZoneListView

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
