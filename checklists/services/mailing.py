"""The daily mail: one digest for each person, in both languages."""

from __future__ import annotations

from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from cbec_portal.clock import now
from checklists.models import Checklist, Notice
from checklists.queries.notices import words_of


def send_digests() -> int:
    """Mail everyone what was not mailed yet; how many mails were sent.

    A notice counts as mailed once its mail is handed over. Whoever has no address, is switched
    off, or no longer sees the checklist is told nothing.
    """
    waiting = Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True)
    users = User.objects.filter(pk__in=waiting.values("user"), is_active=True).exclude(email="")
    return sum(_send(user) for user in users.order_by("pk"))


@transaction.atomic
def _send(user: User) -> bool:
    seen = Checklist.objects.visible_to(user).values("pk")
    rows = Notice.objects.select_for_update(of=("self",)).select_related("checklist", "item")
    mine = rows.filter(user=user, mailed_at__isnull=True, read_at__isnull=True, checklist__in=seen)
    notices = list(mine.order_by("checklist", "subject", "pk"))
    if not notices:
        return False
    groups = [
        (checklist, list(own)) for checklist, own in groupby(notices, lambda one: one.checklist)
    ]
    subject, text = [], []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            told = [(checklist, [words_of(one) for one in own]) for checklist, own in groups]
            context = {"groups": told, "address": settings.CBEC_ADDRESS.rstrip("/")}
            subject.append(_subject(len(notices)))
            text.append(render_to_string("checklists/mail/digest.txt", context).strip())
    EmailMessage(" / ".join(subject), "\n\n".join(text) + "\n", to=[user.email]).send()
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=now())
    return True


def _subject(count: int) -> str:
    told = translation.ngettext(
        "CBEC portal: %(count)d notice", "CBEC portal: %(count)d notices", count
    )
    return told % {"count": count}
