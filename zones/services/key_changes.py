"""The one way in which a key changes: its old form goes on leading to the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zones.models import Alias, Policy, Zone
from zones.models.keys import Keyed, Keys, keys_of
from zones.services.draft_checks import fits_key
from zones.services.locks import hold_rows, lock_publication


def rename(row: Keyed, key: str) -> None:
    """Give a row another key, by which files, filters and addresses then know it.

    Identities of policies and zones keep the words they were born with: they are names, and what
    they are of is said by references. A first draft is not born yet, so its identity follows.

    Raises:
        ValidationError: rows of this kind keep their keys, or the key is no key, or another's.
    """
    model = type(row)
    with transaction.atomic():
        lock_publication()
        now = hold_rows(model._default_manager.all()).get(pk=row.pk)
        value = key_for(now, key)
        keys = _keys(model)
        former = getattr(now, keys.renamable)
        if value == former:
            return
        _aliases(now, keys).get_or_create(
            kind=model._meta.model_name,
            within=_within(now, keys),
            former=str(former),
            defaults={"target": now.pk},
        )
        unborn = [*_unborn(now)]
        now.save(update_fields=now.take_key(keys.renamable, value))
        _name_anew(unborn)
    row.take_key(keys.renamable, value)


def key_for(row: Keyed, key: str) -> Any:
    """Return what is typed as another key of a row as its field holds it.

    Raises:
        ValidationError: rows of this kind keep their keys, or it is no key, or another's.
    """
    model, keys = type(row), _keys(type(row))
    field: Any = model._meta.get_field(keys.renamable)
    value = field.clean(key, row)
    scope = {keys.scope: getattr(row, keys.scope)} if keys.scope else {}
    others = model._default_manager.exclude(pk=row.pk).filter(**{field.name: value, **scope})
    former = _aliases(row, keys).filter(former=value).exclude(target=row.pk)
    if others.exists() or former.exists():
        raise ValidationError(_("%s is, or was, the key of another row.") % value)
    return value


def _keys(model: type[Keyed]) -> Keys:
    keys = keys_of(model)
    if keys is None or not keys.renamable:
        told = {"what": model._meta.verbose_name}
        raise ValidationError(_("The key of a row of this kind never changes: %(what)s.") % told)
    return keys


def _aliases(row: Keyed, keys: Keys) -> QuerySet[Alias]:
    """The former keys among which one of a row would stand."""
    return Alias.objects.filter(kind=row._meta.model_name, within=_within(row, keys))


def _within(row: Keyed, keys: Keys) -> int:
    return getattr(row, f"{keys.scope}_id") if keys.scope else 0


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
