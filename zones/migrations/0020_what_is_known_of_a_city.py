"""What is known of a city besides its names is published with its placement."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


def as_the_city(apps, _editor):
    """Every placement so far says what its city does."""
    cities, placements = (apps.get_model("zones", name).objects for name in ("City", "Placement"))
    own = cities.filter(pk=models.OuterRef("city"))
    placements.update(
        **{
            name: models.Subquery(own.values(name))
            for name in ("adcode", "level", "latitude", "longitude")
        }
    )


def in_part_as_the_city(apps, _editor):
    """The last step, since PostgreSQL alters no table of which rows are still to be checked."""
    cities, placements = (apps.get_model("zones", name) for name in ("City", "Placement"))
    part = apps.get_model("zones", "DistrictInPart")
    between = cities.other_customs_districts.through.objects
    districts = {}
    for city, district in between.values_list("city", "customsdistrict"):
        districts.setdefault(city, []).append(district)
    part.objects.bulk_create(
        part(placement_id=pk, customs_district_id=district)
        for pk, city in placements.objects.filter(city__in=districts).values_list("pk", "city")
        for district in districts[city]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0019_rows_in_force_stay"),
    ]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="adcode",
            field=models.CharField(blank=True, help_text="GB/T 2260", max_length=6),
        ),
        migrations.AddField(
            model_name="placement",
            name="latitude",
            field=models.DecimalField(
                decimal_places=4,
                default=0,
                max_digits=7,
                validators=[
                    django.core.validators.MinValueValidator(-90),
                    django.core.validators.MaxValueValidator(90),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="placement",
            name="level",
            field=models.CharField(
                choices=[
                    ("municipality", "municipality"),
                    ("sub-provincial city", "sub-provincial city"),
                    ("prefecture-level city", "prefecture-level city"),
                    ("county-level city", "county-level city"),
                    ("autonomous prefecture", "autonomous prefecture"),
                    ("prefecture", "prefecture"),
                    ("new area", "new area"),
                    ("experimental zone", "experimental zone"),
                    ("island province", "island province"),
                ],
                default="new area",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="placement",
            name="longitude",
            field=models.DecimalField(
                decimal_places=4,
                default=0,
                max_digits=7,
                validators=[
                    django.core.validators.MinValueValidator(-180),
                    django.core.validators.MaxValueValidator(180),
                ],
            ),
            preserve_default=False,
        ),
        migrations.RunPython(as_the_city, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("adcode__regex", "^(?=.{1,6}\\Z)(?:[0-9]{6})\\Z"),
                    ("adcode", ""),
                    _connector="OR",
                ),
                name="zones_placement_adcode_has_its_form",
                violation_error_message="adcode is not of the form of these keys.",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "level__in",
                        [
                            "municipality",
                            "sub-provincial city",
                            "prefecture-level city",
                            "county-level city",
                            "autonomous prefecture",
                            "prefecture",
                            "new area",
                            "experimental zone",
                            "island province",
                        ],
                    )
                ),
                name="zones_placement_level_is_known",
                violation_error_message="level must be one of: municipality, sub-provincial city, prefecture-level city, county-level city, autonomous prefecture, prefecture, new area, experimental zone, island province.",
            ),
        ),
        migrations.CreateModel(
            name="DistrictInPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "ordering": ["placement", "customs_district"],
            },
        ),
        migrations.AddField(
            model_name="districtinpart",
            name="customs_district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="zones.customsdistrict",
            ),
        ),
        migrations.AddField(
            model_name="districtinpart",
            name="placement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="districts_in_part",
                to="zones.placement",
            ),
        ),
        migrations.AddConstraint(
            model_name="districtinpart",
            constraint=models.UniqueConstraint(
                fields=("placement", "customs_district"), name="zones_district_in_part_is_said_once"
            ),
        ),
        migrations.RunPython(in_part_as_the_city, migrations.RunPython.noop),
    ]
