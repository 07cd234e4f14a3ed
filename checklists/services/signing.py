"""Signing a round: what was settled is kept for ever as it was, with what proved it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from cbec_portal.clock import now
from checklists.models import Ground, Item, Round
from checklists.queries.wording import wording_of


def sign(item: Item, actor: User) -> Round:
    """Close the present round as it stands."""
    return Round.objects.create(
        item=item,
        number=item.round,
        status=item.status,
        reason=item.reason,
        due_on=item.due_on,
        closed_at=now(),
        closed_by=actor,
        signed=signed_form(item),
    )


def signed_form(item: Item) -> dict[str, Any]:
    """An item as it is signed: its words, dates and source, its grounds, and its evidence."""
    words = wording_of(item)
    words |= {"focus_area": item.focus_area.slug, "source": item.source.slug}
    del words["focus_area_id"], words["source_id"]
    grounds = item.grounds.select_related("place__city", "policy", "finding")
    return {
        **{name: value if value is None else str(value) for name, value in words.items()},
        "revision": item.revision,
        "grounds": [_ground(ground) for ground in grounds],
        "evidence": _evidence(item),
    }


def _ground(ground: Ground) -> dict[str, Any]:
    return {
        "place": ground.place.city.slug if ground.place.city else ground.place.name,
        "verdict": ground.verdict,
        "why": ground.why,
        "policy": ground.policy.identity if ground.policy else None,
        "policy_version": ground.policy.version if ground.policy else None,
        "finding": str(ground.finding.key) if ground.finding else None,
    }


def _evidence(item: Item) -> list[dict[str, Any]]:
    """The newest version of each piece of evidence: it is what was signed."""
    attached = item.attachments.select_related("evidence").prefetch_related("evidence__versions")
    return [
        {
            "evidence": str(one.evidence.key),
            "title": one.evidence.title,
            "version": version.number,
            "file_name": version.file_name,
            "url": version.url,
            "sha256": version.sha256,
        }
        for one in attached
        for version in list(one.evidence.versions.all())[:1]
    ]
