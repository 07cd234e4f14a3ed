"""The database itself keeps keys to their forms, whatever writes them."""

from django.db import migrations, models

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"


def has_its_form(model, name, pattern, longest, *, blank=False):
    """The constraint on one column, as it was when this was written."""
    fits = models.Q((f"{name}__regex", rf"^(?=.{{1,{longest}}}\Z)(?:{pattern})\Z"))
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=fits | models.Q((name, "")) if blank else fits,
            name=f"checklists_{model}_{name}_has_its_form",
            violation_error_message=f"{name} is not of the form of these keys.",
        ),
    )


class Migration(migrations.Migration):
    """Keys of templates, duties and questions."""

    dependencies = [
        ("checklists", "0011_last_days"),
        ("zones", "0012_keys_have_their_form"),
    ]

    operations = [
        *(
            has_its_form(model, "slug", SLUG, 60)
            for model in ("intakechoice", "intakequestion", "template")
        ),
        has_its_form("requirement", "number", "([1-9]|10)[.][1-9][0-9]?[a-z]?", 10),
    ]
