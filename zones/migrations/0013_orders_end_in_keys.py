"""Topics of one place in their order follow each other by key, the same in every database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("zones", "0012_keys_have_their_form")]

    operations = [
        migrations.AlterModelOptions(
            name="topic",
            options={"ordering": ["focus_area__position", "position", "slug"]},
        ),
    ]
