"""Asks whether the official addresses of documents still answer. Run it once a day."""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.desk.link_schedule import CheckedElsewhereError, check_links
from zones.desk.link_visits import Visitor
from zones.models import LinkCheck


class Command(BaseCommand):
    """The command ``check_links``, which asks politely and notes each address by itself."""

    help = "Ask the official addresses of documents that are due; stopped, it goes on another time."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how many addresses are asked at most."""
        parser.add_argument("--most", type=int, help="ask no more addresses than these")

    def handle(self, **options: Any) -> None:
        """Ask what is due, and say what fails and what is dead by now.

        Raises:
            CommandError: another process does so already, or less than nothing is wanted.
        """
        if (options["most"] or 0) < 0:
            raise CommandError("--most is a number of addresses.")
        stopped: list[int] = []
        before = signal.getsignal(signal.SIGTERM)
        # Outside the main thread nobody takes signals.
        with suppress(ValueError):
            signal.signal(signal.SIGTERM, lambda number, _frame: stopped.append(number))
        try:
            count = check_links(
                Visitor(), most=options["most"], told=self._tell, stops=lambda: bool(stopped)
            )
        except CheckedElsewhereError as wrong:
            raise CommandError(str(wrong)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped: what was asked is noted.") from None
        finally:
            with suppress(ValueError, TypeError):
                signal.signal(signal.SIGTERM, before)
        dead = LinkCheck.dead().count()
        self.stdout.write(f"{count} addresses asked; {dead} are dead.")

    def _tell(self, check: LinkCheck) -> None:
        if check.failing_since:
            self.stdout.write(str(check))
