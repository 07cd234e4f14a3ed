"""What somebody wrote or reviewed, and what a revision did, is found without reading all."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0037_clauses_beside_quotes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="appliedrow",
            index=models.Index(fields=["reviewer", "-id"], name="zones_appliedrow_by_reviewer"),
        ),
        migrations.AddIndex(
            model_name="appliedrow",
            index=models.Index(fields=["revision", "-id"], name="zones_appliedrow_of_revision"),
        ),
        migrations.AddIndex(
            model_name="rowedit",
            index=models.Index(fields=["name", "change_set"], name="zones_rowedit_by_name"),
        ),
    ]
