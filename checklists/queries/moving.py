"""When the law moves: what changed under a checklist since it was taken up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from cbec_portal.api.parameters import today_in_china
from checklists.models import Checklist, Ground, Item, Requirement
from checklists.queries.catalogue import templates
from checklists.queries.previewing import Answers
from checklists.queries.standing import Standing, findings_on, given_answers, standings
from checklists.queries.wording import wording_of
from checklists.rules.applicability import Verdict
from checklists.rules.reconciling import Footing, Move, move
from zones.queries.catalogue import Catalogue


@dataclass(frozen=True)
class Moved:
    """A duty that moved: the item as it stands, and the requirement as it stands now.

    ``item`` is none for a new duty, ``requirement`` for one its template has lost.
    """

    move: Move
    item: Item | None
    requirement: Requirement | None
    before: Mapping[int, Ground]
    after: Mapping[int, Standing]
    reworded: tuple[str, ...]

    @property
    def number(self) -> str:
        """The number of the duty."""
        row = self.requirement or self.item
        return row.number if row else ""

    @property
    def footing(self) -> dict[int, Footing]:
        """What the duty would stand on, by place."""
        return {place: _footing(standing) for place, standing in self.after.items()}


def day_of(checklist: Checklist) -> date:
    """The day whose law the checklist is held against: today, or the day it was made for."""
    return max(checklist.as_of, today_in_china()) if checklist.follows_today else checklist.as_of


def moved(
    checklist: Checklist,
    kept: Catalogue,
    *,
    day: date | None = None,
    answers: Answers | None = None,
) -> list[Moved]:
    """What moved since the checklist's items were taken up, in the template's order.

    Args:
        day: the day to hold it against, if not its own.
        answers: the company's answers to hold it against, if not those given.
    """
    template = templates(kept).templates[checklist.template.slug]
    places = list(checklist.places.all())
    held_against = day or day_of(checklist)
    now = standings(
        template,
        places,
        held_against,
        given_answers(checklist) if answers is None else answers,
        kept,
        known_at=kept.newest,
        language=get_language() or "en",
        findings=findings_on(checklist, held_against),
    )
    items = list(checklist.items.select_related("requirement").prefetch_related("grounds"))
    by_requirement = {item.requirement_id: item for item in items if item.requirement_id}
    found = [_moved(by_requirement.get(row.pk), row, now[row.pk]) for row in template.requirements]
    lost = [_moved(item, None, {}) for item in items if item.requirement_id is None]
    return [one for one in (*found, *lost) if one is not None]


def moved_by_answers(checklist: Checklist, kept: Catalogue, answers: Answers) -> list[Moved]:
    """What other answers of the company would move, leaving out what the law moved anyway."""
    anyway = {one.number: one for one in moved(checklist, kept)}

    def theirs(one: Moved) -> bool:
        pending = anyway.get(one.number)
        return pending is None or pending.footing != one.footing

    return [one for one in moved(checklist, kept, answers=answers) if theirs(one)]


def _moved(
    item: Item | None, row: Requirement | None, after: Mapping[int, Standing]
) -> Moved | None:
    before = {ground.place_id: ground for ground in item.grounds.all()} if item else {}
    reworded = _reworded(item, row)
    how = move(
        {
            place: Footing(Verdict(g.verdict), (g.policy_id, g.finding_id))
            for place, g in before.items()
        },
        {place: _footing(standing) for place, standing in after.items()},
        reworded=bool(reworded),
    )
    return Moved(how, item, row, before, after, reworded) if how else None


def _footing(standing: Standing) -> Footing:
    return Footing(standing.ruling.verdict, (standing.policy, standing.finding))


def _reworded(item: Item | None, row: Requirement | None) -> tuple[str, ...]:
    if item is None or row is None:
        return ()
    ours, theirs = wording_of(item), wording_of(row)
    return tuple(name for name, value in ours.items() if theirs[name] != value)
