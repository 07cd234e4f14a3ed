"""A checklist's items as the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from cbec_portal.languages import in_language
from checklists.models import Attachment, Item, ItemBasis
from zones.selectors.rendered_values import clause_in


def item_rows(items: QuerySet[Item], language: str) -> list[dict[str, Any]]:
    """Return one row for each item, in order. Five queries, however many items."""
    return [item_row(item, language) for item in in_full(items)]


def in_full(items: QuerySet[Item]) -> QuerySet[Item]:
    """Return items with all that a row tells of them."""
    return items.select_related("focus_area", "source", "assignee").prefetch_related(
        Prefetch("bases", ItemBasis.objects.select_related("place__city", "policy", "finding")),
        Prefetch("attachments", Attachment.objects.select_related("evidence")),
        "attachments__evidence__versions",
        "comments",
    )


def _caveats(bases: Iterable[ItemBasis], language: str) -> list[str]:
    """Return what may be wrong with the policies that decide, place by place."""
    told = ((g.place, in_language(g.policy, "caveat", language)) for g in bases if g.policy)
    return [f"{place}: {caveat}" for place, caveat in told if caveat]


def item_row(item: Item, language: str) -> dict[str, Any]:
    """Return an item in full, with the policies that it stands on and the proofs attached."""
    bases = list(item.bases.all())
    newest = [one.versions[:1] for one in item.attachments.all()]
    return {
        "number": item.number,
        "title": in_language(item, "title", language),
        "title_en": item.title_en,
        "title_zh": item.title_zh,
        "focus_area": item.focus_area.slug,
        "severity": item.severity,
        "recurrence": item.recurrence,
        "applies": [f"{g.place.called(language)}: {g.verdict}" for g in bases],
        "why": [f"{g.place.called(language)}: {g.why}" for g in bases],
        "policies": [f"{g.policy.identity} v{g.policy.version}" for g in bases if g.policy],
        "policy_caveats": _caveats(bases, language),
        "own_findings": [str(g.finding.key) for g in bases if g.finding],
        "source": item.source.document_number or item.source.slug,
        "clause": clause_in(item, language),
        "verification": item.verification,
        "effective_from": item.effective_from,
        "effective_to": item.effective_to,
        "taken_up_at_revision": item.revision,
        "status": item.status,
        "reason": item.reason,
        "assignee": item.assignee.get_username() if item.assignee else None,
        "due_on": item.due_on,
        "round": item.period,
        "evidence": [one.evidence.title for one in item.attachments.all()],
        "evidence_sha256": [v.sha256 for versions in newest for v in versions if v.sha256],
        "comments": len(item.comments.all()),
    }
