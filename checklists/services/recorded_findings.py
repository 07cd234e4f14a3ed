"""Recording what a team found out for itself, for its own checklists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.china_time import now, today_in_china
from cbec_portal.day_words import day_in_words
from checklists.models import Act, Checklist, Evidence, Finding, Place
from checklists.selectors.law_changes import day_of
from checklists.services.activity_log import record
from checklists.services.conflicts import GoneError
from checklists.services.evidence_use import hold_to_serve, notify_owner
from checklists.services.locks import hold, hold_finding, writes
from zones.dataset.problems import words_of
from zones.models import Choice, Topic
from zones.services.locks import hold_edition

LONGEST_NOTE = 5000


@writes
def record_finding(
    checklists: Iterable[Checklist],
    place: Place,
    topic: Topic,
    value: str,
    *,
    actor: User,
    said_by: str,
    found_on: date,
    expires_on: date,
    note: str = "",
    evidence: Evidence | None = None,
) -> Finding:
    """Record a team's own answer; what it moves in the checklists is then theirs to accept.

    Args:
        value: ``true`` or ``false``, a number, or the natural key of a choice.

    Raises:
        ValidationError: the value is none of the topic's, the days are in the wrong order, it does
            not hold on the day of one of the checklists, nobody is named who said so, or the note
            is too long.
        GoneError: the topic was removed meanwhile.
    """
    mine = sorted(checklists, key=lambda one: one.pk)
    if len(note.strip()) > LONGEST_NOTE:
        raise ValidationError({"note": _("At most %d characters.") % LONGEST_NOTE})
    if expires_on <= found_on:
        told = _("A finding expires after the day it was found.")
        raise ValidationError({"expires_on": told})
    if found_on > (today := today_in_china()):
        told = _("This day has not come yet: in China it is %(today)s.") % {"today": today}
        raise ValidationError({"found_on": told})
    hold_edition()
    topic = _topic_now(topic)
    finding = Finding(
        author=actor,
        city=place.city,
        place_name=place.name,
        topic=topic,
        said_by=said_by.strip(),
        found_on=found_on,
        expires_on=expires_on,
        note=note.strip(),
        evidence=evidence,
        **typed(topic, value),
    )
    for checklist in mine:
        hold(checklist, actor)
        _require_holding(finding, checklist)
    if evidence is not None:
        finding.evidence_through = hold_to_serve(evidence, actor)
    finding.full_clean()
    finding.save()
    for checklist in mine:
        finding.checklists.add(checklist)
        record(checklist, actor, Act.FOUND, finding=str(finding.key), topic=topic.slug, value=value)
    if evidence is not None:
        notify_owner(evidence, Act.ATTACHED, actor, mine)
    return finding


@writes
def withdraw(finding: Finding, *, actor: User) -> None:
    """Withdraw a finding: it answers no longer, and stays on record.

    Raises:
        ValidationError: it was withdrawn before.
    """
    held = hold_finding(finding, actor)
    if finding.withdrawn_at:
        raise ValidationError(_("This finding was withdrawn before."), code="withdrawn")
    finding.withdrawn_at = now()
    finding.save(update_fields=["withdrawn_at"])
    _record_everywhere(finding, held, actor, Act.WITHDREW)


@writes
def offer(finding: Finding, *, actor: User) -> None:
    """Offer a finding to the analysts, who may look into it; offering it twice changes nothing."""
    held = hold_finding(finding, actor)
    if finding.offered_at is None:
        finding.offered_at = now()
        finding.save(update_fields=["offered_at"])
        _record_everywhere(finding, held, actor, Act.OFFERED)


def typed(topic: Topic, value: str) -> dict[str, object]:
    """Return a value in the column of its topic's type.

    Raises:
        ValidationError: it is none of the topic's.
    """

    def choice(key: str) -> Choice:
        found = topic.choices.filter(slug=key).first()
        if found is None:
            known = ", ".join(topic.choices.values_list("slug", flat=True))
            raise ValueError(_("one of these is wanted: %s") % known)
        return found

    own = topic.answer_type
    if not own.is_testable:
        raise ValidationError({"topic": _("A topic answered in free text decides no requirement.")})
    try:
        return {own.column: own.read(value, choice)}
    except ValueError as wrong:
        raise ValidationError({"value": words_of(wrong)}) from None


def _require_holding(finding: Finding, checklist: Checklist) -> None:
    """Refuse a finding that does not hold on the day of a checklist, and so answers nothing."""
    day = day_of(checklist)
    shown = {"day": day_in_words(day)}
    if finding.has_expired(on=day):
        told = _("It would answer nothing: it has expired by %(day)s, the day of this checklist.")
        raise ValidationError({"expires_on": told % shown})
    if not finding.holds(on=day):
        told = _(
            "It would answer nothing: this checklist is held against the law of %(day)s, and "
            "counts what was found by then."
        )
        raise ValidationError({"found_on": told % shown})


def _topic_now(topic: Topic) -> Topic:
    now = Topic.objects.filter(pk=topic.pk).first()
    if now is None:
        raise GoneError
    return now


def _record_everywhere(
    finding: Finding, checklists: Iterable[Checklist], actor: User, act: Act
) -> None:
    for checklist in checklists:
        record(checklist, actor, act, finding=str(finding.key), topic=finding.topic.slug)
