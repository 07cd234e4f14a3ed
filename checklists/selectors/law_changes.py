"""When the law moves: what changed under a checklist since it was taken up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import in_language
from checklists.models import Checklist, Finding, GateBasis, Item, ItemBasis, Requirement
from checklists.rules.applicability import Verdict
from checklists.rules.change_detection import Basis, Move, gate_move, move
from checklists.selectors.assessment import (
    Assessment,
    KnownPlaces,
    assessments,
    findings_not_withdrawn,
    findings_on,
    gate_assessments,
    given_answers,
    known_on,
)
from checklists.selectors.duty_text import wording_of
from checklists.selectors.preview import Answers, KnownPlace
from checklists.selectors.template_snapshot import templates
from zones.models import Policy, Revision
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import Snapshot

#: What the gate goes by where duties go by their number.
GATE = "gate"


@dataclass(frozen=True)
class DutyMove:
    """A duty that moved, or the gate: what it stood on, and what it stands on now, by place.

    ``item`` is none for a new duty, ``requirement`` for one that was withdrawn, both for the gate.
    """

    move: Move
    item: Item | None
    requirement: Requirement | None
    before: Mapping[int, ItemBasis] | Mapping[int, GateBasis]
    after: Mapping[int, Assessment]
    reworded: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Return the number of the duty, or *gate*."""
        row = self.requirement or self.item
        return row.number if row else GATE

    @property
    def is_gate(self) -> bool:
        """Return whether it is the trade mode itself that moved."""
        return self.requirement is None and self.item is None

    def changed(self, place: int) -> bool:
        """Return whether it stands on something else in a place than when it was taken up."""
        was, now = self.before.get(place), self.after.get(place)
        return (was and _taken_up(was)) != (now and _now(now))

    @property
    def bases(self) -> dict[int, Basis]:
        """Return what the duty would stand on, by place."""
        return {place: _now(assessment) for place, assessment in self.after.items()}


def day_of(checklist: Checklist) -> date:
    """Return the day whose law the checklist is held against: today, or the day it was made for."""
    return max(checklist.as_of, today_in_china()) if checklist.follows_today else checklist.as_of


class Stance:
    """What a checklist stands on, read once, to be held against the law of any day.

    Six queries for the checklist, and as many as `known_on` takes for all the days asked about.
    """

    def __init__(self, checklist: Checklist, snapshot: Snapshot) -> None:
        self.checklist, self.snapshot = checklist, snapshot
        self.inquiry = Inquiry.of_now(snapshot)
        self.template = templates(snapshot).templates[checklist.template.slug]
        self.places = list(checklist.places.select_related("gate_basis", "city"))
        self.answers: Answers = given_answers(checklist)
        self.findings = findings_not_withdrawn(checklist)
        items = checklist.items.select_related("requirement").prefetch_related("bases")
        self.items = list(items)

    def moved_on(self, days: Sequence[date]) -> dict[date, list[DutyMove]]:
        """Return what moved since it was taken up, held against the law of each day."""
        known = self._known(days)
        return {day: self._moved(known[day], self.answers) for day in days}

    def moved_by(self, answers: Answers) -> list[DutyMove]:
        """Return what other answers would move on its own day, leaving out what the law moved
        anyway.
        """
        day = day_of(self.checklist)
        known = self._known([day])[day]
        anyway = {one.number: one for one in self._moved(known, self.answers)}

        def theirs(one: DutyMove) -> bool:
            pending = anyway.get(one.number)
            return pending is None or pending.bases != one.bases

        return [one for one in self._moved(known, answers) if theirs(one)]

    def _known(self, days: Sequence[date]) -> dict[date, dict[int, KnownPlace]]:
        return known_on(
            self.places,
            days,
            self.template.topics,
            self.inquiry,
            findings=self.findings,
        )

    def _moved(self, places: KnownPlaces, answers: Answers) -> list[DutyMove]:
        """Return the gate first, then duties in the template's order, then those it has lost."""
        now = assessments(self.template, places, answers)
        by_requirement = {item.requirement_id: item for item in self.items if item.requirement_id}
        gates = {row.pk: row.gate_basis for row in self.places if hasattr(row, "gate_basis")}
        rows = self.template.requirements
        found = [
            _moved_gate(gates, gate_assessments(self.template, places)),
            *(_moved(by_requirement.get(row.pk), row, now[row.pk]) for row in rows),
            *(_moved(item, None, {}) for item in self.items if item.requirement_id not in now),
        ]
        return [one for one in found if one is not None]


def moved(checklist: Checklist, snapshot: Snapshot, *, day: date | None = None) -> list[DutyMove]:
    """Return what moved since it was taken up: the gate first, then duties in the template's order.

    Args:
        day: the day to hold it against, if not its own.
    """
    held_against = day or day_of(checklist)
    return Stance(checklist, snapshot).moved_on([held_against])[held_against]


def moved_by_answers(checklist: Checklist, snapshot: Snapshot, answers: Answers) -> list[DutyMove]:
    """Return what other answers of the company would move, leaving out what the law moved
    anyway.
    """
    return Stance(checklist, snapshot).moved_by(answers)


def title_of(one: DutyMove, checklist: Checklist, language: str) -> str:
    """Return the duty's title, or the question that the gate asks of a place."""
    if one.is_gate:
        return in_language(checklist.template.gate_topic, "question", language)
    return in_language(one.requirement or one.item, "title", language)


def fingerprint(found: Iterable[DutyMove]) -> str:
    """Return a short text that differs for every other set of moves, of new words, or of new
    bases.
    """

    def words(one: DutyMove) -> object:
        fresh = one.requirement if one.reworded or not one.item else None
        return wording_of(fresh) if fresh else ""

    told = sorted(
        f"{one.number} {one.move} {sorted(one.bases.items())} {words(one)}" for one in found
    )
    return _digest("\n".join(told))


def moves_tag(found: Iterable[DutyMove]) -> str:
    """Return what tells moves that are shown from any other: two queries.

    A restored database gives the numbers of rows once more, so those that decide are told by what
    never comes again: a policy by the moment it was published, a finding by its key.
    """
    moves = list(found)
    deciding = [one for move in moves for one in move.after.values()]
    law = Policy.objects.filter(pk__in={one.policy for one in deciding if one.policy})
    moment = Revision.objects.filter(number=OuterRef("recorded_in")).values("published_at")
    own = Finding.objects.filter(pk__in={one.finding for one in deciding if one.finding})
    published = law.order_by("pk").values_list("pk", Subquery(moment))
    keys = own.order_by("pk").values_list("pk", "key")
    return _digest(f"{fingerprint(moves)} {list(published)} {list(keys)}")


def answers_tag(checklist: Checklist, snapshot: Snapshot) -> str:
    """Return what tells the answers given, and the law they are weighed by, from any other."""
    day = day_of(checklist)
    own = [finding.key for finding in findings_on(checklist, day)]
    return _digest(f"{given_answers(checklist)} {snapshot.tag} {day} {own}")


def _moved(
    item: Item | None, row: Requirement | None, after: Mapping[int, Assessment]
) -> DutyMove | None:
    before = {basis.place_id: basis for basis in item.bases.all()} if item else {}
    reworded = _reworded(item, row)
    how = move(
        {place: _taken_up(basis) for place, basis in before.items()},
        {place: _now(assessment) for place, assessment in after.items()},
        reworded=bool(reworded),
    )
    return DutyMove(how, item, row, before, after, reworded) if how else None


def _moved_gate(
    before: Mapping[int, GateBasis], after: Mapping[int, Assessment]
) -> DutyMove | None:
    if not before or not after:
        return None  # the template has no gate, or got one after the checklist was made
    how = gate_move(
        {place: _taken_up(basis) for place, basis in before.items()},
        {place: _now(after[place]) for place in before},
    )
    return DutyMove(how, None, None, before, after) if how else None


def _taken_up(basis: ItemBasis | GateBasis) -> Basis:
    return Basis(Verdict(basis.verdict), (basis.policy_id, basis.finding_id))


def _now(assessment: Assessment) -> Basis:
    return Basis(assessment.ruling.verdict, (assessment.policy, assessment.finding))


def _reworded(item: Item | None, row: Requirement | None) -> tuple[str, ...]:
    if item is None or row is None:
        return ()
    ours, theirs = wording_of(item), wording_of(row)
    if not item.clause_zh and item.clause == row.clause:
        # It was taken up before clauses were told in Chinese: what that adds changes nothing.
        ours["clause_zh"] = theirs["clause_zh"]
    return tuple(name for name, value in ours.items() if theirs[name] != value)


def _digest(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:16]
