"""What has no city, or no first day, comes first on every database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0016_seldom_sought")]

    operations = [
        migrations.AlterModelOptions(
            name="placement",
            options={
                "ordering": [
                    "city",
                    models.OrderBy(models.F("since_day"), nulls_first=True),
                    "pk",
                ]
            },
        ),
        migrations.AlterModelOptions(
            name="statistic",
            options={
                "ordering": [
                    "indicator__position",
                    models.OrderBy(models.F("city__slug"), nulls_first=True),
                    "year",
                    "release",
                ]
            },
        ),
    ]
