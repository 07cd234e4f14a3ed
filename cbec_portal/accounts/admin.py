"""The admin, for staff who have given their second factor."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from cbec_portal.accounts.names_of_others import BoxesNamed, name_others
from cbec_portal.posted_texts import NO_TEXT

#: What pages of the admin are asked by.
SERVED = ("GET", "HEAD", "POST")


class PortalAdminConfig(AdminConfig):
    """The admin app with the portal's own site."""

    default_site = "cbec_portal.accounts.admin.PortalAdminSite"

    def ready(self) -> None:
        """Name what other packages bring along before it is registered."""
        name_others()
        super().ready()


class PortalAdminSite(AdminSite):
    """Opens for active staff whose second factor was given in this session.

    Its first page lists the tables, so the others need no list of them at their side.
    """

    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register models: those of other packages with forms that bear whatever is sent, and
        never with a secret.
        """
        # They know tables, which are there only once all apps are.
        from django_otp.models import Device

        from cbec_portal.accounts.device_admin import SecretsKept, SecretsUnasked
        from zones.admin.forms import CarefulAdmin
        from zones.admin.read_only import ReadOnly

        own = admin_class or CarefulAdmin
        if not issubclass(own, (CarefulAdmin, ReadOnly)):
            own = type(own.__name__, (BoxesNamed, CarefulAdmin, own), {})
        if isinstance(model_or_iterable, type) and issubclass(model_or_iterable, Device):
            own = type(own.__name__, (SecretsKept, own), {})
        own = type(own.__name__, (SecretsUnasked, own), {})
        super().register(model_or_iterable, own, **options)

    def get_urls(self) -> list[Any]:
        """Return the addresses of the admin, and of the analysts' desk in it."""
        # Its pages know tables, which are there only once all apps are.
        from zones.admin.desk_urls import urlpatterns

        return [*urlpatterns(self.admin_view), *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the tables that somebody may see, gathered only where they are shown."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the dashboard of the analysts' desk, with the tables of the admin."""
        from zones.admin.desk_dashboard import DeskDashboard

        return cast(TemplateResponse, DeskDashboard.as_view(site=self)(request))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Leave out what Django's own pages would seek rows by: an empty ``_to_field``, and the
        language, which is chosen by now. Methods that no page serves are refused, which Django's
        own would take for GET, and no row is looked for by a key that no text could be.
        """

        @wraps(view)
        def without(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method not in SERVED:
                return HttpResponseNotAllowed(SERVED)
            # PostgreSQL fails of a null character, where SQLite only finds nothing.
            if any(NO_TEXT.search(unquote(str(part))) for part in (*args, *kwargs.values())):
                raise Http404
            asked: Any = request.GET.copy()
            if not asked.get(TO_FIELD_VAR, "unasked"):
                del asked[TO_FIELD_VAR]
            asked.pop("lang", None)
            request.GET = asked
            return view(request, *args, **kwargs)

        return super().admin_view(without, cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether whoever asks is staff and verified."""
        user: Any = request.user
        return super().has_permission(request) and user.is_verified()

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the portal's log-in; staff without a second factor are led to set it up."""
        user: Any = request.user
        page = "account:second-factor" if user.is_authenticated else "account:log-in"
        wanted = urlencode({"next": request.GET.get("next", reverse("admin:index"))})
        return redirect(f"{reverse(page)}?{wanted}")
