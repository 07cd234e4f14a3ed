"""The guards that a database has: reading them, taking them off, putting them on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.backends.base.base import BaseDatabaseWrapper

from zones.models.guards import Columns, Guard, declared_for, guarded_tables

#: Triggers that migrations of older versions made, and that no model declares under this name.
FORMER = {"zones_topic_used", "zones_choice_used"}
FORMER_FUNCTION = "zones_refuse_edit"

_COLUMNS = {
    "sqlite": """
        SELECT t.name, c.name FROM sqlite_master t, pragma_table_xinfo(t.name) c
        WHERE t.type = 'table' AND c.hidden NOT IN (2, 3) ORDER BY t.name, c.cid
    """,
    "postgresql": """
        SELECT t.relname, c.attname FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
        WHERE t.relkind = 'r' AND pg_table_is_visible(t.oid)
        AND c.attnum > 0 AND NOT c.attisdropped AND c.attgenerated = ''
        ORDER BY t.relname, c.attnum
    """,
}
_TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT g.tgname, t.relname, pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
            || ' ' || f.prosrc
        FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_proc f ON f.oid = g.tgfoid
        WHERE NOT g.tgisinternal AND pg_table_is_visible(t.oid)
    """,
}


@dataclass
class InstalledTriggers:
    """How the guards of a database differ from those that the models declare, by name."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.foreign)


def installed_triggers(connection: BaseDatabaseWrapper) -> InstalledTriggers:
    """Compare the guards of a database with what the models declare for its tables."""
    there, wanted = _there(connection), _wanted(connection)
    own = guarded_tables()
    return InstalledTriggers(
        missing=sorted(wanted.keys() - there.keys()),
        stale=sorted(
            name
            for name, guard in wanted.items()
            if name in there and not _is_written(guard, there[name], connection)
        ),
        foreign=sorted(
            name for name, (table, _) in there.items() if table in own and name not in wanted
        ),
    )


def take_off(connection: BaseDatabaseWrapper) -> bool:
    """Take off the guards that models declare, or older migrations made; say if there were any."""
    there = _there(connection)
    names = _wanted(connection).keys() | FORMER if there else set()
    own = {name: table for name, (table, _) in there.items() if name in names}
    _drop(own, connection)
    return bool(own)


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Put on the guards that are missing or stale, and take off those that older versions made."""
    found = installed_triggers(connection)
    if not found:
        return
    there, wanted = _there(connection), _wanted(connection)
    # Dropped before they are created: a stale one has the name of the one that follows, and SQLite
    # replaces no trigger in place. One way then serves both databases.
    gone = {*found.stale, *(FORMER & set(found.foreign))}
    _drop({name: there[name][0] for name in gone}, connection)
    with connection.cursor() as cursor:
        for name in (*found.missing, *found.stale):
            for statement in _statements(wanted[name], connection.vendor):
                cursor.execute(statement)


def _wanted(connection: BaseDatabaseWrapper) -> dict[str, Guard]:
    return declared_for(connection.vendor, columns(connection))


def columns(connection: BaseDatabaseWrapper) -> Columns:
    """Return the stored columns of every table, in their order.

    A computed one is left out, as it follows from others.
    """
    found: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS[connection.vendor])
        for table, column in cursor.fetchall():
            found[table].append(column)
    return dict(found)


def _there(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Table and text of every trigger, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[connection.vendor])
        return {name: (table, text) for name, table, text in cursor.fetchall()}


def _drop(triggers: dict[str, str], connection: BaseDatabaseWrapper) -> None:
    if not triggers:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            for name in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            return
        # A table with deferred checks still to be made cannot lose a trigger.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for name, table in triggers.items():
            cursor.execute(f"DROP TRIGGER {name} ON {table}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")
        cursor.execute(_UNUSED_FORMER_FUNCTION)


#: The one function of the first triggers goes with the last of them.
_UNUSED_FORMER_FUNCTION = f"""
DO $$ BEGIN DROP FUNCTION IF EXISTS {FORMER_FUNCTION}(); EXCEPTION
WHEN dependent_objects_still_exist THEN NULL; END $$
"""


def _statements(guard: Guard, vendor: str) -> Iterable[str]:
    if vendor == "postgresql":
        return (
            f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$${_body(guard)}$$",
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH {_each(guard)} EXECUTE FUNCTION {guard.name}()",
        )
    return (_sqlite_statement(guard),)


def _each(guard: Guard) -> str:
    """A table is emptied by one statement, which knows of no rows."""
    return "STATEMENT" if guard.event == "TRUNCATE" else "ROW"


def _body(guard: Guard) -> str:
    going_on = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return (
        f" BEGIN IF {guard.condition} THEN RAISE EXCEPTION '{guard.message}' "
        f"USING ERRCODE = '23514'; END IF; RETURN {going_on}; END "
    )


def _sqlite_statement(guard: Guard) -> str:
    condition = guard.condition.replace("IS NOT DISTINCT FROM", "IS")
    condition = condition.replace("IS DISTINCT FROM", "IS NOT")
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END"
    )


def _is_written(guard: Guard, there: tuple[str, str], connection: BaseDatabaseWrapper) -> bool:
    """Whether a trigger is what the guard is written as, and switched on."""
    table, text = there
    if table != guard.table:
        return False
    if connection.vendor != "postgresql":
        return text == _sqlite_statement(guard)
    when = rf"BEFORE {guard.event} ON \S*{guard.table} FOR EACH {_each(guard)}"
    head = rf"CREATE TRIGGER {guard.name} {when} "
    called = rf"EXECUTE FUNCTION \S*{guard.name}\(\) [OA] "
    return re.fullmatch(head + called + re.escape(_body(guard)), text, re.DOTALL) is not None
