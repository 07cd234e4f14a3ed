"""Which row a former key names, and what its key is today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db import models

from zones.models.aliases import Alias
from zones.models.keys import Keyed, Keys, keys_of, renamable_models

#: Kind and key; the key of what is told apart within another row begins with that one's key.
Name = tuple[str, str]


class KeyScope(NamedTuple):
    """What rows of a kind are told apart within: its kind, its model, what its key is called."""

    kind: str
    model: type[models.Model]
    key: str


def current_keys(named: Iterable[Name]) -> dict[Name, str]:
    """Return the keys of today of those rows that are named by a kind and a former key.

    A key within another is former where either part of it is.
    """
    # No key holds a NUL character, with which some databases compare nothing.
    wanted = {name for name in named if "\0" not in name[1]}
    parts = {name: parted for name in wanted if (parted := _parted(*name))}
    plain = {name for name in wanted if not keys_of_kind(name[0]).scope}
    plain |= {scope for scope, _ in parts.values()}
    aliases = Alias.objects.filter(
        within=0, kind__in={kind for kind, _ in plain}, former__in={key for _, key in plain}
    )
    found = _followed(alias for alias in aliases if (alias.kind, alias.former) in plain)
    now = {name: found[name] for name in wanted if name in found}
    for kind in {kind for kind, _ in parts}:
        own = {name: parted for name, parted in parts.items() if name[0] == kind}
        now |= _followed_within(kind, own, found)
    return now


def every_renamed() -> dict[Name, str]:
    """Return every kind and former key, with its form of today.

    A key within another begins in both with what it lies in now.
    """
    every = list(Alias.objects.all())
    found = _followed(alias for alias in every if not alias.within)
    of_kinds: dict[str, list[Alias]] = {}
    for alias in (alias for alias in every if alias.within):
        of_kinds.setdefault(alias.kind, []).append(alias)
    for kind, aliases in of_kinds.items():
        scope, joint = key_scope_of(kind), keys_of_kind(kind).joint
        wholes = scope.model._default_manager.filter(pk__in={alias.within for alias in aliases})
        called = dict(wholes.values_list("pk", scope.key))
        own = _own_keys(kind, {alias.target for alias in aliases})
        for alias in aliases:
            if own[alias.target] != alias.former:
                before = f"{called[alias.within]}{joint}"
                found[kind, f"{before}{alias.former}"] = f"{before}{own[alias.target]}"
    return found


def keys_ever(kind: str, key: str, renamed: Mapping[Name, str]) -> list[str]:
    """Return every key that a row had, that of today first, where that is given.

    Of all keys that lead on ``every_renamed`` tells.
    """
    former = (own for (of, own), now in renamed.items() if of == kind and now == key)
    return [key, *former]


def row_named(kind: str, key: str) -> Keyed | None:
    """Return the row of a kind that has a key today, or none.

    The key of a row within another begins with that one's.
    """
    model, keys = renamable_models()[kind], keys_of_kind(kind)
    if not keys.scope:
        return model._default_manager.filter(**{keys.renamable: key}).first()
    parted = _parted(kind, key)
    if parted is None:
        return None
    (_, scope), own = parted
    rows = model._default_manager.filter(**{f"{keys.scope}__{key_scope_of(kind).key}": scope})
    return next((row for row in rows if str(getattr(row, keys.renamable)) == own), None)


def keys_of_kind(kind: str) -> Keys:
    """Return what the model of a kind of rows that can be renamed says of its keys."""
    keys = keys_of(renamable_models()[kind])
    assert keys is not None  # noqa: S101 (what can be renamed has keys)
    return keys


def key_scope_of(kind: str) -> KeyScope:
    """Return what rows of a kind lie in: within it their keys tell them apart."""
    field: Any = renamable_models()[kind]._meta.get_field(keys_of_kind(kind).scope)
    model = field.related_model
    called = str(model._meta.model_name)
    return KeyScope(called, model, keys_of_kind(called).renamable)


def _parted(kind: str, key: str) -> tuple[Name, str] | None:
    """What a key within another names first, and its own part; none where it is none."""
    keys = keys_of_kind(kind)
    if not keys.scope:
        return None
    scope, joint, own = key.partition(keys.joint)
    return ((key_scope_of(kind).kind, scope), own) if joint and scope and own else None


def _followed_within(
    kind: str, parts: Mapping[Name, tuple[Name, str]], found: Mapping[Name, str]
) -> dict[Name, str]:
    """The keys of today of rows of a kind that is told apart within others."""
    scope_, joint = key_scope_of(kind), keys_of_kind(kind).joint
    today = {scope: found.get(scope, scope[1]) for scope, _ in parts.values()}
    rows = scope_.model._default_manager.filter(**{f"{scope_.key}__in": set(today.values())})
    ids: dict[str, int] = dict(rows.values_list(scope_.key, "pk"))
    aliases = Alias.objects.filter(
        kind=kind, within__in=ids.values(), former__in={own for _, own in parts.values()}
    )
    targets = {(alias.within, alias.former): alias.target for alias in aliases}
    keys = _own_keys(kind, set(targets.values()))
    now = {}
    for name, (scope, own) in parts.items():
        target = targets.get((ids.get(today[scope], 0), own), 0)
        key = f"{today[scope]}{joint}{keys.get(target, own)}"
        if key != name[1]:
            now[name] = key
    return now


def _own_keys(kind: str, ids: Collection[int]) -> dict[int, str]:
    """The keys of rows today, as texts, without those of what they lie in."""
    if not ids:
        return {}
    rows = renamable_models()[kind]._default_manager.filter(pk__in=ids)
    return {pk: str(key) for pk, key in rows.values_list("pk", keys_of_kind(kind).renamable)}


def _followed(aliases: Iterable[Alias]) -> dict[Name, str]:
    """The key that each alias's row has today, with one query for each kind."""
    targets: dict[str, dict[str, int]] = {}
    for alias in aliases:
        targets.setdefault(alias.kind, {})[alias.former] = alias.target
    found: dict[Name, str] = {}
    for kind, of_kind in targets.items():
        current = _own_keys(kind, set(of_kind.values()))
        for former, target in of_kind.items():
            if current.get(target, former) != former:
                found[kind, former] = current[target]
    return found
