"""What search engines should know of, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from cbec_portal.kept_pages import public_answer
from zones.models import City, Revision, Source, Topic
from zones.selectors.snapshot import public_state

PAGES = (
    *("home", "city-list", "zone-list", "batch-list", "compare", "topic-list", "spread"),
    *(
        "atlas",
        "profiles",
        "distances",
        "changes",
        "source-list",
        "statistics",
        "research",
        "about",
    ),
)


class RevisionSitemap(Sitemap):
    """Pages that may change with every revision."""

    def get_latest_lastmod(self) -> datetime | None:
        """Return when the newest revision was published."""
        newest: datetime | None = Revision.objects.aggregate(at=Max("published_at"))["at"]
        return newest


class PageMap(RevisionSitemap):
    """Pages of which there is one."""

    def items(self) -> list[str]:
        """Return the names of the pages."""
        return list(PAGES)

    def location(self, item: str) -> str:
        """Return the address of a page."""
        return reverse(f"zones:{item}")


class RowMap(RevisionSitemap):
    """Pages of which there is one for each row."""

    model: Any
    page: str

    def items(self) -> list[str]:
        """Return the natural keys of the rows."""
        return list(self.model.objects.order_by("slug").values_list("slug", flat=True))

    def location(self, item: str) -> str:
        """Return the address of a page."""
        return reverse(f"zones:{self.page}", args=[item])


class CityMap(RowMap):
    """Cities."""

    model, page = City, "city"

    def items(self) -> list[str]:
        """Return the natural keys of the cities that are known now."""
        own: Any = City.objects.not_taken_back()
        return list(own.order_by("slug").values_list("slug", flat=True))


class TopicMap(RowMap):
    """Topics."""

    model, page = Topic, "topic"


class SourceMap(RowMap):
    """Documents."""

    model, page = Source, "source"


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PageMap,
    "cities": CityMap,
    "topics": TopicMap,
    "sources": SourceMap,
}


def kept_sitemap(request: HttpRequest) -> HttpResponseBase:
    """Answer with the map of all public pages, which is made once for an edition."""

    def make() -> HttpResponse:
        return sitemap(request, SITEMAPS, template_name="portal/sitemap.xml").render()

    return public_answer(request, public_state, make)
