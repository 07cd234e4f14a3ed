"""A gate may be to be confirmed because customs has not confirmed the site."""

from django.db import migrations, models

WHY = [
    *("always", "start-unknown", "not-yet", "ended"),
    *("place-holds", "place-fails", "place-unknown", "place-unconfirmed"),
    *("programme-holds", "programme-fails"),
    *("company-holds", "company-fails", "company-unknown"),
]


class Migration(migrations.Migration):
    dependencies = [("checklists", "0017_words_of_the_glossary")]

    operations = [
        migrations.AlterField(
            model, "why", models.CharField(choices=[(why, why) for why in WHY], max_length=20)
        )
        for model in ("gatebasis", "itembasis")
    ]
