"""What the gate stands on is kept, acts on evidence are logged, and places have names apart."""

import django.db.models.deletion
from django.db import migrations, models

from zones.models.guards import Guard, guarding, lifting

#: As 0003 made them; SQLite makes the table anew and would lose them.
LOG_GUARDS = [
    Guard(f"checklists_logentry_{name}", event, "checklists_logentry", "1 = 1", message)
    for name, event in (("frozen", "UPDATE"), ("kept", "DELETE"))
    for message in ("the log never changes",)
]


class Migration(migrations.Migration):
    """Grounds of gates, acts of the log, names of places."""

    dependencies = [
        ("checklists", "0004_offeredfinding"),
        ("zones", "0003_used_is_frozen"),
    ]

    operations = [
        migrations.CreateModel(
            name="GateGround",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("included", "included"),
                            ("excluded", "excluded"),
                            ("to-confirm", "to-confirm"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("always", "always"),
                            ("start-unknown", "start-unknown"),
                            ("not-yet", "not-yet"),
                            ("ended", "ended"),
                            ("place-holds", "place-holds"),
                            ("place-fails", "place-fails"),
                            ("place-unknown", "place-unknown"),
                            ("programme-holds", "programme-holds"),
                            ("programme-fails", "programme-fails"),
                            ("company-holds", "company-holds"),
                            ("company-fails", "company-fails"),
                            ("company-unknown", "company-unknown"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="zones.policy",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="checklists.finding",
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gate_ground",
                        to="checklists.place",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.AddField(
            model_name="item",
            name="due_day",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="The day of the month that was chosen to be due.", null=True
            ),
        ),
        lifting(LOG_GUARDS),
        migrations.RemoveConstraint(
            model_name="logentry",
            name="checklists_logentry_act_is_known",
        ),
        migrations.AlterField(
            model_name="logentry",
            name="act",
            field=models.CharField(
                choices=[
                    ("started", "started"),
                    ("answered", "changed the answers"),
                    ("set-status", "set the status"),
                    ("assigned", "assigned"),
                    ("set-due", "set the due day"),
                    ("commented", "commented"),
                    ("attached", "attached evidence"),
                    ("detached", "detached evidence"),
                    ("renewed", "handed in a newer version"),
                    ("kept", "said until when evidence is kept"),
                    ("discarded", "discarded the files of evidence"),
                    ("found", "recorded a finding"),
                    ("withdrew", "withdrew a finding"),
                    ("offered", "offered a finding to the analysts"),
                    ("shared", "shared"),
                    ("unshared", "stopped sharing"),
                    ("handed-over", "handed over"),
                    ("accepted", "accepted changes of the law"),
                    ("renamed", "renamed"),
                    ("closed", "closed"),
                    ("reopened", "reopened"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "act__in",
                        [
                            "started",
                            "answered",
                            "set-status",
                            "assigned",
                            "set-due",
                            "commented",
                            "attached",
                            "detached",
                            "renewed",
                            "kept",
                            "discarded",
                            "found",
                            "withdrew",
                            "offered",
                            "shared",
                            "unshared",
                            "handed-over",
                            "accepted",
                            "renamed",
                            "closed",
                            "reopened",
                        ],
                    )
                ),
                name="checklists_logentry_act_is_known",
                violation_error_message="act must be one of: started, answered, set-status, assigned, set-due, commented, attached, detached, renewed, kept, discarded, found, withdrew, offered, shared, unshared, handed-over, accepted, renamed, closed, reopened.",
            ),
        ),
        guarding(LOG_GUARDS),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True),
                fields=("checklist", "name"),
                name="checklists_place_name_is_said_once",
                violation_error_message="Give places different names.",
            ),
        ),
    ]
