"""The daily mail: one digest for each person, in both languages.

A person's notifications are claimed in a transaction of their own, mailed outside of any, and
marked: a server of mail that hangs holds no lock. What stops between the mail and the mark is
claimed again once the claim has run out, so that it is mailed twice at worst and never lost.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from cbec_portal.china_time import now
from checklists.models import Notification
from checklists.permissions import Action, checklist_policy
from checklists.selectors.notification_list import words_of
from checklists.services.locks import hold_notifications
from zones.selectors.snapshot import current_snapshot

#: After this long a claim counts for nothing: whoever made it has died.
CLAIM_HOLDS = timedelta(minutes=30)
#: Seconds for one mail, whatever its server does meanwhile, and for all of a run.
LONGEST_MAIL = 60
LONGEST_RUN = 20 * 60
#: An address that is refused is tried again on the next day, then after 2, 4, 8 and 16 days.
MOST_DAYS = 16
#: A run at the same hour finds what it is to try again, though it begins a little earlier.
LEEWAY = timedelta(hours=2)


def send_digests(report: Callable[[str], None] = lambda told: None) -> int:
    """Mail everyone what was not mailed yet; how many mails were sent.

    A notification counts as mailed once its mail is handed over. Whoever has no address, is
    switched off, or no longer sees the checklist is told nothing. What cannot be mailed to one
    person stops nobody else's mail.

    Args:
        report: told in one line of each person who could not be mailed.
    """
    stop, sent = monotonic() + LONGEST_RUN, 0
    for user in User.objects.filter(pk__in=_waiting(now()).values("user")).order_by("pk"):
        if monotonic() > stop:
            report(f"Not all were mailed within {LONGEST_RUN} s; the next run goes on.")
            break
        if (claim := _claim(user)) is None:
            continue
        try:
            _send(user, claim)
        except Exception as failed:
            # Whatever is wrong with one person's mail is told and keeps nobody from theirs.
            _release(claim, refused=_is_refusal(failed))
            report(f"{user.get_username()} was not mailed: {_reason(failed)}")
        else:
            told = {"mailed_at": now(), "claim": None, "claimed_at": None}
            Notification.objects.filter(claim=claim).update(**told)
            sent += 1
    return sent


def _waiting(moment: datetime) -> QuerySet[Notification]:
    """Notices to be mailed: not claimed, and for nobody who was refused lately."""
    unread = Notification.objects.filter(mailed_at__isnull=True, read_at__isnull=True)
    refused = unread.filter(mail_after__gt=moment).values("user")
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=moment - CLAIM_HOLDS)
    able = User.objects.filter(is_active=True).exclude(email="").values("pk")
    return unread.filter(free, user__in=able).exclude(user__in=refused)


@transaction.atomic
def _claim(user: User) -> UUID | None:
    """Claim a person's notifications; none where there are none, or another run has them.

    Of two runs that ask at once the second waits here, and then finds them claimed.
    """
    moment = now()
    seen = checklist_policy.rows(Action.SEE, user).values("pk")
    held = hold_notifications(_waiting(moment).filter(user=user, checklist__in=seen))
    if not held:
        return None
    claim = uuid4()
    mine = Notification.objects.filter(pk__in=held)
    mine.update(claim=claim, claimed_at=moment)
    return claim


def _send(user: User, claim: UUID) -> None:
    """Mail a person what was claimed for them.

    Raises:
        Exception: whatever kept it from being handed over; a TimeoutError where that took too long.
    """
    message = _digest(user, claim)
    message.connection = get_connection(longest=LONGEST_MAIL)
    message.send()


def _digest(user: User, claim: UUID) -> EmailMessage:
    rows = Notification.objects.filter(claim=claim).select_related("checklist", "item")
    notifications = list(rows.order_by("checklist", "subject", "pk"))
    groups = [
        (checklist, list(own))
        for checklist, own in groupby(notifications, lambda one: one.checklist)
    ]
    snapshot = current_snapshot()
    subject, text = [], []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told = [
                (checklist, [words_of(one, snapshot) for one in own]) for checklist, own in groups
            ]
            context = {"groups": told, "address": settings.CBEC_ADDRESS.rstrip("/")}
            subject.append(_subject(len(notifications)))
            text.append(render_to_string("checklists/mail/digest.txt", context).strip())
    return EmailMessage(" / ".join(subject), "\n\n".join(text) + "\n", to=[user.email])


def _release(claim: UUID, *, refused: bool) -> None:
    """Let go of what was not mailed; an address that was refused rests for longer each time."""
    mine = Notification.objects.filter(claim=claim)
    freed = {"claim": None, "claimed_at": None}
    if not refused:
        mine.update(**freed)
        return
    tries = (mine.aggregate(most=Max("refusals"))["most"] or 0) + 1
    after = now() + timedelta(days=min(2 ** (tries - 1), MOST_DAYS)) - LEEWAY
    mine.update(**freed, refusals=F("refusals") + 1, mail_after=after)


def _is_refusal(failed: Exception) -> bool:
    """Return whether a failure is about this mail.

    Its address or text was refused for good, or the address cannot be one. A server that takes no
    mail from this portal, as with a wrong password, an unknown sender or a certificate that ran
    out, says nothing of whom it is for: it is asked again by the next run.
    """
    match failed:
        case smtplib.SMTPRecipientsRefused():
            return any(code >= 500 for code, _told in failed.recipients.values())
        case smtplib.SMTPDataError():
            return failed.smtp_code >= 500
    # A certificate that does not hold is an error of the system and of a value.
    return isinstance(failed, ValueError) and not isinstance(failed, OSError)


def _reason(failed: Exception) -> str:
    """Return what went wrong, on one line."""
    if isinstance(failed, smtplib.SMTPRecipientsRefused):
        told = "; ".join(f"{code} {_text(said)}" for code, said in failed.recipients.values())
    elif isinstance(failed, smtplib.SMTPResponseException):
        told = f"{failed.smtp_code} {_text(failed.smtp_error)}"
    else:
        told = f"{type(failed).__name__} {failed}"
    return " ".join(told.split())


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _subject(count: int) -> str:
    told = translation.ngettext(
        "CBEC portal: %(count)d notice", "CBEC portal: %(count)d notices", count
    )
    return told % {"count": count}
