"""Removes files that belong to no evidence. Run it now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from cbec_portal.china_time import now
from checklists.services.file_cleanup import sweep


class Command(BaseCommand):
    """``sweep_evidence``: what a killed process left half stored goes, after a day."""

    help = "Remove files older than a day that no evidence names."

    def handle(self, **_: Any) -> None:
        """Sweep, and say how much went."""
        count = sweep(before=now() - timedelta(days=1))
        self.stdout.write(f"{count} stray files removed.")
