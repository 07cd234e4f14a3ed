"""Lists name the revision they are of, so their index holds knowledge time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zones", "0008_last_days")]

    operations = [
        migrations.RemoveIndex(model_name="policy", name="zones_policy_current_by_topic"),
        migrations.AddIndex(
            model_name="policy",
            index=models.Index(
                fields=["topic", "identity", "recorded_in", "replaced_in", "change"],
                name="zones_policy_by_topic",
            ),
        ),
    ]
