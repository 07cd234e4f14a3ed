"""Taking duties up as items, and keeping what they and the gate stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checklists.models import Checklist, GateBasis, Item, ItemBasis, Requirement
from checklists.selectors.assessment import Assessment
from checklists.selectors.duty_text import WORDING, wording_of

BASIS_COLUMNS = ["verdict", "why", "policy", "finding"]

#: What a duty stands on, by place.
Assessments = Mapping[int, Assessment]


def take_up(
    checklist: Checklist, duties: Iterable[tuple[Requirement, Assessments]], revision: int
) -> list[Item]:
    """Make items of requirements, in their present words; two queries, however many."""
    taken = list(duties)
    items = Item.objects.bulk_create(
        Item(
            checklist=checklist,
            requirement=row,
            position=row.position,
            revision=revision,
            **wording_of(row),
        )
        for row, _assessments in taken
    )
    keep_bases((item, own) for item, (_row, own) in zip(items, taken, strict=True))
    return items


def keep_gate(assessments: Assessments) -> None:
    """Keep what the gate stands on, place by place."""
    GateBasis.objects.bulk_create(
        [GateBasis(place_id=place, **_basis_columns(own)) for place, own in assessments.items()],
        update_conflicts=True,
        update_fields=BASIS_COLUMNS,
        unique_fields=["place"],
    )


def keep_bases(items: Iterable[tuple[Item, Assessments]]) -> None:
    """Let items stand on these rulings, place by place."""
    ItemBasis.objects.bulk_create(
        [
            ItemBasis(item=item, place_id=place, **_basis_columns(own))
            for item, assessments in items
            for place, own in assessments.items()
        ],
        update_conflicts=True,
        update_fields=BASIS_COLUMNS,
        unique_fields=["item", "place"],
    )


def reword(item: Item, row: Requirement, revision: int) -> None:
    """Give an item the requirement's present words; whoever changes items stores it."""
    for name, value in wording_of(row).items():
        setattr(item, name, value)
    item.revision = revision
    item.position = row.position


#: What rewording changes.
REWORDED = [*WORDING, "revision", "position"]


def _basis_columns(own: Assessment) -> dict[str, Any]:
    return {
        "verdict": own.ruling.verdict.value,
        "why": own.ruling.why.value,
        "policy_id": own.policy,
        "finding_id": own.finding,
    }
