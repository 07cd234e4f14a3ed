"""Taking in what readers report, within bounds, and settling it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from zones.desk.permissions import SetAction, require, require_still
from zones.models import ReaderReport
from zones.rules.vocabulary import ReportOutcome
from zones.services.locks import hold_rows, lock_reports

#: Bounds of what is taken in: from one network in an hour, from everybody in a day, and waiting.
A_NETWORK_AN_HOUR, A_DAY, WAITING = 5, 300, 2000


class TooManyReportsError(Exception):
    """So much was reported lately that nothing more is taken in for now."""


class ReportDraft(NamedTuple):
    """A problem as a reader says it: of which answer, what is wrong, and where it can be read."""

    topic: str
    place: str
    day: date
    known_at: int
    answered: str
    text: str
    source_url: str = ""
    contact: str = ""


@transaction.atomic
def take_report(draft: ReportDraft, network: str) -> ReaderReport:
    """Take in a report; the same one again within an hour is the one that is there.

    Args:
        draft: what the reader says.
        network: the address that it came from; a keyed hash of it is kept until it is settled.

    Raises:
        ValidationError: nothing is said to be wrong, or something is not what may be written.
        TooManyReportsError: too many came from there, or at all.
    """
    row = ReaderReport(**draft._asdict(), at=now())
    row.network = salted_hmac("reader report", network, algorithm="sha256").hexdigest()
    row.clean_fields(exclude=["outcome", "person", "name", "note", "answered"])
    # Many at once would each count the same: one is taken in after the other.
    lock_reports()
    lately = ReaderReport.objects.filter(at__gt=row.at - timedelta(hours=1), network=row.network)
    same = lately.filter(topic=row.topic, place=row.place, day=row.day, text=row.text).first()
    if same is not None:
        return same
    day = ReaderReport.objects.filter(at__gt=row.at - timedelta(days=1))
    if (
        lately.count() >= A_NETWORK_AN_HOUR
        or day.count() >= A_DAY
        or ReaderReport.objects.filter(outcome="").count() >= WAITING
    ):
        raise TooManyReportsError
    row.save()
    return row


@transaction.atomic
def settle_report(number: int, person: Any, outcome: str, note: str) -> ReaderReport:
    """Say what became of a report, and forget who sent it.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: there is no such report, it is settled, the outcome is none, or nothing is
            said of why nothing is wrong.
    """
    require(person, SetAction.PROPOSE)
    row = hold_rows(ReaderReport.objects.filter(pk=number)).first()
    require_still(person, SetAction.PROPOSE)
    if row is None:
        raise ValidationError(_("There is no such report."), code="unknown")
    if row.outcome:
        told = _("%s has settled this report already.") % row.name
        raise ValidationError(told, code="settled")
    if outcome not in list(ReportOutcome):
        raise ValidationError(_("Say what became of the report."), code="outcome")
    if outcome == ReportOutcome.RIGHT and not note.strip():
        raise ValidationError(_("Say why the answer is right all the same."), code="note")
    row.outcome, row.note = outcome, note.strip()
    row.person, row.name, row.settled_at = person, person.get_username(), now()
    row.contact = row.network = ""
    row.clean_fields(exclude=["person", "answered"])
    row.save()
    return row
