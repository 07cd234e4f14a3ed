"""A proposed row, and what became of it, say who verified what they say."""

from django.db import migrations, models


def verified_by(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="verified_by",
        field=models.CharField(blank=True, max_length=150, verbose_name="verified by"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0042_placements_are_of_all_times"),
    ]

    operations = [verified_by("appliedrow"), verified_by("proposedrow")]
