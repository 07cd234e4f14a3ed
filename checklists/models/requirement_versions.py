"""What requirements said, revision by revision: published versions that never change."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import pgettext_lazy

from checklists.models.templates import Requirement, Tested, Wording
from zones.models.querysets.version_querysets import RecordedQuerySet
from zones.models.revisions import Recorded


class RequirementVersion(Recorded, Tested, Wording):
    """What a requirement said from a revision on, until another replaced it or it was withdrawn.

    One that was set aside by nothing was withdrawn. ``number`` is what it bore when it was
    published; it is told under that of today.
    """

    requirement = models.ForeignKey(
        Requirement,
        models.PROTECT,
        related_name="versions",
        verbose_name=pgettext_lazy("field", "compliance requirement"),
    )

    objects: ClassVar[Any] = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("table", "version of a compliance requirement")
        verbose_name_plural = pgettext_lazy("table", "versions of compliance requirements")
        ordering = ["requirement", "pk"]
        constraints = [
            *Recorded.Meta.constraints,
            models.UniqueConstraint(
                fields=["requirement"],
                condition=models.Q(recorded_in__isnull=False, replaced_in__isnull=True),
                name="checklists_requirementversion_one_current",
            ),
        ]

    def __str__(self) -> str:
        return str(self.requirement)

    @classmethod
    def of(cls, requirement: Requirement) -> Self:
        """Return a draft that says what a requirement does."""
        return cls(requirement=requirement, **{n: getattr(requirement, n) for n in _columns()})

    def as_requirement(self) -> Requirement:
        """Return the requirement as it was told by this version: never to be saved.

        Rows that both refer to are taken along.
        """
        own = self.requirement
        told = Requirement(pk=own.pk, template=own.template)
        fields: Any = RequirementVersion._meta.concrete_fields
        for field in fields:
            if field.name in SAID and field.attname in self.__dict__:
                is_read = field.is_relation and field.is_cached(self)
                name = field.name if is_read else field.attname
                setattr(told, name, getattr(self, name))
        told.number, told.position = own.number, own.position
        return told


#: What a version says.
SAID = {
    field.name
    for field in RequirementVersion._meta.concrete_fields
    if field.name not in {"id", "recorded_in", "replaced_in", "requirement"}
}


def _columns() -> list[str]:
    fields = RequirementVersion._meta.concrete_fields
    return [field.attname for field in fields if field.name in SAID]
