"""A figure is of a year in which any date can lie."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0014_former_keys_within_others")]

    operations = [
        migrations.AlterField(
            model_name="statistic",
            name="year",
            field=models.PositiveSmallIntegerField(
                validators=[
                    django.core.validators.MinValueValidator(1949),
                    django.core.validators.MaxValueValidator(2199),
                ]
            ),
        ),
    ]
