"""What moved, as pages tell it: old and new wording and policy side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from checklists.models import Checklist, Place, SignedPeriod
from checklists.rules.applicability import Verdict, Why
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import DutyMove, title_of
from zones.selectors.snapshot import Snapshot

MOVES = {
    Move.NEW: ("+", gettext_lazy("comes new")),
    Move.FALLS_AWAY: ("−", gettext_lazy("falls away")),
    Move.CHANGED: ("≠", gettext_lazy("changed")),
}

VERDICTS = {
    Verdict.INCLUDED: ("✓", gettext_lazy("applies")),
    Verdict.TO_CONFIRM: ("?", gettext_lazy("to be confirmed")),
    Verdict.EXCLUDED: ("–", gettext_lazy("does not apply")),
}

GATE_MOVES = {
    Move.NEW: ("+", gettext_lazy("the trade mode opens")),
    Move.TO_CONFIRM: ("?", gettext_lazy("confirm first whether the trade mode is open")),
    Move.FALLS_AWAY: ("✕", gettext_lazy("STOP: the trade mode closes")),
    Move.CHANGED: ("≠", gettext_lazy("the rule that opens the trade mode changed")),
}

GATES = {
    Verdict.INCLUDED: ("✓", pgettext_lazy("gate", "open")),
    Verdict.TO_CONFIRM: ("?", gettext_lazy("confirm first")),
    Verdict.EXCLUDED: ("✕", gettext_lazy("not open")),
}

GATE_REASONS = {
    Why.PLACE_HOLDS: gettext_lazy("the rule in this place opens it"),
    Why.PLACE_FAILS: gettext_lazy("the rule in this place does not open it"),
    Why.PLACE_UNKNOWN: gettext_lazy("the rule in this place is not known"),
    Why.PLACE_UNCONFIRMED: gettext_lazy(
        "the place is eligible, but no confirmation of a site by its customs is on record"
    ),
}

REASONS = {
    Why.ALWAYS: gettext_lazy("binds everyone in this trade mode"),
    Why.START_UNKNOWN: gettext_lazy("binds everyone in this trade mode; since when is not known"),
    Why.NOT_YET: gettext_lazy("not yet in force"),
    Why.ENDED: gettext_lazy("has ended"),
    Why.PLACE_HOLDS: gettext_lazy("the rule in this place asks for it"),
    Why.PLACE_FAILS: gettext_lazy("the rule in this place does not ask for it"),
    Why.PLACE_UNKNOWN: gettext_lazy("the rule in this place is not known"),
    Why.PLACE_UNCONFIRMED: GATE_REASONS[Why.PLACE_UNCONFIRMED],
    Why.PROGRAMME_HOLDS: gettext_lazy("the programmes that the place is in ask for it"),
    Why.PROGRAMME_FAILS: gettext_lazy("the programmes that the place is in do not ask for it"),
    Why.COMPANY_HOLDS: gettext_lazy("what the company answered asks for it"),
    Why.COMPANY_FAILS: gettext_lazy("what the company answered does not ask for it"),
    Why.COMPANY_UNKNOWN: gettext_lazy("the company has not answered"),
}


def shown_moves(
    found: Iterable[DutyMove], checklist: Checklist, snapshot: Snapshot, language: str
) -> list[dict[str, Any]]:
    """Return moves as pages show them, with the policies on either side read in one query."""
    moves = list(found)
    policies = {g.policy_id for one in moves for g in one.before.values() if g.policy_id}
    policies |= {s.policy for one in moves for s in one.after.values() if s.policy}
    rendered = snapshot.rendered(policies, language)
    places = list(checklist.places.select_related("city"))
    signed = dict(
        SignedPeriod.objects.filter(item__in=[one.item.pk for one in moves if one.item])
        .order_by()
        .values_list("item")
        .annotate(count=Count("pk"))
    )
    return [
        _shown_move(one, checklist, places, signed, rendered, snapshot, language) for one in moves
    ]


def stands(
    verdict: str,
    why: str,
    policy: int | None,
    finding: int | None,
    rendered: Any,
    snapshot: Snapshot,
    *,
    gate: bool = False,
) -> dict[str, Any]:
    """Return what a duty, or the gate, stands on in one place, as pages show it."""
    sign, words = (GATES if gate else VERDICTS)[Verdict(verdict)]
    return {
        "verdict": verdict,
        "sign": sign,
        "words": words,
        "reason": (GATE_REASONS if gate else REASONS)[Why(why)],
        "policy": {"identity": rendered[policy].identity, **rendered[policy]} if policy else None,
        "finding": finding,
    }


def _shown_move(
    one: DutyMove,
    checklist: Checklist,
    places: list[Place],
    signed: dict[int, int],
    rendered: Any,
    snapshot: Snapshot,
    language: str,
) -> dict[str, Any]:
    sign, words = (GATE_MOVES if one.is_gate else MOVES)[one.move]
    return {
        "number": one.number,
        "is_gate": one.is_gate,
        "title": title_of(one, checklist, language),
        "sign": sign,
        "words": words,
        "item": one.item,
        "settled": signed.get(one.item.pk, 0) if one.item else 0,
        "reworded": [
            (_name(column), getattr(one.item, column), getattr(one.requirement, column))
            for column in one.reworded
        ],
        "places": [
            {
                "place": place,
                "name": place.called(language),
                "before": _before(one, place, rendered, snapshot),
                "after": _after(one, place, rendered, snapshot),
            }
            for place in places
            if one.reworded or one.changed(place.pk)
        ],
    }


def _before(
    one: DutyMove, place: Place, rendered: Any, snapshot: Snapshot
) -> dict[str, Any] | None:
    basis = one.before.get(place.pk)
    if basis is None:
        return None
    return stands(
        basis.verdict,
        basis.why,
        basis.policy_id,
        basis.finding_id,
        rendered,
        snapshot,
        gate=one.is_gate,
    )


def _after(one: DutyMove, place: Place, rendered: Any, snapshot: Snapshot) -> dict[str, Any] | None:
    assessment = one.after.get(place.pk)
    if assessment is None:
        return None
    ruling = assessment.ruling
    return stands(
        ruling.verdict,
        ruling.why,
        assessment.policy,
        assessment.finding,
        rendered,
        snapshot,
        gate=one.is_gate,
    )


def _name(column: str) -> str:
    names = {
        "title": _("Title"),
        "guidance": _("What to do"),
        "evidence": _("What proves it"),
        "caveat": _("Caveat"),
        "clause": _("Clause"),
        "source_id": _("Source"),
        "severity": _("Severity"),
        "recurrence": _("Recurrence"),
        "effective_from": _("From"),
        "effective_to": _("Until"),
    }
    plain = column.removesuffix("_en").removesuffix("_zh")
    return names.get(plain, plain)
