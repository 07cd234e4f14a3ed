"""Filters of lists that are kept under names: above each list, and all of one's own on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib import admin
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from zones.admin.desk_page import Confirmation, DeskPage
from zones.desk import filter_storage
from zones.desk.filter_storage import filters_in, own_filters, shown_to
from zones.desk.permissions import SetAction, may

register = template.Library()


def lists() -> dict[str, str]:
    """Return the lists whose filters can be kept, by the names of their addresses, in words."""
    found = {
        "admin:desk-sets": _("Change sets"),
        "admin:desk-queue": _("Research queue"),
        "admin:desk-history": _("History"),
    }
    for model in admin.site._registry:
        meta = model._meta
        name = f"admin:{meta.app_label}_{meta.model_name}_changelist"
        found[name] = capfirst(str(meta.verbose_name_plural))
    return found


@register.inclusion_tag("zones/desk/saved_filters.html", takes_context=True)
def saved_filters_of_list(context: template.Context) -> dict[str, Any]:
    """Show the filters that are kept of a list as links, and how to keep the present ones."""
    request = context["request"]
    list_name = request.resolver_match.view_name if request.resolver_match else ""
    if not may(request.user, SetAction.SEE):
        return {"list_name": ""}
    query = filters_in(request.GET.urlencode())
    return {
        "list_name": list_name,
        "query": query,
        "filters": [
            (one, one.query == query, "" if one.owner_id == request.user.pk else one.owner)
            for one in shown_to(request.user, list_name)
        ],
        "csrf_token": context.get("csrf_token"),
    }


class FiltersPage(DeskPage):
    """The filters that somebody keeps: renamed, shared or deleted here; saved from their lists."""

    template_name = "zones/desk/filters.html"
    acts = {"save": "save", "change": "change", "delete": "delete"}
    once = tuple(acts)

    def save(self) -> str:
        """Keep the filters of a list, and lead back to it."""
        kept = filter_storage.save_filter(
            self.request.user,
            self.posted("list"),
            self.posted("query"),
            self.posted("name"),
            shared=bool(self.posted("shared")),
            lists=lists(),
        )
        self.tell(_("Saved as “%s”.") % kept.name)
        return _address_of(kept)

    def change(self) -> None:
        """Call one otherwise, and share it or not."""
        filter_storage.change_filter(
            self.request.user,
            self.posted_number("filter") or 0,
            self.posted("name"),
            shared=bool(self.posted("shared")),
        )

    def delete(self) -> None:
        """Delete one."""
        filter_storage.delete_filter(self.request.user, self.posted_number("filter") or 0)

    def sure_about(self, act: str) -> Confirmation | None:
        """Ask before a filter is deleted."""
        own = own_filters(self.request.user).filter(pk=self.posted_number("filter") or 0).first()
        if act != "delete" or own is None:
            return None
        return Confirmation(
            _("Delete the filter “%s”? It cannot be brought back.") % own.name, _("Delete it")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one's own filters with their lists, and what was to be saved and was refused."""
        words = lists()
        own = [one for one in own_filters(self.request.user) if one.list_name in words]
        refused = self.posted_number("filter") if self.errors else None
        return super().get_context_data(
            filters=[
                (one, words[one.list_name], _address_of(one), one.pk == refused) for one in own
            ],
            refused_list=words.get(self.posted("list"), "") if self.errors else "",
            **kwargs,
        )


def _address_of(one: Any) -> str:
    return f"{reverse(one.list_name)}?{one.query}"
