"""Who did what when."""

from __future__ import annotations

from typing import Any

from checklists.pages.private_pages import ChecklistPage
from checklists.selectors.log_messages import detail_of

PER_PAGE = 100


class LogPage(ChecklistPage):
    """The log of a checklist, newest first. It cannot be edited."""

    template_name = "checklists/log.html"
    known_parameters = ("page",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one page of entries, newest first, and whether there are older ones."""
        page = self.parameters.whole_number("page", 1, 100_000, 1)
        rows = self.checklist.log.select_related("actor", "item")
        first = (page - 1) * PER_PAGE
        entries = list(rows[first : first + PER_PAGE + 1])
        return super().get_context_data(
            entries=[(entry, detail_of(entry)) for entry in entries[:PER_PAGE]],
            page=page,
            older=len(entries) > PER_PAGE,
            **kwargs,
        )
