"""The groups of those who propose changes and of those who review and publish them."""

from typing import Any

from django.db import migrations

#: What members of each group may do with change sets.
GROUPS = {
    "analyst": {"propose": "Can propose rows in change sets"},
    "reviewer": {"review": "Can review and publish change sets"},
}


def add(apps: Any, _editor: Any) -> None:
    """Make the groups; whoever made one of that name before keeps what it holds."""
    # Django makes permissions once all migrations are done, which is too late for these.
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="zones", model="changeset"
    )
    for name, permissions in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for codename, title in permissions.items():
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=kind, codename=codename, defaults={"name": title}
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    """Adds two groups; going back leaves them, since people may be in them."""

    dependencies = [
        ("zones", "0025_change_sets"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
