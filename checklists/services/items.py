"""Taking duties up as items, and keeping what they and the gate stand on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checklists.models import Checklist, GateGround, Ground, Item, Requirement
from checklists.queries.standing import Standing
from checklists.queries.wording import WORDING, wording_of

FOOTING = ["verdict", "why", "policy", "finding"]


def take_up(
    checklist: Checklist, row: Requirement, standing: Mapping[int, Standing], revision: int
) -> Item:
    """Make an item of a requirement, in its present words."""
    item = Item.objects.create(
        checklist=checklist,
        requirement=row,
        position=row.position,
        revision=revision,
        **wording_of(row),
    )
    ground(item, standing)
    return item


def keep_gate(standing: Mapping[int, Standing]) -> None:
    """Keep what the gate stands on, place by place."""
    GateGround.objects.bulk_create(
        [GateGround(place_id=place, **_footing(own)) for place, own in standing.items()],
        update_conflicts=True,
        update_fields=FOOTING,
        unique_fields=["place"],
    )


def ground(item: Item, standing: Mapping[int, Standing]) -> None:
    """Let an item stand on these rulings, place by place."""
    Ground.objects.bulk_create(
        [Ground(item=item, place_id=place, **_footing(own)) for place, own in standing.items()],
        update_conflicts=True,
        update_fields=FOOTING,
        unique_fields=["item", "place"],
    )


def reword(item: Item, row: Requirement, revision: int) -> None:
    """Give an item the requirement's present words."""
    for name, value in wording_of(row).items():
        setattr(item, name, value)
    item.revision = revision
    item.position = row.position
    item.save(update_fields=[*WORDING, "revision", "position"])


def _footing(own: Standing) -> dict[str, Any]:
    return {
        "verdict": own.ruling.verdict.value,
        "why": own.ruling.why.value,
        "policy_id": own.policy,
        "finding_id": own.finding,
    }
