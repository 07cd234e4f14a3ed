"""What people write holds no control characters."""

from django.db import migrations, models

from checklists.models.texts import readable


class Migration(migrations.Migration):
    """Validators alone; no table changes."""

    dependencies = [
        ("checklists", "0005_gate_grounds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="checklist",
            name="title",
            field=models.CharField(max_length=200, validators=[readable], verbose_name="title"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="text",
            field=models.TextField(max_length=5000, validators=[readable]),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="title",
            field=models.CharField(max_length=200, validators=[readable], verbose_name="title"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="note",
            field=models.TextField(blank=True, max_length=5000, validators=[readable]),
        ),
        migrations.AlterField(
            model_name="finding",
            name="said_by",
            field=models.CharField(
                help_text="Who said so, how: an office, a letter, a call.",
                max_length=300,
                validators=[readable],
                verbose_name="said by",
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="reason",
            field=models.TextField(blank=True, validators=[readable]),
        ),
        migrations.AlterField(
            model_name="place",
            name="name",
            field=models.CharField(blank=True, max_length=100, validators=[readable]),
        ),
    ]
