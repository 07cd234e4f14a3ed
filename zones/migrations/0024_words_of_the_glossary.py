"""Certainty, kinds of change and kinds of figures are called what the glossary calls them."""

from django.db import migrations, models

CERTAINTY = [
    ("primary", "official text read"),
    ("secondary", "reported"),
    ("unverified", "unverified"),
]
CHANGE = [
    ("enacted", "enacted"),
    ("amended", "amended"),
    ("ended", "ended"),
    ("corrected", "corrected"),
    ("withdrawn", "withdrawn"),
    ("researched", "newly researched"),
]
RELEASE = [("first", "first release"), ("revised", "revised"), ("derived", "derived")]


class Migration(migrations.Migration):
    dependencies = [("zones", "0023_short_heads_and_names")]

    operations = [
        *(
            migrations.AlterField(
                model, "verification", models.CharField(choices=CERTAINTY, max_length=10)
            )
            for model in ("batch", "coverage", "policy", "statistic", "zone")
        ),
        *(
            migrations.AlterField(
                model,
                "change",
                models.CharField(choices=CHANGE, default="researched", max_length=10),
            )
            for model in ("policy", "zone")
        ),
        migrations.AlterField(
            "statistic", "release", models.CharField(choices=RELEASE, max_length=10)
        ),
    ]
