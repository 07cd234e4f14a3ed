"""Duties tell the clause they rest on in Chinese too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checklists", "0014_writes_have_marks")]

    operations = [
        migrations.AddField("item", "clause_zh", models.CharField(blank=True, max_length=200)),
        migrations.AddField(
            "requirement", "clause_zh", models.CharField(blank=True, max_length=200)
        ),
    ]
