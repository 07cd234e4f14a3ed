"""The database itself keeps keys to their forms, whatever writes them."""

from django.db import migrations, models

SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
IDENTITY = "[A-Za-z0-9][A-Za-z0-9_-]*([.][A-Za-z0-9_-]+)*"
SLUGS = {
    **dict.fromkeys(("city", "focusarea", "issuer", "programme"), 50),
    **dict.fromkeys(("choice", "indicator", "source", "topic"), 60),
}


def has_its_form(model, name, pattern, longest, *, blank=False):
    """The constraint on one column, as it was when this was written."""
    fits = models.Q((f"{name}__regex", rf"^(?=.{{1,{longest}}}\Z)(?:{pattern})\Z"))
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=fits | models.Q((name, "")) if blank else fits,
            name=f"zones_{model}_{name}_has_its_form",
            violation_error_message=f"{name} is not of the form of these keys.",
        ),
    )


class Migration(migrations.Migration):
    """Keys of the rules, identities and former keys."""

    dependencies = [("zones", "0011_former_keys_lead_on")]

    operations = [
        has_its_form("alias", "former", IDENTITY, 60),
        *(has_its_form(model, "slug", SLUG, longest) for model, longest in SLUGS.items()),
        has_its_form("province", "iso_3166_2", "CN-[A-Z]{2}", 5),
        has_its_form("province", "gb2260", "[0-9]{6}", 6),
        has_its_form("customsdistrict", "code", "[0-9]{4}", 4),
        has_its_form("city", "adcode", "[0-9]{6}", 6, blank=True),
        has_its_form("topic", "trade_modes", "[0-9]{4}(;[0-9]{4})*", 60, blank=True),
        *(has_its_form(model, "identity", IDENTITY, 150) for model in ("policy", "zone")),
    ]
