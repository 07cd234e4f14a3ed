"""Removes files that belong to no evidence. Run it now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from cbec_portal.china_time import now
from checklists.services.file_cleanup import sweep


class Command(BaseCommand):
    """The command ``sweep_evidence``, which removes what a killed process left, after a day."""

    help = "Remove files older than a day that no evidence names."

    def handle(self, **_: Any) -> None:
        """Remove what is left over for a day, and say how much went."""
        count = sweep(before=now() - timedelta(days=1))
        self.stdout.write(f"{count} stray files removed.")
