"""The one way in which a key changes: its old form goes on leading to the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q

from zones.models import Alias, Policy, Zone
from zones.models.keys import Keyed, keys_of
from zones.services.draft_checks import fits_key
from zones.services.locks import hold_rows, lock_publication


def rename(row: Keyed, key: str) -> None:
    """Give a row another key, by which files, filters and addresses then know it.

    Identities of policies and zones keep the words they were born with: they are names, and what
    they are of is said by references. A first draft is not born yet, so its identity follows.

    Raises:
        ValidationError: rows of this kind keep their keys, or the key is no key, or another's.
    """
    model, keys = type(row), keys_of(type(row))
    if keys is None or not keys.renamable:
        raise ValidationError(f"The key of a {model._meta.verbose_name} never changes.")
    field, kind = model._meta.get_field(keys.renamable), model._meta.model_name
    with transaction.atomic():
        lock_publication()
        now = hold_rows(model._default_manager.all()).get(pk=row.pk)
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
        unborn = [*_unborn(now)]
        now.save(update_fields=now.take_key(field.name, value))
        _name_anew(unborn)
    row.take_key(field.name, value)


#: What the words are of, with which the identities of policies and zones are born.
WORDS: dict[type[Policy] | type[Zone], tuple[str, ...]] = {
    Policy: ("topic", *Policy.body_columns),
    Zone: ("batch__programme", "city"),
}


def _unborn(row: Keyed) -> Iterator[Policy | Zone]:
    """The first drafts whose identities say the key of a row, nothing being published of them."""
    for model, words in WORDS.items():
        versions: Any = model._default_manager
        of_row = Q()
        for path in words:
            if _leads_to(model, path) is type(row):
                of_row |= Q(**{path: row})
        if not of_row:
            continue
        published = versions.published().filter(identity=OuterRef("identity"))
        drafts = versions.drafts().filter(of_row, ~Exists(published)).select_related(*words)
        yield from (draft for draft in drafts if fits_key(draft.identity, draft.natural_key))


def _leads_to(model: type[Model], path: str) -> type[Model]:
    for name in path.split("__"):
        field: Any = model._meta.get_field(name)
        model = field.related_model
    return model


def _name_anew(drafts: Iterable[Policy | Zone]) -> None:
    """Name drafts by the keys of today, unless something published has that name."""
    for draft in drafts:
        versions: Any = type(draft)._default_manager
        number = draft.identity.removeprefix(draft.natural_key)
        now = versions.select_related(*WORDS[type(draft)]).get(pk=draft.pk)
        identity = f"{now.natural_key}{number}"
        if not versions.published().filter(identity=identity).exists():
            versions.filter(pk=draft.pk).update(identity=identity)
