"""Former keys of what is told apart within another row alone: choices, batches, duties."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0013_orders_end_in_keys"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="alias",
            name="zones_alias_leads_to_one",
        ),
        migrations.AddField(
            model_name="alias",
            name="within",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.UniqueConstraint(
                fields=("kind", "within", "former"), name="zones_alias_leads_to_one"
            ),
        ),
    ]
