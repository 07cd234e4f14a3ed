"""Checklists and what belongs to them as the API answers them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from checklists.exports.item_table import item_row
from checklists.models import (
    Checklist,
    Comment,
    Evidence,
    Finding,
    Item,
    LogEntry,
    Notification,
    SignedPeriod,
)
from checklists.rules.applicability import Verdict
from checklists.selectors.assessment import Assessment
from checklists.selectors.law_changes import DutyMove, day_of, title_of
from checklists.selectors.notification_list import words_of
from checklists.selectors.preview import Preview, RenderedGate, RuledRequirement
from checklists.selectors.progress import Progress
from checklists.selectors.rendered_requirements import RenderedRequirement
from zones.selectors.rendered_values import value_display
from zones.selectors.snapshot import Snapshot


def checklist_shape(row: Checklist, progress: Progress, role: str) -> dict[str, Any]:
    """Return a checklist in a list."""
    return {
        "key": str(row.key),
        "title": row.title,
        "template": row.template.slug,
        "owner": row.owner.get_username(),
        "role": role,
        "places": [_place(place) for place in row.places.all()],
        "as_of": day_of(row),
        "known_at": row.known_at,
        "follows_today": row.follows_today,
        "progress": {**progress._asdict(), "percent": progress.percent},
        "created_at": row.created_at,
        "closed_at": row.closed_at,
        "version": row.version,
        "tag": row.tag,
    }


def item_shape(item: Item, language: str) -> dict[str, Any]:
    """Return an item, by the id and tag that writes name."""
    return {"id": item.pk, "version": item.version, "tag": item.tag, **item_row(item, language)}


def requirement_shape(row: RenderedRequirement) -> dict[str, Any]:
    """Return a requirement of a template."""
    return row._asdict()


def gate_shape(gate: RenderedGate) -> dict[str, Any]:
    """Return the gate of a template in a place."""
    return gate._asdict()


def preview_shape(found: Preview) -> dict[str, Any]:
    """Return the gate, and the requirements by what becomes of them, each with its reason."""
    return {
        "gate": gate_shape(found.gate),
        **{
            verdict.replace("-", "_"): [_ruled(one) for one in found.requirements[verdict]]
            for verdict in (Verdict.INCLUDED, Verdict.EXCLUDED, Verdict.TO_CONFIRM)
        },
    }


def preview_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line of CSV for each requirement, those included first, those excluded last."""
    return [
        {
            "verdict": verdict.replace("_", "-"),
            **duty,
            "source": duty["source"]["id"],
            "policy": duty["policy"]["policy"] if duty["policy"] else None,
            "policy_caveat": duty["policy"]["caveat"] if duty["policy"] else "",
        }
        for verdict in ("included", "to_confirm", "excluded")
        for duty in answer[verdict]
    ]


def _ruled(one: RuledRequirement) -> dict[str, Any]:
    own = {"why": one.why.value, "reason": one.reason, "policy": one.policy}
    return requirement_shape(one.requirement) | own


def signed_period_shape(row: SignedPeriod) -> dict[str, Any]:
    """Return a signed period."""
    return {
        "round": row.number,
        "status": row.status,
        "reason": row.reason,
        "due_on": row.due_on,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by.get_username(),
        "signed": row.signed,
    }


def comment_shape(row: Comment) -> dict[str, Any]:
    """Return what someone said."""
    return {"author": row.author.get_username(), "written_at": row.written_at, "text": row.text}


def entry_shape(row: LogEntry) -> dict[str, Any]:
    """Return an entry of the log."""
    return {
        "done_at": row.done_at,
        "actor": row.actor.get_username(),
        "act": row.act,
        "item": row.item_id,
        "detail": row.detail,
    }


def finding_shape(row: Finding, language: str) -> dict[str, Any]:
    """Return a finding of the team's own."""
    return {
        "key": str(row.key),
        "place": row.city.slug if row.city else row.place_name,
        "topic": row.topic.slug,
        "display": value_display(row, row.topic, language),
        "said_by": row.said_by,
        "note": row.note,
        "found_on": row.found_on,
        "expires_on": row.expires_on,
        "author": row.author.get_username(),
        "evidence": str(row.evidence.key) if row.evidence else None,
        "offered_at": row.offered_at,
        "withdrawn_at": row.withdrawn_at,
    }


def evidence_shape(row: Evidence, through: int | None = None) -> dict[str, Any]:
    """Return a piece of evidence, by the key that writes name.

    Args:
        through: the newest version that whoever asks sees, if not all.
    """
    seen = [one for one in row.versions.all() if through is None or one.number <= through]
    newest = max(seen, key=lambda version: version.number, default=None)
    return {
        "key": str(row.key),
        "title": row.title,
        "owner": row.owner.get_username(),
        "keep_until": row.keep_until,
        "created_at": row.created_at,
        "discarded_at": row.discarded_at,
        "version": newest.number if newest else None,
        "file_name": newest.file_name if newest else "",
        "url": newest.url if newest else "",
        "sha256": newest.sha256 if newest else "",
    }


def notification_shape(row: Notification, snapshot: Snapshot) -> dict[str, Any]:
    """Return a notification, in words too."""
    return {
        "id": row.pk,
        "subject": row.subject,
        "words": words_of(row, snapshot),
        "checklist": str(row.checklist.key),
        "item": row.item_id,
        "detail": row.detail,
        "made_at": row.made_at,
        "read_at": row.read_at,
    }


def version_shape(row: Any) -> dict[str, Any]:
    """Return a version of a piece of evidence."""
    return {
        "evidence": str(row.evidence.key),
        "title": row.evidence.title,
        "version": row.number,
        "file_name": row.file_name,
        "url": row.url,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "uploaded_by": row.uploaded_by.get_username(),
        "uploaded_at": row.uploaded_at,
    }


def moves_shape(
    found: Iterable[DutyMove], checklist: Checklist, rendered: Any, language: str
) -> list[dict[str, Any]]:
    """Return what moved: old and new words and bases, place by place.

    Where the trade mode itself moved, it stands under the number *gate*.

    Args:
        rendered: the policies on either side, by id.
    """
    return [
        {
            "number": one.number,
            "title": title_of(one, checklist, language),
            "move": one.move.value,
            "item": one.item.pk if one.item else None,
            "reworded": {
                name: {"before": getattr(one.item, name), "after": getattr(one.requirement, name)}
                for name in one.reworded
            },
            "places": [
                {
                    "place": place,
                    "before": _before(one.before.get(place), rendered),
                    "after": _after(one.after.get(place), rendered),
                }
                for place in sorted({*one.before, *one.after})
            ],
        }
        for one in found
    ]


def _before(basis: Any, rendered: Any) -> dict[str, Any] | None:
    if basis is None:
        return None
    return _basis_shape(basis.verdict, basis.why, basis.policy_id, basis.finding_id, rendered)


def _after(assessment: Assessment | None, rendered: Any) -> dict[str, Any] | None:
    if assessment is None:
        return None
    ruling = assessment.ruling
    return _basis_shape(
        ruling.verdict.value, ruling.why.value, assessment.policy, assessment.finding, rendered
    )


def _basis_shape(
    verdict: str, why: str, policy: int | None, finding: int | None, rendered: Any
) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "why": why,
        "policy": rendered[policy].identity if policy else None,
        "display": rendered[policy].display if policy else None,
        "caveat": rendered[policy]["caveat"] if policy else "",
        "own_finding": finding is not None,
    }


def _place(place: Any) -> dict[str, Any]:
    return {
        "id": place.pk,
        "city": place.city.slug if place.city else None,
        "name": str(place),
    }
