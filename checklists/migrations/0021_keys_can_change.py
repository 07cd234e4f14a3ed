"""What keys of templates and questions are said to be: a change set can change them."""

from django.db import migrations, models

HELP = (
    "In addresses and files. Once something rests on it, a change set alone changes it (“Another "
    "key”), and the former key leads on."
)


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0020_requirement_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intakechoice",
            name="slug",
            field=models.SlugField(help_text=HELP, max_length=60, verbose_name="key"),
        ),
        migrations.AlterField(
            model_name="intakequestion",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="slug",
            field=models.SlugField(
                help_text=HELP,
                max_length=60,
                unique=True,
                verbose_name="key",
            ),
        ),
    ]
