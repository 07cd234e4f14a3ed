"""The one way in which a key changes: its old form goes on leading to the row."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from zones.models import Alias
from zones.models.keys import Keyed, keys_of
from zones.services.locks import lock_publication


def rename(row: Keyed, key: str) -> None:
    """Give a row another key, by which files, filters and addresses then know it.

    Identities of policies and zones keep the words they were born with: they are names, and what
    they are of is said by references.

    Raises:
        ValidationError: rows of this kind keep their keys, or the key is no key, or another's.
    """
    model, keys = type(row), keys_of(type(row))
    if keys is None or not keys.renamable:
        raise ValidationError(f"The key of a {model._meta.verbose_name} never changes.")
    field, kind = model._meta.get_field(keys.renamable), model._meta.model_name
    with transaction.atomic():
        lock_publication()
        now = model._default_manager.select_for_update().get(pk=row.pk)
        value = field.clean(key, now)  # type: ignore[union-attr]
        former = getattr(now, field.name)
        if value == former:
            return
        scope = {keys.scope: getattr(now, keys.scope)} if keys.scope else {}
        others = model._default_manager.exclude(pk=now.pk).filter(**{field.name: value, **scope})
        within = next((whole.pk for whole in scope.values()), 0)
        aliases = Alias.objects.filter(kind=kind, within=within)
        if others.exists() or aliases.filter(former=value).exclude(target=now.pk).exists():
            raise ValidationError(f"{value} is, or was, the key of another row.")
        aliases.get_or_create(
            kind=kind, within=within, former=str(former), defaults={"target": now.pk}
        )
        now.save(update_fields=now.take_key(field.name, value))
    row.take_key(field.name, value)
