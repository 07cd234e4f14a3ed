"""Proposes another key of a row; once that is public the former one goes on leading to the row."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import Tags
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from zones.desk.key_proposals import propose_key
from zones.models.keys import renamable_models


class Command(BaseCommand):
    """The command ``rename city hangzhou hang-zhou --propose USERNAME`` makes a change set.

    Nothing is renamed before a second person publishes that; addresses and files may say either
    key then. What is told apart within another row is named with it and given its own part anew:
    ``rename batch comprehensive.5 6``, ``rename requirement import-1210-seller:4.2 4.9``.
    """

    help = (
        "Propose another key of a row, in a change set that somebody else publishes; the former "
        "key leads to the row for ever."
    )
    # Of the rest, addresses and all that answers them, it needs nothing.
    requires_system_checks = [Tags.models]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind of row, its key and the new one, and who proposes that and why."""
        parser.add_argument("kind", choices=sorted(renamable_models()))
        parser.add_argument("former")
        parser.add_argument("key")
        parser.add_argument(
            "--propose",
            metavar="USERNAME",
            required=True,
            help="the analyst whose change set it is; somebody else publishes it",
        )
        parser.add_argument("--reason", default="", help="why: public with the revision")

    def handle(self, **options: Any) -> None:
        """Propose the new key.

        Raises:
            CommandError: there is no such row or account, or the new key cannot be its key.
        """
        kind, former, key = (options[name] for name in ("kind", "former", "key"))
        try:
            person = get_user_model().objects.get_by_natural_key(options["propose"])
            change_set = propose_key(person, kind, former, key, options["reason"])
        except ObjectDoesNotExist:
            raise CommandError(f"there is no account {options['propose']!r}") from None
        except PermissionDenied as denied:
            raise CommandError(str(denied)) from None
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(
            f"Change set {change_set.pk} proposes that {former} be {key}; it is not public."
        )
