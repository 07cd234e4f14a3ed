"""Every address of the portal."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularSwaggerSplitView

from cbec_portal.api import errors
from cbec_portal.api.schema_view import SchemaView
from cbec_portal.unavailable import answer_to_failure
from zones.pages import error_pages as pages
from zones.pages.sitemaps import kept_sitemap

urlpatterns = [
    # First what has a prefix of its own: pages have a hundred addresses that are tried one by one.
    path("api/v1/", include("zones.api.urls")),
    path("api/v1/", include("checklists.api.urls")),
    path("api/v1/schema/", SchemaView.as_view(), name="api-schema"),
    path(
        "api/v1/docs/",
        # It is a page; what OPTIONS would tell of an API has no template.
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema",
            http_method_names=["get", "head"],
            template_name="portal/api_docs.html",
        ),
        name="api-docs",
    ),
    re_path("^api/", csrf_exempt(errors.not_found)),
    path("", include("zones.pages.urls")),
    path("", include("checklists.pages.urls")),
    path("account/", include("cbec_portal.accounts.urls")),
    path("admin/", admin.site.urls),
    path(
        "sitemap.xml",
        kept_sitemap,
        name="sitemap",
    ),
    path(
        "robots.txt",
        TemplateView.as_view(template_name="portal/robots.txt", content_type="text/plain"),
        name="robots",
    ),
]


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return a problem where the API was asked, else a page."""
    if request.path.startswith("/api/"):
        return errors.bad_request(request, exception)
    return pages.unreadable(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return a problem where the API was asked, else a page."""
    if request.path.startswith("/api/"):
        return errors.not_found(request, exception)
    return pages.not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """Return a problem where the API was asked, else a page; a busy portal is no fault."""
    if busy := answer_to_failure(request):
        return busy
    if request.path.startswith("/api/"):
        return errors.server_error(request)
    return defaults.server_error(request)
