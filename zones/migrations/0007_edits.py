"""What rows without versions said before they were changed, and which folders were loaded."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of edits."""

    dependencies = [
        ("zones", "0006_plain_cells"),
    ]

    operations = [
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("former", models.JSONField(default=list)),
                ("folder", models.TextField(blank=True)),
                ("package", models.CharField(blank=True, max_length=60)),
                ("tables", models.JSONField(default=list)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="The newest revision after it."
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
    ]
