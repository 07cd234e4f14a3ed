"""Tells people what moved, what is coming and what is due. Run it once a day."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cbec_portal.china_time import today_in_china
from checklists.models import Checklist
from checklists.services.digests import send_digests
from checklists.services.recorded_notifications import notify_all

EVERY = 100

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """The command ``notify``: one notice for each thing, and one mail a day for each person."""

    help = "Make the notices of the day and mail each person a digest of what is new."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether to mail."""
        parser.add_argument("--no-mail", action="store_true", help="make notices only")

    def handle(self, **options: Any) -> None:
        """Look at every open checklist, then send the mails.

        Raises:
            CommandError: some checklist or some mail failed; all others were done.
        """
        self.failed = 0
        today = today_in_china()
        checklists = Checklist.objects.open().select_related("template", "owner").order_by("pk")
        count = checklists.count()
        for done, checklist in enumerate(checklists.iterator(chunk_size=EVERY), start=1):
            self._look_at(checklist, today)
            if options["verbosity"] > 1 and done % EVERY == 0:
                self.stderr.write(f"{done} of {count} checklists")
        mails = 0 if options["no_mail"] else send_digests(self._report)
        self.stdout.write(f"{count} open checklists looked at, {mails} mails sent.")
        if self.failed:
            raise CommandError(f"{self.failed} failed; all others were done.")

    def _look_at(self, checklist: Checklist, today: date) -> None:
        """Make the notices of one checklist; what is wrong with it keeps nobody from the others."""
        try:
            notify_all(checklist, on=today)
        except Exception as wrong:
            logger.exception("No notices of checklist %s", checklist.key)
            self._report(f"Checklist {checklist.key}: {type(wrong).__name__} {wrong}")

    def _report(self, told: str) -> None:
        self.failed += 1
        self.stderr.write(told)
