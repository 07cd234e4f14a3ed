"""What is published stays as it is in every column, those of tomorrow included."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import AddField, AlterField, RemoveField, RenameField, RunSQL

from checklists.models import EvidenceVersion, LogEntry, SignedPeriod
from zones.models import City, Coverage, InForce, Placement, Policy, Zone
from zones.models.guards import FrozenWith, declarations, guarded_tables
from zones.models.triggers import columns, installed_triggers, put_on, take_off
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db(transaction=True)

GUARDED = [Policy, Zone, Placement, InForce, Coverage]
SIGNED = [SignedPeriod, LogEntry, EvidenceVersion]


def published(model: type[models.Model]) -> int:
    """The id of a row that stands, and must stay."""
    rows: Any = model._default_manager.all()
    if model is Coverage:
        return int(rows.filter(zone__recorded_in__gte=1).values_list("pk", flat=True)[0])
    return int(rows.published().values_list("pk", flat=True)[0])


def execute(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def other(value: Any) -> Any:
    """Another value of the same type, as near as can be."""
    if value is None:
        return 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}"[:-1] if len(f"{value}") > 1 else "x"


def assert_frozen(model: type[models.Model], *, besides: frozenset[str] = frozenset()) -> None:
    """No column of a published row can be edited, and the row neither deleted nor replaced."""
    table, pk = model._meta.db_table, published(model)
    own = columns(connection)[table]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(own)} FROM {table} WHERE id = %s", [pk])
        row = dict(zip(own, cursor.fetchone(), strict=True))
    for column in own:
        if column in besides:
            continue
        with pytest.raises(DatabaseError):
            execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", other(row[column]), pk)
    with pytest.raises(IntegrityError):
        execute(f"DELETE FROM {table} WHERE id = %s", pk)
    again = f"INTO {table} ({', '.join(own)}) SELECT {', '.join(own)} FROM {table} WHERE id = {pk}"
    column = next(name for name in own if name not in besides | {"id"})
    changed = f"ON CONFLICT (id) DO UPDATE SET {column} = {row['id']} + 1"
    with pytest.raises(DatabaseError):
        execute(f"INSERT {again} {changed}")
    if connection.vendor == "sqlite":
        for verb in ("INSERT OR REPLACE", "REPLACE"):
            with pytest.raises(IntegrityError):
                execute(f"{verb} {again}")
            with pytest.raises(sqlite3.IntegrityError), another_connection() as strange:
                strange.execute(f"{verb} {again}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(own)} FROM {table} WHERE id = %s", [pk])
        assert dict(zip(own, cursor.fetchone(), strict=True)) == row


@contextmanager
def another_connection() -> Iterator[sqlite3.Connection]:
    """To the same file, of a tool that does not know how the portal sets its own up."""
    strange = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    strange.create_function("REGEXP", 2, lambda form, text: bool(re.search(form, text or "")))
    try:
        yield strange
    finally:
        strange.close()


def migrate(app: str, *operations: Any) -> None:
    """Run operations as the next migration of an app, as ``migrate`` would."""
    executor = MigrationExecutor(connection)
    state = executor.loader.project_state()
    migration = Migration("9999_test", app)
    migration.operations = list(operations)
    executor.apply_migration(state, migration)
    executor.recorder.record_unapplied(app, "9999_test")


class Further(models.CharField):  # type: ignore[type-arg]
    """An ordinary column."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 20, "default": "", **kwargs})


@pytest.fixture(params=["zones.Policy", "zones.Zone", "checklists.SignedPeriod"])
def model(request: Any) -> type[models.Model]:
    found: type[models.Model] = apps.get_model(request.param)
    return found


def frozen_text(model: type[models.Model]) -> str:
    with connection.cursor() as cursor:
        name = f"{model._meta.db_table}_frozen"
        if connection.vendor == "postgresql":
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
        return str(cursor.fetchone()[0])


def test_a_column_is_frozen_from_its_first_day_to_its_last(model: type[models.Model]) -> None:
    """Added, altered so that the table is made anew, renamed, and removed."""
    app, name = model._meta.app_label, model._meta.model_name

    def stands(column: str) -> None:
        assert not installed_triggers(connection)
        assert (f'"{column}"' in frozen_text(model)) is (column in columns(connection)[table])
        if model._meta.app_label == "zones":
            assert_frozen(model)

    table = model._meta.db_table
    # The state of migrations knows the column of each step; the models of the code never do.
    first = AddField(name, "further", Further())
    steps = [
        ("further", [first]),
        ("further", [AlterField(name, "further", Further(max_length=40, null=True))]),
        ("renamed", [RenameField(name, "further", "renamed")]),
        ("renamed", [RemoveField(name, "renamed")]),
    ]
    state = MigrationExecutor(connection).loader.project_state()
    for place, (column, operations) in enumerate(steps):
        migration = Migration(f"9999_{place}", app)
        migration.operations = operations
        with connection.schema_editor() as editor:
            state = migration.apply(state, editor)
        stands(column)


def test_a_migration_that_fails_leaves_the_guards_on() -> None:
    state = MigrationExecutor(connection).loader.project_state()
    migration = Migration("9999_fails", "zones")
    migration.operations = [
        AddField("policy", "further", Further()),
        RunSQL("UPDATE nowhere SET nothing = 1"),
    ]
    with pytest.raises(DatabaseError), connection.schema_editor() as editor:
        migration.apply(state, editor)
    assert not installed_triggers(connection)
    assert "further" not in columns(connection)["zones_policy"]
    assert_frozen(Policy)


@pytest.mark.parametrize("guarded", GUARDED, ids=lambda one: one.__name__)
def test_no_column_of_what_is_published_can_be_edited(guarded: type[models.Model]) -> None:
    # A row in force, a policy or a zone is set aside once, which is no edit.
    assert_frozen(guarded, besides=frozenset({"replaced_in_id"}))


@pytest.mark.parametrize("model", [City, Placement])
@pytest.mark.parametrize(("name", "degrees"), [("latitude", 90.5), ("longitude", -180.5)])
def test_nothing_lies_beside_the_globe(model: Any, name: str, degrees: float) -> None:
    row = model.objects.first()
    if model is Placement:
        row = Placement.objects.create(
            city=row.city,
            province=row.province,
            customs_district=row.customs_district,
            since="2030",
        )
    with pytest.raises(IntegrityError, match="on_earth"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{name: degrees})


def test_no_guarded_table_is_emptied() -> None:
    """By whatever statement: one that names a table alone, or all that rest on it too."""
    rename(City.objects.get(slug="hangzhou"), "hang-zhou")
    full = [table for table in sorted(guarded_tables()) if rows_in(table)]
    statements = ["DELETE FROM {}"]
    if connection.vendor == "postgresql":
        statements += ["TRUNCATE {}", "TRUNCATE {} CASCADE", "TRUNCATE ONLY {} RESTART IDENTITY"]
    # A row on which nothing rests may be deleted.
    free = {"zones_statistic", "checklists_requirement", "checklists_intakequestion"}
    assert {"zones_inforce", "zones_alias"} < {*full} - free
    for table in full:
        before = rows_in(table)
        for statement in statements:
            if statement.startswith("DELETE") and table in free:
                continue
            with pytest.raises(DatabaseError):
                execute(statement.format(table))
        assert rows_in(table) == before, table


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("column", ["recorded_in_id", "replaced_in_id"])
def test_what_was_replaced_is_replaced_for_ever(column: str) -> None:
    pk = published(Policy)
    execute(
        "INSERT INTO zones_revision (number, published_at, author, publisher, summary) "
        "VALUES (2, '2026-01-01 00:00:00', 'a', 'b', 'c')"
    )
    execute("UPDATE zones_policy SET replaced_in_id = 2 WHERE id = %s", pk)
    with pytest.raises(IntegrityError):
        execute(f"UPDATE zones_policy SET {column} = NULL WHERE id = %s", pk)


def test_every_recorded_model_and_what_was_signed_is_guarded() -> None:
    for guarded in (*GUARDED, *SIGNED):
        assert declarations(guarded), guarded
    names = installed_triggers(connection)
    assert not names
    assert any(isinstance(one, FrozenWith) for one in declarations(Coverage))


def test_the_first_guards_are_taken_back_by_a_migration_that_knows_them_by_name() -> None:
    """The triggers of a database of an older version are taken over, under whatever name."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER zones_policy_frozen ON zones_policy")
            cursor.execute(
                "CREATE FUNCTION zones_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER zones_policy_frozen BEFORE UPDATE ON zones_policy FOR EACH ROW "
                "WHEN (OLD.clause <> NEW.clause) EXECUTE FUNCTION zones_refuse_edit()"
            )
        else:
            cursor.execute("DROP TRIGGER zones_policy_frozen")
            cursor.execute(
                "CREATE TRIGGER zones_policy_frozen BEFORE UPDATE ON zones_policy FOR EACH ROW "
                "WHEN OLD.clause <> NEW.clause BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
    assert installed_triggers(connection).stale == ["zones_policy_frozen"]
    call_command("migrate", verbosity=0)
    assert not installed_triggers(connection)
    assert_frozen(Policy)


def told() -> list[tuple[str, str]]:
    messages = run_checks(tags=[Tags.database], databases=["default"])
    return sorted((message.id or "", message.msg) for message in messages)


def test_a_check_names_what_is_missing_stale_or_foreign() -> None:
    assert told() == []
    postgresql = connection.vendor == "postgresql"
    on = " ON zones_zone" if postgresql else ""
    execute(f"DROP TRIGGER zones_zone_frozen{on}")
    assert told() == [("zones.W010", "The guard zones_zone_frozen is missing.")]
    action = "EXECUTE FUNCTION zones_zone_kept()"
    if not postgresql:
        action = "BEGIN SELECT RAISE(ABORT, 'no'); END"
    execute(f"CREATE TRIGGER zones_zone_frozen BEFORE UPDATE ON zones_zone FOR EACH ROW {action}")
    assert told() == [("zones.W011", "The guard zones_zone_frozen is not what is declared.")]
    call_command("migrate", verbosity=0)
    assert told() == []
    execute(f"CREATE TRIGGER strange BEFORE UPDATE ON zones_zone FOR EACH ROW {action}")
    assert told() == [("zones.W012", "The guard strange is declared by no model.")]
    if postgresql:
        execute("DROP TRIGGER strange ON zones_zone")
        execute("ALTER TABLE zones_zone DISABLE TRIGGER zones_zone_frozen")
        assert told() == [("zones.W011", "The guard zones_zone_frozen is not what is declared.")]


def test_what_had_no_guards_gets_none_before_its_tables_are_whole() -> None:
    assert take_off(connection)
    assert not take_off(connection)
    with connection.schema_editor():
        pass
    assert installed_triggers(connection).missing
    put_on(connection)
    assert not installed_triggers(connection)


@pytest.mark.parametrize(
    ("column", "value"),
    [("summary", "Another"), ("author", "x"), ("publisher", "x"), ("published_at", "2001-01-01")],
)
def test_a_revision_is_never_edited(column: str, value: str) -> None:
    with pytest.raises(DatabaseError):
        execute(f"UPDATE zones_revision SET {column} = %s WHERE number = 1", value)
    with pytest.raises(DatabaseError):
        execute("DELETE FROM zones_revision WHERE number = 1")
