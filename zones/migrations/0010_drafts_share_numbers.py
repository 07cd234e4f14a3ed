"""A draft that another has overtaken keeps its number, which says what it was made from."""

from django.db import migrations, models

MODELS = ("policy", "zone")
PUBLISHED = models.Q(("recorded_in__isnull", False))


class Migration(migrations.Migration):
    """Numbers are unique among published versions alone."""

    dependencies = [("zones", "0009_known_by_topic")]

    operations = [
        *(
            migrations.RemoveConstraint(model_name=model, name=f"zones_{model}_version_is_unique")
            for model in MODELS
        ),
        *(
            migrations.AddConstraint(
                model_name=model,
                constraint=models.UniqueConstraint(
                    condition=PUBLISHED,
                    fields=("identity", "version"),
                    name=f"zones_{model}_version_is_unique",
                ),
            )
            for model in MODELS
        ),
    ]
