"""The page of all change sets: by state, with a form that opens one."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator

from zones.admin.desk_page import DeskPage
from zones.admin.reviewed_rows import A_PAGE
from zones.admin.set_addresses import address_of
from zones.desk import proposals
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import SetState


class SetListPage(DeskPage):
    """Change sets by state, and a form that opens one."""

    template_name = "zones/desk/set_list.html"
    acts = {"open": "open"}
    once = ("open",)

    def open(self) -> str:
        """Open a set, and lead to it."""
        opened = proposals.open_set(self.request.user, self.posted("title"), self.posted("reason"))
        return address_of(opened)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the sets of a state, newest first."""
        state = self.request.GET.get("state", "")
        sets = ChangeSet.objects.select_related("revision").order_by("-pk")
        if state in list(SetState):
            sets = sets.filter(state=state)
        if self.request.GET.get("mine"):
            sets = sets.filter(author=self.request.user.pk)
        page = Paginator(sets, A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page=page,
            state=state if state in list(SetState) else "",
            mine=bool(self.request.GET.get("mine")),
            states=[(one.value, label(one)) for one in SetState],
            sets=[(one, label(SetState(one.state))) for one in page],
            **kwargs,
        )
