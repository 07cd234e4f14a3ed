"""System checks: ``manage.py check --database default`` asks the database too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from zones.models.triggers import installed_triggers

MISSING, STALE, FOREIGN = "zones.W010", "zones.W011", "zones.W012"
PUT_ON = "Run manage.py migrate, which puts on what the models declare."


@register(Tags.database)
def guards_are_on(
    app_configs: Sequence[AppConfig] | None,
    databases: Iterable[str] | None = None,
    **_: object,
) -> list[CheckMessage]:
    """Name each guard that a database lacks, has in an old form, or has from nobody knows where.

    They warn and stop nothing, since what mends them is ``migrate``, which asks before it begins.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        guards = installed_triggers(connections[alias])
        found += [
            *(_warning("is missing", name, MISSING, PUT_ON) for name in guards.missing),
            *(_warning("is not what is declared", name, STALE, PUT_ON) for name in guards.stale),
            *(
                _warning("is declared by no model", name, FOREIGN, "Drop it, or declare it.")
                for name in guards.foreign
            ),
        ]
    return found


def _warning(what: str, name: str, number: str, hint: str) -> CheckMessage:
    return Warning(f"The guard {name} {what}.", hint=hint, id=number)
