"""What keys are said to be: a change set can change them."""

from django.db import migrations, models

HELP = (
    "In addresses and files. Once something rests on it, a change set alone changes it (“Another "
    "key”), and the former key leads on."
)


class Migration(migrations.Migration):
    dependencies = [
        ("zones", "0044_choices_that_deny"),
    ]

    operations = [
        migrations.AlterField(
            model_name="choice",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="city",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="focusarea",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="indicator",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="issuer",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="programme",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="topic",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
    ]
