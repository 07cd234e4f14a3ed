"""Topics have short heads and may be descriptive; clauses and programmes are told in Chinese."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

HEAD = "What heads it in a table; the question if empty."
DESCRIPTIVE = "It names things: shown, and never counted as the same or different."


class Migration(migrations.Migration):
    dependencies = [("zones", "0022_placements_lie_on_earth")]

    operations = [
        migrations.AddField("policy", "clause_zh", models.CharField(blank=True, max_length=200)),
        migrations.AddField("programme", "description_zh", models.TextField(blank=True)),
        migrations.AddField(
            "topic", "label_en", models.CharField(blank=True, help_text=HEAD, max_length=60)
        ),
        migrations.AddField("topic", "label_zh", models.CharField(blank=True, max_length=60)),
        migrations.AddField(
            "topic", "descriptive", models.BooleanField(default=False, help_text=DESCRIPTIVE)
        ),
        migrations.AddField(
            "topic",
            "descriptive_since",
            models.ForeignKey(
                "zones.revision", PROTECT, null=True, blank=True, editable=False, related_name="+"
            ),
        ),
        migrations.AddConstraint(
            "topic",
            models.CheckConstraint(
                condition=models.Q(descriptive=True) | models.Q(descriptive_since__isnull=True),
                name="zones_topic_descriptive_since_one_is",
            ),
        ),
    ]
