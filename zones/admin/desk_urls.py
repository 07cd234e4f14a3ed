"""Addresses of the analysts' desk, under that of the admin, whose site guards them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from zones.admin.copy_pages import CopiesPage, CopyDownload
from zones.admin.filters_page import FiltersPage
from zones.admin.grid_page import GridPage
from zones.admin.history_page import HistoryPage
from zones.admin.move_page import MovePage
from zones.admin.picks_page import Picks
from zones.admin.places_page import PlacesPage
from zones.admin.queue_page import QueuePage
from zones.admin.reading_pages import ReadingPage, ReadingsPage
from zones.admin.row_page import RowPage
from zones.admin.set_list_page import SetListPage
from zones.admin.set_page import SetPage
from zones.admin.table_export import TableExport

#: By their names in the admin's namespace: the route, and the page.
PAGES: dict[str, tuple[str, Any]] = {
    "desk-sets": ("sets/", SetListPage),
    "desk-set": ("sets/<int:number>/", SetPage),
    "desk-queue": ("queue/", QueuePage),
    "desk-history": ("history/", HistoryPage),
    "desk-export": ("export/", TableExport),
    "desk-grid": ("sets/<int:number>/grid/", GridPage),
    "desk-places": ("sets/<int:number>/places/", PlacesPage),
    "desk-row-new": ("sets/<int:number>/rows/new/", RowPage),
    "desk-row": ("sets/<int:number>/rows/<int:row>/", RowPage),
    "desk-readings": ("readings/", ReadingsPage),
    "desk-reading": ("readings/<int:reading>/", ReadingPage),
    "desk-copies": ("copies/<slug:slug>/", CopiesPage),
    "desk-copy": ("copies/<slug:slug>/<int:copy>/", CopyDownload),
    "desk-filters": ("filters/", FiltersPage),
    "desk-pick": ("pick/<slug:table>/", Picks),
    "desk-move": ("move/<slug:city>/", MovePage),
    "desk-propose": ("propose/<slug:table>/", RowPage),
}


def urlpatterns(guard: Callable[[Any], Any]) -> list[URLPattern]:
    """Return the addresses, each behind the guard of the admin's site."""
    return [
        path(f"desk/{route}", guard(page.as_view()), name=name)
        for name, (route, page) in PAGES.items()
    ]
