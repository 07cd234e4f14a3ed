"""What a row quotes has its clause beside it, where its table has no columns for that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0036_readings_by_city"),
    ]

    operations = [
        migrations.AddField(
            model_name="appliedrow",
            name="clause",
            field=models.CharField(blank=True, max_length=200, verbose_name="clause"),
        ),
        migrations.AddField(
            model_name="appliedrow",
            name="clause_zh",
            field=models.CharField(blank=True, max_length=200, verbose_name="Chinese clause"),
        ),
        migrations.AddField(
            model_name="proposedrow",
            name="clause",
            field=models.CharField(blank=True, max_length=200, verbose_name="clause"),
        ),
        migrations.AddField(
            model_name="proposedrow",
            name="clause_zh",
            field=models.CharField(blank=True, max_length=200, verbose_name="Chinese clause"),
        ),
    ]
