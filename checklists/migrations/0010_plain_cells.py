"""The place of a duty follows from its number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Rules of columns alone; no table changes."""

    dependencies = [
        ("checklists", "0009_what_was_signed"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="intakechoice",
            options={"ordering": ["question__position", "position", "slug"]},
        ),
        migrations.AlterField(
            model_name="requirement",
            name="position",
            field=models.PositiveSmallIntegerField(
                editable=False, help_text="Order within the template, by the number."
            ),
        ),
    ]
