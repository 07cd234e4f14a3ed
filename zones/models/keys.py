"""Keys, and what decides answers: fixed once something public rests on a row.

Public addresses, files and the answers of older revisions lean on them. What rests on a row is read
off the references to it, so that a table of tomorrow, of any app, counts by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Self

from django.apps import apps
from django.db import connections, models
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from zones.models.guards import Columns, Declaration, Guard, declarations
from zones.models.row_rules import Ruled, Wrong

_ALIASES = "zones_alias"
STAYS = _("Something published rests on this, so it never changes.")
RENAMED = _(
    "Published rows name this, so only a change set changes it (“Another key”); the former key "
    "goes on leading to it."
)
NAMES = _("This names a published row, so it never changes: delete the row and enter another.")


@dataclass(frozen=True)
class Keys:
    """Fields that stay once something rests on the row; such a row is not deleted either.

    What is published rests on what it refers to; a draft does not. Models in ``parts`` belong to
    the row itself: not they, but what rests on them, rests on it. What rests on the whole that
    ``within`` refers to rests on this row too. An empty field in ``fillable`` may still be filled
    in.
    """

    fields: tuple[str, ...]
    parts: tuple[str, ...] = ()
    within: str = ""
    #: The one field that may change after all, where an alias leads from its old form to the row.
    renamable: str = ""
    #: The reference to the row within which that field tells rows apart, and the sign between the
    #: key of that row and it: ``topic:choice``, ``programme.number``.
    scope: str = ""
    joint: str = ":"
    fillable: tuple[str, ...] = ()
    #: Fields in which a no may become a yes, each with the field that names the revision from which
    #: on it is one: the newest at that moment, so that earlier ones answer as they did.
    turning: Mapping[str, str] = field(default_factory=dict)
    #: Whether a row is answered itself: its keys stay though nothing rests on it, and it may go.
    public: bool = False

    def why(self, name: str) -> Any:
        """Return in words why a field stays, or how else it changes."""
        if self.public:
            return NAMES
        return RENAMED if name == self.renamable else STAYS

    def guards(self, model: type[models.Model], columns: Columns) -> Iterator[Guard]:
        """Yield a trigger on edits of the fields, and one on deletes.

        Rows that are public from the start have none on deletes. Those that can be renamed have one
        each on adding and editing, by which no row takes the former key of another.
        """
        table = model._meta.db_table
        own = [field for field in self.columns_of(model) if field.column in columns[table]]
        used = self.used(model, "OLD", columns)
        # While migrations run, columns, or tables of what would rest on a row, may be missing.
        if not own or not used:
            return
        has_aliases = "within" in columns.get(_ALIASES, ())
        changed = " OR ".join(self._changed(field, model, has_aliases) for field in own)
        names = ", ".join(field.name for field in own)
        because = "this row is public" if self.public else "something published rests on this row"
        message = f"{because}, so these never change: {names}"
        yield Guard(f"{table}_keys", "UPDATE", table, f"({changed}) AND ({used})", message)
        if not self.public:
            message = "something published rests on this row, so it is never deleted"
            yield Guard(f"{table}_used", "DELETE", table, used, message)
        if self.renamable and "within" in columns.get(_ALIASES, ()):
            taken = self._leads(model, "NEW", "target IS DISTINCT FROM NEW.id")
            message = f"this was the key of another {model._meta.model_name}, to which it leads"
            yield Guard(f"{table}_named", "INSERT", table, taken, message)
            yield Guard(f"{table}_renamed", "UPDATE", table, taken, message)

    def columns_of(self, model: type[models.Model]) -> list[Field[Any, Any]]:
        """Return the fields of the model that these keys name."""
        return [model._meta.get_field(name) for name in self.fields]  # type: ignore[misc]

    def used(self, model: type[models.Model], row: str, columns: Columns | None = None) -> str:
        """Return SQL of whether something rests on a row; it is empty where nothing ever does.

        ``row`` is the name of the row in that SQL.
        """
        if self.public:
            return "1 = 1"
        resting = list(_resting(model, f"{row}.id", self.parts, columns))
        if self.within:
            field: Any = model._meta.get_field(self.within)
            whole = keys_of(field.related_model)
            parts = whole.parts if whole else ()
            resting += _resting(field.related_model, f"{row}.{field.column}", parts, columns)
        return " OR ".join(sorted(resting))

    def _changed(self, field: Field[Any, Any], model: type[models.Model], has_aliases: bool) -> str:
        differs = f'NEW."{field.column}" IS DISTINCT FROM OLD."{field.column}"'
        if turned := self._turned(model, field.name):
            return f"({differs} AND NOT ({turned}))"
        if field.name in self.fillable:
            return f"(OLD.\"{field.column}\" <> '' AND {differs})"
        if field.name == self.renamable and has_aliases:
            return f"({differs} AND NOT {self._leads(model, 'OLD', 'target = OLD.id')})"
        return differs

    def _turned(self, model: type[models.Model], name: str) -> str:
        """SQL of whether a no becomes a yes, for a field that says it or since when."""
        for said, since in self.turning.items():
            if name in (said, since):
                flag = self._column(model, said)
                newest = "(SELECT MAX(number) FROM zones_revision)"
                return (
                    f'NOT OLD."{flag}" AND NEW."{flag}" '
                    f'AND NEW."{self._column(model, since)}" IS NOT DISTINCT FROM {newest}'
                )
        return ""

    def _leads(self, model: type[models.Model], row: str, where: str) -> str:
        """SQL of whether the key of a row is a former one that leads somewhere."""
        kind, own = model._meta.model_name, self._column(model, self.renamable)
        within = f'{row}."{self._column(model, self.scope)}"' if self.scope else "0"
        return (
            f"EXISTS (SELECT 1 FROM {_ALIASES} WHERE kind = '{kind}' "  # noqa: S608
            f'AND within = {within} AND former = CAST({row}."{own}" AS TEXT) AND {where})'
        )

    @staticmethod
    def _column(model: type[models.Model], name: str) -> str:
        field: Any = model._meta.get_field(name)
        return str(field.column)


def _resting(
    model: type[models.Model], row: str, parts: Iterable[str], columns: Columns | None
) -> Iterator[str]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        related: Any = relation.related_model
        meta, column = related._meta, relation.field.column  # type: ignore[union-attr]
        if meta.proxy or (columns is not None and column not in columns.get(meta.db_table, ())):
            continue
        only = ""
        if meta.label in parts:
            through = " OR ".join(sorted(_resting(related, f"{meta.db_table}.id", (), columns)))
            if not through:
                continue
            only = f" AND ({through})"
        elif any(field.name == "recorded_in" for field in meta.fields):
            only = " AND recorded_in_id IS NOT NULL"
        yield f"EXISTS (SELECT 1 FROM {meta.db_table} WHERE {column} = {row}{only})"  # noqa: S608


@cache
def keys_of(model: type[models.Model]) -> Keys | None:
    """Return what a model says of its keys, if it has any."""
    return next((one for one in declarations(model) if isinstance(one, Keys)), None)


@cache
def renamable_models() -> dict[str, type[Keyed]]:
    """Return the models whose rows can be given another key, by their names in small letters."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Keyed) and (keys := keys_of(model)) and keys.renamable
    }


@cache
def _stored_names(model: type[models.Model]) -> tuple[str, ...]:
    keys = keys_of(model)
    return tuple(field.attname for field in keys.columns_of(model)) if keys else ()


class Keyed(Ruled):
    """A row whose keys stay once something rests on it: the form says so, the database refuses."""

    guards: ClassVar[tuple[Declaration, ...]] = ()
    #: The keys as they are stored, of a row that was read or saved.
    _stored_keys: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Read a row, and remember the keys as they are stored."""
        row = super().from_db(*args, **kwargs)
        row._remember_keys()
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and remember the keys as they are stored now."""
        super().save(*args, **kwargs)
        self._remember_keys()

    def take_key(self, name: str, value: Any) -> list[str]:
        """Take another key, and return the names of the fields that are others for it."""
        setattr(self, name, value)
        return [name]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete what nothing public rests on.

        Raises:
            ProtectedError: something does.
        """
        keys = keys_of(type(self))
        if not (keys and keys.public) and self.is_used():
            raise models.ProtectedError(f"{self}: {STAYS}", {self})
        return super().delete(*args, **kwargs)

    def _remember_keys(self) -> None:
        there = self.__dict__
        self._stored_keys = {
            name: there[name] for name in _stored_names(type(self)) if name in there
        }

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield the rule of keys before those of the row."""
        yield self._other_keys
        yield from super().rules()

    def _other_keys(self) -> Wrong:
        """Another key where something rests on the row."""
        keys = keys_of(type(self))
        stored = self._stored_keys
        changed = [
            field.name
            for field in (keys.columns_of(type(self)) if keys else ())
            if field.attname in stored
            and field.attname not in self.unread
            and stored[field.attname] != getattr(self, field.attname)
            and not (keys and field.name in keys.fillable and not stored[field.attname])
        ]
        if keys is None or not changed or not self.is_used():
            return {}
        return {name: keys.why(name) for name in changed}

    def is_used(self) -> bool:
        """Return whether something public rests on the row as it is stored."""
        return bool(used_among([self]))


def used_among(rows: Sequence[Keyed]) -> set[int]:
    """Return the ids of those rows on which something public rests, as they are stored.

    All rows are of one model. It takes one query.
    """
    stored = [row for row in rows if row.pk is not None]
    keys = keys_of(type(stored[0])) if stored else None
    used = keys.used(type(stored[0]), "one") if keys else ""
    if not used:
        return set()
    table, places = stored[0]._meta.db_table, ", ".join(["%s"] * len(stored))
    sql = f"SELECT one.id FROM {table} one WHERE one.id IN ({places}) AND ({used})"  # noqa: S608
    with connections[stored[0]._state.db or "default"].cursor() as cursor:
        cursor.execute(sql, [row.pk for row in stored])
        return {pk for (pk,) in cursor.fetchall()}
