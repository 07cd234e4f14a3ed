"""The coordinates of a placement lie on a globe, as those of a city do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0021_coverage_starts_once")]

    operations = [
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="zones_placement_coordinates_are_on_earth",
            ),
        ),
    ]
