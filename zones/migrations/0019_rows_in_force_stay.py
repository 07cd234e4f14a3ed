"""A wrong row in force is set aside by the very revision that recorded it, and never deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0018_edits_have_marks")]

    operations = [
        migrations.RemoveConstraint("inforce", "zones_inforce_replaced_after_recorded"),
        migrations.AddConstraint(
            "inforce",
            models.CheckConstraint(
                condition=models.Q(
                    ("replaced_in__isnull", True),
                    ("replaced_in__gte", models.F("recorded_in")),
                    _connector="OR",
                ),
                name="zones_inforce_replaced_not_before_recorded",
            ),
        ),
    ]
