"""A zone covers a city once from a day on, however the day is written."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def say_once(apps: Any, schema_editor: Any) -> None:
    """Of coverages that begin on one day keep the longest: together they say no more."""
    coverages = apps.get_model("zones", "Coverage").objects.using(schema_editor.connection.alias)
    seen = set()
    longest = F("covered_until_day").desc(nulls_first=True)
    for row in coverages.order_by("zone", "city", "covered_from_day", longest, "pk"):
        key = (row.zone_id, row.city_id, row.covered_from_day)
        if key in seen:
            row.delete()
        seen.add(key)


class Migration(migrations.Migration):
    dependencies = [("zones", "0020_what_is_known_of_a_city")]

    operations = [
        migrations.RunPython(say_once, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("coverage", "zones_coverage_is_said_once"),
        migrations.AddConstraint(
            "coverage",
            models.UniqueConstraint(
                fields=("zone", "city", "covered_from_day"),
                name="zones_coverage_starts_once_a_day",
                violation_error_message="The zone covers this city from that day on already.",
            ),
        ),
    ]
