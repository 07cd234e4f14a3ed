"""New rows of open change sets are named by what their cells say by now."""

import json

from django.db import migrations

#: By which columns a row of each table was named when this was written.
KEYS = {
    "provinces": ("iso_3166_2",),
    "customs_districts": ("code",),
    "cities": ("slug",),
    "former_placements": ("city", "until"),
    "programmes": ("slug",),
    "issuers": ("slug",),
    "sources": ("id",),
    "batches": ("programme", "number"),
    "zones": ("programme", "city"),
    "zone_coverage": ("programme", "zone_city", "city", "covered_from"),
    "focus_areas": ("slug",),
    "topics": ("slug",),
    "choices": ("topic", "choice"),
    "policies": ("topic", "scope_kind", "scope_code", "effective_from"),
    "indicators": ("slug",),
    "statistics": ("indicator", "year", "scope", "revision"),
    "aliases": ("kind", "former"),
    "intake_questions": ("slug",),
    "templates": ("slug",),
    "requirements": ("template", "number"),
}


def follow_cells(apps, schema_editor):
    """Name each new row anew, unless another of its set has that name: both are told to clash."""
    rows = apps.get_model("zones", "ProposedRow").objects.using(schema_editor.connection.alias)
    new = rows.filter(
        before__isnull=True,
        proposal="write",
        change_set__state__in=("draft", "in-review", "sent-back"),
    )
    for row in new.order_by("pk").iterator():
        former = json.loads(row.key)
        names = KEYS.get(row.table, ())
        if len(names) != len(former):
            continue
        parts = [row.cells.get(name, part) for name, part in zip(names, former, strict=True)]
        key = json.dumps(parts, ensure_ascii=False)
        others = rows.filter(change_set=row.change_set_id, table=row.table, key=key)
        if parts != former and not others.exists():
            rows.filter(pk=row.pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [("zones", "0039_saved_filters")]

    operations = [migrations.RunPython(follow_cells, migrations.RunPython.noop)]
