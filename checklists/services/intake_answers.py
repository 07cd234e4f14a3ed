"""Changing the company's answers, and with them what applies."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from checklists.models import Act, Checklist, GivenAnswer, IntakeChoice
from checklists.selectors.assessment import given_answers
from checklists.selectors.law_changes import DutyMove, answers_tag, moved_by_answers
from checklists.selectors.preview import Answers
from checklists.services.accepted_changes import accept
from checklists.services.activity_log import record
from checklists.services.conflicts import GoneError, StaleError
from checklists.services.locks import hold, writes
from zones.selectors.snapshot import current_snapshot
from zones.services.locks import hold_edition


@writes
def change_answers(
    checklist: Checklist,
    answers: Answers,
    *,
    actor: User,
    seen: str | None = None,
) -> list[DutyMove]:
    """Give other answers and take up what they change; the same answers change nothing.

    What the law moved stays to be accepted on its own. They are weighed by the law as it is once
    the checklist is held.

    Args:
        seen: the tag of the answers and the law that the actor saw; none to write regardless.

    Raises:
        StaleError: the answers, or the law they are weighed by, are no longer those seen.
        GoneError: one of the answers was removed meanwhile.
    """
    hold_edition()
    hold(checklist, actor)
    snapshot = current_snapshot()
    if seen is not None and seen != (now := answers_tag(checklist, snapshot)):
        told = _("The answers or the law have changed since you saw this. Weigh them anew.")
        raise StaleError(told, now)
    before = given_answers(checklist)
    wanted = {question: list(choices) for question, choices in answers.items() if choices}
    if before == wanted:
        return []
    numbers = [one.number for one in moved_by_answers(checklist, snapshot, wanted)]
    give_answers(checklist, wanted)
    record(checklist, actor, Act.ANSWERED, before=before, after=wanted)
    return accept(checklist, actor=actor, numbers=numbers)


def give_answers(checklist: Checklist, answers: Answers) -> None:
    """Keep these answers and no others.

    Raises:
        GoneError: one of them was removed meanwhile.
    """
    checklist.answers.all().delete()
    wanted = Q()
    for question, choices in answers.items():
        wanted |= Q(question__slug=question, slug__in=choices)
    given = list(IntakeChoice.objects.filter(wanted)) if wanted else []
    if len(given) < sum(len(set(choices)) for choices in answers.values()):
        raise GoneError
    GivenAnswer.objects.bulk_create(
        [GivenAnswer(checklist=checklist, choice=choice) for choice in given]
    )
