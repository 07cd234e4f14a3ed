"""Codes and figures are held to the rules of cells."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rules of columns alone; no table changes."""

    dependencies = [
        ("zones", "0005_timeline"),
    ]

    operations = [
        migrations.AlterField(
            model_name="city",
            name="adcode",
            field=models.CharField(blank=True, help_text="GB/T 2260", max_length=6),
        ),
        migrations.AlterField(
            model_name="customsdistrict",
            name="code",
            field=models.CharField(max_length=4, unique=True),
        ),
        migrations.AlterField(
            model_name="province",
            name="gb2260",
            field=models.CharField(max_length=6, unique=True, verbose_name="GB/T 2260"),
        ),
        migrations.AlterField(
            model_name="province",
            name="iso_3166_2",
            field=models.CharField(max_length=5, unique=True, verbose_name="ISO 3166-2"),
        ),
        migrations.AlterField(
            model_name="statistic",
            name="decimals",
            field=models.PositiveSmallIntegerField(
                default=0, validators=[django.core.validators.MaxValueValidator(4)]
            ),
        ),
        migrations.AlterField(
            model_name="statistic",
            name="value",
            field=models.DecimalField(
                decimal_places=4,
                max_digits=20,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1000000000000),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="statistic",
            name="year",
            field=models.PositiveSmallIntegerField(
                validators=[
                    django.core.validators.MinValueValidator(1949),
                    django.core.validators.MaxValueValidator(2100),
                ]
            ),
        ),
    ]
