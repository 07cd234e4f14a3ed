"""What public answers share: the snapshot they are of, read once, by which they are kept."""

from __future__ import annotations

from functools import cached_property

from cbec_portal.api.base_views import QuestionView
from cbec_portal.api.revalidation import Revalidated
from zones.selectors.snapshot import Snapshot, current_snapshot


class Public(Revalidated):
    """An answer about what is published."""

    @cached_property
    def snapshot(self) -> Snapshot:
        """Return the snapshot, read once for an answer."""
        return current_snapshot()

    def edition(self) -> str:
        """Return what tells the present edition from every other."""
        return self.snapshot.tag


class PublicQuestion(Public, QuestionView):
    """A question about what is published."""
