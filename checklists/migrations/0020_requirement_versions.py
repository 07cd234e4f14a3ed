"""Requirements are published in versions: what each says now is what it said since it is known."""

import json

import django.db.models.deletion
from django.db import migrations, models

import zones.models.fields


def carry_over(apps, _schema_editor):
    """Give each requirement its first version.

    It holds since the revision that brought it, if the log tells of one, else since the first. What
    it said before it was edited is not recorded.
    """
    revisions = apps.get_model("zones", "Revision").objects.order_by("number")
    first = revisions.first()
    if first is None:
        return
    applied = apps.get_model("zones", "AppliedRow").objects.filter(table="requirements")
    brought = {
        tuple(json.loads(key)): revision
        for key, revision in applied.filter(before=None)
        .exclude(revision=None)
        .order_by("pk")
        .values_list("key", "revision")
    }
    version = apps.get_model("checklists", "RequirementVersion")
    said = {
        field.attname
        for field in version._meta.concrete_fields
        if field.name not in {"id", "recorded_in", "replaced_in", "requirement"}
    }
    rows = apps.get_model("checklists", "Requirement").objects.select_related("template")
    version.objects.bulk_create(
        (
            version(
                requirement=row,
                recorded_in_id=brought.get((row.template.slug, row.number), first.number),
                **{name: getattr(row, name) for name in said},
            )
            for row in rows.iterator(chunk_size=500)
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0019_names_of_fields"),
        ("zones", "0039_saved_filters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="requirement",
            name="asked_choice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="checklists.intakechoice",
                verbose_name="answer asked for",
            ),
        ),
        migrations.AlterField(
            model_name="requirement",
            name="tested_programme",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="zones.programme",
                verbose_name="programme tested",
            ),
        ),
        migrations.AlterField(
            model_name="requirement",
            name="tested_topic",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="zones.topic",
                verbose_name="topic tested",
            ),
        ),
        migrations.CreateModel(
            name="RequirementVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verification",
                    models.CharField(
                        choices=[
                            ("primary", "official text read"),
                            ("secondary", "reported"),
                            ("unverified", "unverified"),
                        ],
                        help_text=(
                            "Where it was read: in the official text, in a report of it, or "
                            "nowhere that counts."
                        ),
                        max_length=10,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "evidence_url",
                    models.URLField(
                        blank=True,
                        help_text="Where staff read it; never public.",
                        max_length=500,
                        verbose_name="evidence for staff",
                    ),
                ),
                (
                    "caveat_en",
                    models.TextField(
                        blank=True,
                        help_text="What a reader should know of doubts.",
                        verbose_name="English caveat",
                    ),
                ),
                (
                    "caveat_zh",
                    models.TextField(
                        blank=True,
                        help_text="What a reader should know of doubts.",
                        verbose_name="Chinese caveat",
                    ),
                ),
                (
                    "value_boolean",
                    models.BooleanField(blank=True, null=True, verbose_name="value: yes or no"),
                ),
                (
                    "value_number",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=20,
                        null=True,
                        verbose_name="value: number",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="Its place in the template, such as 3 or 3a.",
                        max_length=10,
                        verbose_name="number",
                    ),
                ),
                ("title_en", models.CharField(max_length=200, verbose_name="English title")),
                ("title_zh", models.CharField(max_length=200, verbose_name="Chinese title")),
                ("guidance_en", models.TextField(verbose_name="English text: what to do")),
                ("guidance_zh", models.TextField(verbose_name="Chinese text: what to do")),
                ("evidence_en", models.TextField(verbose_name="English text: what proves it")),
                ("evidence_zh", models.TextField(verbose_name="Chinese text: what proves it")),
                (
                    "responsible_role",
                    models.CharField(max_length=100, verbose_name="English responsible role"),
                ),
                (
                    "responsible_role_zh",
                    models.CharField(max_length=100, verbose_name="Chinese responsible role"),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("mandatory", "mandatory"), ("recommended", "recommended")],
                        max_length=20,
                        verbose_name="severity",
                    ),
                ),
                (
                    "recurrence",
                    models.CharField(
                        choices=[
                            ("once", "once"),
                            ("per shipment", "per shipment"),
                            ("event-driven", "event-driven"),
                            ("monthly", "monthly"),
                            ("quarterly", "quarterly"),
                            ("half-yearly", "half-yearly"),
                            ("yearly", "yearly"),
                        ],
                        max_length=20,
                        verbose_name="recurrence",
                    ),
                ),
                (
                    "effective_from",
                    zones.models.fields.PartialDateField(
                        blank=True, max_length=10, null=True, verbose_name="in force from"
                    ),
                ),
                (
                    "effective_to",
                    zones.models.fields.PartialDateField(
                        blank=True,
                        help_text=(
                            "Empty where no end is recorded; a month or a year lasts to its end."
                        ),
                        max_length=10,
                        null=True,
                        verbose_name="last day in force",
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True,
                        help_text="Where in the source it stands.",
                        max_length=200,
                        verbose_name="clause",
                    ),
                ),
                (
                    "clause_zh",
                    models.CharField(
                        blank=True,
                        help_text="The same in Chinese.",
                        max_length=200,
                        verbose_name="Chinese clause",
                    ),
                ),
                (
                    "test_operator",
                    models.CharField(
                        blank=True,
                        choices=[("=", "is"), ("!=", "is not")],
                        max_length=2,
                        verbose_name="is or is not",
                    ),
                ),
                (
                    "ask_operator",
                    models.CharField(
                        blank=True,
                        choices=[("=", "is"), ("!=", "is not")],
                        max_length=2,
                        verbose_name="answer is or is not",
                    ),
                ),
                (
                    "asked_choice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="checklists.intakechoice",
                        verbose_name="answer asked for",
                    ),
                ),
                (
                    "focus_area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="zones.focusarea",
                        verbose_name="focus area",
                    ),
                ),
                (
                    "recorded_in",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zones.revision",
                        verbose_name="first revision with it",
                    ),
                ),
                (
                    "replaced_in",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zones.revision",
                        verbose_name="first revision without it",
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="checklists.requirement",
                        verbose_name="compliance requirement",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="zones.source",
                        verbose_name="source",
                    ),
                ),
                (
                    "tested_programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="zones.programme",
                        verbose_name="programme tested",
                    ),
                ),
                (
                    "tested_topic",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="zones.topic",
                        verbose_name="topic tested",
                    ),
                ),
                (
                    "value_choice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zones.choice",
                        verbose_name="value: choice",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a compliance requirement",
                "verbose_name_plural": "versions of compliance requirements",
                "ordering": ["requirement", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaced_in__isnull", True),
                            ("replaced_in__gt", models.F("recorded_in")),
                            _connector="OR",
                        ),
                        name="checklists_requirementversion_replaced_after_recorded",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("recorded_in__isnull", False), ("replaced_in__isnull", True)
                        ),
                        fields=("requirement",),
                        name="checklists_requirementversion_one_current",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]
