"""A choice says whether a place that answers by it does not have the rule."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0043_verified_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="choice",
            name="denies",
            field=models.BooleanField(
                default=False,
                help_text="By this answer a place does not have the rule: it looks like a no.",
                verbose_name="denies",
            ),
        ),
    ]
