"""When the law moves: what changed under a checklist, accepted one by one or all."""

from __future__ import annotations

from typing import Any

from checklists.pages.law_change_display import shown_moves
from checklists.pages.private_pages import ChecklistPage
from checklists.selectors.law_changes import day_of, moved, moves_tag
from checklists.selectors.upcoming_changes import AHEAD, coming
from checklists.services.accepted_changes import accept


class LawChangesPage(ChecklistPage):
    """What changed since the items were taken up, and what is about to."""

    template_name = "checklists/changes.html"
    acts = {"accept": "accept", "accept-all": "accept_all"}

    def accept(self) -> None:
        """Accept the moves that were chosen."""
        numbers = self.posted_values("number")
        accept(
            self.checklist,
            actor=self.user,
            numbers=numbers,
            seen=self.posted("seen"),
        )

    def accept_all(self) -> None:
        """Accept every move that the page showed."""
        accept(self.checklist, actor=self.user, seen=self.posted("seen"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what moved, and what is coming within three months."""
        found = moved(self.checklist, self.snapshot)
        coming_moves = coming(self.checklist, self.snapshot)
        told = shown_moves(
            [*found, *(one.moved for one in coming_moves)],
            self.checklist,
            self.snapshot,
            self.language,
        )
        days = (one.written for one in coming_moves)
        return super().get_context_data(
            moves=told[: len(found)],
            duties=sum(not one.is_gate for one in found),
            seen=moves_tag(found),
            coming=list(zip(days, told[len(found) :], strict=True)),
            ahead=AHEAD[0],
            day=day_of(self.checklist),
            newest=self.snapshot.newest,
            items=self.checklist.items.live().count(),
            **kwargs,
        )
