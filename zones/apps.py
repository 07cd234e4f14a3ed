"""What the rules are: places, zones, topics, policies and how they resolve."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.management import CommandError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import pgettext_lazy

LAST_DAYS = ("zones", "0008_last_days")


class ZonesConfig(AppConfig):
    """Connects what must happen on every change of public data."""

    name = "zones"
    verbose_name = pgettext_lazy("app", "zones and policies")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register tables and checks; follow every edit and every change of the schema."""
        from zones import checks  # noqa: F401 (importing registers the checks)
        from zones.dataset.table_list import HISTORY, TABLES
        from zones.dataset.table_registry import registry
        from zones.dataset.written_cells import reading
        from zones.desk.conflict_entries import conflict_entries
        from zones.desk.loaded_cells import reader_of
        from zones.desk.retold_names import cell_retold, column_retold, row_retold, table_retold
        from zones.models import PUBLIC
        from zones.models.made_texts import tell_names_by
        from zones.rules.vocabulary import ToResearch
        from zones.selectors import research_queue
        from zones.selectors.contradiction_entries import contradictions
        from zones.services import editions

        registry.add(*TABLES)
        registry.add_history(*HISTORY)
        reading.register(reader_of)
        tell_names_by(row_retold, table_retold, column_retold, cell_retold)
        research_queue.add_entries(ToResearch.CONFLICT, conflict_entries)
        research_queue.add_entries(ToResearch.CONTRADICTION, contradictions)
        editions.count(PUBLIC)
        editions.pause_for_migrations(self)
        pre_migrate.connect(_refuse_replaced_steps, sender=self, dispatch_uid="replaced-steps")
        connection_created.connect(_set_guards_aside, dispatch_uid="guards-aside")
        post_migrate.connect(_put_guards_on, sender=self, dispatch_uid="guards-on")
        post_migrate.connect(_resolve_anew, sender=self, dispatch_uid="last-days")


def _set_guards_aside(connection: BaseDatabaseWrapper, **_: Any) -> None:
    from zones.models.schema_editors import set_guards_aside

    set_guards_aside(connection)


def _refuse_replaced_steps(
    using: str, plan: Sequence[tuple[Migration, bool]] = (), **_: object
) -> None:
    """Refuse to take back what one migration does at once: those after it would be left standing.

    Raises:
        CommandError: the plan goes back into such steps.
    """
    whole = MigrationLoader(connections[using]).replacements.items()
    of_step = {step: name for (_app, name), squashed in whole for step in squashed.replaces}
    for one, back in plan:
        if back and (one.app_label, one.name) in of_step:
            name = of_step[one.app_label, one.name]
            raise CommandError(
                f"The steps of {one.app_label} {name} are not taken back one by one: restore a "
                f"backup, or name that migration, or zero, which loses all data."
            )


def _put_guards_on(using: str, **_: Any) -> None:
    """Put on what a database lacks of the guards once all of its tables are there."""
    from zones.models.triggers import put_on

    put_on(connections[using])


def _resolve_anew(plan: Sequence[tuple[Migration, bool]] = (), **_: object) -> None:
    """Resolve anew what is in force once a migration gave a last day cut short its right sense.

    Only what is known now: what an earlier revision said is what it said.
    """
    if any((one.app_label, one.name) == LAST_DAYS and not back for one, back in plan):
        from zones.services.in_force_rows import resolve_cut_short

        resolve_cut_short()
