"""The number that rises with every change of anything public, whoever makes it and however."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import F
from django.db.models.signals import post_migrate, pre_migrate

from zones.models import Edition
from zones.models.revisions import fresh_timeline
from zones.models.triggers import columns

#: A statement that writes, with its table.
_WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM)"
    r'\s+"?(\w+)',
    re.IGNORECASE,
)

_public: set[str] = set()


def new_edition() -> None:
    """Count one more edition, in the transaction of the change it counts."""
    if not _renewed():
        Edition.objects.get_or_create(pk=1, defaults={"number": 1})


def count(public: Iterable[type[models.Model]]) -> None:
    """Count a new edition with every statement that writes rows of these models.

    It is the statement that counts, so that nothing which writes rows in bulk is missed: updates
    of a queryset, bulk creation, cascades, rows of relations to many, or SQL written by hand.
    """
    for model in public:
        between = (field.remote_field.through for field in model._meta.local_many_to_many)
        _public.update(table._meta.db_table for table in (model, *between) if table)
    connection_created.connect(_watch, dispatch_uid="editions")


def counts(table: str) -> bool:
    """Return whether whatever writes rows of a table counts a new edition."""
    return table in _public


def pause_for_migrations(app: object) -> None:
    """Leave editions alone while tables change, and count one when they have."""
    pre_migrate.connect(_stop, sender=app, dispatch_uid="editions")
    post_migrate.connect(_go_on, sender=app, dispatch_uid="editions")


def _watch(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _counted not in connection.execute_wrappers:
        connection.execute_wrappers.append(_counted)


def _stop(using: str, **_: object) -> None:
    wrappers = transaction.get_connection(using).execute_wrappers
    if _counted in wrappers:
        wrappers.remove(_counted)


def _go_on(using: str, plan: Iterable[object] = (), **_: object) -> None:
    connection = transaction.get_connection(using)
    _watch(connection)
    there = set(columns(connection).get(Edition._meta.db_table, ()))
    # Steps back may have taken the table, or a column of it, away.
    if plan and {field.column for field in Edition._meta.local_fields} <= there:
        _renewed()


def _counted(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Run a statement; one that writes public rows counts a new edition.

    The edition's row is locked before any public row, so that two who write wait in one order.
    """
    # Were it the row first, one who holds it could wait for the edition while another who holds the
    # edition waits for that row. Whoever publishes holds the edition from the beginning.
    if not _writes_public_rows(sql):
        return execute(sql, params, many, context)
    connection = context["connection"]
    if connection.in_atomic_block:
        new_edition()
        return execute(sql, params, many, context)
    if connection.vendor == "sqlite":
        # A commit is refused while rows of RETURNING wait to be read. Here one writes at a time.
        done = execute(sql, params, many, context)
        new_edition()
        return done
    with transaction.atomic(using=connection.alias):
        new_edition()
        return execute(sql, params, many, context)


def _writes_public_rows(sql: Any) -> bool:
    if not isinstance(sql, str) or sql.startswith("SELECT"):
        return False
    written = _WRITE.match(sql)
    return written is not None and written[1] in _public


def _renewed() -> bool:
    found = Edition.objects.filter(pk=1)
    return bool(found.update(number=F("number") + 1, timeline=fresh_timeline()))
