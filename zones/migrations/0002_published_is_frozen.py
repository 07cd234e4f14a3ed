"""The database itself refuses to edit what is published.

The one change a published record may see is being replaced, once, by a later revision.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MODELS = ("Policy", "Zone", "Placement", "InForce")
MESSAGE = "published records never change"


def freeze(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add a trigger to each table of published records."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION zones_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23514'; END $$"
        )
    for model in MODELS:
        meta = apps.get_model("zones", model)._meta
        table = meta.db_table
        same = " AND ".join(
            f'NEW."{field.column}" IS NOT DISTINCT FROM OLD."{field.column}"'
            for field in meta.concrete_fields
            if field.name != "replaced_in" and not field.generated
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


def thaw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away."""
    on = schema_editor.connection.vendor == "postgresql"
    for model in MODELS:
        table = apps.get_model("zones", model)._meta.db_table
        schema_editor.execute(f"DROP TRIGGER {table}_frozen" + (f" ON {table}" if on else ""))
    if on:
        schema_editor.execute("DROP FUNCTION zones_refuse_edit()")


class Migration(migrations.Migration):
    """Triggers on policies, zones, placements and rows in force."""

    dependencies = [("zones", "0001_initial")]
    operations = [migrations.RunPython(freeze, thaw)]
