"""The database itself refuses to edit what is published.

The one change a published record may see is being replaced, once, by a later revision.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("zones_policy", "zones_zone", "zones_placement", "zones_inforce")
MESSAGE = "published records never change"


def freeze(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add a trigger to each table of published records."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION zones_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23514'; END $$"
        )
    for table in TABLES:
        with schema_editor.connection.cursor() as cursor:
            described = schema_editor.connection.introspection.get_table_description(cursor, table)
        same = " AND ".join(
            f'NEW."{c.name}" IS NOT DISTINCT FROM OLD."{c.name}"'
            for c in described
            if c.name != "replaced_in_id" and not c.name.endswith("_day") or table == "zones_inforce"
            and c.name != "replaced_in_id"
        )
        edited = (
            f'OLD."recorded_in_id" IS NOT NULL AND NOT ({same} AND OLD."replaced_in_id" IS NULL)'
        )
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN ({edited}) EXECUTE FUNCTION zones_refuse_edit()"
            )
        else:
            edited = edited.replace("IS NOT DISTINCT FROM", "IS")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN {edited} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def thaw(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    on = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_frozen" + (f" ON {table}" if on else ""))
    if on:
        schema_editor.execute("DROP FUNCTION zones_refuse_edit()")


class Migration(migrations.Migration):
    """Triggers on policies, zones, placements and rows in force."""

    dependencies = [("zones", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
