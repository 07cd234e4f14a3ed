"""Whom policies bind: each kind of scope with its body, and how that binds cities.

A new kind whose bodies name cities as their members needs no more than

- a word of :class:`ScopeKind` and what it is called, in order from wide to narrow;
- the model of its bodies, with names, a key (of which the rows that join it to cities are parts)
  and a many-to-many to cities; a column of :class:`Scoped` and a :class:`Body`: all of them here;
- a migration;
- the Chinese of what these are called.

The table of its bodies (:mod:`zones.dataset.place_tables`), policies, resolution, forecasts, forms,
filters, lists of cities, what the desk tells, and the tests of all tables, keys and rights go by
that, with rows of its own (``tests/zones/bodies.py``).
Members have no history: a city is one on every day, and whatever earlier revisions answered stays
stored, but a restored history takes the members of today for those of all its revisions.

A kind in whose bodies a placement puts cities also needs columns of ``Placement``, of ``City`` and
of their tables, and what reads these. One whose bodies have zones would need to be told apart from
programmes in :mod:`zones.models.bindings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zones.models.fields import OptionField
from zones.models.labels import SCOPE_KINDS
from zones.models.places import City, CustomsDistrict, Province
from zones.models.programmes import Programme
from zones.models.topics import Topic
from zones.rules.vocabulary import ScopeKind

NATION_CODE = "CN"


@dataclass(frozen=True)
class Body:
    """What policies of a kind of scope bind: a row that the ``column`` names.

    ``key`` is the row's natural key, ``rank`` what orders bodies of the kind among themselves, from
    wide to narrow. It binds the cities that a placement puts into it (``is_place``) or, for ever,
    those that its many-to-many ``members`` names: not both. Else it binds those of its zones.
    """

    kind: ScopeKind
    column: str
    key: str
    rank: str = ""
    is_place: bool = False
    members: str = ""

    @property
    def path(self) -> str:
        """Return the path from a policy to the body's key."""
        return f"{self.column}__{self.key}"

    @property
    def model(self) -> Any:
        """Return the model of the body."""
        # Django tells ``related_model`` only once all apps are loaded.
        column: Any = Scoped._meta.get_field(self.column)
        return column.remote_field.model

    def memberships(self, **of: Any) -> Iterator[tuple[int, int, str]]:
        """Yield the ids of a city and of a body that has it as a member, with the body's key."""
        if self.members:
            cities = self.model.objects.filter(**{f"{self.members}__isnull": False}, **of)
            yield from cities.order_by().values_list(self.members, "pk", self.key)


class Scoped(models.Model):
    """What is asked, and of whom: a topic, and the body that the answer binds."""

    topic = models.ForeignKey(
        Topic, models.PROTECT, related_name="policies", verbose_name=pgettext_lazy("field", "topic")
    )
    scope_kind = OptionField(
        pgettext_lazy("field", "kind of scope"),
        max_length=20,
        choices=SCOPE_KINDS,
        help_text=_("Whom it binds, from wide to narrow; the narrowest that binds a city answers."),
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("field", "programme"),
        help_text=_("Only where the scope is a programme."),
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("field", "province"),
        help_text=_("Only where the scope is a province."),
    )
    customs_district = models.ForeignKey(
        CustomsDistrict,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("field", "customs district"),
        help_text=_("Only where the scope is a customs district."),
    )
    city = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("field", "city"),
        help_text=_("Only where the scope is a city."),
    )

    #: The columns that name bodies.
    body_columns: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    @property
    def body(self) -> Any:
        """Return the row that it binds; none for the nation."""
        own = BODIES.get(self.scope_kind)
        return getattr(self, own.column) if own else None

    @property
    def scope_code(self) -> str:
        """Return the natural key of the body that it binds."""
        body = self.body
        return str(getattr(body, BODIES[self.scope_kind].key)) if body else NATION_CODE

    @property
    def body_ids(self) -> tuple[int | None, ...]:
        """Return the id in each column that names a body."""
        return tuple(getattr(self, f"{name}_id") for name in self.body_columns)

    def wrong_body(self) -> dict[str, Any]:
        """Return what is wrong with the body that it binds, by field."""
        own = BODIES.get(self.scope_kind)
        wrong: dict[str, Any] = {}
        for name, pk in zip(self.body_columns, self.body_ids, strict=True):
            if own and name == own.column and pk is None:
                wrong[name] = _("Name the one that the policy binds.")
            if not (own and name == own.column) and pk is not None and self.scope_kind:
                wrong[name] = _("Leave this empty: the scope is of another kind.")
        return wrong


#: The body of each kind of scope but the nation, from wide to narrow.
BODIES: Mapping[str, Body] = {
    body.kind.value: body
    for body in (
        Body(ScopeKind.PROGRAMME, "programme", "slug", rank="position"),
        Body(ScopeKind.PROVINCE, "province", "iso_3166_2", is_place=True),
        Body(ScopeKind.CUSTOMS_DISTRICT, "customs_district", "code", is_place=True),
        Body(ScopeKind.CITY, "city", "slug", is_place=True),
    )
}
Scoped.body_columns = tuple(body.column for body in BODIES.values())
#: Where a city lies: bodies whose cities change only by a placement.
PLACES = tuple(body for body in BODIES.values() if body.is_place and body.kind != ScopeKind.CITY)
#: The columns by which a placement, a city and rows of either name where the city lies.
PLACE_COLUMNS = tuple(body.column for body in PLACES)
#: Paths from a policy to the keys of all bodies, of which one is filled at most.
CODE_PATHS = tuple(body.path for body in BODIES.values())
#: Paths from a policy to what orders bodies of a kind.
RANK_PATHS = tuple(f"{body.column}__{body.rank}" for body in BODIES.values() if body.rank)


def code_of(codes: Iterable[str | None]) -> str:
    """Return the natural key of a scope, given what stands at the paths to the keys of bodies."""
    return next(filter(None, codes), NATION_CODE)


def names_its_body() -> Q:
    """Return the condition that a row names the body of its kind of scope, and no other."""
    condition = Q(scope_kind=ScopeKind.NATION, **_named(""))
    for kind, own in BODIES.items():
        condition |= Q(scope_kind=ScopeKind(kind), **_named(own.column))
    return condition


def columns_by_kind() -> dict[str, list[str]]:
    """Return the columns that tell scopes apart within each kind."""
    columns = {kind: [own.column] for kind, own in BODIES.items()}
    return columns | {ScopeKind.NATION.value: []}


def _named(own: str) -> dict[str, bool]:
    return {f"{name}__isnull": name != own for name in Scoped.body_columns}
