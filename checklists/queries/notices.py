"""Someone's notices, and what they say."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from cbec_portal.templatetags.days import day as day_in_words
from checklists.models import Checklist, Notice, Subject


def notices_of(user: User) -> QuerySet[Notice]:
    """Someone's notices about checklists that they still see, newest first."""
    seen = Checklist.objects.visible_to(user).values("pk")
    return Notice.objects.filter(user=user, checklist__in=seen).select_related("checklist", "item")


def words_of(notice: Notice) -> str:
    """What a notice says, in one sentence."""
    detail = notice.detail
    match notice.subject:
        case Subject.MOVED:
            return _moved(detail["count"], detail["items"])
        case Subject.COMING:
            numbers = detail["numbers"]
            told = ngettext(
                "From %(day)s on the law moves for %(count)d duty: %(numbers)s",
                "From %(day)s on the law moves for %(count)d duties: %(numbers)s",
                len(numbers),
            )
            shown = {"count": len(numbers), "numbers": ", ".join(numbers)}
            return told % {"day": _day(detail), **shown}
        case Subject.FINDING_EXPIRES:
            told = gettext("Your own finding on %(topic)s expires on %(day)s.")
            return told % {"topic": detail["topic"], "day": _day(detail)}
        case Subject.DUE:
            return gettext("%(item)s is due on %(day)s.") % _item(notice)
        case Subject.OVERDUE:
            return gettext("%(item)s was due on %(day)s and is overdue.") % _item(notice)
        case Subject.ASSIGNED:
            told = gettext("%(who)s assigned %(item)s to you.")
            return told % {"who": detail["by"], "item": notice.item or ""}
    return gettext("%(who)s shared this checklist with you.") % {"who": detail["by"]}


def _moved(count: int, items: int) -> str:
    told = ngettext(
        "The law moved: %(count)d of %(items)d items changed since you took them up.",
        "The law moved: %(count)d of %(items)d items changed since you took them up.",
        count,
    )
    return told % {"count": count, "items": items}


def _item(notice: Notice) -> dict[str, str]:
    return {"item": str(notice.item or ""), "day": _day(notice.detail)}


def _day(detail: dict[str, str]) -> str:
    return day_in_words(date.fromisoformat(detail["day"]))
