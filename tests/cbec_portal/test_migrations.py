"""The tables are the same whether a database is made now or went through every earlier version."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.writer import MigrationWriter

from tests.steps import back_to
from zones.models import Revision
from zones.models.triggers import installed_triggers

OWN = ("zones", "checklists")


def as_told(*, at_once: bool) -> dict[tuple[str, str], Any]:
    """The models of the portal as its migrations tell them, with their columns in order."""
    state = MigrationLoader(None, replace_migrations=at_once).project_state()
    return {
        name: (
            [(column, MigrationWriter.serialize(field)) for column, field in model.fields.items()],
            {option: MigrationWriter.serialize(said) for option, said in model.options.items()},
            model.bases,
        )
        for name, model in state.models.items()
        if name[0] in OWN
    }


def test_all_tables_at_once_are_those_of_one_step_after_the_other() -> None:
    at_once, stepwise = as_told(at_once=True), as_told(at_once=False)
    assert at_once.keys() == stepwise.keys()
    assert [name for name in at_once if at_once[name] != stepwise[name]] == []


def test_a_new_database_takes_no_step_that_another_replaces() -> None:
    loader = MigrationLoader(None)
    replaced = {one for own in loader.replacements.values() for one in own.replaces}
    assert {app for app, _name in replaced} == set(OWN)
    assert not replaced & set(loader.graph.nodes)


def schema() -> list[Any]:
    """Every table, column, constraint, index and trigger, as the database itself tells them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("""
                SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                    a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid)
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                AND NOT a.attisdropped
                UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid),
                    NULL, NULL, NULL FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
                UNION ALL SELECT tablename, indexname, indexdef, NULL, NULL, NULL FROM pg_indexes
                WHERE schemaname = 'public'
                UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid),
                    NULL, NULL, NULL FROM pg_trigger WHERE NOT tgisinternal
                ORDER BY 1, 2, 3
            """)
        else:
            cursor.execute("SELECT tbl_name, type, name, sql FROM sqlite_master ORDER BY 1, 2, 3")
        return cursor.fetchall()


#: How databases and Django call an index, a key or a reference that nobody named.
MADE_UP = re.compile(r"\w+_(?:[0-9a-f]{8}\w*|p?key|check)\b")


def named_alike(rows: list[Any]) -> list[str]:
    """A schema without names that were made up: a renamed table keeps those of its former name."""
    return sorted(MADE_UP.sub("made up", str(row)) for row in rows)


@pytest.mark.django_db(transaction=True)
def test_a_database_between_two_versions_goes_on_step_by_step() -> None:
    """Back to before the first triggers were made, and forth: each step as the files tell it."""
    before = named_alike(schema())
    back_to("checklists", "0004_offeredfinding")
    assert not installed_triggers(connection)
    call_command("migrate", verbosity=0)
    assert not installed_triggers(connection)
    assert named_alike(schema()) == before


def applied() -> set[tuple[str, str]]:
    return {name for name in MigrationLoader(connection).applied_migrations if name[0] in OWN}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["0001_initial", "0009_known_by_topic"])
def test_the_steps_of_one_migration_are_not_taken_back_one_by_one(step: str) -> None:
    """Those after it stand on it, and would be left standing."""
    before = (applied(), schema())
    with pytest.raises(CommandError, match="not taken back one by one: restore a backup, or name"):
        call_command("migrate", "zones", step, verbosity=0)
    assert (applied(), schema()) == before


@pytest.mark.django_db(transaction=True)
def test_all_tables_can_be_taken_away_and_made_anew() -> None:
    before = schema()
    call_command("migrate", "zones", "zero", verbosity=0)
    call_command("migrate", verbosity=0)
    assert not installed_triggers(connection)
    assert (schema(), Revision.objects.count()) == (before, 0)
