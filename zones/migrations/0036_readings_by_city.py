"""Draws are narrowed to a programme or a city; what corrects an answer is named on its reading."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0035_contradictions_wait"),
    ]

    operations = [
        migrations.AddField(
            model_name="readingdraw",
            name="city",
            field=models.CharField(blank=True, max_length=60, verbose_name="city"),
        ),
        migrations.AddField(
            model_name="readingdraw",
            name="programme",
            field=models.CharField(blank=True, max_length=60, verbose_name="programme"),
        ),
        migrations.AddField(
            model_name="secondreading",
            name="correction",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_readings",
                to="zones.changeset",
                verbose_name="corrected by change set",
            ),
        ),
    ]
