"""A former key of a row leads to it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Former keys, by kind of row."""

    dependencies = [("zones", "0010_drafts_share_numbers")]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=50)),
                ("former", models.CharField(max_length=60)),
                ("target", models.PositiveBigIntegerField()),
            ],
            options={
                "verbose_name_plural": "aliases",
                "ordering": ["kind", "former"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "former"), name="zones_alias_leads_to_one"
                    )
                ],
            },
        ),
    ]
