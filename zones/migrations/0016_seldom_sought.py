"""Rows in force have only the indexes that they are sought by."""

from __future__ import annotations

from django.db import migrations, models


def of_revision() -> models.ForeignKey:
    return models.ForeignKey(
        "zones.revision",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )


def binding(model: str) -> models.ForeignKey:
    return models.ForeignKey(model, models.PROTECT, related_name="in_force", db_index=False)


class Migration(migrations.Migration):
    dependencies = [("zones", "0015_years_of_figures")]

    operations = [
        migrations.AlterField("inforce", "city", binding("zones.city")),
        migrations.AlterField("inforce", "topic", binding("zones.topic")),
        migrations.AlterField("inforce", "recorded_in", of_revision()),
        migrations.AlterField("inforce", "replaced_in", of_revision()),
    ]
