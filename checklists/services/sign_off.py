"""Signing a period: what was settled is kept for ever as it was, with what proved it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Prefetch, prefetch_related_objects

from cbec_portal.china_time import now
from checklists.models import Attachment, Item, ItemBasis, Proof, SignedPeriod
from checklists.selectors.duty_text import wording_of


def make_ready(items: Sequence[Item]) -> None:
    """Read what signing items needs: their bases and their evidence; four queries for all."""
    bases = ItemBasis.objects.select_related("place__city", "policy", "finding")
    attached = Attachment.objects.select_related("evidence")
    prefetch_related_objects(
        items,
        Prefetch("bases", bases),
        Prefetch("attachments", attached),
        "attachments__evidence__versions",
    )


def signed_period(item: Item, actor: User) -> SignedPeriod:
    """Return the present period as it stands, signed, to be stored; see `make_ready`."""
    return SignedPeriod(
        item=item,
        number=item.period,
        status=item.status,
        reason=item.reason,
        due_on=item.due_on,
        closed_at=now(),
        closed_by=actor,
        signed=signed_form(item),
    )


def signed_form(item: Item) -> dict[str, Any]:
    """Return an item as it is signed: its words, dates and source, its bases, its evidence."""
    words = wording_of(item)
    words |= {"focus_area": item.focus_area.slug, "source": item.source.slug}
    del words["focus_area_id"], words["source_id"]
    return {
        **{name: value if value is None else str(value) for name, value in words.items()},
        "revision": item.revision,
        "grounds": [_signed_basis(basis) for basis in item.bases.all()],
        "evidence": _evidence(item),
    }


def _signed_basis(basis: ItemBasis) -> dict[str, Any]:
    return {
        "place": basis.place.city.slug if basis.place.city else basis.place.name,
        "verdict": basis.verdict,
        "why": basis.why,
        "policy": basis.policy.identity if basis.policy else None,
        "policy_version": basis.policy.version if basis.policy else None,
        "finding": str(basis.finding.key) if basis.finding else None,
    }


def proofs_of(signed: SignedPeriod) -> list[Proof]:
    """Return what a period that was just signed rests on, to be stored."""
    return [
        Proof(
            period=signed,
            evidence=one.evidence,
            version=version.number,
            borrowed=one.through is not None,
        )
        for one in signed.item.attachments.all()
        for version in one.versions[:1]
    ]


def _evidence(item: Item) -> list[dict[str, Any]]:
    """Return the newest version that serves of each piece of evidence: it is what was signed."""
    return [
        {
            "evidence": str(one.evidence.key),
            "title": one.evidence.title,
            "version": version.number,
            "file_name": version.file_name,
            "url": version.url,
            "sha256": version.sha256,
        }
        for one in item.attachments.all()
        for version in one.versions[:1]
    ]
